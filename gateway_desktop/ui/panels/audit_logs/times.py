"""Times: how moments are shown in the rows, as long ago or exactly."""

from datetime import UTC

from PySide6.QtCore import QObject, QSettings, Signal

from gateway_desktop.core.clock import now_us
from gateway_desktop.store.queries.audit import AuditRow
from gateway_desktop.ui.display import ago, exact, short_moment
from gateway_desktop.ui.tables.column import Column


class Times(QObject):
    """The choice of a person, for all tabs."""

    changed = Signal()

    def __init__(self, state: QSettings, parent: QObject) -> None:
        super().__init__(parent)
        self._state = state
        self.relative = str(state.value("audit/relative", "true")) == "true"
        self.utc = False

    def text(self, at_us: int) -> str:
        if self.relative:
            return ago(at_us, now_us())
        return short_moment(at_us, UTC if self.utc else None)

    def column(self, width: int) -> Column[AuditRow]:
        return Column(
            "started_us",
            "Time",
            display=lambda row: self.text(row.started_us),
            width=width,
            muted=True,
            tooltip=lambda row: exact(row.started_us),
        )

    def show_relative(self, on: bool) -> None:
        if on is not self.relative:
            self.relative = on
            self._state.setValue("audit/relative", "true" if on else "false")
            self.changed.emit()

    def show_utc(self, on: bool) -> None:
        if on is not self.utc:
            self.utc = on
            self.changed.emit()
