"""Audit Logs: what happened, in tabs."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QMenu, QStackedWidget

from gateway_desktop.core.changes import Topic
from gateway_desktop.store.queries.audit import count
from gateway_desktop.store.queries.paging import parse_filter
from gateway_desktop.ui.boxes import fill
from gateway_desktop.ui.command_palette import Command
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.controls import menu_button, push_button, tab_bar
from gateway_desktop.ui.export_dialog import ExportDialog
from gateway_desktop.ui.icons import icon
from gateway_desktop.ui.panel import Panel
from gateway_desktop.ui.panels.audit_logs.a2a import A2A
from gateway_desktop.ui.panels.audit_logs.llm import LLM
from gateway_desktop.ui.panels.audit_logs.mcp import MCP
from gateway_desktop.ui.panels.audit_logs.save_view import SaveView
from gateway_desktop.ui.panels.audit_logs.system import SYSTEM
from gateway_desktop.ui.panels.audit_logs.tab import DELIVERED, LogTab
from gateway_desktop.ui.panels.audit_logs.times import Times
from gateway_desktop.ui.panels.audit_logs.views import Views

KINDS = (LLM, MCP, A2A, SYSTEM)
TABS = tuple(kind.tab for kind in KINDS)


def rows_of(database: Any, words: str) -> dict[str, tuple[int, bool]]:
    """Return how many exchanges of each kind match a filter, and whether there may be more."""
    return {tab: count(database, parse_filter(tab, words)) for tab in TABS if tab != SYSTEM.tab}


class AuditLogs(Panel):
    """Rows of exchanges and System events, as they are recorded."""

    name = "audit_logs"
    title = "Audit Logs"
    group = "Infrastructure"
    icon = "audit"
    help_page = "audit-logging"
    topics = frozenset({Topic.AUDIT})

    def __init__(self, context: UiContext) -> None:
        super().__init__(context)
        self.times = Times(context.state, self)
        self.live = push_button(" Live", tip="Follow new rows while the newest is on the screen")
        self.live.setAccessibleName("Live")
        self.live.setCheckable(True)
        self.live.setChecked(str(context.state.value("audit/live", "true")) == "true")
        self.live.setIcon(icon("live"))
        self.live.toggled.connect(self._switch_live)
        self.views = menu_button("Views", QMenu(self))
        self.columns = menu_button("Columns", QMenu(self))
        self.views.menu().aboutToShow.connect(self._fill_views)
        self.columns.menu().aboutToShow.connect(self._fill_columns)
        export = push_button("Export CSV", self.export, tip="All rows of this filter into a file (Ctrl+E)")
        self.buttons.add(self.live, self.views, self.columns, export)
        self.bar = tab_bar("Kinds of rows", (kind.title for kind in KINDS))
        self.pages = QStackedWidget()
        self._made: dict[str, LogTab] = {}
        fill(self.body, self.bar, (self.pages, 1))
        self.bar.currentChanged.connect(self._switch_tab)
        last = str(context.state.value("audit/tab", TABS[0]))
        self.bar.setCurrentIndex(TABS.index(last) if last in TABS else 0)
        self.pages.setCurrentWidget(self.current)

    def tab(self, name: str) -> LogTab:
        """Return a tab; it is made when it is asked for the first time."""
        if name not in self._made:
            made = LogTab(self.context, KINDS[TABS.index(name)], self.times)
            made.live = self.live.isChecked()
            made.filter_changed.connect(partial(self._name_tab, name))
            self._made[name] = made
            self.pages.addWidget(made)
        return self._made[name]

    def _name_tab(self, name: str, _filter: str = "") -> None:
        """Forget how many rows there were: they are shown, or others are asked for."""
        self.bar.setTabText(TABS.index(name), KINDS[TABS.index(name)].title)

    @property
    def current(self) -> LogTab:
        return self.tab(TABS[self.bar.currentIndex()])

    def refresh(self) -> None:
        self.times.show_utc(self.context.settings.window.times == "utc")
        self.current.follow()

    def reload(self) -> None:
        self.current.reload()

    def open_with(self, **wanted: object) -> None:
        """Show a tab (`tab`) with a filter (`filter`), as another page asked; by itself where rows are."""
        tab, words = str(wanted.get("tab", "")), str(wanted.get("filter", ""))
        if tab in TABS:
            self.bar.setCurrentIndex(TABS.index(tab))
        if tab in TABS and "filter" in wanted:
            self.current.filter.set_text(words)
        elif "filter" in wanted:
            self.load("where", rows_of, words, ok=partial(self._open_where, words))

    def _open_where(self, words: str, found: Mapping[str, tuple[int, bool]]) -> None:
        """Show the tab with most of the rows; the others that have some ask the same, and say how many."""
        fullest = max(found, key=lambda tab: found[tab][0])
        for tab, (rows, more) in found.items():
            if rows or tab == fullest:
                place = TABS.index(tab)
                self.tab(tab).filter.set_text(words)
                self.bar.setTabText(place, f"{KINDS[place].title} ({rows:,}{'+' if more else ''})")
        self.bar.setCurrentIndex(TABS.index(fullest))
        self._name_tab(fullest)

    def focus_filter(self) -> None:
        self.current.filter.line.setFocus()
        self.current.filter.line.selectAll()

    @Slot()
    def export(self) -> bool:
        tab = self.current
        columns = [name for name in tab.table.header.visible_names() if name]
        ExportDialog(self.context, tab.kind.tab, tab.kind.title, tab.filter.text(), columns).open_over(self)
        return True

    def commands(self) -> tuple[Command, ...]:
        tab = self.current
        return (
            Command("Audit Logs: newest row", "Home", tab.table.go_newest),
            Command("Audit Logs: oldest row", "End", tab.table.go_oldest),
            Command("Audit Logs: clear filter", "", tab.clear_filter),
            Command("Audit Logs: follow live", "", self.live.toggle),
            Command("Audit Logs: times as ago or exact", "", self._switch_times),
        )

    def page_keys(self) -> tuple[tuple[str, str], ...]:
        return (
            ("J / K", "Next (older) and previous row"),
            ("Home / End", "Newest and oldest row"),
            ("Escape", "Close details"),
            ("Enter", "Open details"),
        )

    @Slot(int)
    def _switch_tab(self, place: int) -> None:
        self.pages.setCurrentWidget(self.current)
        self._name_tab(TABS[place])
        self.context.state.setValue("audit/tab", TABS[place])
        if self.isVisible():
            self.current.follow()

    @Slot(bool)
    def _switch_live(self, on: bool) -> None:
        self.context.state.setValue("audit/live", "true" if on else "false")
        for tab in self._made.values():
            tab.set_live(on)

    @Slot()
    def _switch_times(self) -> None:
        self.times.show_relative(not self.times.relative)

    @Slot()
    def _fill_columns(self) -> None:
        menu = self.columns.menu()
        menu.clear()
        relative = menu.addAction("Times as “7 s ago”")
        relative.setCheckable(True)
        relative.setChecked(self.times.relative)
        relative.toggled.connect(self.times.show_relative)
        menu.addSeparator()
        self.current.table.header.fill_menu(menu)

    @Slot()
    def _fill_views(self) -> None:
        menu = self.views.menu()
        menu.clear()
        tab = self.current
        views = Views(self.context.state, tab.kind.tab)
        named = views.all()
        for name, text in named.items():
            menu.addAction(name.replace("&", "&&"), partial(tab.filter.set_text, text))
        if named:
            menu.addSeparator()
        menu.addAction("Save this filter…", lambda: self._save_view(views, tab.filter.text()))
        if named:
            remove = menu.addMenu("Remove")
            for name in named:
                remove.addAction(name.replace("&", "&&"), partial(views.remove, name))
        menu.addAction("Reset to the last 7 days", lambda: tab.filter.set_text(DELIVERED))

    def _save_view(self, views: Views, text: str) -> None:
        SaveView(views, text).open_over(self)
