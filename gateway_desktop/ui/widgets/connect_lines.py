"""ConnectLines: what to paste into each tool, one tab a tool."""

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import QWidget

from gateway_desktop.core.proxy import Proxy
from gateway_desktop.services.connect import PLACEHOLDER, snippets
from gateway_desktop.services.snippet import Snippet
from gateway_desktop.ui.boxes import in_column
from gateway_desktop.ui.controls import tab_bar
from gateway_desktop.ui.widgets.copy_field import CodeBlock
from gateway_desktop.ui.widgets.text_label import text_label

_FILE = "In the configuration file"
LANGUAGES = {"sh": "In a terminal", "toml": _FILE, "json": _FILE, "python": "In Python", "text": ""}


class ConnectLines(QWidget):
    """Tabs of tools over their lines; the tab chosen stays chosen when proxy or key change."""

    def __init__(self, *, first: str = "") -> None:
        super().__init__()
        self._first = first
        self._snippets: tuple[Snippet, ...] = ()
        self.tabs = tab_bar("Tools", ())
        self.block = CodeBlock("Lines")
        self.truth = text_label(wraps=True)
        in_column(self.tabs, self.block, self.truth, 1, of=self, margins=0, gap=8)
        self.tabs.currentChanged.connect(self._show)

    def show_for(self, base_url: str, proxy: Proxy, key: str = "") -> None:
        """Make the lines for this proxy and key; without a key they hold a placeholder."""
        chosen = self.tool()
        found = snippets(base_url, proxy, key or PLACEHOLDER)
        self._snippets = tuple(sorted(found, key=lambda snippet: snippet.tool != self._first))
        with QSignalBlocker(self.tabs):
            while self.tabs.count():
                self.tabs.removeTab(0)
            for snippet in self._snippets:
                self.tabs.addTab(snippet.tool)
            names = [snippet.tool for snippet in self._snippets]
            self.tabs.setCurrentIndex(names.index(chosen) if chosen in names else 0)
        self._show(self.tabs.currentIndex())

    def tool(self) -> str:
        index = self.tabs.currentIndex()
        return self._snippets[index].tool if 0 <= index < len(self._snippets) else ""

    def choose(self, tool: str) -> None:
        self.tabs.setCurrentIndex([snippet.tool for snippet in self._snippets].index(tool))

    def text(self) -> str:
        """Return the lines that Copy copies; nothing for a tool that cannot be connected."""
        return self.block.text() if not self.block.isHidden() else ""

    @Slot(int)
    def _show(self, index: int) -> None:
        if not 0 <= index < len(self._snippets):
            return
        snippet = self._snippets[index]
        is_code = snippet.language != "text"
        self.block.setVisible(is_code)
        self.truth.setVisible(not is_code)
        self.truth.setText(snippet.text)
        if is_code:
            self.block.say(LANGUAGES[snippet.language], snippet.text.rstrip("\n"), snippet.note)
