"""The whole life of the window in a process of its own: `run_desktop.py FOLDER HOW`."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from importlib.abc import MetaPathFinder
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from gateway_desktop import desktop
from gateway_desktop.core.errors import Unavailable
from gateway_desktop.core.paths import Paths
from gateway_desktop.services.rescue import Rescue
from gateway_desktop.ui.application import Desktop, Opener, make_application
from gateway_desktop.ui.charts.plotting import plotting
from gateway_desktop.ui.context import Backend
from gateway_desktop.ui.main_window import MainWindow
from gateway_desktop.ui.single_instance import SingleInstance
from gateway_desktop.ui.widgets.confirm import Confirmation
from gateway_desktop.ui.widgets.dialog import Dialog
from tests.ui.conftest import Opened

PAGES = "gateway_desktop.ui.panels"


def say(what: str) -> None:
    sys.stdout.write(what + "\n")
    sys.stdout.flush()


@contextmanager
def behind(folder: Path) -> Iterator[Backend]:
    made = Opened(folder)
    say("opened")
    yield made
    made.store.close()
    say("closed")


class Second:
    """Is locked at the first try; the person who reads that tries again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tries = 0

    def open(self, _ask: object) -> AbstractContextManager[Backend]:
        self.tries += 1
        return locked() if self.tries == 1 else behind(self.folder)


@contextmanager
def locked() -> Iterator[Backend]:
    with ExitStack() as stack:
        stack.enter_context(Lock())
        yield Opened(Path())


class Lock:
    """Is held by somebody else."""

    def __enter__(self) -> None:
        raise Unavailable("Another gateway (process 4711) runs on this data folder")

    def __exit__(self, *_: object) -> None: ...


class Noting(MetaPathFinder):
    """Says which thread loads the pages: the window stands still meanwhile if it is the main thread."""

    def find_spec(self, fullname: str, _path: object, _target: object = None) -> None:
        if fullname == PAGES:
            main = threading.current_thread() is threading.main_thread()
            say(f"pages loaded by {'the main' if main else 'another'} thread")


class Rescuer(QObject):
    """Takes the backup that is offered, looked for ten times a second."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window
        self.asked = False
        self.timer = QTimer(self)
        self.timer.timeout.connect(self.look)
        self.timer.start(100)

    def look(self) -> None:
        offer, question = self.window.waiting.other, self.window.findChild(Confirmation)
        if question is not None and question.isVisible() and question.action.isEnabled():
            say(question.consequence)
            question.submit()
            self.timer.stop()
        elif offer.isVisible() and question is None:
            say(offer.text())
            offer.click()


def read_and_close() -> None:
    """Say all that can be read in the small window, and close it."""
    for shown in QApplication.topLevelWidgets():
        if isinstance(shown, Dialog) and shown.isVisible():
            for told in shown.findChildren(QWidget):
                whole = told.visibleRegion().boundingRect() == told.rect()
                if whole and isinstance(told, QLabel | QPushButton):
                    say(told.text())
            shown.cancel.click()


def be_told(window: MainWindow) -> None:
    """Tell the process to end, whose window would ask first whether calls may be cut off."""
    window.may_close = lambda: False
    QTimer.singleShot(5000, window, lambda: os._exit(1))
    os.kill(os.getpid(), signal.SIGTERM)


def main(folder: Path, how: str) -> int:
    sys.meta_path.insert(0, Noting())
    resources = Paths(folder).resources
    qapp = make_application(resources)
    if how == "alone":
        QTimer.singleShot(0, qapp, read_and_close)
        say(f"ended with {desktop.run(Paths(folder), {})}")
        return 0
    openers: dict[str, Opener] = {
        "opens": lambda _ask: behind(folder),
        "told": lambda _ask: behind(folder),
        "locked": lambda _ask: locked(),
        "again": Second(folder).open,
        "damaged": lambda ask: desktop.behind_the_window(Paths(folder), {"window.start_gateway": False}, ask),
    }
    first, rescue = SingleInstance(folder), Rescue(Paths(folder), {})
    program = Desktop(qapp, folder, resources, openers[how], first, rescue)
    program.window.painted.connect(lambda: say("painted"))
    program.window.page_shown.connect(lambda name: say(f"page {name}"))
    ends = partial(be_told, program.window) if how == "told" else program.window.close
    program.window.page_shown.connect(lambda _: QTimer.singleShot(0, ends))
    program.window.problem_shown.connect(say)
    if how == "damaged":
        Rescuer(program.window)
        return program.run()
    answer = program.window.waiting.button.click if how == "again" else program.window.close
    program.window.problem_shown.connect(lambda _: QTimer.singleShot(0, answer))
    say(f"pyqtgraph {'pyqtgraph' in sys.modules}")
    status = program.run()
    if how == "opens":
        say(f"charts wait {not plotting.cache_info().currsize}")
    return status


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
