"""PageStack: the pages of the window; one that is higher than the window scrolls."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget


class PageStack(QStackedWidget):
    """Stands in `area`, and needs the height of the page that is shown, whatever the others need."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "page")
        self.area = QScrollArea()
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidgetResizable(True)
        self.area.setWidget(self)
        self.currentChanged.connect(self.updateGeometry)

    def heightForWidth(self, width: int) -> int:
        """Return the least height of the page that is shown."""
        page = self.currentWidget()
        layout = page.layout() if page is not None else None
        if page is None or layout is None:
            return 0
        if layout.hasHeightForWidth():
            return layout.totalMinimumHeightForWidth(width)
        return page.minimumSizeHint().height()

    def minimumSizeHint(self) -> QSize:
        """Return the same, and no width: what is too wide scrolls sideways in the page."""
        return QSize(0, self.heightForWidth(self.area.viewport().width()))
