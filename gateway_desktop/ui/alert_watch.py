"""AlertWatch: how many serious alerts wait, and which of them are new; said calmly."""

from collections.abc import Sequence

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal, Slot

from gateway_desktop.core.alert import AlertState
from gateway_desktop.core.changes import Topic
from gateway_desktop.core.finding import Level
from gateway_desktop.store.queries.alerts import AlertFilter, AlertItem, alerts
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.futures import when_done
from gateway_desktop.ui.throttle import Throttle

EVERY_MS = 1000
PAUSE_MS = 30_000  # between two notices; what comes meanwhile is told together
MOST = 200  # that are counted; more are "200+"
SERIOUS = (Level.HIGH, Level.CRITICAL)


class AlertWatch(QObject):
    """Asks the database when alerts changed, off the main thread."""

    counted = Signal(int)  # serious alerts that nobody has looked at
    told = Signal(object)  # list[AlertItem], the newest first: came since the last notice

    def __init__(self, context: UiContext, parent: QObject | None = None, pause_ms: int = PAUSE_MS) -> None:
        super().__init__(parent)
        self._context = context
        self._known: frozenset[str] | None = None  # None: nothing was asked yet
        self._held: dict[str, AlertItem] = {}
        self._pause_ms = pause_ms
        self._since = QElapsedTimer()
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._tell)
        Throttle(context.bridge, EVERY_MS, self, Topic.ALERTS).due.connect(self.look)

    @Slot()
    def look(self) -> None:
        """Ask now."""
        asked = AlertFilter(states=(AlertState.NEW,), severities=SERIOUS)
        when_done(self, self._context.ask(alerts, asked, MOST), self._arrived, _ignore, slot="alerts")

    def _arrived(self, items: Sequence[AlertItem]) -> None:
        self.counted.emit(len(items))
        ids = frozenset(item.id for item in items)
        known, self._known = self._known, ids
        self._held = {alert: item for alert, item in self._held.items() if alert in ids}
        if known is None:  # what waited when the window opened is counted, not told
            return
        self._held.update((item.id, item) for item in items if item.id not in known and self._wanted(item))
        if self._held and not self._timer.isActive():
            waited = self._since.elapsed() if self._since.isValid() else self._pause_ms
            self._timer.start(max(0, self._pause_ms - waited))

    def _wanted(self, item: AlertItem) -> bool:
        least = self._context.settings.notifications.least
        return item.severity is Level.CRITICAL or least != Level.CRITICAL

    @Slot()
    def _tell(self) -> None:
        if self._held:
            items = sorted(self._held.values(), key=lambda item: -item.last_us)
            self._held.clear()
            self._since.restart()
            self.told.emit(items)


def _ignore(error: BaseException) -> None:
    """The count keeps what it says: the page Alerts says what is wrong."""
