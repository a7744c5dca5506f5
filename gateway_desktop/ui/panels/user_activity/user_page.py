"""One user: who they are, what they did, with what; and the way to all their rows."""

from datetime import datetime, timedelta
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QLabel, QMenu, QTabWidget, QWidget

from gateway_desktop.core.clock import now_us
from gateway_desktop.store.queries.user_view import UserView
from gateway_desktop.ui.boxes import in_column, in_row
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.controls import menu_button, push_button
from gateway_desktop.ui.display import ago, cost, exact, number, short_number
from gateway_desktop.ui.panels.user_activity.bounds import BOUND_COLUMNS
from gateway_desktop.ui.panels.user_activity.columns import (
    KEY_COLUMNS,
    MODEL_COLUMNS,
    RECENT_COLUMNS,
    SECURITY_COLUMNS,
    cost_tip,
)
from gateway_desktop.ui.tables.simple_table import SimpleTable
from gateway_desktop.ui.theme import GAP
from gateway_desktop.ui.widgets.badge import BadgeLabel
from gateway_desktop.ui.widgets.short_label import ShortLabel
from gateway_desktop.ui.widgets.stat_card import StatCard, StatStrip
from gateway_desktop.ui.widgets.text_label import text_label

SIDE_WIDTH = 360
MONTHS = 12
FACTS = ("Name", "Why", "Groups", "Keys", "Sessions", "First seen", "Last seen", "Proxies")


