"""LogKind: what differs from tab to tab of the Audit Logs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gateway_desktop.store.queries.audit import AuditRow, Choices
from gateway_desktop.ui.panels.audit_logs.times import Times
from gateway_desktop.ui.tables.choice import Option
from gateway_desktop.ui.tables.column import Column
from gateway_desktop.ui.theme import Token


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the always visible choices: its name in the filter, its title, what it offers."""

    name: str
    title: str
    options: Callable[[Choices], Sequence[Option]]
    multiple: bool = False


@dataclass(frozen=True, slots=True)
class LogKind:
    """One tab: columns, choices, words."""

    tab: str  # in the filter and the command line
    title: str
    things: str  # what its rows are called
    # Of times as they are shown, and of the names of keys.
    columns: Callable[[Times, Callable[[str | None], str]], tuple[Column[AuditRow], ...]]
    choices: tuple[Choice, ...]
    names: tuple[str, ...]  # what the filter knows here
    values: Callable[[Choices], dict[str, tuple[str, ...]]]  # known values for completion
    hint: str
    series: tuple[tuple[str, Token], ...]  # of the chart, from the bottom up: field of the buckets, colour
    nothing: tuple[str, str, str]  # why there is no row at all, and a button that helps
    counts_tokens: bool = False  # the sums speak of tokens and cost, others of success and failure
    rates_of: str = ""  # the same per user and per this (a name in the filter): model, tool, agent


def user_options(choices: Choices) -> tuple[Option, ...]:
    """Return the users that rows have had, by name."""
    known = tuple(
        Option(f"={actor}", f"{actor} ({name})" if name and name != actor else actor)
        for actor, name in choices.users
        if actor
    )
    return (*known, Option("none", "Unattributed"))


def state_options(values: Sequence[str]) -> tuple[Option, ...]:
    """Return options that are called what badges call them."""
    return tuple(Option(value, value.capitalize()) for value in values)


def plain_options(values: Sequence[str]) -> tuple[Option, ...]:
    """Return options that are called what they are."""
    return tuple(Option(value, value) for value in values if value)
