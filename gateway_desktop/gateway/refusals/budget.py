"""The refusal of a budget: which one, how much of it is used, and when it starts anew."""

from datetime import tzinfo
from urllib.parse import quote

from gateway_desktop.core.budget import Term
from gateway_desktop.core.clock import datetime_of
from gateway_desktop.core.errors import Reason, Refused
from gateway_desktop.core.money import plain, rounded
from gateway_desktop.policies.budget import Overdrawn


def spent_by(overdrawn: Overdrawn, zone: tzinfo | None) -> Refused:
    """Return the error: 402."""
    term = overdrawn.term
    used = f"{rounded(overdrawn.spent)} used"
    if overdrawn.reserved:
        used += f", {rounded(overdrawn.reserved)} set aside for calls on their way"
    return _refused(
        f"The budget of {term.budget.named} is spent: {used}, of {rounded(term.budget.limit_nano)}; "
        f"it starts anew at {_reset(term, zone)}",
        term,
        zone,
        ("X-Budget-Used", plain(overdrawn.spent)),
        ("X-Budget-Reserved", plain(overdrawn.reserved)),
    )


def unpriced(what: str, term: Term, zone: tzinfo | None) -> Refused:
    """Return the error where nobody knows what a call costs that a budget would pay."""
    return _refused(
        f"What {what} costs is not known, and the budget of {term.budget.named} pays only what is; give it a "
        "price in Settings, Model Pricing, or set budgets.unknown_prices to flag",
        term,
        zone,
    )


def _refused(message: str, term: Term, zone: tzinfo | None, *headers: tuple[str, str]) -> Refused:
    refused = Refused(Reason.BUDGET, message, 402)
    refused.headers = (
        ("X-Budget-Name", quote(term.budget.named, safe=" @,.:-_")),
        ("X-Budget-Limit", plain(term.budget.limit_nano)),
        *headers,
        ("X-Budget-Reset", _reset(term, zone)),
    )
    return refused


def _reset(term: Term, zone: tzinfo | None) -> str:
    return datetime_of(term.end_us, zone).isoformat(timespec="seconds")
