"""Access: who may use which proxy and tool, through which group, and when they last did."""

from collections.abc import Sequence

from PySide6.QtWidgets import QCheckBox

from gateway_desktop.core.clock import now_us
from gateway_desktop.services.access_review import UNUSED_DAYS, AccessLine
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.display import ago, exact
from gateway_desktop.ui.lists.list_page import ListPage
from gateway_desktop.ui.tables.column import Badge, Column
from gateway_desktop.ui.tables.simple_table import SimpleTable
from gateway_desktop.ui.tables.typed_columns import KINDS
from gateway_desktop.ui.widgets.empty_state import EmptyState

MOST = 2_000  # lines shown at once; exports have all
NONE_YET = ("Nobody may use anything", "Add a user and a proxy; what they may use is listed here.")
ALL_USED = ("Everything is used", f"Nothing was left unused for {UNUSED_DAYS} days.")


def used(line: AccessLine) -> str:
    """Return when it was last used."""
    if not line.user_id:
        return ""
    return ago(line.last_used_us, now_us()) if line.last_used_us else "never"


ACCESS_COLUMNS: tuple[Column[AccessLine], ...] = (
    Column("user", "User", lambda row: row.user or "Anybody", width=208, strong=True),
    Column("proxy", "Proxy", width=128),
    Column("kind", "Kind", lambda row: KINDS.get(row.kind, row.kind), width=96, muted=True, spare=2),
    Column("tool", "Tool", display=lambda row: row.tool or "–", width=152),
    Column("through", "Through", width=160, stretch=True),
    Column(
        "models",
        "Models or tools",
        lambda row: ", ".join(row.models),
        display=lambda row: ", ".join(row.models) or "all" if not row.tool else "",
        width=128,
        muted=True,
        spare=3,
    ),
    Column(
        "used",
        "Last used",
        lambda row: row.last_used_us or 0,
        display=used,
        width=104,
        muted=True,
        tooltip=lambda row: exact(row.last_used_us) if row.last_used_us else "",
        spare=1,
    ),
    Column(
        "unused",
        "",
        lambda row: "Unused" if row.unused else "",
        width=80,
        badge=lambda row: Badge("Unused", "medium") if row.unused else None,
        tooltip=lambda row: f"Not used for {UNUSED_DAYS} days" if row.unused else "",
    ),
)


class AccessPage(ListPage[AccessLine]):
    """The review; `unused` narrows it to what nobody would miss."""

    def __init__(self, context: UiContext) -> None:
        table = SimpleTable(
            ACCESS_COLUMNS, lambda row: (row.user_id, row.proxy, row.tool), context.state, "access", "Access"
        )
        super().__init__(table, EmptyState())
        self.unused = QCheckBox(f"Unused for {UNUSED_DAYS} days")
        self.unused.toggled.connect(self._narrow)
        self._lines: Sequence[AccessLine] = ()

    def show_lines(self, lines: Sequence[AccessLine]) -> None:
        self._lines = lines
        self._narrow()

    def lines(self) -> Sequence[AccessLine]:
        return [line for line in self._lines if line.unused or not self.unused.isChecked()]

    def options(self) -> tuple[str, ...]:
        return ("access", "list", *(["--unused"] if self.unused.isChecked() else []))

    def _narrow(self) -> None:
        found = self.lines()
        self.empty.say(*(ALL_USED if self._lines else NONE_YET))
        if len(found) > MOST:
            self.banner.say(f"The first {MOST:,} of {len(found):,} are shown; an export has all.")
        else:
            self.banner.clear()
        self.show_rows(found[:MOST])
