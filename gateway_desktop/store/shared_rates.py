"""SharedRates: the rate limits of all gateways on one PostgreSQL database, as if they were one.

A row says how much of a limit was used and when that was; each gateway says for itself how many calls it has
under way, and while its lease lasts they count.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any

from gateway_desktop.core.clock import SECOND_US
from gateway_desktop.core.rate_limit import RateLimit, RateUse
from gateway_desktop.policies.rates import Exceeded, Usage, give_back, take, use_of
from gateway_desktop.store.rows import insert_sql
from gateway_desktop.store.turns import Asked, Turns

_STATE = "SELECT limit_id, requests_us, tokens_us, at_us FROM rate_state"
_ACTIVE = (
    "SELECT a.limit_id, sum(a.n) FROM rate_active a JOIN counter_lease l ON l.gw = a.gw"
    " WHERE a.gw <> ? AND l.until_us > ?"
)
_STATE_COLUMNS = ("limit_id", "requests_us", "tokens_us", "at_us")
_STATE_SET = (
    " ON CONFLICT(limit_id) DO UPDATE SET requests_us = excluded.requests_us,"
    " tokens_us = excluded.tokens_us, at_us = excluded.at_us"
)
_ACTIVE_COLUMNS = ("limit_id", "gw", "n")
_ACTIVE_SET = " ON CONFLICT(limit_id, gw) DO UPDATE SET n = excluded.n"


class _Take(Asked):
    __slots__ = ("limits", "tokens")

    def __init__(self, limits: tuple[RateLimit, ...], tokens: int) -> None:
        super().__init__()
        self.limits = limits
        self.tokens = tokens


class _Return(Asked):
    """What ends a call: one that passed, or one that may have, and did not hear of it."""

    __slots__ = ("limits", "more_tokens", "taken")

    def __init__(self, limits: tuple[RateLimit, ...], more_tokens: int, taken: _Take | None = None) -> None:
        super().__init__()
        self.limits = limits
        self.more_tokens = more_tokens
        self.taken = taken

    @property
    def holds(self) -> bool:
        """Return whether there is something to give back."""
        return self.taken is None or self.taken.counted


class SharedRates:
    """Fits the gateway's port `Rates`. Only the thread of the turns changes what is counted."""

    lasting = False

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._mine: dict[str, int] = {}  # calls under way of this gateway, by limit
        self._in_doubt: set[str] = set()  # limits whose row of this gateway may say something else
        self._known: dict[str, Usage] = {}  # of all gateways, as last seen; times of the steady clock

    def keep(self, ids: Iterable[str]) -> None:
        """Show the counters of other limits than these no longer."""
        kept = set(ids)
        self._known = {id: used for id, used in self._known.copy().items() if id in kept}

    async def take(self, limits: Iterable[RateLimit], tokens: int, now: float) -> Exceeded | None:  # noqa: ARG002 - the server's clock counts
        """Use one request and reserve tokens of all limits, or of none and return the one that refuses."""
        asked = _Take(tuple(limits), tokens)
        if not asked.limits:
            return None
        try:
            exceeded: Exceeded | None = await self._turns.answer(self, asked)
        except BaseException:  # nobody waits for it any more
            self._turns.put(self, _Return(asked.limits, -tokens, asked))
            raise
        return exceeded

    def settle(self, limits: Iterable[RateLimit], more_tokens: int, now: float) -> None:  # noqa: ARG002 - the server's clock counts
        """End a request that used as many tokens more, or less, than were reserved; returns at once."""
        if limits := tuple(limits):
            self._turns.put(self, _Return(limits, more_tokens))

    def used(self, limits: Iterable[RateLimit], now: float) -> dict[str, RateUse]:
        """Return how much of each limit was used when this gateway last looked; any thread may ask."""
        known = self._known.copy()
        return {limit.id: use_of(limit, known[limit.id], now) for limit in limits if limit.id in known}

    # ---- in the thread of the turns

    def turn(self, connection: Any, asked: Sequence[_Take | _Return], now_us: int) -> Callable[[], None]:
        """Count what is asked for, one after the other."""
        limits = {limit.id: limit for one in asked for limit in one.limits}
        used = self._read(connection, " WHERE limit_id = ANY(?)", (list(limits),), now_us)
        used = {id: used.get(id) or Usage() for id in limits}
        others = {id: one.active for id, one in used.items()}
        for id, one in used.items():
            one.active += self._mine.get(id, 0)
        answers: list[tuple[Asked, Exceeded | None]] = []
        for item in asked:
            exceeded = None
            if isinstance(item, _Take):
                exceeded = take(used, item.limits, item.tokens, 0.0)
                item.counted = exceeded is None
            elif item.holds:
                give_back(used, item.limits, item.more_tokens, 0.0)
            answers.append((item, exceeded))
        mine = {id: max(0, one.active - others[id]) for id, one in used.items()}
        self._write(connection, used, now_us)
        self._write_mine(connection, {id: n for id, n in mine.items() if limits[id].concurrent is not None})

        def done() -> None:
            self._mine.update(mine)
            self._in_doubt.difference_update(limits)
            self._show(used)
            for item, exceeded in answers:
                item.future.set_result(exceeded)

        return done

    def failed(self, asked: Sequence[_Take | _Return]) -> None:
        """End the calls that ended; what passed in a turn that failed did not."""
        for item in asked:
            self._in_doubt.update(limit.id for limit in item.limits)
            if isinstance(item, _Take):
                item.counted = False
        for item in asked:
            if isinstance(item, _Return) and item.holds:
                for limit in item.limits:
                    self._mine[limit.id] = max(0, self._mine.get(limit.id, 0) - 1)

    def refresh(self, connection: Any, now_us: int) -> None:
        """Put right what is in doubt, and look what all have used."""
        if self._in_doubt:
            self._write_mine(connection, {id: self._mine.get(id, 0) for id in self._in_doubt})
            self._in_doubt.clear()
        used = self._read(connection, "", (), now_us)
        for id, one in used.items():
            one.active += self._mine.get(id, 0)
        self._show(used)

    def _read(self, connection: Any, which: str, values: tuple[Any, ...], now_us: int) -> dict[str, Usage]:
        """Return what is used of limits, a time of 0 being now; calls under way are those of the others."""
        used: dict[str, Usage] = {}
        for id, requests_us, tokens_us, at_us in connection.execute(_STATE + which, values or None):
            one = used[id] = Usage()
            gone = max(0, now_us - at_us)  # a server's clock may go backwards
            one.requests.full_at = max(0, requests_us - gone) / SECOND_US
            one.tokens.full_at = max(0, tokens_us - gone) / SECOND_US
        active = f"{_ACTIVE}{which.replace('WHERE limit_id', 'AND a.limit_id')} GROUP BY a.limit_id"
        for id, n in connection.execute(active, (self._turns.gateway, now_us, *values)):
            used.setdefault(id, Usage()).active = int(n)
        return used

    def _write(self, connection: Any, used: dict[str, Usage], now_us: int) -> None:
        rows = [
            (id, *(round(cell.full_at * SECOND_US) for cell in (one.requests, one.tokens)), now_us)
            for id, one in sorted(used.items())
        ]
        _insert(connection, "rate_state", _STATE_COLUMNS, rows, _STATE_SET)

    def _write_mine(self, connection: Any, mine: dict[str, int]) -> None:
        rows = [(id, self._turns.gateway, n) for id, n in sorted(mine.items())]
        _insert(connection, "rate_active", _ACTIVE_COLUMNS, rows, _ACTIVE_SET)

    def _show(self, used: dict[str, Usage]) -> None:
        now = time.monotonic()
        for one in used.values():
            one.requests.full_at += now
            one.tokens.full_at += now
        self._known = self._known | used


def _insert(
    connection: Any, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], suffix: str
) -> None:
    if rows:
        connection.execute(insert_sql(table, columns, len(rows), suffix), list(chain.from_iterable(rows)))
