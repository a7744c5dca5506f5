"""Flow: widgets beside each other; what does not fit into the line begins the next one."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

from gateway_desktop.ui.theme import GAP


class Flow(QLayout):
    """A layout for rows of buttons and choices, which a narrow window shall not cut off.

    Widgets that want to expand share what is left of their line; without one it can stand at the right.
    Even lines hold as many widgets each, rather than as many as there is room for.
    """

    def __init__(
        self, parent: QWidget | None = None, *, right: bool = False, even: bool = False, gap: int = GAP
    ) -> None:
        super().__init__(parent)
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(gap)
        self._right = right
        self._even = even
        self._items: list[QLayoutItem] = []

    def insert_widget(self, place: int, widget: QWidget) -> None:
        """Add a widget before the one at this place."""
        self.addWidget(widget)
        self._items.insert(place, self._items.pop())

    # -- what Qt asks of a layout

    def addItem(self, item: QLayoutItem) -> None:
        """Add at the end."""
        self._items.append(item)

    def count(self) -> int:
        """Return how many there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Return one of them."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Take one out."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """Take the width there is."""
        return Qt.Orientation.Horizontal

    def hasHeightForWidth(self) -> bool:
        """The narrower, the more lines."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return how high the lines are together."""
        margins = self.contentsMargins()
        lines = self._lines(width - margins.left() - margins.right())
        between = self.spacing() * max(0, len(lines) - 1)
        return sum(_height(line) for line in lines) + between + margins.top() + margins.bottom()

    def sizeHint(self) -> QSize:
        """All in one line."""
        shown = self._shown()
        width = sum(_wanted(item) for item in shown) + self.spacing() * max(0, len(shown) - 1)
        return self._with_margins(width, _height(shown))

    def minimumSize(self) -> QSize:
        """Each in a line of its own."""
        shown = self._shown()
        widest = max((item.minimumSize().width() for item in shown), default=0)
        return self._with_margins(widest, _height(shown))

    def setGeometry(self, rect: QRect) -> None:
        """Place them."""
        super().setGeometry(rect)
        rect = rect.marginsRemoved(self.contentsMargins())
        top = rect.top()
        for line in self._lines(rect.width()):
            height = _height(line)
            self._place(line, QRect(rect.left(), top, rect.width(), height))
            top += height + self.spacing()

    # -- how

    def _with_margins(self, width: int, height: int) -> QSize:
        margins = self.contentsMargins()
        return QSize(width + margins.left() + margins.right(), height + margins.top() + margins.bottom())

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _lines(self, width: int) -> list[list[QLayoutItem]]:
        lines: list[list[QLayoutItem]] = []
        used = 0
        for item in self._shown():
            wanted = _wanted(item)
            if not lines or used + self.spacing() + wanted > width:
                lines.append([])
                used = wanted
            else:
                used += self.spacing() + wanted
            lines[-1].append(item)
        if self._even and len(lines) > 1:
            shown = self._shown()
            each = -(-len(shown) // len(lines))
            return [shown[place : place + each] for place in range(0, len(shown), each)]
        return lines

    def _place(self, line: list[QLayoutItem], rect: QRect) -> None:
        widths = [min(_wanted(item), rect.width()) for item in line]
        left_over = rect.width() - sum(widths) - self.spacing() * (len(line) - 1)
        growing = [place for place, item in enumerate(line) if _grows(item)]
        for place in growing:
            widths[place] += max(0, left_over) // len(growing)
        left = rect.left() + (left_over if self._right and not growing else 0)
        for item, width in zip(line, widths, strict=True):
            height = min(item.sizeHint().height(), rect.height())
            item.setGeometry(QRect(left, rect.top() + (rect.height() - height) // 2, width, height))
            left += width + self.spacing()


def _grows(item: QLayoutItem) -> bool:
    fixed = item.minimumSize().width() == item.maximumSize().width()
    return not fixed and bool(item.expandingDirections() & Qt.Orientation.Horizontal)


def _wanted(item: QLayoutItem) -> int:
    return item.minimumSize().width() if _grows(item) else item.sizeHint().width()


def _height(items: list[QLayoutItem]) -> int:
    return max((item.sizeHint().height() for item in items), default=0)
