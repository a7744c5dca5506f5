"""Icons by name: SVG drawn in the palette's colours, so that they turn with the theme by themselves."""

from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QApplication

from gateway_desktop.core.paths import Paths


def folder() -> Path:
    """Return where the SVG files are."""
    return Paths(Path()).resources / "icons"


@cache
def _source(name: str) -> str:
    return (folder() / f"{name}.svg").read_text(encoding="utf-8")


@cache
def _renderer(name: str, color: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_source(name).replace("currentColor", color).encode()))


class SvgIconEngine(QIconEngine):
    """Draws one SVG; `currentColor` in the file is the colour that the palette has for the mode."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def clone(self) -> QIconEngine:
        return SvgIconEngine(self._name)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        renderer = _renderer(self._name, self._color(mode, state).name())
        side = min(rect.width(), rect.height())
        box = QRectF(0, 0, side, side)
        box.moveCenter(QRectF(rect).center())
        renderer.render(painter, box)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        drawn = QPixmap(size)
        drawn.fill(Qt.GlobalColor.transparent)
        painter = QPainter(drawn)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return drawn

    def _color(self, mode: QIcon.Mode, state: QIcon.State) -> QColor:
        palette = QApplication.palette()
        if mode is QIcon.Mode.Disabled:
            return palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
        if state is QIcon.State.On:
            return palette.color(QPalette.ColorRole.Accent)
        return palette.color(QPalette.ColorRole.PlaceholderText)


def icon(name: str) -> QIcon:
    """Return the icon of `resources/icons/<name>.svg`, muted."""
    return QIcon(SvgIconEngine(name))


def opens_menu(button: QAbstractButton) -> None:
    """Mark a button as one that opens a list: an arrow behind its words."""
    button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    button.setIcon(icon("chevron-down"))
    button.setIconSize(QSize(12, 12))
