"""One budget in words: its terms, the newest first, and who and what the newest was spent on."""

from collections.abc import Iterable, Sequence
from datetime import tzinfo
from html import escape

from gateway_desktop.core.plural import plural
from gateway_desktop.store.budget_rows import Share, TermUse
from gateway_desktop.store.queries.budgets import BudgetUse, History
from gateway_desktop.ui.display import cost, minute, percent, shortened
from gateway_desktop.ui.panels.budgets.columns import whose
from gateway_desktop.ui.theme import theme

MOST_LETTERS = 28  # of a name: two lists stand beside each other
_CELL = "style='padding:3px 20px 3px 0; white-space:nowrap'"
_RIGHT = "align='right' style='padding:3px 20px 3px 0; white-space:nowrap'"


def told(row: BudgetUse, history: History, zone: tzinfo | None) -> Iterable[str]:
    """Tell of one budget, as HTML; its terms begin and end with days of the team's zone."""
    muted = theme().hex("muted")
    yield f"<h3 style='margin:0 0 6px 0'>{escape(whose(row))}, {row.budget.period}</h3>"
    shares = [("user", history.users), ("model", history.models)]
    if not history.terms:
        yield f"<p style='color:{muted}'>Nothing was charged to it yet.</p>"
        return
    yield _terms(history.terms, zone, muted)
    yield "<table cellspacing='0' cellpadding='0' style='margin-top:8px'><tr>"
    for title, rows in shares:
        if not rows:
            continue
        yield f"<td valign='top' style='padding-right:16px'>{_shares(title, rows, muted)}</td>"
    yield "</tr></table>"


def _terms(terms: Sequence[TermUse], zone: tzinfo | None, muted: str) -> str:
    heads = "".join(
        f"<td {align}><span style='color:{muted}'>{title}</span></td>"
        for title, align in (
            ("From", _CELL),
            ("Until", _CELL),
            ("Spent", _RIGHT),
            ("Limit", _RIGHT),
            ("Used", _CELL),
        )
    )
    lines = [f"<tr>{heads}</tr>"]
    for term in terms:
        note = percent(term.spent_nano, term.limit_nano)
        if term.unknown:
            note += f", {plural(term.unknown, 'call')} of unknown cost"
        if term.reset_reason:
            note += f". Reset by {escape(term.reset_by)}: {escape(term.reset_reason)}"
        lines.append(
            f"<tr><td {_CELL}>{minute(term.start_us, zone)}</td><td {_CELL}>{minute(term.end_us, zone)}</td>"
            f"<td {_RIGHT}>{_cost(term.spent_nano)}</td><td {_RIGHT}>{_cost(term.limit_nano)}</td>"
            f"<td {_CELL}><span style='color:{muted}'>{note}</span></td></tr>"
        )
    return f"<table cellspacing='0' cellpadding='0'>{''.join(lines)}</table>"


def _cost(nano: int) -> str:
    return escape(cost(nano))  # <$0.0001


def _shares(kind: str, shares: Sequence[Share], muted: str) -> str:
    lines = [f"<tr><td colspan='3'><span style='color:{muted}'>Top {kind}s now</span></td></tr>"]
    for share in shares[:6]:
        calls = f"<span style='color:{muted}'>{plural(share.requests, 'call')}</span>"
        name = escape(shortened(share.name or "Unattributed", MOST_LETTERS))
        numbers = f"<td {_RIGHT}>{_cost(share.spent_nano)}</td><td {_RIGHT}>{calls}</td>"
        lines.append(f"<tr><td {_CELL}>{name}</td>{numbers}</tr>")
    return f"<table cellspacing='0' cellpadding='0'>{''.join(lines)}</table>"
