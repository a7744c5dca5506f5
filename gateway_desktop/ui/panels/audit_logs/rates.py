"""RatesLine: who and what stands behind the numbers of the current filter.

How often calls succeed and fail, per user and per tool or agent; tokens and cost per user and model.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from PySide6.QtCore import Qt, QUrl, Signal, Slot
from PySide6.QtGui import QFocusEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from gateway_desktop.core.plural import plural
from gateway_desktop.store.queries.spending import Spending, Spent
from gateway_desktop.store.queries.usage import Rate, Rates
from gateway_desktop.ui.boxes import in_column
from gateway_desktop.ui.display import cost, number, percent, short_number, shortened
from gateway_desktop.ui.theme import theme

SHOWN = 2  # of each on the line, where they fit; the tooltip has more
IN_TOOLTIP = 25
MOST_LETTERS = 32  # of a name on the line
UNNAMED = "without a name"
LEFT_TO_RIGHT = "\N{LEFT-TO-RIGHT MARK}"  # after a name, or an Arabic one takes the number beside it along


@dataclass(frozen=True, slots=True)
class Named:
    """What is said of one user, tool, agent or model: on the line, and in its tooltip."""

    name: str  # "": nobody, or nothing, that has a name
    short: str
    long: str


class Links(QLabel):
    """A line of links; Tab comes to the first of them, and goes on from each to the next."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Mark the first link, or the last where Tab goes back: Qt marks none before the next Tab."""
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.focusNextPrevChild(event.reason() == Qt.FocusReason.TabFocusReason)


class RatesLine(QWidget):
    """Two lines; a click on a name filters by it."""

    term_wanted = Signal(str, str)  # a word for the filter

    def __init__(self, target: str, of_what: str) -> None:
        super().__init__()
        self._target = target
        self._users: Sequence[Named] = ()
        self._targets: Sequence[Named] = ()
        self._room = True
        self.lines = {name: Links() for name in ("user", target)}
        layout = in_column(of=self, margins=0, gap=2)
        for name, line in self.lines.items():
            line.setProperty("role", "rich")
            line.setAccessibleName(f"{of_what} per {name}")
            line.linkActivated.connect(self._follow)
            line.setMinimumWidth(40)
            layout.addWidget(line)
        self.hide()
        theme().changed.connect(self._draw)

    def show_rates(self, rates: Rates) -> None:
        """Show those with most calls; without calls there is nothing to show."""
        self._show(tuple(map(_rate, rates.users)), tuple(map(_rate, rates.targets)))

    def show_spending(self, spending: Spending) -> None:
        self._show(tuple(map(_spent, spending.users)), tuple(map(_spent, spending.targets)))

    def _show(self, users: Sequence[Named], targets: Sequence[Named]) -> None:
        self._users, self._targets = users, targets
        self.give_room(self._room)
        self._draw()

    def give_room(self, room: bool) -> None:
        self._room = room
        self.setVisible(room and bool(self._target and self._users))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._draw()

    @Slot()
    def _draw(self) -> None:
        for name, found in (("user", self._users), (self._target, self._targets)):
            line = self.lines[name]
            for count in range(SHOWN, 0, -1):
                line.setText(_line(name, found, count))
                if line.sizeHint().width() <= self.width():
                    break
            line.setToolTip(
                "\n".join(
                    f"{LEFT_TO_RIGHT}{one.name or UNNAMED}{LEFT_TO_RIGHT}: {one.long}"
                    for one in found[:IN_TOOLTIP]
                )
            )

    @Slot(str)
    def _follow(self, link: str) -> None:
        name, _, value = QUrl(link).toString(QUrl.ComponentFormattingOption.FullyDecoded).partition(":")
        self.term_wanted.emit(name, value)


def _line(kind: str, found: Sequence[Named], count: int) -> str:
    shown = " &nbsp;·&nbsp; ".join(f"{_link(kind, one.name)} {one.short}" for one in found[:count])
    more = f" &nbsp;·&nbsp; {len(found) - count} more" if len(found) > count else ""
    return f"<span style='color:{theme().hex('muted')}'>By {kind}:</span> {shown}{more}"


def _link(kind: str, name: str) -> str:
    if not name:
        return f"<a href='user:none'>{UNNAMED}</a>" if kind == "user" else UNNAMED
    value = f"={name}" if kind == "user" else name
    shown = shortened(name, MOST_LETTERS)
    return f"<a href='{kind}:{escape(value, quote=True)}'>{escape(shown)}</a>{LEFT_TO_RIGHT}"


def _rate(rate: Rate) -> Named:
    success, failed = percent(rate.success, rate.calls), percent(rate.failed, rate.calls)
    blocked = f", {number(rate.blocked)} blocked" if rate.blocked else ""
    ended = (
        f"{success} ok, {failed} failed, {number(rate.blocked)} blocked, {number(rate.abandoned)} abandoned"
    )
    return Named(
        rate.name,
        f"{success} ok, {failed} failed of {number(rate.calls)}{blocked}",
        f"{plural(rate.calls, 'call')}, {ended}",
    )


def _spent(one: Spent) -> Named:
    dear = cost(one.cost_nano, unknown=one.cost_unknown)
    missing = f", {number(one.cost_unknown)} of unknown cost" if one.cost_unknown else ""
    return Named(
        one.name,
        f"{short_number(one.tokens)} tokens, {dear}",
        f"{plural(one.requests, 'request')}, {plural(one.tokens, 'token')}, {dear}{missing}",
    )