class UserPage(QWidget):
    """Opened by View; Escape or Back leads back to the list."""

    left = Signal()
    report_wanted = Signal(str)  # a month, such as 2026-01

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.back = push_button("Back", self.left)
        self.back.setAccessibleName("Back to all users")
        self.term = ""  # which filter of Audit Logs shows just their rows
        self.title = ShortLabel()
        self.title.setProperty("role", "title")
        self.kind = BadgeLabel()
        self.state = BadgeLabel()
        self.show_all = push_button("Show all in Audit Logs")
        self.facts = {name: QLabel() for name in FACTS}
        self.captions = {name: QLabel(name) for name in FACTS}
        self.cards = tuple(StatCard(title) for title in ("Requests", "Blocked", "Tokens", "Cost"))
        state = context.state
        self.recent = SimpleTable(RECENT_COLUMNS, lambda row: row.id, state, "user-recent", "Recent requests")
        self.models = SimpleTable(
            MODEL_COLUMNS, lambda row: (row.kind, row.target), state, "user-models", "Models and tools"
        )
        self.keys = SimpleTable(KEY_COLUMNS, lambda row: row.key.id, state, "user-keys", "Keys")
        self.security = SimpleTable(
            SECURITY_COLUMNS, lambda row: row.id, state, "user-events", "Security events"
        )
        self.bounds = SimpleTable(
            BOUND_COLUMNS, lambda row: (row.whose, row.what), state, "user-bounds", "Limits and budgets"
        )
        self._months = QMenu(self)
        self._months.aboutToShow.connect(self._offer_months)
        self.report = menu_button("Month's report", self._months)
        self._lay_out()
        leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        leave.activated.connect(self.left)

    def _lay_out(self) -> None:
        head = in_row(self.back, gap=GAP)
        head.addSpacing(GAP)
        for widget in (self.title, self.kind, self.state):
            head.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addStretch(1)
        head.addWidget(self.report)
        head.addWidget(self.show_all)
        grid = QGridLayout()
        grid.setHorizontalSpacing(3 * GAP)
        grid.setVerticalSpacing(2)
        for column, (name, label) in enumerate(self.facts.items()):
            caption = self.captions[name]
            caption.setProperty("role", "small")
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(caption, 0, column)
            grid.addWidget(label, 1, column)
        grid.setColumnStretch(len(FACTS), 1)
        self.side = QTabWidget()
        self.side.setFixedWidth(SIDE_WIDTH)
        self.side.setDocumentMode(True)
        self.side.tabBar().setAccessibleName("More of the user")
        for table, words in (
            (self.models, "Models && tools"),
            (self.keys, "Keys"),
            (self.bounds, "Limits"),
            (self.security, "Security"),
        ):
            self.side.addTab(table, words)
        below = in_row(
            (in_column(_heading("Recent requests"), (self.recent, 1), gap=4), 1), self.side, gap=3 * GAP
        )
        in_column(head, grid, StatStrip(self.cards), (below, 1), of=self, margins=0, gap=2 * GAP)

    def show_view(self, view: UserView, reasons: str) -> None:
        """Show a user as read; `reasons` says why the unattributed have no name."""
        account, counts = view.account, view.counts
        name = counts.actor if counts is not None else view.owner
        if account is not None:
            name = account.user.shown
        self.title.setText(name or "Unattributed")
        service = account is not None and account.user.service
        self.kind.say("Service account" if service else "Person", "low")
        self.kind.setVisible(account is not None)
        active = account is not None and account.user.active
        gone = "Deleted" if view.owner else "No known owner"
        self.state.say(
            "Active" if active else "Inactive" if account is not None else gone,
            "success" if active else "low",
        )
        self.term = view.term
        self._show_facts(view, reasons)
        self._show_counts(view)
        self.recent.show_rows(view.recent)
        self.models.show_rows(view.targets)
        self.keys.show_rows(view.keys)
        self.report.setVisible(bool(view.owner))
        self.security.show_rows(view.security)

    @Slot()
    def _offer_months(self) -> None:
        self._months.clear()
        month = datetime.now().astimezone().date().replace(day=1)
        for _ in range(MONTHS):
            self._months.addAction(f"{month:%B %Y}", partial(self.report_wanted.emit, f"{month:%Y-%m}"))
            month = (month - timedelta(days=1)).replace(day=1)

    def _show_facts(self, view: UserView, reasons: str) -> None:
        account, counts = view.account, view.counts
        groups = account.groups if account is not None else counts.groups if counts is not None else ()
        texts = {
            "Name": account.user.display_name if account is not None else "",
            "Why": reasons,
            "Groups": ", ".join(groups) or "–",
            "Keys": str(len(view.keys)),
            "Sessions": f"{len(view.live_sessions)} live" if view.live_sessions else "",
            "First seen": ago(view.first_seen_us, now_us()) if view.first_seen_us else "never",
            "Last seen": ago(view.last_seen_us, now_us()) if view.last_seen_us else "never",
            "Proxies": ", ".join(view.proxies) or "–",
        }
        for name, text in texts.items():
            self.facts[name].setText(text)
            self.facts[name].setVisible(bool(text))
            self.captions[name].setVisible(bool(text))
        self.facts["Sessions"].setToolTip(
            "\n".join(
                f"{item.client} at {item.proxy}, since {ago(item.session.created_us, now_us())}"
                for item in view.live_sessions
            )
        )
        self.facts["First seen"].setToolTip(exact(view.first_seen_us))
        self.facts["Last seen"].setToolTip(exact(view.last_seen_us))

    def _show_counts(self, view: UserView) -> None:
        requests, blocked, tokens, spend = self.cards
        counts = view.counts
        if counts is None:
            for card in self.cards:
                card.show_number("0")
            return
        requests.show_number(number(counts.requests), f"{number(counts.failed)} failed")
        blocked.show_number(number(counts.blocked), "", "critical" if counts.blocked else "muted")
        both = f"{short_number(counts.tokens_in)} in, {short_number(counts.tokens_out)} out"
        tokens.show_number(short_number(counts.tokens_in + counts.tokens_out), both)
        missing = f"{number(counts.cost_unknown)} of unknown cost" if counts.cost_unknown else ""
        spend.show_number(
            cost(counts.cost_nano, unknown=counts.cost_unknown),
            missing,
            tip=cost_tip(counts.cost_nano, counts.cost_unknown),
        )


def _heading(words: str) -> QLabel:
    label = text_label(words, "heading")
    label.setFixedHeight(28)
    return label
