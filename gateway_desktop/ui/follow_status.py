"""FollowStatus: keeps the frame of the window (status bar, sidebar, notices) at what is true now."""

from PySide6.QtCore import QObject, QTimer, Slot

from gateway_desktop.core.changes import Topic
from gateway_desktop.store.queries import overview
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.futures import when_done
from gateway_desktop.ui.main_window import MainWindow

EVERY_MS = 1000
STORAGE_EVERY = 30  # times


class FollowStatus(QObject):
    """Looks once a second at what the gateway says of itself (no I/O), and asks the database when it changed."""

    def __init__(self, window: MainWindow, context: UiContext) -> None:
        super().__init__(window)
        self._window = window
        self._context = context
        self._looks = 0
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self._look)
        context.bridge.topic.connect(self._changed)
        control = context.services.gateway_control
        window.notices.use_port = lambda port: control.restart(port=port)
        window.notices.start = control.start
        window.notices.logging.chosen.connect(lambda: context.open_page("settings", section="audit"))
        window.theme_chosen.connect(self._keep_theme)

    def begin(self) -> None:
        """Look now, and from now on."""
        self._look()
        self._ask()
        self._timer.start()

    @Slot()
    def _look(self) -> None:
        status = self._context.status()
        self._window.status_bar.show_status(status)
        self._window.sidebar.dot.show_state(status.state)
        self._window.notices.show_status(status)
        self._looks += 1
        if self._looks % STORAGE_EVERY == 0 and self._window.isVisible():
            self._ask()

    @Slot(object)
    def _changed(self, topic: Topic) -> None:
        if topic is Topic.STATUS:
            self._look()
        elif topic in (Topic.CONFIGURATION, Topic.SETTINGS):
            self._ask()
