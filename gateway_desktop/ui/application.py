"""The Qt application: first the window, then what stands behind it, and at the end all of it in reverse."""

import logging
import signal
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from importlib import import_module
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QEvent, QObject, QTimer, Slot
from PySide6.QtGui import QFontDatabase, QIcon
from PySide6.QtWidgets import QApplication, QMessageBox

from gateway_desktop.core.errors import Disk, StorageUnavailable, pauses
from gateway_desktop.core.status import State
from gateway_desktop.services.end_signals import when_told_to_end
from gateway_desktop.services.rescue import Rescue
from gateway_desktop.ui.closing import ask_to_quit
from gateway_desktop.ui.context import Backend, UiContext, window_state
from gateway_desktop.ui.dialogs.sign_in import AskToSignIn
from gateway_desktop.ui.futures import relay, when_done, words
from gateway_desktop.ui.garbage import GarbageCollector
from gateway_desktop.ui.main_window import MainWindow
from gateway_desktop.ui.single_instance import SingleInstance
from gateway_desktop.ui.text_size import scaled_application
from gateway_desktop.ui.theme import theme
from gateway_desktop.ui.widgets.confirm import Confirmation
from gateway_desktop.ui.widgets.dialog import Dialog

SETTLED_MS = 5000  # after so long everything that stays has been made
RESTORE = (
    "{} takes the place of the damaged database. What was recorded and changed after it was made "
    "is not in it: keys revoked since then are good again. The damaged file is kept beside it."
)
Opener = Callable[[AskToSignIn], AbstractContextManager[Backend]]
log = logging.getLogger(__name__)


def run(data: Path, resources: Path, opener: Opener, rescue: Rescue) -> int:
    """Show the window, open what stands behind it in a thread, run until the window is closed.

    After somebody signed out a new window asks who comes next.

    Returns the exit status; a second start for the same data folder raises the first window and returns 0.
    Raises Unavailable where the data folder cannot be written.
    """
    application = make_application(resources)
    first = SingleInstance(data)
    if not first.claim():
        return 0
    try:
        while True:
            desktop = Desktop(application, data, resources, opener, first, rescue)
            status = desktop.run()
            if not desktop.signed_out:
                return status
            desktop.deleteLater()
    finally:
        first.release()


def say_alone(resources: Path, sentence: str) -> None:
    """Say in a small window why there is no other, until it is closed."""
    application = make_application(resources)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # nothing is open yet that would have to be closed
    theme().set_mode("system")
    said = Dialog("Gateway Desktop cannot open")
    said.add_text(sentence)
    said.finished.connect(application.quit)
    said.open()
    application.exec()


def make_application(resources: Path) -> QApplication:
    """Return the Qt application with its fonts, names and icon; the one that exists, if there is one."""
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else scaled_application(sys.argv[:1])
    application.setApplicationName("gateway-desktop")
    application.setApplicationDisplayName("Gateway Desktop")
    application.setDesktopFileName("gateway-desktop")
    application.setWindowIcon(QIcon(str(resources / "icons" / "gateway-desktop.svg")))
    for path in sorted((resources / "fonts").glob("*.[ot]tf")):
        QFontDatabase.addApplicationFont(str(path))
    relay()
    spare_imports()
    return application


def spare_imports() -> None:
    """Keep PySide from looking into pydantic, which the prices need.

    PySide reads the source of each module that is imported; asking a half imported pydantic for it raises.
    """
    seen = getattr(sys.modules.get("shibokensupport.feature"), "pyside_feature_dict", None)
    if isinstance(seen, dict):
        for name in ("pydantic", "pydantic.errors"):
            seen.setdefault(name, -1)  # what it notes of modules without Qt


