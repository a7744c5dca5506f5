"""SharedLedger: the budgets of all gateways on one PostgreSQL database, as if they were one.

What is set aside for a call is a row until the writer charges the call, in one transaction: there is no
moment in which it is neither set aside nor spent. The rows of a gateway that died end with its lease.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import Any

from gateway_desktop.core.budget import Mode, Term, TermKey
from gateway_desktop.policies.budget import Overdrawn, Reservation, first_overdrawn
from gateway_desktop.store.rows import insert_sql
from gateway_desktop.store.turns import Asked, Turns

_COUNTED = (  # in one statement: of one moment
    "SELECT budget_id, start_us, 0, spent_nano FROM budget_term"
    " WHERE budget_id = ANY(?) AND start_us = ANY(?)"
    " UNION ALL SELECT h.budget_id, h.start_us, 1, sum(h.amount_nano) FROM budget_hold h"
    " LEFT JOIN counter_lease l ON l.gw = h.gw"
    " WHERE h.budget_id = ANY(?) AND h.start_us = ANY(?) AND (h.gw = ? OR l.until_us > ?)"
    " GROUP BY h.budget_id, h.start_us"
)
_COLUMNS = ("exchange_id", "budget_id", "start_us", "gw", "amount_nano")
_ADDED = (
    " ON CONFLICT(exchange_id, budget_id) DO UPDATE SET"
    " amount_nano = budget_hold.amount_nano + excluded.amount_nano"
)
_DROP = "DELETE FROM budget_hold WHERE exchange_id = ?"


class _Reserve(Asked):
    __slots__ = ("amount", "exchange", "terms")

    def __init__(self, exchange: str, terms: tuple[Term, ...], amount: int) -> None:
        super().__init__()
        self.exchange = exchange
        self.terms = terms
        self.amount = amount


class _Drop(Asked):
    """Gives back what may have been set aside for a call that did not hear of it."""

    __slots__ = ("reserved",)

    def __init__(self, reserved: _Reserve) -> None:
        super().__init__()
        self.reserved = reserved


class SharedLedger:
    """Fits the gateway's port `Ledger`."""

    lasting = True

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._to_drop: set[str] = set()  # exchanges for which something may be set aside in vain

    def know(self, spent: Mapping[TermKey, int]) -> None:
        """Take nothing: what is spent is asked for where it is written down."""

    async def reserve(self, exchange: str, terms: Sequence[Term], amount: int) -> Reservation | Overdrawn:
        """Set the amount aside in all terms that block, or in none and return the one with nothing left."""
        blocking = tuple(term for term in terms if term.budget.mode is Mode.BLOCK)
        if blocking:
            asked = _Reserve(exchange, blocking, amount)
            try:
                overdrawn: Overdrawn | None = await self._turns.answer(self, asked)
            except BaseException:  # nobody waits for it any more
                self._turns.put(self, _Drop(asked))
                raise
            if overdrawn is not None:
                return overdrawn
        return Reservation(tuple(terms), amount)

    def settle(self, reservation: Reservation, amount: int) -> None:
        """Do nothing: what was set aside goes when the call is charged."""

    # ---- in the thread of the turns

    def turn(self, connection: Any, asked: Sequence[_Reserve | _Drop], now_us: int) -> Callable[[], None]:
        """Decide one after the other."""
        wanted = [one for one in asked if isinstance(one, _Reserve)]
        spent, held = self._read(connection, [term for one in wanted for term in one.terms], now_us)
        rows: list[tuple[Any, ...]] = []
        answers: list[tuple[Asked, Overdrawn | None]] = []
        for one in wanted:
            overdrawn = first_overdrawn(one.terms, spent, held)
            one.counted = overdrawn is None
            answers.append((one, overdrawn))
            for term in one.terms if overdrawn is None else ():
                held[term.key] = held.get(term.key, 0) + one.amount
                rows.append((one.exchange, *term.key, self._turns.gateway, one.amount))
        if rows:
            statement = insert_sql("budget_hold", _COLUMNS, len(rows), _ADDED)
            connection.execute(statement, list(chain.from_iterable(rows)))
        self._note_dropped(asked)

        def done() -> None:
            for one, overdrawn in answers:
                one.future.set_result(overdrawn)

        return done

    def failed(self, asked: Sequence[_Reserve | _Drop]) -> None:
        """Keep in mind what is to be given back: a server may have committed what it did not answer to."""
        self._note_dropped(asked)

    def refresh(self, connection: Any, now_us: int) -> None:  # noqa: ARG002 - turns read what they need
        """Give back what was set aside in vain, each by itself: the writer may be deleting it, too."""
        while self._to_drop:
            exchange = next(iter(self._to_drop))
            connection.execute(_DROP, (exchange,))
            self._to_drop.discard(exchange)

    def _note_dropped(self, asked: Sequence[_Reserve | _Drop]) -> None:
        drops = [one.reserved for one in asked if isinstance(one, _Drop)]
        self._to_drop.update(one.exchange for one in drops if one.counted)

    def _read(
        self, connection: Any, terms: Sequence[Term], now_us: int
    ) -> tuple[dict[TermKey, int], dict[TermKey, int]]:
        """Return what is spent, and what is set aside, of terms."""
        spent = {term.key: term.carried.nano for term in terms}
        held: dict[TermKey, int] = {}
        if terms:
            budgets, starts = (sorted({key[part] for key in spent}) for part in (0, 1))
            values = (budgets, starts, budgets, starts, self._turns.gateway, now_us)
            for budget, start, is_held, amount in connection.execute(_COUNTED, values):
                (held if is_held else spent)[budget, start] = int(amount)
        return spent, held
