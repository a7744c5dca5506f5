"""Not too dear: the most that a call may cost is set aside before, what it cost is paid after."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import tzinfo

from gateway_desktop.core.budget import NOTHING, Budget, Mode, Term
from gateway_desktop.core.errors import StorageUnavailable
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.model_price import ModelPrice
from gateway_desktop.core.queued import Aside
from gateway_desktop.core.scope import subjects
from gateway_desktop.core.snapshot import Snapshot
from gateway_desktop.gateway.downstream.client_stream import ClientLeft
from gateway_desktop.gateway.filter import CallNext, RuntimeFilter
from gateway_desktop.gateway.recording.costs import cost_of, is_free, most_of, usage_of
from gateway_desktop.gateway.refusals.budget import spent_by, unpriced
from gateway_desktop.gateway.refusals.uncounted import check_may_pass_uncounted
from gateway_desktop.policies.budget import Overdrawn, Reservation, term_at
from gateway_desktop.protocols.llm.pricing import Prices


class Budgets(RuntimeFilter):
    """Every budget that applies: of the gateway, the proxy, the key, the user and all groups."""

    async def __call__(self, exchange: Exchange, call_next: CallNext) -> None:
        """Call on, or raise Refused (402)."""
        snapshot = self._runtime.snapshot
        if not snapshot.budgets:
            await call_next(exchange)
            return
        begun = self._runtime.queued.begun(exchange)
        if begun.aside is not None and snapshot.settings.audit.enabled:  # else a restart would not know of it
            await self._settled(exchange, call_next, begun.aside, batch=begun.operation == "batch")
            return
        ends = begun.operation == "batch"  # made before, and paid now
        if is_free(exchange) and not ends:
            await call_next(exchange)
            return
        zone = snapshot.settings.team.zone
        terms = _terms(snapshot, exchange)
        prices = await self._runtime.prices()
        own, assumed = snapshot.prices, snapshot.settings.budgets.assumed_output
        most = most_of(exchange, prices, assumed, own) if terms and not ends else 0
        if most == 0 and not ends:
            await call_next(exchange)
            return
        if most is None and snapshot.settings.budgets.unknown_prices == "block":
            _check_priced(exchange, terms, zone)
        held = Reservation(tuple(terms), 0) if ends else await self._held(exchange, terms, most or 0, zone)
        exchange.charges = held.terms
        try:
            await call_next(exchange)
        except (asyncio.CancelledError, ClientLeft):
            exchange.abandoned = True
            raise
        finally:
            cost = _cost(exchange, prices, own)
            exchange.charged_nano = _assumed(exchange, most or 0) if cost is None else cost
            self._runtime.ledger.settle(held, exchange.charged_nano)
            if cost is None:
                charged = ((*term.key, term.end_us) for term in held.terms)
                self._runtime.queued.set_aside(exchange, Aside(exchange.charged_nano, tuple(charged)))

    async def _settled(self, exchange: Exchange, call_next: CallNext, aside: Aside, *, batch: bool) -> None:
        """Call on; what it did cost takes the place of what was charged when it began, once that is told.

        A batch, of which nothing was charged, is paid now, out of the budgets of who began it.
        """
        snapshot, prices = self._runtime.snapshot, await self._runtime.prices()
        budgets = {one.id: one for of_one in snapshot.budgets.values() for one in of_one}
        terms = tuple(
            _present(budgets[id], snapshot, exchange) if batch else Term(budgets[id], start_us, end_us)
            for id, start_us, end_us in aside.terms
            if id in budgets
        )
        try:
            await call_next(exchange)
        finally:
            cost = _cost(exchange, prices, snapshot.prices)
            if cost is not None:
                exchange.charges, exchange.charged_nano = terms, cost - aside.nano
                exchange.settles = not batch
                self._runtime.ledger.settle(Reservation(terms, 0), exchange.charged_nano)

    async def _held(
        self, exchange: Exchange, terms: Sequence[Term], most: int, zone: tzinfo | None
    ) -> Reservation:
        """Set the most that a call may cost aside; raise Refused (402) where nothing is left."""
        try:
            held = await self._runtime.ledger.reserve(exchange.id, terms, most)
        except StorageUnavailable as problem:
            check_may_pass_uncounted(self._runtime.snapshot, problem)
            return Reservation(tuple(terms), 0)  # charged all the same, when the database is back
        if isinstance(held, Overdrawn):
            if exchange.call is not None:
                exchange.call.detail["budget"] = held.term.budget.named
            raise spent_by(held, zone)
        return held


def _terms(snapshot: Snapshot, exchange: Exchange) -> list[Term]:
    """Return the present terms of all budgets that apply."""
    return [
        _present(budget, snapshot, exchange)
        for subject in subjects(exchange.principal, exchange.proxy)
        for budget in snapshot.budgets.get(subject, ())
    ]


def _present(budget: Budget, snapshot: Snapshot, exchange: Exchange) -> Term:
    term = term_at(budget, exchange.started_us, snapshot.settings.team.zone)
    return replace(term, carried=snapshot.spent.get(term.key, NOTHING))


def _check_priced(exchange: Exchange, terms: Sequence[Term], zone: tzinfo | None) -> None:
    blocking = [term for term in terms if term.budget.mode is Mode.BLOCK]
    if blocking:
        model = exchange.call.target if exchange.call is not None else ""
        what = f"'{model}'" if model else f"{exchange.request.method} {exchange.request.path}"
        raise unpriced(what, blocking[0], zone)


def _cost(exchange: Exchange, prices: Prices, own: tuple[ModelPrice, ...]) -> int | None:
    usage = usage_of(exchange)
    return cost_of(exchange, usage, prices, own).nano if usage is not None else None


def _assumed(exchange: Exchange, most: int) -> int:
    """Return what is charged while nobody knows the cost: what was set aside, where an answer came.

    A batch costs nothing before its end, which is charged where it is fetched.
    """
    answered = exchange.reply is not None and 200 <= exchange.reply.status < 300
    if exchange.call is not None and exchange.call.operation == "batch":
        return 0
    return most if answered else 0
