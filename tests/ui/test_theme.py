import re
from itertools import product

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QColor, QIcon, QImage, QPalette
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gateway_desktop.ui.boxes import in_column
from gateway_desktop.ui.icons import folder, icon
from gateway_desktop.ui.style_sheet import style_sheet
from gateway_desktop.ui.theme import DARK, LIGHT, Token, theme

INKS: tuple[Token, ...] = ("text", "muted", "accent")
GROUNDS: tuple[Token, ...] = ("background", "surface", "side", "selection", "accent background")
TONES = ("success", "low", "medium", "high", "critical", "accent")


def luminance(color: QColor) -> float:
    """WCAG 2.2, relative luminance."""
    parts = (color.redF(), color.greenF(), color.blueF())
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(ink: str, ground: str) -> float:
    light, dark = sorted((luminance(QColor(ink)), luminance(QColor(ground))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_has_a_contrast_of_4_5(colors: dict[Token, str]) -> None:
    pairs: list[tuple[Token, Token]] = list(product(INKS, GROUNDS))
    pairs += [(tone, f"{tone} background") for tone in TONES]  # type: ignore[misc]  # tokens by construction
    pairs += [("on accent", "accent"), *((tone, "background") for tone in TONES)]  # type: ignore[list-item]
    weak = {pair: round(contrast(colors[pair[0]], colors[pair[1]]), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}


def test_switching_changes_palette_and_tells_it(qtbot: QtBot) -> None:
    with qtbot.waitSignal(theme().changed):
        theme().set_mode("dark")
    assert QApplication.palette().color(QPalette.ColorRole.Window) == QColor(DARK["background"])
    with qtbot.waitSignal(theme().changed):
        theme().set_mode("light")
    assert QApplication.palette().color(QPalette.ColorRole.Window) == QColor(LIGHT["background"])


class Told(QObject):
    """Counts how often widgets are told of another style."""

    def __init__(self) -> None:
        super().__init__()
        self.times = 0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.times += event.type() is QEvent.Type.StyleChange
        return False


def test_a_switch_styles_each_widget_so_often_whatever_its_depth(qtbot: QtBot) -> None:
    top = innermost = QWidget()
    qtbot.addWidget(top)
    for _ in range(40):
        within = QWidget()
        in_column(within, of=innermost)
        innermost = within
    innermost_told = Told()
    innermost.installEventFilter(innermost_told)
    top.show()
    theme().set_mode("dark")
    theme().set_mode("light")
    assert 2 <= innermost_told.times <= 6


def test_an_icon_turns_with_the_theme() -> None:
    drawn = icon("search")
    theme().set_mode("dark")
    in_dark = drawn.pixmap(24, 24).toImage()
    theme().set_mode("light")
    in_light = drawn.pixmap(24, 24).toImage()
    assert in_dark != in_light
    assert brightest(in_dark) > brightest(in_light)


def brightest(image: QImage) -> int:
    """Return the brightest of the pixels that are painted."""
    return max(
        image.pixelColor(x, y).value()
        for x in range(24)
        for y in range(24)
        if image.pixelColor(x, y).alpha() > 200
    )


@pytest.mark.parametrize("name", sorted(path.stem for path in folder().glob("*.svg")))
def test_every_icon_is_drawn(name: str, qapp: QApplication) -> None:
    image = icon(name).pixmap(24, 24, QIcon.Mode.Normal).toImage()
    assert any(image.pixelColor(x, y).alpha() for x in range(24) for y in range(24))


@pytest.mark.parametrize("dark", [False, True])
def test_every_picture_that_the_style_sheet_names_is_there(dark: bool) -> None:
    sheet = style_sheet({str(token): value for token, value in LIGHT.items()}, dark=dark)
    named = re.findall(r"url\(([^)]+)\)", sheet)
    assert len(set(named)) == 5  # arrows in four directions, and a tick
    assert [name for name in named if QImage(name).isNull()] == []
