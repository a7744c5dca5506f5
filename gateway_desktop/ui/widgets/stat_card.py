"""StatCard: a number that matters, how it stands against before; a click opens what is behind it."""

from itertools import pairwise

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QSizePolicy

from gateway_desktop.ui.boxes import in_column
from gateway_desktop.ui.theme import NUMBER, Token, font, theme
from gateway_desktop.ui.widgets.flow import Flow

SMALLEST = 13  # pixels of a number for which there is little room


class StatCard(QAbstractButton):
    """One number of a strip; reached by keyboard and pressed like any button."""

    def __init__(self, title: str, *, opens: str = "") -> None:
        super().__init__()
        self.title = title
        self.number = "–"
        self.note = ""
        self.note_token: Token = "muted"
        self._opens = opens
        self.setEnabled(bool(opens))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if opens else Qt.FocusPolicy.NoFocus)
        if opens:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.show_number("–")

    def show_number(self, number: str, note: str = "", token: Token = "muted", tip: str = "") -> None:
        self.number, self.note, self.note_token = number, note, token
        self.setToolTip(tip or note)  # which a narrow card cuts
        said = f"{self.title}: {number}" + (f", {note}" if note else "")
        self.setAccessibleName(f"{said}. {self._opens}" if self._opens else said)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, 88)

    def minimumSizeHint(self) -> QSize:
        """Four of them stand beside each other in a narrow window."""
        return QSize(120, 88)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt gives it
        """Draw title, number and note; a wash while the pointer or the keyboard is on it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inner = self.rect().adjusted(4, 4, -4, -4)
        if self.isEnabled() and (self.underMouse() or self.isDown()):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme().color("grid"))
            painter.drawRoundedRect(inner, 6, 6)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme().color("accent"), 1))
            painter.drawRoundedRect(inner, 6, 6)
        self._line(painter, QRect(16, 12, self.width() - 24, 18), self.title, "muted", 13, bold=False)
        self._line(painter, QRect(16, 30, self.width() - 24, 30), self.number, "text", NUMBER, bold=True)
        self._line(painter, QRect(16, 62, self.width() - 24, 16), self.note, self.note_token, 12, bold=False)

    def _line(
        self, painter: QPainter, place: QRect, text: str, token: Token, pixels: int, *, bold: bool
    ) -> None:
        written = font(pixels)
        if bold:
            written.setWeight(written.Weight.DemiBold)
        while bold and pixels > SMALLEST and QFontMetrics(written).horizontalAdvance(text) > place.width():
            pixels -= 1  # half a number would be another number
            written.setPixelSize(pixels)
        painter.setFont(written)
        painter.setPen(theme().color(token))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)


class StatStrip(QFrame):
    """Cards beside each other in one frame, parted by hairlines."""

    def __init__(self, cards: tuple[StatCard, ...]) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.cards = cards
        self._flow = Flow(gap=0, even=True)
        self._flow.add(*cards)
        in_column(self._flow, of=self, margins=1)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(theme().color("line"))
        for before, card in pairwise(self.cards):
            place = card.geometry().translated(self._flow.pos())
            if card.y() == before.y():
                painter.drawLine(place.topLeft(), place.bottomLeft())
            else:
                painter.drawLine(1, place.top(), self.width() - 2, place.top())
