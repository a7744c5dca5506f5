"""Menus: the window's menu bar, and the keys that go with it."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow, QMenu

from gateway_desktop.ui.command_palette import Command
from gateway_desktop.ui.icons import icon
from gateway_desktop.ui.panel import Panel
from gateway_desktop.ui.theme import theme

DIGITS = "1234567890"  # as they stand on a keyboard
MODES = ("system", "light", "dark")


class Does(Protocol):
    """What the entries do; the window does it."""

    def show_page(self, name: str) -> None: ...
    def step_page(self, by: int) -> None: ...
    def choose_theme(self, mode: str) -> None: ...
    def open_help(self, name: str | None = None) -> None: ...
    def export(self) -> None: ...
    def quit(self) -> None: ...
    def open_commands(self) -> None: ...
    def focus_filter(self) -> None: ...
    def read_again(self) -> None: ...
    def show_shortcuts(self) -> None: ...
    def show_about(self) -> None: ...


class Menus(QObject):
    """The entries of a window; `sign_out` is hidden where nobody signs in."""

    def __init__(self, window: QMainWindow, does: Does) -> None:
        super().__init__(window)
        self._window = window
        self._does = does
        bar = window.menuBar()
        self.sign_out = QAction(self)
        self.sign_out.setVisible(False)
        file = bar.addMenu("&File")
        file.addAction(self._action("Export CSV…", "Ctrl+E", does.export, "download"))
        file.addAction(self.sign_out)
        file.addAction(self._action("Quit", "Ctrl+Q", does.quit))
        self._view = bar.addMenu("&View")
        self._pages_end = self._view.addSeparator()
        self._view.addAction(self._action("Page before", "Ctrl+PgUp", lambda: does.step_page(-1)))
        self._view.addAction(self._action("Page after", "Ctrl+PgDown", lambda: does.step_page(1)))
        self._view.addSeparator()
        self._view.addAction(self._action("Commands…", "Ctrl+K", does.open_commands, "command"))
        self._view.addAction(self._action("Filter the page", "Ctrl+F", does.focus_filter, "search"))
        self._view.addAction(self._action("Read again", "F5", does.read_again, "refresh"))
        self._add_themes(self._view.addMenu("Theme"))
        guide = bar.addMenu("&Help")
        guide.addAction(self._action("Help for this page", "F1", lambda: does.open_help(None), "help"))
        guide.addAction(self._action("All guides", "", lambda: does.open_help("")))
        guide.addAction(self._action("Shortcuts", "", does.show_shortcuts, "info"))
        guide.addSeparator()
        guide.addAction(self._action("About Gateway Desktop", "", does.show_about))
        for key in ("?", "Shift+?"):
            QShortcut(QKeySequence(key), window, does.show_shortcuts)

    def fill_pages(self, panels: Sequence[type[Panel]]) -> None:
        """Put the pages into View; the first ten have keys."""
        for place, panel in enumerate(panels):
            key = f"Ctrl+{DIGITS[place]}" if place < len(DIGITS) else ""
            show = partial(self._does.show_page, panel.name)
            action = self._action(panel.title.replace("&", "&&"), key, show, panel.icon)
            self._view.insertAction(self._pages_end, action)

    def commands(self) -> list[Command]:
        does = self._does
        return [
            Command("Export CSV…", "Ctrl+E", does.export),
            Command("Filter this page", "Ctrl+F", does.focus_filter),
            Command("Read again", "F5", does.read_again),
            *(Command(f"Theme: {mode}", "", partial(does.choose_theme, mode)) for mode in MODES),
            Command("Help for this page", "F1", lambda: does.open_help(None)),
            Command("Shortcuts", "?", does.show_shortcuts),
            Command("About", "", does.show_about),
            Command("Quit", "Ctrl+Q", does.quit),
        ]

    def pages(self) -> list[QAction]:
        actions = self._view.actions()
        return actions[: actions.index(self._pages_end)]

    def _add_themes(self, menu: QMenu) -> None:
        group = QActionGroup(self)
        for mode in MODES:
            action = menu.addAction(mode.capitalize(), partial(self._does.choose_theme, mode))
            action.setCheckable(True)
            action.setData(mode)
            group.addAction(action)

        def tick() -> None:
            for action in group.actions():
                action.setChecked(action.data() == theme().mode)

        menu.aboutToShow.connect(tick)

    def _action(self, title: str, key: str, run: Callable[[], object], icon_name: str = "") -> QAction:
        action = QAction(title, self._window)
        if key:
            action.setShortcut(QKeySequence(key))
        if icon_name:
            action.setIcon(icon(icon_name))
        action.triggered.connect(lambda _=False: run())
        return action
