"""Findings: what was found in an exchange, what its risk is the sum of, and which rules held; as HTML."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from gateway_desktop.store.queries.audit import AuditDetail
from gateway_desktop.ui.display import risk_level
from gateway_desktop.ui.widgets.evidence import evidence, head, points, table

NOTHING = "Nothing was found."


def page(detail: AuditDetail) -> str:
    """Return the tab of one exchange."""
    return "".join(_blocks(detail))


def _blocks(detail: AuditDetail) -> Iterable[str]:
    known, risk = detail.detail, detail.row.risk
    if unread := known.get("not_scanned"):
        yield f"<p>{'In part not' if risk is not None else 'Not'} scanned: {escape(str(unread))}</p>"
    if risk is not None:
        yield head(f"Risk score {risk} {risk_level(risk)}") + points(known.get("risk", ()), risk)
    if found := known.get("findings"):
        yield head("Findings")
        for one in found:
            earlier = "<p>Seen in an earlier turn.</p>" if one.get("seen") else ""
            yield evidence(one) + earlier
    elif risk is not None:
        yield f"<p>{NOTHING}</p>"
    if more := known.get("findings_left_out"):
        yield f"<p>{more:,} more are not kept.</p>"
    if rules := known.get("policies"):
        yield head("Policies") + table(_rule(one) for one in rules)


def _rule(one: Mapping[str, Any]) -> tuple[str, str]:
    """Return which rule held, and what it did."""
    told = f": {escape(str(one['message']))}" if one.get("message") else ""
    return escape(f"{one['policy']}@{one['version']}/{one['rule']}"), f"{escape(str(one['action']))}{told}"
