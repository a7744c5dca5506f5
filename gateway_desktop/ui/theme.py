"""Colours, type and spacing, light and dark: our own palettes on Fusion."""

from functools import cache
from typing import Final, Literal

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from gateway_desktop.ui.style_sheet import style_sheet

Token = Literal[
    "background",
    "surface",
    "side",
    "line",
    "grid",
    "text",
    "muted",
    "accent",
    "accent background",
    "on accent",
    "selection",
    "success",
    "success background",
    "low",
    "low background",
    "medium",
    "medium background",
    "high",
    "high background",
    "critical",
    "critical background",
    "teal",
    "violet",
]
Tone = Literal["accent", "success", "low", "medium", "high", "critical"]  # what a badge or a dot may be

LIGHT: Final[dict[Token, str]] = {
    "background": "#F7F8FA",
    "surface": "#FFFFFF",
    "side": "#F1F3F6",
    "line": "#E3E6EB",
    "grid": "#ECEEF2",
    "text": "#16191F",
    "muted": "#5B6472",
    "accent": "#2F5BEA",
    "accent background": "#E9EEFD",
    "on accent": "#FFFFFF",
    "selection": "#EEF3FE",
    "success": "#187746",
    "success background": "#E6F4EC",
    "low": "#5B6472",
    "low background": "#EEF0F3",
    "medium": "#8A5C00",
    "medium background": "#FDF3DC",
    "high": "#B93D0B",
    "high background": "#FDEBE0",
    "critical": "#B42318",
    "critical background": "#FCE8E6",
    "teal": "#0F766E",  # with violet: of things that are neither good nor bad
    "violet": "#7C3AED",
}
DARK: Final[dict[Token, str]] = {
    "background": "#14171C",
    "surface": "#1A1E25",
    "side": "#171B21",
    "line": "#2C323C",
    "grid": "#252B34",
    "text": "#E8EAEE",
    "muted": "#9AA4B2",
    "accent": "#7C9BFF",
    "accent background": "#232E4F",
    "on accent": "#10131A",
    "selection": "#232A3A",
    "success": "#56C288",
    "success background": "#17301F",
    "low": "#9AA4B2",
    "low background": "#262C35",
    "medium": "#E3B341",
    "medium background": "#33290F",
    "high": "#F0883E",
    "high background": "#3A2413",
    "critical": "#FF7B72",
    "critical background": "#3D1B1A",
    "teal": "#4FD1C5",
    "violet": "#B794F6",
}

BODY, SMALL, TITLE, NUMBER = 13, 11, 18, 24  # pixels
ROW_HEIGHT = 28
GAP = 8  # everything is a multiple of it


class Theme(QObject):
    """The one theme of the application; `changed` is sent after every switch."""

    changed = Signal()

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self._mode = "system"
        self.dark = False
        application.setStyle("Fusion")
        application.setFont(font())
        application.styleHints().colorSchemeChanged.connect(self._system_changed)
        self._apply()

    def color(self, token: Token) -> QColor:
        return QColor(self.hex(token))

    def hex(self, token: Token) -> str:
        """Return the colour of a token as `#RRGGBB`."""
        return (DARK if self.dark else LIGHT)[token]

    @property
    def mode(self) -> str:
        """What was chosen: system, light or dark."""
        return self._mode

    def set_mode(self, mode: str) -> None:
        """Follow the system, or be light or dark."""
        if mode == self._mode:
            return
        self._mode = mode
        hints = self._application.styleHints()
        scheme = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}.get(
            mode, Qt.ColorScheme.Unknown
        )
        hints.setColorScheme(scheme)  # only for native title bars: it does nothing on offscreen, X11 and KDE
        self._apply()

    @Slot()
    def _system_changed(self) -> None:
        if self._mode == "system":
            self._apply()

    def _apply(self) -> None:
        system_dark = self._application.styleHints().colorScheme() is Qt.ColorScheme.Dark
        self.dark = self._mode == "dark" or (self._mode == "system" and system_dark)
        colors = DARK if self.dark else LIGHT
        self._application.setStyleSheet("")  # over a former sheet Qt styles each widget once per ancestor
        self._application.setPalette(palette(colors))
        self._application.setStyleSheet(
            style_sheet({str(token): value for token, value in colors.items()}, dark=self.dark)
        )
        self.changed.emit()


def font(pixels: int = BODY, *, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Return the interface's font: Inter where there is one, with figures of equal width."""
    found = QFont(_family())
    found.setPixelSize(pixels)
    found.setWeight(weight)
    found.setFeature(QFont.Tag("tnum"), 1)
    return found


@cache
def _family() -> str:
    """Return the family to use; asked for after the application has loaded its own fonts."""
    return "Inter" if "Inter" in QFontDatabase.families() else QApplication.font().family()


def fixed_font() -> QFont:
    """Return the font of code, keys and JSON."""
    found = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    found.setPixelSize(12)
    return found


def restyle(widget: QWidget, name: str, value: str | bool) -> None:
    """Give a widget a property that the style sheet looks at, and the look that follows from it."""
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def palette(colors: dict[Token, str]) -> QPalette:
    """Return the Qt palette of these colours."""
    made = QPalette()
    roles: tuple[tuple[QPalette.ColorRole, Token], ...] = (
        (QPalette.ColorRole.Window, "background"),
        (QPalette.ColorRole.WindowText, "text"),
        (QPalette.ColorRole.Base, "surface"),
        (QPalette.ColorRole.AlternateBase, "side"),
        (QPalette.ColorRole.Text, "text"),
        (QPalette.ColorRole.PlaceholderText, "muted"),
        (QPalette.ColorRole.Button, "surface"),
        (QPalette.ColorRole.ButtonText, "text"),
        (QPalette.ColorRole.BrightText, "critical"),
        (QPalette.ColorRole.Highlight, "accent"),
        (QPalette.ColorRole.HighlightedText, "on accent"),
        (QPalette.ColorRole.Accent, "accent"),
        (QPalette.ColorRole.Link, "accent"),
        (QPalette.ColorRole.LinkVisited, "accent"),
        (QPalette.ColorRole.ToolTipBase, "surface"),
        (QPalette.ColorRole.ToolTipText, "text"),
        (QPalette.ColorRole.Light, "surface"),
        (QPalette.ColorRole.Midlight, "grid"),
        (QPalette.ColorRole.Mid, "line"),
        (QPalette.ColorRole.Dark, "muted"),
        (QPalette.ColorRole.Shadow, "line"),
    )
    for role, token in roles:
        made.setColor(role, QColor(colors[token]))
    muted = QColor(colors["muted"])
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, muted)
    return made


def theme() -> Theme:
    """Return the application's theme; made when first asked for."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    found = application.findChild(Theme)
    return found if found is not None else Theme(application)
