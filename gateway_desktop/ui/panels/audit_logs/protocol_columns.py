"""Columns and choices that MCP and Agent2Agent have in common with each other and with the LLM tab."""

from collections.abc import Callable, Sequence

from gateway_desktop.store.queries.audit import AuditRow, Choices
from gateway_desktop.ui.panels.audit_logs import llm
from gateway_desktop.ui.panels.audit_logs.kind import Choice, plain_options
from gateway_desktop.ui.panels.audit_logs.times import Times
from gateway_desktop.ui.tables.column import Column

Columns = tuple[Column[AuditRow], ...]
_WHO = ("started_us", "actor", "proxy")
_HOW = ("duration_ms", "outcome", "risk")
_HIDDEN = ("grp", "api_key_id", "session", "app", "claimed_user")
_LAST = ("endpoint", "client_ip")
_OF_MODELS = ("cost", "tokens")


def columns(
    times: Times, key_label: Callable[[str | None], str], own: Columns, hidden: Columns
) -> tuple[Column[AuditRow], ...]:
    """Return `own` between who called and how it ended, and `hidden` among those that are hidden at first."""
    known = {column.name: column for column in llm.columns(times, key_label)}

    def of(names: Sequence[str]) -> Columns:
        return tuple(known[name] for name in names)

    return (*of(_WHO), *own, *of(_HOW), *of(_HIDDEN), *hidden, *of(_LAST))


def names(target: str) -> tuple[str, ...]:
    """Return what the filter knows; `target` is what models are there."""
    return tuple(target if name == "model" else name for name in llm.NAMES if name not in _OF_MODELS)


def values(choices: Choices, target: str) -> dict[str, tuple[str, ...]]:
    """Return the known values for completion."""
    known = llm.LLM.values(choices)
    found = {name: value for name, value in known.items() if name not in (*_OF_MODELS, "model")}
    return {**found, target: choices.targets}


def choices(target: str, title: str) -> tuple[Choice, ...]:
    """Return the always visible choices, the target's and the method's last."""
    return (
        *llm.LLM.choices,
        Choice(target, title, lambda known: plain_options(known.targets)),
        Choice("method", "Method", lambda known: plain_options(known.methods)),
    )
