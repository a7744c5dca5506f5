"""User Activity: numbers against the period before, requests over time, the most active users, one user."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QStackedWidget, QWidget

from gateway_desktop.core.changes import Topic
from gateway_desktop.core.clock import iso, now_us
from gateway_desktop.core.retention import Gap
from gateway_desktop.services.settings import Found
from gateway_desktop.store.queries.activity import ActiveGroup, ActiveUser
from gateway_desktop.store.queries.audit import AuditRow
from gateway_desktop.store.queries.bounds import Bounds, bounds_of
from gateway_desktop.store.queries.gaps import switched_off
from gateway_desktop.store.queries.sums import ActivityFilter
from gateway_desktop.store.queries.user_view import UserView, user
from gateway_desktop.ui.boxes import fill, in_column
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.controls import push_button, tab_bar
from gateway_desktop.ui.export_dialog import ExportDialog, Listing
from gateway_desktop.ui.futures import when_done
from gateway_desktop.ui.panel import Panel
from gateway_desktop.ui.panels.user_activity.activity_chart import ActivityChart
from gateway_desktop.ui.panels.user_activity.bounds import bound_rows
from gateway_desktop.ui.panels.user_activity.cards import ActivityCards
from gateway_desktop.ui.panels.user_activity.causes import NOBODY, Cause, cause
from gateway_desktop.ui.panels.user_activity.columns import GROUP_COLUMNS, USER_COLUMNS
from gateway_desktop.ui.panels.user_activity.filters import ActivityFilters
from gateway_desktop.ui.panels.user_activity.reading import Activity, activity, models
from gateway_desktop.ui.panels.user_activity.slow_load import SlowLoad
from gateway_desktop.ui.panels.user_activity.user_page import UserPage
from gateway_desktop.ui.tables.date_range import ALL_TIME, LAST_WEEK, DateRange, DateRangeButton
from gateway_desktop.ui.tables.simple_table import SimpleTable
from gateway_desktop.ui.theme import ROW_HEIGHT
from gateway_desktop.ui.widgets.banner import Banner
from gateway_desktop.ui.widgets.empty_state import EmptyState
from gateway_desktop.ui.widgets.gap_note import GapNote

LEAST_ROWS = 5  # its head is one
RANGE_KEY = "user_activity/range"


class UserActivity(Panel):
    """Who used the gateway, how much, and what it cost."""

    name = "user_activity"
    title = "User Activity"
    group = "Access & Identity"
    icon = "activity"
    help_page = "user-activity"
    topics = frozenset({Topic.CONFIGURATION, Topic.SETTINGS})
    throttled = (Topic.AUDIT, 2000)

    def __init__(self, context: UiContext) -> None:
        super().__init__(context)
        self.range = DateRangeButton(self._kept_range())
        self.cards = ActivityCards()
        self.chart = ActivityChart()
        self.nobody = Banner()
        self.table = SimpleTable(
            USER_COLUMNS, lambda row: row.owner, context.state, "active-users", "Most active users"
        )
        self.group_table = SimpleTable(
            GROUP_COLUMNS, lambda row: row.group, context.state, "active-groups", "Most active groups"
        )
        for table in (self.table, self.group_table):
            table.sort_by("requests", descending=True)
        self.filters = ActivityFilters(context.state)
        self.empty = EmptyState()
        self.user_page = UserPage(context)
        self._logging = True
        self._shown: Activity | None = None
        self._cause: Cause | None = None
        self._owner: str | None = None  # whose page is open
        self._asked = ActivityFilter()
        self._zone: tzinfo = UTC
        export = push_button("Export CSV", self.export, tip="All rows of this filter into a file (Ctrl+E)")
        self.buttons.add(self.range, export)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.list = QWidget()
        column = in_column(self.cards, of=self.list, margins=0, gap=8)
        column.addSpacing(4)
        column.addWidget(self.chart)
        column.addSpacing(4)
        self.by = tab_bar("Grouped by user or by group", ("Most Active Users", "By group"))
        self.tables = QStackedWidget()
        self.tables.addWidget(self.table)
        self.tables.addWidget(self.group_table)
        self.tables.setMinimumHeight(LEAST_ROWS * ROW_HEIGHT)  # in a low window the chart gives way
        fill(column, self.by, self.nobody, (self.tables, 1))
        self.stack = QStackedWidget()
        self._waiting = QWidget()
        for page in (self._waiting, self.list, self.empty, self.user_page):
            self.stack.addWidget(page)
        self.gap_note = GapNote()
        self.slow = SlowLoad()
        fill(self.body, self.filters, self.slow, self.gap_note, (self.stack, 1))

    def _connect(self) -> None:
        self.range.picked.connect(self._range_picked)
        self.cards.opened.connect(lambda term: self._open_rows(f"{self.filters.words()} {term}".strip()))
        self.chart.range_chosen.connect(lambda since, until: self.range.pick(DateRange(None, since, until)))
        self.chart.models_wanted.connect(self._load_models)
        self.chart.ranked.opened.connect(self._open_user)
        self.nobody.chosen.connect(lambda: self.context.open_page(NOBODY.page))
        self.table.opened.connect(self._view)
        self.group_table.opened.connect(self._view_group)
        self.by.currentChanged.connect(self.tables.setCurrentIndex)
        self.filters.changed.connect(self.reload)
        self.slow.range_wanted.connect(self.range.pick)
        self.slow.one_user.clicked.connect(self.filters.user.open_popup)
        self.empty.chosen.connect(self._help_empty)
        self.user_page.left.connect(self._leave_user)
        self.user_page.show_all.clicked.connect(self._show_all)
        self.user_page.recent.opened.connect(self._open_row)
        self.user_page.report_wanted.connect(self._report)

    # -- reading

    def refresh(self) -> None:
        """Read settings first, for days are days of the team's zone."""
        when_done(self, self.context.services.settings.all(), self._set_settings, slot="settings")

    def open_with(self, **wanted: object) -> None:
        if "user" in wanted:
            self._open_user(str(wanted["user"]))

    def _set_settings(self, found: Found) -> None:
        self._logging = bool(found["audit.enabled"][0])
        zone = str(found["team.time_zone"][0])
        since, until = self.range.chosen.bounds(datetime.now(UTC))
        self._asked = self.filters.narrow(ActivityFilter(since_us=since, until_us=until or now_us()))
        if self._owner is not None:
            self.load("user", user, self._owner, self._asked, ok=self._show_user)
        self._zone = self.chart.zone = ZoneInfo(zone) if zone else self.context.zone
        since_us, until_us = self._asked.since_us, self._asked.until_us
        self.load("gaps", switched_off, since_us, until_us, ok=self._show_gaps)
        self.slow.begin((until_us - since_us) / 1e6 if since_us is not None and until_us else None)
        self.load("activity", activity, self._asked, self._zone, ok=self._show)
        if self.chart.by_model():
            self._load_models()

    @Slot()
    def _load_models(self) -> None:
        self.load("models", models, self._asked, self._zone, ok=self.chart.show_models)

    def _show_gaps(self, found: tuple[Gap, ...]) -> None:
        self.gap_note.show_gaps(found, self._zone)
        self.chart.chart.show_gaps(found)

    def _show(self, found: Activity) -> None:
        self.slow.end()
        self._shown = found
        self._cause = cause(found, logging=self._logging)
        self.cards.show_cards(found, self.range.chosen)
        self.table.show_rows(found.users)
        self.group_table.show_rows(found.groups)
        self.filters.offer(found.choices)
        self.chart.show_activity(found)
        if self._cause is not None:
            self.empty.say(self._cause.title, self._cause.sentence, self._cause.action)
        unnamed = not found.cards.unique_users and found.cards.requests > 0
        if unnamed:
            self.nobody.say(f"{NOBODY.title}. {self._reasons()}", "medium", NOBODY.action)
        else:
            self.nobody.clear()
        if self._owner is None:
            self.stack.setCurrentWidget(self.list if self._cause is None else self.empty)

    def _reasons(self) -> str:
        found = self._shown.reasons.unattributed if self._shown is not None else ()
        return "; ".join(f"{sentence or 'unknown'} ({count:,})" for sentence, count in found)

    def export(self) -> bool:
        if self._shown is None:
            return False
        by_group = self.by.currentIndex() == 1
        since, until = self._asked.since_us, self._asked.until_us
        times = [f"--since={iso(since or 0)}", f"--until={iso(until or now_us())}"]
        rows = len(self._shown.groups if by_group else self._shown.users)
        words = ("activity", "groups" if by_group else "users", *times, *self.filters.options())
        text = f"{self.range.chosen.label} {self.filters.words()}".strip()
        ExportDialog(self.context, "activity", self.title, text, Listing(words, rows)).open_over(self)
        return True

    # -- range

    def _kept_range(self) -> DateRange:
        since, _, until = str(self.context.state.value(RANGE_KEY, "7d|")).partition("|")
        return DateRange.of_terms(since, until) if since or until else LAST_WEEK

    @Slot(object)
    def _range_picked(self, chosen: DateRange) -> None:
        self.context.state.setValue(RANGE_KEY, "|".join(chosen.terms()))
        self.reload()

    @Slot()
    def _help_empty(self) -> None:
        if self._cause is not None and self._cause.page:
            self.context.open_page(self._cause.page, **dict(self._cause.wanted))
        else:
            self.range.show_range(ALL_TIME)
            self.filters.clear()

    # -- one user

    @Slot(object)
    def _view(self, row: ActiveUser) -> None:
        self._open_user(row.owner)

    @Slot(object)
    def _view_group(self, row: ActiveGroup) -> None:
        self.by.setCurrentIndex(0)
        if row.group:
            self.filters.group.pick((row.group,))

    def _open_user(self, owner: str) -> None:
        self._owner = owner
        self.filters.hide()
        self.load("user", user, owner, self._asked, ok=self._show_user)

    def _show_user(self, view: UserView) -> None:
        if self._owner != view.owner:
            return  # left, or another one, meanwhile
        self.user_page.show_view(view, self._reasons() if not view.owner else "")
        asked = (view.owner, view.proxies, self.context.settings.team.zone, now_us())
        self.load("bounds", bounds_of, *asked, ok=self._show_bounds)
        if self.stack.currentWidget() is not self.user_page:
            self.stack.setCurrentWidget(self.user_page)
            self.user_page.back.setFocus()

    def _show_bounds(self, bounds: Bounds) -> None:
        self.user_page.bounds.show_rows(bound_rows(bounds, self.context.status().rates))

    @Slot(str)
    def _report(self, month: str) -> None:
        if self._owner:
            listing = Listing(("activity", "report", self._owner, month), 1, (("HTML page", "html"),))
            title = f"{self.user_page.title.text()}, {month}"
            ExportDialog(self.context, f"report-{month}", title, "", listing).open_over(self)

    @Slot()
    def _leave_user(self) -> None:
        self._owner = None
        self.filters.show()
        self.stack.setCurrentWidget(self.list if self._cause is None else self.empty)
        self.table.setFocus()

    # -- the rows behind a number

    @Slot(str)
    def _open_rows(self, term: str) -> None:
        since, until = self.range.chosen.terms()
        words = [term, f"since:{since}" if since else "", f"until:{until}" if until else ""]
        self.context.open_page(
            "audit_logs", tab=self._asked.kind, filter=" ".join(word for word in words if word)
        )

    @Slot()
    def _show_all(self) -> None:
        self._open_rows(self.user_page.term)

    @Slot(object)
    def _open_row(self, row: AuditRow) -> None:
        self.context.open_page("audit_logs", tab=row.kind, filter=f"id:{row.exchange_id}")
