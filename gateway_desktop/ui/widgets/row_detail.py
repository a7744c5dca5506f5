"""RowDetail: the chosen row in full, below its table: its name, an address to copy, and facts in words."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from gateway_desktop.ui.boxes import in_column, in_row
from gateway_desktop.ui.widgets.copy_field import CopyField
from gateway_desktop.ui.widgets.short_label import ShortLabel
from gateway_desktop.ui.widgets.text_label import text_label

CAPTION_WIDTH = 112
ADDRESS_WIDTH = 520


class RowDetail(QWidget):
    """Hidden without a row; a fact without words is left out. A subclass may add to `head`, and to `column`.

    `copies`: what a screen reader calls the address, where that is more than stands before it.
    """

    def __init__(self, address: str, facts: Sequence[str], *, copies: str = "") -> None:
        super().__init__()
        self.name = ShortLabel()
        self.name.setProperty("role", "heading")
        self.address_caption = text_label(address, "muted")
        self.address = CopyField(copies or address)
        self.facts = {
            fact: (text_label(fact, "muted"), text_label(wraps=True, selectable=True)) for fact in facts
        }
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        grid.setColumnMinimumWidth(0, CAPTION_WIDTH)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.address_caption, 0, 0)
        grid.addLayout(self.address.beside_nothing(ADDRESS_WIDTH), 0, 1)
        for row, (caption, words) in enumerate(self.facts.values(), start=1):
            grid.addWidget(caption, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(words, row, 1)
        line = QFrame()
        line.setProperty("role", "line")
        self.head = in_row(self.name, gap=8)
        self.column = in_column(line, self.head, of=self, margins=(0, 0, 0, 12), gap=8)
        self._fill_head()
        self.column.addLayout(grid)
        self.hide()

    def _fill_head(self) -> None:
        """Add what stands beside or below the name: by keyboard, too, it comes before the facts."""

    def show_facts(self, name: str, address: str, facts: Mapping[str, str]) -> None:
        """Show a row; no address, no line for it."""
        self.name.setText(name)
        self.address.set_text(address)
        for widget in (self.address_caption, self.address):
            widget.setVisible(bool(address))
        for fact, (caption, words) in self.facts.items():
            text = facts.get(fact, "")
            words.setText(text)
            caption.setVisible(bool(text))
            words.setVisible(bool(text))
        self.show()

    def said(self, fact: str) -> str:
        return self.facts[fact][1].text()
