"""Menus: the window's menu bar, and the keys that go with it."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu

from gateway_desktop.ui.icons import icon
from gateway_desktop.ui.panel import Panel
from gateway_desktop.ui.theme import theme

if TYPE_CHECKING:
    from gateway_desktop.ui.main_window import MainWindow

MODES = ("system", "light", "dark")


class Menus(QObject):
    """Every entry is a method of the window; `sign_out` is hidden where nobody signs in."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        bar = window.menuBar()
        self.sign_out = QAction(self)
        self.sign_out.setVisible(False)
        file = bar.addMenu("&File")
        file.addAction(self._action("Export CSV…", "Ctrl+E", window.export, "download"))
        file.addAction(self.sign_out)
        file.addAction(self._action("Quit", "Ctrl+Q", window.quit))
        self._view = bar.addMenu("&View")
        self._pages_end = self._view.addSeparator()
        self._view.addAction(self._action("Commands…", "Ctrl+K", window.open_commands, "command"))
        self._view.addAction(self._action("Filter the page", "Ctrl+F", window.focus_filter, "search"))
        self._view.addAction(self._action("Read again", "F5", window.read_again, "refresh"))
        self._add_themes(self._view.addMenu("Theme"))
        guide = bar.addMenu("&Help")
        guide.addAction(self._action("Help for this page", "F1", window.open_help, "help"))
        guide.addAction(self._action("All guides", "", lambda: window.open_help("")))
        guide.addAction(self._action("Shortcuts", "", window.show_shortcuts, "info"))
        guide.addSeparator()
        guide.addAction(self._action("About Gateway Desktop", "", window.show_about))
        for key in ("?", "Shift+?"):
            QShortcut(QKeySequence(key), window, window.show_shortcuts)

    def fill_pages(self, panels: Sequence[type[Panel]]) -> None:
        """Put the pages into View; the first nine have keys."""
        for number, panel in enumerate(panels, start=1):
            key = f"Ctrl+{number}" if number <= 9 else ""
            show = partial(self._window.show_page, panel.name)
            action = self._action(panel.title.replace("&", "&&"), key, show, panel.icon)
            self._view.insertAction(self._pages_end, action)

    def pages(self) -> list[QAction]:
        """Return what leads to the pages, in their order."""
        actions = self._view.actions()
        return actions[: actions.index(self._pages_end)]

    def _add_themes(self, menu: QMenu) -> None:
        group = QActionGroup(self)
        for mode in MODES:
            action = menu.addAction(mode.capitalize(), partial(self._window.choose_theme, mode))
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
