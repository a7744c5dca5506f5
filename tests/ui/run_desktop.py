"""The whole life of the window in a process of its own: `run_desktop.py FOLDER opens|locked|again`."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from importlib.abc import MetaPathFinder
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QTimer

from gateway_desktop.core.errors import Unavailable
from gateway_desktop.core.paths import Paths
from gateway_desktop.ui.application import Desktop, make_application
from gateway_desktop.ui.context import Backend
from gateway_desktop.ui.single_instance import SingleInstance
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


def main(folder: Path, how: str) -> int:
    sys.meta_path.insert(0, Noting())
    resources = Paths(folder).resources
    qapp = make_application(resources)
    opener = {
        "opens": lambda _ask: behind(folder),
        "locked": lambda _ask: locked(),
        "again": Second(folder).open,
    }[how]
    program = Desktop(qapp, folder, resources, opener, SingleInstance(folder))
    program.window.painted.connect(lambda: say("painted"))
    program.window.page_shown.connect(lambda name: say(f"page {name}"))
    program.window.page_shown.connect(lambda _: QTimer.singleShot(0, program.window.close))
    program.window.problem_shown.connect(say)
    answer = program.window.waiting.button.click if how == "again" else program.window.close
    program.window.problem_shown.connect(lambda _: QTimer.singleShot(0, answer))
    say(f"pyqtgraph {'pyqtgraph' in sys.modules}")
    return program.run()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
