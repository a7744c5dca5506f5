"""Times: how moments are shown in the rows, as long ago or exactly."""

from datetime import UTC

from PySide6.QtCore import QObject, QSettings, Signal

from gateway_desktop.core.clock import now_us
from gateway_desktop.ui.display import ago, short_moment


class Times(QObject):
    """The choice of a person, for all tabs."""

    changed = Signal()

    def __init__(self, state: QSettings, parent: QObject) -> None:
        super().__init__(parent)
        self._state = state
        self.relative = str(state.value("audit/relative", "true")) == "true"
        self.utc = False

    def text(self, at_us: int) -> str:
        """Return a moment as it is shown now."""
        if self.relative:
            return ago(at_us, now_us())
        return short_moment(at_us, UTC if self.utc else None)

    def show_relative(self, on: bool) -> None:
        """Show how long ago, or the moment."""
        if on is not self.relative:
            self.relative = on
            self._state.setValue("audit/relative", "true" if on else "false")
            self.changed.emit()

    def show_utc(self, on: bool) -> None:
        """Show moments in UTC, or in this machine's zone."""
        if on is not self.utc:
            self.utc = on
            self.changed.emit()
