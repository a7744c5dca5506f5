"""LogTab: filter, chart, sums, rows and details of one kind of record."""

from concurrent.futures import Future
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from gateway_desktop.core.audit import Recorded
from gateway_desktop.store.queries import audit
from gateway_desktop.store.queries.audit import AuditRow, Choices
from gateway_desktop.store.queries.paging import AuditFilter, Page, parse_filter
from gateway_desktop.ui.boxes import in_column
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.futures import when_done, words
from gateway_desktop.ui.panels.audit_logs.cell_menu import fill
from gateway_desktop.ui.panels.audit_logs.detail import DetailPane
from gateway_desktop.ui.panels.audit_logs.detail_place import RowsAndDetails, fits_right, place
from gateway_desktop.ui.panels.audit_logs.go_to_time import GoToTime
from gateway_desktop.ui.panels.audit_logs.kind import LogKind
from gateway_desktop.ui.panels.audit_logs.sums import Sums
from gateway_desktop.ui.panels.audit_logs.times import Times
from gateway_desktop.ui.tables.choice import ChoiceButton
from gateway_desktop.ui.tables.date_range import DateRange, DateRangeButton
from gateway_desktop.ui.tables.filter_bar import FilterBar
from gateway_desktop.ui.tables.query_text import value_of, with_term
from gateway_desktop.ui.tables.record_table import RecordTable
from gateway_desktop.ui.theme import GAP
from gateway_desktop.ui.widgets.empty_state import EmptyState

DELIVERED = "since:7d"
CRAMPED = 640  # pixels of height, too few for chart, rows and details


