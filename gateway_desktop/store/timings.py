"""Timings: how long each kind of question to the database took; kept in memory, for people who wait."""

from collections.abc import Callable
from typing import Any

from gateway_desktop.core.clock import now_us
from gateway_desktop.core.figures import QueryFigures

SHOWN = 20


class Timings:
    """Noted by the reader threads; an entry per function, so their number is bounded."""

    def __init__(self) -> None:
        self._known: dict[str, QueryFigures] = {}

    def note(self, name: str, seconds: float) -> None:
        """Count one question. Two threads at once may lose one: no lock is worth that."""
        milliseconds = seconds * 1000
        known = self._known.get(name)
        slowest, at_us = (known.slowest_ms, known.slowest_us) if known else (-1.0, 0)
        if milliseconds > slowest:
            slowest, at_us = milliseconds, now_us()
        times, total = (known.times, known.total_ms) if known else (0, 0.0)
        self._known[name] = QueryFigures(name, times + 1, total + milliseconds, slowest, at_us)

    def slowest(self) -> tuple[QueryFigures, ...]:
        """Return those that took longest, the slowest first."""
        return tuple(sorted(self._known.values(), key=lambda query: -query.slowest_ms)[:SHOWN])


def name_of(function: Callable[..., Any]) -> str:
    """Return the last part of the module and the function: `activity.users`."""
    module = getattr(function, "__module__", "").rpartition(".")[2]
    name = getattr(function, "__qualname__", type(function).__name__).replace(".<locals>", "")
    return f"{module}.{name.replace('.<lambda>', '')}"
