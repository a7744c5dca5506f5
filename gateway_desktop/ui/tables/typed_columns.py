"""Columns of one sort, by what they show: numbers, money, durations, moments. `more` is a Column's own."""

from collections.abc import Callable
from typing import Any

from gateway_desktop.core.clock import now_us
from gateway_desktop.core.money import dollars
from gateway_desktop.ui.display import (
    ago,
    cost,
    day,
    duration,
    exact,
    number,
    risk_level,
    short_number,
    until,
)
from gateway_desktop.ui.tables.column import Badge, Column, Row
from gateway_desktop.ui.widgets.badge import TONES

KINDS = {"llm": "LLM", "mcp": "MCP", "a2a": "Agent2Agent"}
NOT_SCANNED = "Not scanned: it had no text, was refused before, or inspection is off; its details say which"


def number_column(name: str, title: str, value: Callable[[Row], float | None], **more: Any) -> Column[Row]:
    """Return a column of whole numbers."""
    return Column(name, title, value, display=lambda row: number(value(row)), numeric=True, **more)


def cost_column(name: str, title: str, value: Callable[[Row], int | None], **more: Any) -> Column[Row]:
    """Return a column of nano-dollars; the tooltip is exact."""

    def exactly(row: Row) -> str:
        nano = value(row)
        return "" if nano is None else dollars(nano)

    more = {"tooltip": exactly, **more}
    return Column(name, title, value, display=lambda row: cost(value(row)), numeric=True, **more)


def duration_column(name: str, title: str, value: Callable[[Row], float | None], **more: Any) -> Column[Row]:
    """Return a column of milliseconds."""
    return Column(name, title, value, display=lambda row: duration(value(row)), numeric=True, **more)


def badge_column(name: str, title: str, badge: Callable[[Row], Badge], **more: Any) -> Column[Row]:
    """Return a column of words in colours, sorted by the words."""
    return Column(name, title, lambda row: badge(row).text, badge=badge, **more)


def tokens_column(value: Callable[[Row], int], **more: Any) -> Column[Row]:
    """Return a column of tokens, 58.1 k for many."""
    return Column(
        "tokens", "Tokens", value, display=lambda row: short_number(value(row)), numeric=True, **more
    )


def risk_column(title: str, value: Callable[[Row], int | None], **more: Any) -> Column[Row]:
    """Return a column of risk scores, 0 to 100, with their levels; without one it says why."""

    def badge(row: Row) -> Badge | None:
        score, level = value(row), risk_level(value(row))
        return None if score is None else Badge(f"{score} {level}", TONES[level])

    return Column(
        "risk",
        title,
        value,
        display=lambda row: risk_level(value(row)),
        muted=True,
        badge=badge,
        tooltip=lambda row: NOT_SCANNED if value(row) is None else "",
        **more,
    )


def ago_column(name: str, title: str, value: Callable[[Row], int | None], **more: Any) -> Column[Row]:
    """Return a column of past moments, in microseconds since 1970; the tooltip is exact."""
    return _moments(name, title, value, lambda at_us: ago(at_us, now_us()), more)


def last_column(name: str, title: str, value: Callable[[Row], int | None], **more: Any) -> Column[Row]:
    """Return a column of when something last happened; it says never, the oldest, where it did not."""
    return _moments(name, title, lambda row: value(row) or 0, _last, more)


def day_column(name: str, title: str, value: Callable[[Row], int | None], **more: Any) -> Column[Row]:
    """Return a column of days, of moments in microseconds since 1970; the tooltip is exact."""
    return _moments(name, title, value, day, more)


def until_column(name: str, title: str, value: Callable[[Row], int | None], **more: Any) -> Column[Row]:
    """Return a column of moments to come; without one it says never."""
    return _moments(name, title, value, lambda at_us: until(at_us, now_us()), more)


def _last(at_us: int | None) -> str:
    return ago(at_us, now_us()) if at_us else "never"


def _moments(
    name: str,
    title: str,
    value: Callable[[Row], int | None],
    shown: Callable[[int | None], str],
    more: dict[str, Any],
) -> Column[Row]:
    more = {"tooltip": lambda row: exact(value(row)), **more}
    return Column(name, title, value, display=lambda row: shown(value(row)), muted=True, **more)
