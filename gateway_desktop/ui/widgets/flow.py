"""Flow: widgets beside each other; what does not fit into the line begins the next one."""

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gateway_desktop.ui.theme import GAP


class Flow(QWidget):
    """A row of buttons or choices, which a narrow window shall not cut off.

    Widgets that want to expand share what is left of their line; without one it can stand at the right.
    Even lines hold as many widgets each, rather than as many as there is room for. It is a widget rather than
    a layout: a layout in Python would keep items that Qt deletes.
    """

    def __init__(self, *, right: bool = False, even: bool = False, gap: int = GAP) -> None:
        super().__init__()
        self._right, self._even, self._gap = right, even, gap
        self._widgets: list[QWidget] = []
        self._seen = False  # not while it is being shown: then all its widgets are, one after the other
        policy = QSizePolicy(
            QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum
        )  # as high as its lines are
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add(self, *widgets: QWidget) -> None:
        for widget in widgets:
            self.insert_widget(len(self._widgets), widget)

    def insert_widget(self, place: int, widget: QWidget) -> None:
        widget.setParent(self)
        if place:
            self.setTabOrder(self._widgets[place - 1], widget)
        self._widgets.insert(place, widget)
        widget.installEventFilter(self)
        self.updateGeometry()

    # -- what the layout around it asks

    def heightForWidth(self, width: int) -> int:
        """Return how high the lines are together."""
        lines = self._lines(width)
        return sum(map(_height, lines)) + self._gap * max(0, len(lines) - 1)

    def sizeHint(self) -> QSize:
        """All in one line."""
        shown = self._shown()
        return QSize(sum(map(_wanted, shown)) + self._gap * max(0, len(shown) - 1), _height(shown))

    def minimumSizeHint(self) -> QSize:
        """Each in a line of its own."""
        shown = self._shown()
        return QSize(max((_least(widget).width() for widget in shown), default=0), _height(shown))

    def event(self, event: QEvent) -> bool:
        """Place the widgets again when one was hidden or wants another size; also if nobody saw that."""
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self._seen = event.type() is QEvent.Type.Show
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Show):
            self._settle()
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Give a widget its place while it is shown, as Qt's layouts do: who sees a button can press it."""
        if event.type() is QEvent.Type.ShowToParent and self._seen:
            self._settle()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_all()

    # -- how

    def _settle(self) -> None:
        """Place the widgets now, in the room that the layouts around them give."""
        self.updateGeometry()
        around = self.parentWidget()
        while around is not None and around.isVisible() and (layout := around.layout()) is not None:
            layout.activate()
            around = around.parentWidget()
        self._place_all()

    def _shown(self) -> list[QWidget]:
        return [widget for widget in self._widgets if not widget.isHidden()]

    def _lines(self, width: int) -> list[list[QWidget]]:
        shown = self._shown()
        lines: list[list[QWidget]] = []
        used = 0
        for widget in shown:
            wanted = _wanted(widget)
            if not lines or used + self._gap + wanted > width:
                lines.append([])
                used = wanted
            else:
                used += self._gap + wanted
            lines[-1].append(widget)
        if self._even and len(lines) > 1:
            each = -(-len(shown) // len(lines))
            return [shown[place : place + each] for place in range(0, len(shown), each)]
        return lines

    def _place_all(self) -> None:
        top = max(0, self.height() - self.heightForWidth(self.width())) // 2
        for line in self._lines(self.width()):
            height = _height(line)
            self._place(line, top, height)
            top += height + self._gap

    def _place(self, line: list[QWidget], top: int, height: int) -> None:
        widths = [min(_wanted(widget), self.width()) for widget in line]
        left_over = self.width() - sum(widths) - self._gap * (len(line) - 1)
        growing = [place for place, widget in enumerate(line) if _grows(widget)]
        for place in growing:
            widths[place] += max(0, left_over) // len(growing)
        left = left_over if self._right and not growing else 0
        for widget, width in zip(line, widths, strict=True):
            high = min(_hint(widget).height(), height)
            widget.setGeometry(QRect(left, top + (height - high) // 2, width, high))
            left += width + self._gap


def _least(widget: QWidget) -> QSize:
    """Return the least size of a widget, as a layout of Qt would know it."""
    fixed = widget.minimumSize()
    hint = widget.minimumSizeHint()
    return QSize(fixed.width() or hint.width(), fixed.height() or hint.height()).boundedTo(
        widget.maximumSize()
    )


def _hint(widget: QWidget) -> QSize:
    wanted = widget.sizeHint().expandedTo(widget.minimumSizeHint())
    return wanted.boundedTo(widget.maximumSize()).expandedTo(widget.minimumSize())


def _grows(widget: QWidget) -> bool:
    fixed = widget.minimumWidth() == widget.maximumWidth()
    return not fixed and bool(widget.sizePolicy().expandingDirections() & Qt.Orientation.Horizontal)


def _wanted(widget: QWidget) -> int:
    return _least(widget).width() if _grows(widget) else _hint(widget).width()


def _height(widgets: list[QWidget]) -> int:
    return max((_hint(widget).height() for widget in widgets), default=0)