class LogTab(QWidget):
    """Shows the rows of one kind; the panel says when something changed."""

    filter_changed = Signal(str)

    def __init__(self, context: UiContext, kind: LogKind, times: Times) -> None:
        super().__init__()
        self.context = context
        self.kind = kind
        self.times = times
        self.live = True
        self._loaded = False
        self._new_under_way = False
        self._new_again = False  # more was recorded while new rows were counted
        self._sums_wait = False  # for the rows, which people look at first
        choices = [ChoiceButton(c.name, c.title, multiple=c.multiple) for c in kind.choices]
        self.filter = FilterBar(choices, self._check, kind.hint)
        self.range = DateRangeButton()
        self.filter.add_widget(self.range, 3)
        self.sums = Sums(context, kind, self)
        self.table: RecordTable[AuditRow] = RecordTable(
            kind.columns(times, context.key_label),
            lambda row: row.id,
            context.state,
            f"audit-{kind.tab}",
            f"{kind.title} rows",
        )
        self.table.moving_column = 0
        self.table.cell_menu = partial(fill, self.filter)
        self.empty = EmptyState()
        self.detail = DetailPane(context, kind)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self._rows = QWidget()
        self._stack = QStackedLayout(self._rows)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        self.splitter = RowsAndDetails(self._rows, self.detail)
        self.detail.hide()
        self._column = in_column(
            self.filter,
            self.sums.gap_note,
            self.sums.chart,
            self.sums.strip,
            self.sums.rates,
            (self.splitter, 1),
            of=self,
            margins=0,
            gap=GAP,
        )

    def _connect(self) -> None:
        self.filter.changed.connect(self._filter_changed)
        self.filter.mirrored.connect(self._mirror_range)
        self.range.picked.connect(self._range_picked)
        self.sums.chart.range_chosen.connect(self._zoom)
        strip = self.sums.strip
        strip.newest.connect(self.table.go_newest)
        strip.oldest.connect(self.table.go_oldest)
        strip.moment.connect(self._ask_moment)
        self.table.loading.connect(strip.show_busy)
        self.table.shown.connect(self._rows_shown)
        self.table.edge_changed.connect(self._edge_changed)
        self.table.failed.connect(self._query_failed)
        self.table.chosen.connect(self._row_chosen)
        self.detail.closed.connect(self._detail_closed)
        self.sums.rates.term_wanted.connect(self.filter.set_term)
        self.detail.term_wanted.connect(self.filter.set_term)
        self.detail.bottom_toggled.connect(self._place_detail)
        self.empty.chosen.connect(self._help_empty)
        self.times.changed.connect(self.table.draw_all_again)

    # -- the filter

    def _check(self, text: str) -> AuditFilter:
        return parse_filter(self.kind.tab, text)

    def asked(self) -> AuditFilter:
        return parse_filter(self.kind.tab, self.filter.text())

    def restore(self) -> None:
        """Begin with the filter that was in force last."""
        self.filter.set_text(str(self.context.state.value(f"audit/{self.kind.tab}/filter", DELIVERED)))

    @Slot(str)
    def _filter_changed(self, text: str) -> None:
        self.context.state.setValue(f"audit/{self.kind.tab}/filter", text)
        self.reload()
        self.filter_changed.emit(text)

    @Slot(str)
    def _mirror_range(self, text: str) -> None:
        self.range.show_range(DateRange.of_terms(value_of(text, "since"), value_of(text, "until")))

    @Slot(object)
    def _range_picked(self, chosen: DateRange) -> None:
        since, until = chosen.terms()
        self.filter.set_text(with_term(with_term(self.filter.line.text(), "since", since), "until", until))

    @Slot(object, object)
    def _zoom(self, since_us: int, until_us: int) -> None:
        self._range_picked(DateRange(None, since_us, until_us))

    def clear_filter(self) -> None:
        self.filter.set_text("")

    # -- reading

    def reload(self) -> None:
        """Read all again: another filter, or for the first time."""
        self._loaded = True
        self.sums.strip.show_new(0, False)
        self._sums_wait = True
        self.table.show_query(self._fetch)

    def _read_beside(self) -> None:
        """Read what stands around the rows, now that they are there."""
        self._sums_wait = False
        self.sums.read(self.asked())
        when_done(self, self.context.ask(audit.choices, self.kind.tab), self._offer, slot="choices")

    def follow(self) -> None:
        """Something was recorded: follow it at the edge, count it elsewhere."""
        if not self._loaded:
            self.restore()
            if not self._loaded:  # the same filter as before: nothing was announced
                self.reload()
            return
        if not self._sums_wait:
            self.sums.read_soon(self.asked())
        newest = self.table.window_of_rows.first_id()
        if self.live and (newest is None or self.table.at_edge()):
            self.table.follow()
        elif newest is not None and self.table.window_of_rows.at_newest:
            self._count_new(newest)

    def _fetch(self, *, before: int | None, after: int | None, limit: int) -> "Future[Page[AuditRow]]":
        return self.context.ask(audit.page, self.asked(), before=before, after=after, limit=limit)

    def _count_new(self, newest: int) -> None:
        self._new_again = self._new_under_way
        if not self._new_under_way:
            self._new_under_way = True
            future = self.context.ask(audit.page, self.asked(), after=newest, limit=1000)
            when_done(self, future, self._counted, self._count_failed, slot="new")

    def _counted(self, page: Page[AuditRow]) -> None:
        self._new_under_way = False
        self.sums.strip.show_new(len(page.rows), page.newer is not None)
        if self._new_again:
            self.follow()

    def _count_failed(self, _: BaseException) -> None:
        self._new_under_way = False

    @Slot()
    def _edge_changed(self) -> None:
        if self.table.at_edge() and self.live:
            self.sums.strip.show_new(0, False)
            self.table.follow()

    def set_live(self, on: bool) -> None:
        """Follow new rows at the edge, or leave the table alone."""
        self.live = on
        if on and self._loaded:
            self.table.go_newest()

    def _offer(self, choices: Choices) -> None:
        self.filter.offer(self.kind.names, self.kind.values(choices))
        for choice in self.kind.choices:
            self.filter.choices[choice.name].offer(choice.options(choices))

    @Slot(object)
    def _query_failed(self, error: BaseException) -> None:
        self.empty.say("The rows could not be read", words(error), "Try again")
        self._stack.setCurrentWidget(self.empty)
        if self._sums_wait:
            self._read_beside()

    @Slot()
    def _rows_shown(self) -> None:
        if self._sums_wait:
            self._read_beside()
        if self.table.window_of_rows.rows:
            self._stack.setCurrentWidget(self.table)
            if self.table.at_edge():
                self.sums.strip.show_new(0, False)
            return
        if self.table.window_of_rows.older is not None:
            return  # a search in texts goes on further back
        if self.filter.text():
            future = self.context.ask(audit.count, AuditFilter(tab=self.kind.tab))
            when_done(self, future, self._nothing_matches, slot="total")
        else:
            self._nothing_matches((0, False))

    def _nothing_matches(self, total: tuple[int, bool]) -> None:
        if self.table.window_of_rows.rows:
            return
        count, capped = total
        if count:
            about = f"about {count:,}+" if capped else f"{count:,}"
            self.empty.say("No match", f"0 of {about} {self.kind.things} match the filter.", "Clear filters")
        else:
            self.empty.say(*self.kind.nothing)
        self._stack.setCurrentWidget(self.empty)

    @Slot()
    def _help_empty(self) -> None:
        if self.empty.button.text() == "Clear filters":
            self.clear_filter()
        elif self.empty.button.text() == "Try again":
            self.reload()
        else:
            self.context.open_page("proxies")

    @Slot()
    def _ask_moment(self) -> None:
        dialog = GoToTime()
        dialog.accepted.connect(lambda: self.table.go_before(Recorded.first_id(dialog.moment_us())))
        dialog.open_over(self)

    # -- one row

    @Slot(object)
    def _row_chosen(self, row: AuditRow | None) -> None:
        if row is None:
            return
        self.detail.show_row(row)
        if not self.detail.isVisible():
            self.detail.show()
            self._place_detail()

    @Slot()
    def _detail_closed(self) -> None:
        self.detail.hide()
        self.sums.give_room(True)
        self.table.setFocus()

    @Slot()
    def _place_detail(self) -> None:
        """Put the details where there is room; chart and rates make room for them in a low window."""
        if not self.detail.isHidden():
            right = fits_right(self.detail, self.splitter, self.table)
            self.sums.give_room(right or self.height() >= CRAMPED)
            self._column.activate()  # the room that is shared is then what there is
            place(self.detail, self.splitter, self.table, right=right)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_detail()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.detail.isVisible():
            self._detail_closed()
        else:
            super().keyPressEvent(event)
