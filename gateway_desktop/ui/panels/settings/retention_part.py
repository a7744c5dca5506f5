"""Below the settings of retention: what is gone by now, and a run by hand."""

from collections.abc import Sequence

from PySide6.QtCore import Slot

from gateway_desktop.core.plural import plural
from gateway_desktop.core.retention import Mark, Removed
from gateway_desktop.store.queries.gaps import retention_marks
from gateway_desktop.ui.boxes import in_column, in_row
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.controls import push_button
from gateway_desktop.ui.display import moment, number
from gateway_desktop.ui.futures import when_done
from gateway_desktop.ui.panels.settings.section_page import SectionPart
from gateway_desktop.ui.permissions import permissions
from gateway_desktop.ui.theme import GAP
from gateway_desktop.ui.widgets.banner import Banner
from gateway_desktop.ui.widgets.confirm import Confirmation
from gateway_desktop.ui.widgets.text_label import text_label

KINDS = {
    "llm": "LLM requests",
    "mcp": "MCP requests",
    "a2a": "Agent2Agent requests",
    "system": "System events",
    "texts": "texts",
}
NOTHING = "Nothing has been removed yet. The gateway looks every hour."
CONSEQUENCE = (
    "Rows and texts older than the saved settings keep them are removed for good. Counts stay, "
    "and the run is a System event."
)


class RetentionPart(SectionPart):
    """`refresh` reads it anew."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(context)
        self.banner = Banner()
        self.gone = text_label(NOTHING, wraps=True)
        self.run = push_button("Run now…", self._ask)
        permissions().require(self.run)
        heading = text_label("Gone by now", "heading")
        in_column(heading, self.banner, self.gone, in_row(self.run, 1), of=self, margins=0, gap=GAP)

    def refresh(self) -> None:
        when_done(self, self._context.ask(retention_marks), self._show, slot="marks")

    def _show(self, marks: Sequence[Mark]) -> None:
        lines = [
            f"{number(mark.removed)} {KINDS[mark.kind]} from before {moment(mark.until_us)[:16]}"
            for mark in marks
        ]
        self.gone.setText("\n".join(lines) or NOTHING)

    @Slot()
    def _ask(self) -> None:
        self.banner.clear()
        Confirmation(
            "Remove what is due now?", CONSEQUENCE, "Remove", lambda: self._context.services.retention.run()
        ).then(self._ran).open_over(self)

    @Slot(object)
    def _ran(self, removed: Removed) -> None:
        rows = sum(removed.rows.values())
        self.banner.say(
            f"Removed {plural(rows, 'row')} and {plural(removed.texts, 'text')} of rows that stay.", "success"
        )
        self.refresh()
