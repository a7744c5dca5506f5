"""Step: one of some numbered things to do; its number turns to a tick when it is done."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gateway_desktop.ui.boxes import in_column, in_row
from gateway_desktop.ui.theme import Token, font, theme
from gateway_desktop.ui.widgets.text_label import text_label

SIDE = 24


class StepMark(QWidget):
    """A circle with a number, filled with a tick when done; the current one stands in the accent."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number
        self.done = False
        self.current = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(SIDE, SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt gives it
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        circle = QRectF(1, 1, SIDE - 2, SIDE - 2)
        colors = theme()
        if self.done:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors.color("success background"))
            painter.drawEllipse(circle)
            painter.setPen(QPen(colors.color("success"), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawPolyline([QPointF(7.5, 12.5), QPointF(10.5, 15.5), QPointF(16.5, 8.5)])
            return
        ink: Token = "accent" if self.current else "muted"
        painter.setPen(QPen(colors.color("accent" if self.current else "line"), 1.5))
        painter.setBrush(colors.color("accent background" if self.current else "surface"))
        painter.drawEllipse(circle)
        painter.setPen(colors.color(ink))
        painter.setFont(font(12, weight=QFont.Weight.DemiBold))
        painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, str(self.number))


class Step(QWidget):
    """Mark, title, and a body below the title."""

    def __init__(self, number: int, title: str) -> None:
        super().__init__()
        self.mark = StepMark(number)
        self.title = text_label(title, "heading")
        self.title.setMinimumHeight(SIDE)
        self.body = in_column(gap=8)
        self._title = title
        column = in_column(self.title, self.body, gap=4)
        row = in_row(of=self, margins=0, gap=12)
        row.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)
        self.show_state()

    def show_state(self, *, done: bool = False, current: bool = False) -> None:
        self.mark.done, self.mark.current = done, current
        self.mark.update()
        state = "done" if done else "to do now" if current else "to do later"
        self.setAccessibleName(f"Step {self.mark.number}: {self._title}, {state}")

    @property
    def done(self) -> bool:
        return self.mark.done