class Desktop(QObject):
    """The life of the window: opening, running, closing."""

    def __init__(
        self,
        application: QApplication,
        data: Path,
        resources: Path,
        opener: Opener,
        first: SingleInstance,
        rescue: Rescue,
    ) -> None:
        super().__init__()
        self._application = application
        self._data = data
        self._resources = resources
        self._opener = opener
        self._rescue = rescue
        self._behind = ExitStack()  # what was opened, closed last to first
        self._pauses = pauses()
        self._garbage = GarbageCollector(self)
        self._opening = ThreadPoolExecutor(max_workers=1, thread_name_prefix="opening")
        theme().set_mode(str(window_state(data).value("window/theme", "system")))
        self.window = MainWindow(data, resources)
        self.window.closed.connect(application.quit)
        self.window.session_ends = application.isSavingSession
        self.signed_out = False
        self._ask = AskToSignIn(self.window)
        self._ask.quit_wanted.connect(self.window.quit)
        first.raised.connect(self.window.come_forward)

    def run(self) -> int:
        """Show, open, run, close."""
        previous, sys.excepthook = sys.excepthook, self._last_resort
        when_told_to_end(self._told_to_end)
        self.window.painted.connect(self._open)
        self.window.opening_wanted.connect(self._open)
        self.window.show()
        try:
            status = self._application.exec()
        finally:
            sys.excepthook = previous
            self._ask.give_up()
            self._opening.shutdown(wait=True)
            self.window.hide()
            self._behind.close()
            self._take_down()
        return status

    def _take_down(self) -> None:
        """Delete the window from the top down, before Python takes its parts in any order it likes."""
        self.window.deleteLater()
        self._application.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def _told_to_end(self) -> None:
        """End without going into the tray and without a question: whoever says so may be no person."""
        self.window.may_close = lambda: True
        self.window.quit()
        self._application.exit()  # `quit` would ask dialogs in which something was written

    @Slot()
    def _open(self) -> None:
        future: Future[Backend] = self._opening.submit(self._behind_it)
        when_done(self, future, self._opened, self._not_opened)

    def _behind_it(self) -> Backend:
        """Open what stands behind the window, in the thread for it; its modules are loaded there, too."""
        backend: Backend = self._behind.enter_context(self._opener(self._ask))
        import_module("gateway_desktop.ui.panels")
        return backend

    def _opened(self, backend: Backend) -> None:
        from gateway_desktop.ui.alert_watch import AlertWatch  # late: they would delay the first paint
        from gateway_desktop.ui.charts.plotting import plotting
        from gateway_desktop.ui.follow_status import FollowStatus
        from gateway_desktop.ui.panels import PANELS
        from gateway_desktop.ui.tray import Tray

        self._garbage.keep()
        context = UiContext(backend, self._data, self._resources, self)
        follow = FollowStatus(self.window, context)
        watch = AlertWatch(context, self.window)
        self.window.on_close = Tray(self.window, context, watch).closing
        self.window.may_close = lambda: self._may_close(context)
        self.window.fill(context, PANELS)
        if context.who.signed_in is not None:
            self.window.offer_sign_out(context.who.signed_in.shown, lambda: self._ask_to_leave(context))
        follow.begin()
        watch.look()
        plotting()  # its import goes on beside the first page, and no chart waits for it
        QTimer.singleShot(SETTLED_MS, self, self._garbage.settle)

    def _ask_to_leave(self, context: UiContext) -> None:
        running = context.status().state is State.RUNNING
        stops = " The gateway of this window stops until an operator or an admin signs in." if running else ""
        consequence = f"The next person signs in before they see anything.{stops}"
        question = Confirmation("Sign out", consequence, "Sign out", context.who.sign_out)
        question.taking(None).then(self._leave).open_over(self.window)

    @Slot(object)
    def _leave(self, _: object) -> None:
        self.signed_out = True
        self.window.may_close = lambda: True
        self.window.quit()

    def _not_opened(self, error: BaseException) -> None:
        if isinstance(error, StorageUnavailable) and error.passes:
            log.error("The window waits. %s", error)
            self.window.show_problem(words(error), waits=True)
            QTimer.singleShot(round(next(self._pauses) * 1000), self, self._open)
            return
        log.error("The window has nothing to show", exc_info=error)
        self.window.show_problem(words(error))
        if isinstance(error, StorageUnavailable) and error.kind is Disk.CORRUPT:
            when_done(self, self._rescue.newest(), self._offer_backup)

    def _offer_backup(self, backup: Path | None) -> None:
        if backup is not None:
            self.window.waiting.offer("Restore the newest backup…", lambda: self._ask_to_restore(backup))

    def _ask_to_restore(self, backup: Path) -> None:
        Confirmation(
            "Restore the newest backup?",
            RESTORE.format(backup.name),
            "Restore",
            lambda: self._rescue.restore(backup),
        ).taking(None).then(lambda _: self.window.try_again()).open_over(self.window)

    def _may_close(self, context: UiContext) -> bool:
        status = context.status()
        if status.state is not State.RUNNING or not status.active:
            return True
        return ask_to_quit(status.active, self.window)

    def _last_resort(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Log what nobody caught and say it once at a time; the program goes on."""
        log.critical("Uncaught error in the window", exc_info=(kind, error, trace))
        if self.window.findChild(QMessageBox, "last resort") is None:
            box = QMessageBox(QMessageBox.Icon.Critical, "Gateway Desktop", words(error), parent=self.window)
            box.setObjectName("last resort")
            box.open()
            box.finished.connect(box.deleteLater)
