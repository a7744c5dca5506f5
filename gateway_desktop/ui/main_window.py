"""MainWindow: sidebar, stack of pages, status bar, menus."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QSettings, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QMainWindow, QWidget

from gateway_desktop.core.status import GatewayStatus, State
from gateway_desktop.ui.boxes import in_column, in_row
from gateway_desktop.ui.closing import Closing
from gateway_desktop.ui.command_palette import Command, CommandPalette
from gateway_desktop.ui.context import UiContext, window_state
from gateway_desktop.ui.futures import relay
from gateway_desktop.ui.help_window import HelpWindow
from gateway_desktop.ui.menus import Menus
from gateway_desktop.ui.notices import Notices
from gateway_desktop.ui.page_stack import PageStack
from gateway_desktop.ui.panel import Panel
from gateway_desktop.ui.shortcuts import ShortcutSheet
from gateway_desktop.ui.sidebar import Sidebar
from gateway_desktop.ui.status_bar import StatusBar
from gateway_desktop.ui.theme import theme
from gateway_desktop.ui.widgets.empty_state import EmptyState
from gateway_desktop.ui.window_place import keep_place, least_size, restore_place

OPENING = "Opening…"
LONG_SENTENCE = 640  # pixels: what cannot be opened is told with its path


class MainWindow(QMainWindow):
    """Shown at once, empty; filled when the store is open. A page is made when it is first shown."""

    painted = Signal()  # once
    closed = Signal()
    problem_shown = Signal(str)
    opening_wanted = Signal()  # once more, after a problem
    page_shown = Signal(str)
    theme_chosen = Signal(str)

    def __init__(self, data: Path, resources: Path) -> None:
        super().__init__()
        self.setWindowTitle("Gateway Desktop")
        self.setMinimumSize(least_size(self.screen().availableSize()))
        self.may_close: Callable[[], bool] = lambda: True
        self.on_close: Callable[[], Closing] = lambda: Closing.QUIT
        self.session_ends: Callable[[], bool] = lambda: False
        self._quitting = False
        self.context: UiContext | None = None
        self._painted = False
        self._resources = resources
        self._state: QSettings = window_state(data)
        self._panels: dict[str, type[Panel]] = {}
        self._made: dict[str, Panel] = {}
        self._help: HelpWindow | None = None
        self.sidebar = Sidebar()
        self.notices = Notices()
        self.stack = PageStack()
        self.waiting = EmptyState("", OPENING, width=LONG_SENTENCE)
        self.waiting.chosen.connect(self.try_again)
        self.stack.addWidget(self.waiting)
        self.status_bar = StatusBar()
        self.setStatusBar(self.status_bar)
        self.palette_of_commands = CommandPalette(self)
        self._lay_out()
        self.menus = Menus(self, self)
        self.sign_out_action = self.menus.sign_out
        restore_place(self, self._state)
        self.sidebar.chosen.connect(self.show_page)
        self.sidebar.commands_wanted.connect(self.open_commands)
        relay().unheard.connect(self.status_bar.say)

    # -- pages

    def fill(self, context: UiContext, panels: Sequence[type[Panel]]) -> None:
        """Show the pages, beginning with the one that was shown last."""
        self.context = context
        self._panels = {panel.name: panel for panel in panels}
        self.sidebar.fill(panels)
        context.page_wanted.connect(self._open_wanted)
        context.message.connect(self.status_bar.say)
        self.menus.fill_pages(panels)
        last = str(self._state.value("window/page", ""))
        self.show_page(last if last in self._panels else panels[0].name)

    def offer_sign_out(self, shown: str, leave: Callable[[], object]) -> None:
        """Let the person who signed in sign out again."""
        self.sign_out_action.setText(f"Sign out {shown}…")
        self.sign_out_action.setVisible(True)
        self.sign_out_action.triggered.connect(lambda _=False: leave())

    def show_problem(self, sentence: str, *, waits: bool = False) -> None:
        """Say instead of pages why there are none; unless it `waits` by itself, a person may try again."""
        title = "Gateway Desktop waits" if waits else "Gateway Desktop cannot open"
        self.waiting.say(title, sentence, "" if waits else "Try again")
        self._show_state(State.STARTING if waits else State.FAILED, sentence)
        if not waits:
            self.waiting.button.setFocus()
        self.problem_shown.emit(sentence)

    @Slot()
    def try_again(self) -> None:
        self.waiting.say("", OPENING)
        self._show_state(State.STARTING)
        self.opening_wanted.emit()

    def _show_state(self, state: State, problem: str = "") -> None:
        self.status_bar.show_status(GatewayStatus(state=state, problem=problem))
        self.sidebar.dot.show_state(state)

    @Slot(str)
    def show_page(self, name: str) -> None:
        """Show a page; it is made when it is shown for the first time."""
        page = self.page(name)
        self.stack.setCurrentWidget(page)
        self.sidebar.show_chosen(name)
        self.setWindowTitle(f"{page.title} — Gateway Desktop")
        page.setFocus()  # Tab goes on into the page, and a screen reader says its title
        self.page_shown.emit(name)

    def step_page(self, by: int) -> None:
        """Show the page that stands so many further down in the sidebar; after the last comes the first."""
        page, names = self.current_page(), list(self._panels)
        if page is not None:
            self.show_page(names[(names.index(page.name) + by) % len(names)])

    def page(self, name: str) -> Panel:
        if name not in self._made:
            assert self.context is not None
            panel = self._panels[name](self.context)
            self._made[name] = panel
            self.stack.addWidget(panel)
        return self._made[name]

    def current_page(self) -> Panel | None:
        shown = self.stack.currentWidget()
        return shown if isinstance(shown, Panel) else None

    @Slot(str, dict)
    def _open_wanted(self, name: str, wanted: dict[str, object]) -> None:
        if name in self._panels:
            self.show_page(name)
            if wanted:
                self.page(name).open_with(**wanted)

    # -- what menus, keys and the palette do

    def commands(self) -> list[Command]:
        found = [
            Command(panel.title, panel.group, partial(self.show_page, name))
            for name, panel in self._panels.items()
        ]
        found += self.menus.commands()
        found.append(Command("Copy the gateway's address", "", self.status_bar.copy_address))
        if self.sign_out_action.isVisible():
            found.append(Command(self.sign_out_action.text(), "", self.sign_out_action.trigger))
        page = self.current_page()
        return [*(page.commands() if page is not None else ()), *found]

    @Slot()
    def open_commands(self) -> None:
        self.palette_of_commands.open_with(self.commands())

    @Slot()
    def focus_filter(self) -> None:
        page = self.current_page()
        if page is not None:
            page.focus_filter()

    @Slot()
    def read_again(self) -> None:
        page = self.current_page()
        if page is not None:
            page.reload()

    @Slot()
    def export(self) -> None:
        """Export the rows of this page, or ask which tab of Audit Logs."""
        page = self.current_page()
        if page is not None and page.export():
            return
        if "audit_logs" in self._panels:
            self.page("audit_logs").export()

    @Slot()
    def show_about(self) -> None:
        self._open_wanted("settings", {"section": "About"})

    @Slot()
    def show_shortcuts(self) -> None:
        page = self.current_page()
        ShortcutSheet(page.title if page else "", page.page_keys() if page else ()).open_over(self)

    def open_help(self, name: str | None = None) -> None:
        """Open a guide; the current page's, if none is named."""
        page = self.current_page()
        if name is None and page is not None:
            name = page.help_page or page.name
        if self._help is None:
            self._help = HelpWindow(self._resources / "help", self._state, self)
            self._help.page_wanted.connect(self._open_wanted)
        self._help.open_page(name or "")

    def choose_theme(self, mode: str) -> None:
        self.show_theme(mode)
        self.theme_chosen.emit(mode)

    def show_theme(self, mode: str) -> None:
        """Switch the theme; the next start begins with it, before the settings are read."""
        theme().set_mode(mode)
        self._state.setValue("window/theme", mode)

    # -- the window itself

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint, and say so the first time: what is slow begins after it."""
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self.painted.emit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press a button with Enter, too; Qt does so in dialogs only."""
        button = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(button, QAbstractButton):
            button.click()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Bring the page up to date that was not looked at while the window was minimized."""
        super().changeEvent(event)
        page = self.current_page() if event.type() is QEvent.Type.WindowStateChange else None
        if page is not None:
            page.refresh_if_due()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Go into the tray if that is wanted; else ask whether it may close, and keep how it was."""
        if not self._leaves():
            event.ignore()
            return
        self._keep_state()
        if self._help is not None:
            self._help.close()
        event.accept()
        self.closed.emit()

    @Slot()
    def quit(self) -> None:
        """Close for good, whatever closing the window does."""
        self._quitting = True
        self.close()

    def _leaves(self) -> bool:
        quitting, self._quitting = self._quitting or self.session_ends(), False
        closing = Closing.QUIT if quitting else self.on_close()
        if closing is Closing.HIDE:
            self._keep_state()
            self.hide()
        return closing is Closing.QUIT and self.may_close()

    def _keep_state(self) -> None:
        keep_place(self, self._state)
        page = self.current_page()
        if page is not None:
            self._state.setValue("window/page", page.name)
        self._state.sync()

    @Slot()
    def come_forward(self) -> None:
        """Show the window in front of others: the program was started again."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)  # maximized stays so
        self.show()
        self.raise_()
        self.activateWindow()

    def _lay_out(self) -> None:
        whole = QWidget()
        in_row(
            self.sidebar,
            (in_column(self.notices, (self.stack.area, 1), margins=0, gap=0), 1),
            of=whole,
            margins=0,
            gap=0,
        )
        self.setCentralWidget(whole)
