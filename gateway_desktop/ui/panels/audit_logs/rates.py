"""RatesLine: how often calls succeed and fail, per user and per tool or agent, of the current filter."""

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import Qt, QUrl, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from gateway_desktop.store.queries.usage import Rate, Rates
from gateway_desktop.ui.display import number, percent
from gateway_desktop.ui.theme import theme

SHOWN = 2  # of each on the line, where they fit; the tooltip has more
IN_TOOLTIP = 25
MOST_LETTERS = 32  # of a name on the line
UNNAMED = "without a name"


class RatesLine(QWidget):
    """Two lines; a click on a name filters by it."""

    term_wanted = Signal(str, str)  # a word for the filter

    def __init__(self, target: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._target = target
        self._rates = Rates((), ())
        self._room = True
        self.lines = {name: QLabel() for name in ("user", target)}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        for name, line in self.lines.items():
            line.setProperty("role", "rich")
            line.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
            line.setAccessibleName(f"Success and failure per {name}")
            line.linkActivated.connect(self._follow)
            line.setMinimumWidth(40)
            layout.addWidget(line)
        self.hide()
        theme().changed.connect(self._draw)

    def show_rates(self, rates: Rates) -> None:
        """Show those with most calls; without calls there is nothing to show."""
        self._rates = rates
        self.give_room(self._room)
        self._draw()

    def give_room(self, room: bool) -> None:
        """Show the lines, or leave their room to the rows."""
        self._room = room
        self.setVisible(room and bool(self._target and self._rates.users))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many as fit."""
        super().resizeEvent(event)
        self._draw()

    @Slot()
    def _draw(self) -> None:
        for name, found in (("user", self._rates.users), (self._target, self._rates.targets)):
            line = self.lines[name]
            for count in range(SHOWN, 0, -1):
                line.setText(_line(name, found, count))
                if line.sizeHint().width() <= self.width():
                    break
            line.setToolTip("\n".join(map(_long, found[:IN_TOOLTIP])))

    @Slot(str)
    def _follow(self, link: str) -> None:
        name, _, value = QUrl(link).toString(QUrl.ComponentFormattingOption.FullyDecoded).partition(":")
        self.term_wanted.emit(name, value)


def _line(kind: str, found: Sequence[Rate], count: int) -> str:
    shown = " &nbsp;·&nbsp; ".join(_short(kind, rate) for rate in found[:count])
    more = f" &nbsp;·&nbsp; {len(found) - count} more" if len(found) > count else ""
    return f"<span style='color:{theme().hex('muted')}'>By {kind}:</span> {shown}{more}"


def _short(kind: str, rate: Rate) -> str:
    text = f"{percent(rate.success, rate.calls)} ok, {percent(rate.failed, rate.calls)} failed"
    blocked = f", {number(rate.blocked)} blocked" if rate.blocked else ""
    return f"{_link(kind, rate.name)} {text} of {number(rate.calls)}{blocked}"


def _link(kind: str, name: str) -> str:
    if not name:
        return f"<a href='user:none'>{UNNAMED}</a>" if kind == "user" else UNNAMED
    value = f"={name}" if kind == "user" else name
    shown = name if len(name) <= MOST_LETTERS else f"{name[: MOST_LETTERS - 1]}…"
    return f"<a href='{kind}:{escape(value, quote=True)}'>{escape(shown)}</a>"


def _long(rate: Rate) -> str:
    success, failed = percent(rate.success, rate.calls), percent(rate.failed, rate.calls)
    ended = (
        f"{success} ok, {failed} failed, {number(rate.blocked)} blocked, {number(rate.abandoned)} abandoned"
    )
    return f"{rate.name or UNNAMED}: {number(rate.calls)} calls, {ended}"
