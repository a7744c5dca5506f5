"""The numbers of User Activity, each against the period before, each opening the rows behind it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from gateway_desktop.core.plural import plural
from gateway_desktop.ui.boxes import in_column
from gateway_desktop.ui.display import cost, number, percent
from gateway_desktop.ui.panels.user_activity.columns import cost_tip
from gateway_desktop.ui.panels.user_activity.reading import Activity
from gateway_desktop.ui.tables.date_range import DateRange
from gateway_desktop.ui.widgets.stat_card import StatCard, StatStrip

DAY_S = 86_400
BEFORE = {DAY_S: "the day before", 7 * DAY_S: "the week before"}
REASONS = {
    "credential": "without a valid key",
    "access": "without access",
    "rate_limit": "over a rate limit",
    "budget": "over a budget",
    "policy": "by a policy",
    "audit": "because the audit could not be written",
}


class ActivityCards(QWidget):
    """Unique Users, Total Requests, Blocked Requests, Cost."""

    opened = Signal(str)  # words for the filter of Audit Logs

    def __init__(self) -> None:
        super().__init__()
        self.users = StatCard("Unique Users", opens="Opens the rows of all known users")
        self.requests = StatCard("Total Requests", opens="Opens all rows")
        self.blocked = StatCard("Blocked Requests", opens="Opens the blocked rows")
        self.cost = StatCard("Cost", opens="Opens the rows that cost something")
        in_column(StatStrip((self.users, self.requests, self.blocked, self.cost)), of=self, margins=0)
        for card, words in (
            (self.users, "-user:none"),
            (self.requests, ""),
            (self.blocked, "status:blocked"),
            (self.cost, "cost:>0"),
        ):
            card.clicked.connect(lambda _=False, words=words: self.opened.emit(words))

    def show_cards(self, found: Activity, chosen: DateRange) -> None:
        now, before = found.cards, found.cards.previous
        span = BEFORE.get(chosen.last_seconds or 0, "the period before")
        nobodys = plural(now.unattributed, "request has", "requests have")
        self.users.show_number(
            number(now.unique_users),
            "" if before is None else difference(now.unique_users, before.unique_users, span),
            tip=f"{nobodys} no known owner" if now.unattributed else "",
        )
        self.requests.show_number(
            number(now.requests), "" if before is None else change(now.requests, before.requests, span)
        )
        split = [f"{number(count)} {REASONS.get(reason, reason)}" for reason, count in found.reasons.blocked]
        self.blocked.show_number(
            number(now.blocked),
            split[0] if split else "" if before is None else change(now.blocked, before.blocked, span),
            "critical" if now.blocked else "muted",
            tip="\n".join(split),
        )
        missing = f"{number(now.cost_unknown)} of unknown cost" if now.cost_unknown else ""
        compared = "" if before is None else change(now.cost_nano, before.cost_nano, span)
        self.cost.show_number(
            cost(now.cost_nano, unknown=now.cost_unknown),
            missing or compared,
            tip="\n".join(line for line in (cost_tip(now.cost_nano, now.cost_unknown), compared) if line),
        )


def difference(now: int, before: int, span: str) -> str:
    """Return +1 on the week before."""
    if not before:
        return f"none in {span}" if now else ""
    return f"{now - before:+,} on {span}" if now != before else f"as in {span}"


def change(now: int, before: int, span: str) -> str:
    """Return +12% on the week before."""
    if not before:
        return f"none in {span}" if now else ""
    if now == before:
        return f"as in {span}"
    sign = "+" if now > before else "−"
    return f"{sign}{percent(abs(now - before), before)} on {span}"
