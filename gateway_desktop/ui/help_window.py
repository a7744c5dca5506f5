"""Help: the guides of `resources/help`, offline, one window."""

from pathlib import Path

from PySide6.QtCore import QSettings, Qt, QUrl, Signal, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QDesktopServices,
    QFont,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QListWidgetItem, QMessageBox, QTextBrowser, QWidget

from gateway_desktop.ui.boxes import in_column, in_row
from gateway_desktop.ui.controls import list_box
from gateway_desktop.ui.theme import BODY, TITLE, theme

PATH = Qt.ItemDataRole.UserRole
SIZES = {1: TITLE, 2: 15}  # pixels of headings
LINE_HEIGHT = 125  # per cent


class HelpWindow(QWidget):
    """A list of guides and the one that is read; links to pages and settings of the window lead there."""

    page_wanted = Signal(str, dict)  # as UiContext says it

    def __init__(self, folder: Path, state: QSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle("Help")
        self.setAccessibleName("Help")
        self._folder = folder
        self._state = state
        self.resize(860, 640)
        self._list = list_box("Guides")
        self._list.setFixedWidth(200)
        self._text = QTextBrowser()
        self._text.setAccessibleName("Guide")
        self._text.setOpenLinks(False)
        self._text.setFrameShape(QTextBrowser.Shape.NoFrame)
        self._text.document().setDocumentMargin(20)
        in_column(in_row(self._list, (self._text, 1), margins=8), of=self, margins=0)
        self._list.currentItemChanged.connect(self._show)
        self._text.anchorClicked.connect(self._follow)
        theme().changed.connect(self._again)
        for path in sorted(folder.glob("*.md")):
            item = QListWidgetItem(title_of(path))
            item.setData(PATH, path.stem)
            self._list.addItem(item)
        geometry = state.value("help/geometry")
        if geometry is not None:
            self.restoreGeometry(geometry)

    def open_page(self, name: str) -> None:
        """Show a guide by the name of its file; the first one if there is no such guide."""
        items = map(self._list.item, range(self._list.count()))
        chosen = next((item for item in items if item.data(PATH) == name), None)
        if chosen is None and self._list.count():
            chosen = self._list.item(0)
        if chosen is not None:
            self._list.setCurrentItem(chosen)
        self.show()
        self.raise_()
        self.activateWindow()

    def shown_page(self) -> str:
        item = self._list.currentItem()
        return str(item.data(PATH)) if item is not None else ""

    def closeEvent(self, event: QCloseEvent) -> None:
        self._state.setValue("help/geometry", self.saveGeometry())
        super().closeEvent(event)

    @Slot()
    def _again(self) -> None:
        self._show()

    @Slot()
    def _show(self) -> None:
        name = self.shown_page()
        if not name:
            return
        document = self._text.document()
        document.setDefaultStyleSheet(f"a {{ color: {theme().hex('accent')}; }}")
        text = (self._folder / f"{name}.md").read_text(encoding="utf-8")
        document.setMarkdown(text, QTextDocument.MarkdownFeature.MarkdownDialectGitHub)
        set_type(document)
        self._text.moveCursor(QTextCursor.MoveOperation.Start)
        self._text.setAccessibleDescription(self._list.currentItem().text())

    @Slot(QUrl)
    def _follow(self, url: QUrl) -> None:
        if url.isRelative() and url.path().endswith(".md"):
            self.open_page(Path(url.path()).stem)
        elif url.scheme() == "page":
            self.page_wanted.emit(url.path(), {})
        elif url.scheme() == "setting":
            self.page_wanted.emit("settings", {"key": url.path()})
        elif not QDesktopServices.openUrl(url):
            QMessageBox.information(self, "Help", f"Open this address in a browser:\n{url.toString()}")


def set_type(document: QTextDocument) -> None:
    """Give headings the sizes of the window, all blocks room, and bold the weight that the font has.

    Lines of code stand together, and those that are too long go on in the next.
    """
    cursor = QTextCursor(document)
    block = document.begin()
    while block.isValid():
        level, listed = block.blockFormat().headingLevel(), block.textList() is not None
        room = QTextBlockFormat()
        room.setTopMargin(20 if level and block.blockNumber() else 0)
        code = block.blockFormat().nonBreakableLines()
        more = code and block.next().blockFormat().nonBreakableLines()
        room.setBottomMargin(0 if more else 6 if level else 4 if listed else 10)
        room.setNonBreakableLines(False)
        room.setLineHeight(LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor.setPosition(block.position())
        cursor.mergeBlockFormat(room)
        parts = [(at.start, at.length, QTextCharFormat(at.format)) for at in block.textFormats()]
        for start, length, look in parts:
            if level:
                look.clearProperty(QTextCharFormat.Property.FontSizeAdjustment)
                look.setProperty(QTextCharFormat.Property.FontPixelSize, SIZES.get(level, BODY))
            if look.fontWeight() > QFont.Weight.Normal:
                look.setFontWeight(QFont.Weight.DemiBold)
            cursor.setPosition(block.position() + start)
            cursor.setPosition(block.position() + start + length, QTextCursor.MoveMode.KeepAnchor)
            cursor.setCharFormat(look)
        block = block.next()


def title_of(path: Path) -> str:
    """Return the first heading of a guide."""
    first = path.read_text(encoding="utf-8").lstrip().partition("\n")[0]
    return first.lstrip("# ").strip() or path.stem
