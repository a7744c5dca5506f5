"""Strip: what the filtered rows add up to, and on the right where the table stands."""

from html import escape

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from gateway_desktop.core.plural import plural
from gateway_desktop.ui.boxes import in_row
from gateway_desktop.ui.controls import push_button, tool_button
from gateway_desktop.ui.icons import icon
from gateway_desktop.ui.theme import theme
from gateway_desktop.ui.widgets.text_label import text_label

LATE_MS = 200  # what answers faster needs no word that it is under way


class Strip(QWidget):
    """Numbers in one line; `newest`, `oldest` and `moment` when a person wants to go there."""

    newest = Signal()
    oldest = Signal()
    moment = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._facts: tuple[tuple[str, str], ...] = ()
        self.numbers = text_label("", "rich", wraps=True)
        self.numbers.setAccessibleName("Sum of the filtered rows")
        self.numbers.setToolTip("Of all rows that match; p95: 95% of them took no longer")
        self.busy = text_label("Filtering…", "muted")
        self.busy.hide()
        self.chip = push_button("", self.newest)
        self.chip.setProperty("active", "true")
        self.chip.hide()
        self.count = text_label("", "muted")
        self._late = QTimer(self, singleShot=True, interval=LATE_MS)
        self._late.timeout.connect(self.busy.show)
        row = in_row((self.numbers, 1), self.busy, self.chip, self.count, of=self, margins=0, gap=8)
        tip = "Go to the newest row (Home), the oldest (End) or a time"
        self._go = tool_button("jump", "Go to newest, oldest or a time", tip)
        self._go.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self._go)
        menu.addAction(icon("newest"), "Newest\tHome", self.newest.emit)
        menu.addAction(icon("oldest"), "Oldest\tEnd", self.oldest.emit)
        menu.addAction(icon("clock"), "Go to time…", self.moment.emit)
        self._go.setMenu(menu)
        row.addWidget(self._go)
        theme().changed.connect(self._draw)

    def show_facts(self, facts: tuple[tuple[str, str], ...]) -> None:
        """Show numbers and what they are, for example ("48,213", "requests")."""
        if facts != self._facts:
            self._facts = facts
            self._draw()

    def facts(self) -> tuple[tuple[str, str], ...]:
        return self._facts

    def show_busy(self, busy: bool) -> None:
        """Say that rows are being looked for, once it takes a moment."""
        if busy:
            self._late.start()
        else:
            self._late.stop()
            self.busy.hide()

    def show_count(self, count: int, capped: bool, things: str) -> None:
        """Show how many rows match; capped: 10,000+."""
        self.count.setText(f"{count:,}+ rows" if capped else plural(count, "row"))
        self.count.setToolTip(f"{things.capitalize()} that match; counted up to 10,000" if capped else "")

    def show_new(self, count: int, capped: bool) -> None:
        """Show how many rows came while the table does not follow; none hides the chip."""
        text = f"Paused – {count:,}{'+' if capped else ''} new"
        self.chip.setText(text)
        self.chip.setAccessibleName(f"{text}: go to the newest row")
        self.chip.setVisible(count > 0)

    def _draw(self) -> None:
        muted = theme().hex("muted")
        self.numbers.setText(
            f"<span style='color:{muted}'> &nbsp;&nbsp;&nbsp; </span>".join(
                f"<span style='font-weight:600'>{escape(value)}</span>"
                f"&nbsp;<span style='color:{muted}'>{name}</span>"
                for value, name in self._facts
            )
        )
