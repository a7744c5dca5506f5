"""Tools: what MCP servers and agents say of themselves, and whether people approve it."""

from collections.abc import Sequence

from PySide6.QtCore import Slot

from gateway_desktop.core.changes import Topic
from gateway_desktop.core.plural import plural
from gateway_desktop.core.tool_pin import AGENT_CARD, PinState
from gateway_desktop.store.queries.tool_pins import PinItem, pin_rows
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.controls import combo_box
from gateway_desktop.ui.lists.list_panel import ListPanel
from gateway_desktop.ui.lists.row_actions import RowAction
from gateway_desktop.ui.panels.tools.columns import ORDER, TOOL_COLUMNS
from gateway_desktop.ui.panels.tools.detail import told
from gateway_desktop.ui.widgets.confirm import Confirmation
from gateway_desktop.ui.widgets.text_pane import TextPane

KEPT = "tools/state"  # in the window's state: the words of the choice
WAITING = frozenset({PinState.CHANGED, PinState.PENDING})
NONE_YET = ("No tools yet", "Tools stand here once an application lists them through an MCP proxy.")
NO_MATCH = ("No match", "No tool is in that state.")


class Tools(ListPanel[PinItem]):
    """Tools of MCP servers and cards of agents."""

    name = "tools"
    title = "Tools"
    group = "Security"
    icon = "tools"
    throttled = (Topic.AUDIT, 2000)

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, TOOL_COLUMNS, lambda row: (row.proxy, row.pin.name))
        self._pins = context.services.tool_pins
        self._items: Sequence[PinItem] = ()
        self.table.sort_by("state")  # what waits comes first
        self.states = combo_box("State", _choices())
        self.states.setCurrentIndex(max(0, self.states.findText(str(context.state.value(KEPT, "")))))
        self.states.currentIndexChanged.connect(self._state_chosen)
        self.page.empty.chosen.connect(self._help_on)
        self.text = TextPane("Details of the tool", told)
        self.put_buttons(first=(self.states,))
        self.row_actions.buttons["Approve"].setProperty("kind", "primary")
        self.put_over(self.text, (360, 320))
        self.table.chosen.connect(self._choose)

    def _actions(self) -> tuple[RowAction[PinItem], ...]:
        return (
            RowAction("Approve", self._approve, lambda row: _can_approve(row.pin.state), button=True),
            RowAction(
                "Disable", self._disable, lambda row: row.pin.state is not PinState.DISABLED, button=True
            ),
            RowAction("Approve all of this proxy…", self._approve_all),
            RowAction("Show calls", self._show_calls, least=None),
        )

    def refresh(self) -> None:
        self.load("tools", pin_rows, ok=self._set_items)

    def open_with(self, **wanted: object) -> None:
        """Show a tool (`tool`, as alerts name it: `proxy: tool`), whatever its state."""
        self.wanted = str(wanted.get("tool", ""))
        self.states.setCurrentIndex(0)
        self._show()

    def _set_items(self, rows: Sequence[PinItem]) -> None:
        self._items = rows
        self._show()

    @Slot()
    def _help_on(self) -> None:
        if self._items:
            self.states.setCurrentIndex(0)
        else:
            self.context.open_page("proxies")

    @Slot(int)
    def _state_chosen(self, at: int) -> None:
        self.context.state.setValue(KEPT, _choices()[at][0])
        self._show()

    @Slot()
    def _show(self) -> None:
        states = self.states.currentData()
        rows = [row for row in self._items if row.pin.state in states]
        words, action = (NO_MATCH, "Show all") if self._items else (NONE_YET, "Open Proxies")
        self.page.empty.say(*words, action)
        self.show_rows(rows, lambda row: f"{row.proxy}: {row.pin.name}")
        for at, (words_of, states_of) in enumerate(_choices()):
            count = sum(row.pin.state in states_of for row in self._items)
            self.states.setItemText(at, f"{words_of} ({count:,})")
        self._choose(self.table.current())

    @Slot(object)
    def _choose(self, row: PinItem | None) -> None:
        self.text.setVisible(row is not None)
        if row is not None:
            self.text.show_text(row, row)

    def _approve(self, row: PinItem) -> None:
        self.page.run(
            lambda: self._pins.approve(row.proxy, row.pin.name, {row.pin.name: row.pin.seen_digest})
        )

    def _disable(self, row: PinItem) -> None:
        self.page.run(lambda: self._pins.disable(row.proxy, row.pin.name))

    def _approve_all(self, row: PinItem) -> None:
        waiting = [one for one in self._items if one.proxy == row.proxy and one.pin.state in WAITING]
        shown = {one.pin.name: one.pin.seen_digest for one in waiting}
        Confirmation(
            f"Approve all that waits at {row.proxy}?",
            f"{plural(len(waiting), 'tool is', 'tools are')} pending or changed. "
            "After this they may be called as they are now.",
            "Approve all",
            lambda: self._pins.approve(row.proxy, shown=shown),
        ).open_over(self)

    def _show_calls(self, row: PinItem) -> None:
        agent = row.pin.name == AGENT_CARD
        asked = f"proxy:{row.proxy}" if agent else f"proxy:{row.proxy} tool:{row.pin.name}"
        self.context.open_page("audit_logs", tab="a2a" if agent else "mcp", filter=asked)


def _can_approve(state: PinState) -> bool:
    return state in (*WAITING, PinState.DISABLED)


def _choices() -> tuple[tuple[str, frozenset[PinState]], ...]:
    return (
        ("All", frozenset(PinState)),
        ("Waiting", WAITING),
        *((state.capitalize(), frozenset({state})) for state in ORDER),
    )
