"""Gateways on one PostgreSQL database let pass what one would: rates, calls at once, budgets."""

import asyncio
import math
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from gateway_desktop.core.budget import Budget, Mode, Period, Term
from gateway_desktop.core.changes import ChangeFeed
from gateway_desktop.core.database_url import DatabaseUrl
from gateway_desktop.core.errors import Disk, StorageUnavailable
from gateway_desktop.core.rate_limit import Measure, RateLimit
from gateway_desktop.core.scope import Scope
from gateway_desktop.policies.budget import Overdrawn, Reservation
from gateway_desktop.policies.rates import Exceeded
from gateway_desktop.store.database import Database
from gateway_desktop.store.migration import migrate
from gateway_desktop.store.models.budget import BudgetRow
from gateway_desktop.store.opening import open_database
from gateway_desktop.store.shared_ledger import SharedLedger
from gateway_desktop.store.shared_rates import SharedRates
from gateway_desktop.store.store import Store
from gateway_desktop.store.turns import Turns
from tests.end_to_end.program import eventually
from tests.makers import a_record
from tests.postgresql import Server

ASKED_AT_ONCE = 50


class Member:
    """What one gateway of a team counts with."""

    def __init__(self, where: DatabaseUrl, gateway: int, seconds: float = 5.0) -> None:
        self.turns = Turns(where, gateway, seconds)
        self.rates = SharedRates(self.turns)
        self.ledger = SharedLedger(self.turns)
        self.turns.start(self.rates, self.ledger)

    def take(self, limit: RateLimit, tokens: int = 0) -> Exceeded | None:
        return asyncio.run(self.rates.take([limit], tokens, 0.0))

    def reserve(self, exchange: str, term: Term, amount: int) -> Reservation | Overdrawn:
        return asyncio.run(self.ledger.reserve(exchange, [term], amount))


Join = Callable[..., Member]


@pytest.fixture
def joined(team: DatabaseUrl) -> Iterator[Join]:
    members: list[Member] = []

    def join(gateway: int, seconds: float = 5.0) -> Member:
        members.append(Member(team, gateway, seconds))
        return members[-1]

    yield join
    for member in members:
        member.turns.close()


def a_limit(**changes: int) -> RateLimit:
    return RateLimit("limit-1", Scope.GROUP, "group-1", "lab", **changes)


def a_term(limit: int, mode: Mode = Mode.BLOCK) -> Term:
    return Term(Budget("b", Scope.GATEWAY, "", "all", Period.DAY, limit, mode), 0, 1 << 60)


def all_of(*works: Callable[[int], Coroutine[Any, Any, Any]]) -> list[Any]:
    """Ask each gateway, on a loop of its own, many times at once."""

    async def many(work: Callable[[int], Coroutine[Any, Any, Any]]) -> list[Any]:
        return list(await asyncio.gather(*(work(number) for number in range(ASKED_AT_ONCE))))

    with ThreadPoolExecutor(len(works)) as threads:
        asked = [threads.submit(lambda one: asyncio.run(many(one)), work) for work in works]
        return [answer for one in asked for answer in one.result(60)]


def test_two_gateways_together_let_pass_what_one_would(joined: Join) -> None:
    limit = a_limit(requests=20)
    members = (joined(1), joined(2))
    began = time.monotonic()
    answers = all_of(*(lambda _, one=one: one.rates.take([limit], 0, 0.0) for one in members))
    refilled = math.ceil((time.monotonic() - began) * 20 / 60)
    assert 20 <= answers.count(None) <= 20 + refilled
    refused = next(answer for answer in answers if answer is not None)
    assert (refused.measure, refused.most, refused.remaining) == (Measure.REQUESTS, 20, 0)
    assert 0 < refused.retry_s <= 3


def test_tokens_that_one_reserved_in_vain_may_be_used_by_the_other(joined: Join) -> None:
    limit, first, second = a_limit(tokens=1000), joined(1), joined(2)
    assert first.take(limit, 1000) is None
    assert second.take(limit, 500) is not None
    first.rates.settle([limit], -1000, 0.0)
    assert first.take(limit, 1) is None  # after what was settled before
    assert second.take(limit, 900) is None


def test_calls_at_once_are_those_of_all_gateways_that_live(
    joined: Join, server: Server, team: DatabaseUrl
) -> None:
    limit, first, second = a_limit(concurrent=3), joined(1), joined(2)
    answers = all_of(*(lambda _, one=one: one.rates.take([limit], 0, 0.0) for one in (first, second)))
    assert answers.count(None) == 3
    under_way = {
        one.turns.gateway: one.rates._mine["limit-1"] for one in (first, second) if one.rates._mine["limit-1"]
    }
    assert sum(under_way.values()) == 3
    gateway, calls = under_way.popitem()
    ended, other = (first, second) if gateway == 1 else (second, first)
    ended.rates.settle([limit], 0, 0.0)
    assert ended.take(limit) is None
    assert other.take(limit) is not None
    ended.turns.close()  # as if it had been killed: what it had under way stands in its row
    server.ask(f"UPDATE counter_lease SET until_us = 0 WHERE gw = {gateway}", team.name)
    assert [other.take(limit) for _ in range(calls)] == [None] * calls
    assert other.take(limit) is not None


def test_what_is_used_is_shown_by_the_gateway_that_used_nothing_too(joined: Join) -> None:
    limit, busy, idle = a_limit(requests=2, concurrent=9), joined(1), joined(2, seconds=0.05)
    assert busy.take(limit) is None
    end = time.monotonic() + 5
    found: list[tuple[int, int]] = []
    while found != [(1, 1)]:  # it looks at what was asked for and at what goes on in turn
        assert time.monotonic() < end, found
        used = idle.rates.used([limit], time.monotonic())
        found = [(use.requests, use.concurrent) for use in used.values()]


def test_a_server_whose_clock_goes_back_does_not_make_anybody_wait_longer(
    joined: Join, server: Server, team: DatabaseUrl
) -> None:
    limit, member = a_limit(requests=2), joined(1)
    assert [member.take(limit), member.take(limit)] == [None, None]
    server.ask("UPDATE rate_state SET at_us = at_us + 3600000000", team.name)
    refused = member.take(limit)
    assert refused is not None
    assert refused.retry_s <= 30


def test_fifty_reservations_on_each_of_two_gateways_overdraw_by_less_than_one_of_them(joined: Join) -> None:
    term, members = a_term(1000), (joined(1), joined(2))
    answers = all_of(
        *(lambda n, one=one: one.ledger.reserve(f"{one.turns.gateway}-{n}", [term], 90) for one in members)
    )
    assert sum(isinstance(answer, Reservation) for answer in answers) == 12  # 11 leave something
    refused = next(answer for answer in answers if isinstance(answer, Overdrawn))
    assert (refused.spent, refused.reserved) == (0, 1080)


def test_what_one_exchange_sets_aside_twice_is_added_up(joined: Join) -> None:
    term, member = a_term(1000), joined(1)
    for amount in (600, 500):
        assert isinstance(member.reserve("the same", term, amount), Reservation)
    refused = member.reserve("another", term, 1)
    assert isinstance(refused, Overdrawn)
    assert (refused.spent, refused.reserved) == (0, 1100)


def test_what_is_set_aside_is_given_up_as_it_is_charged(joined: Join, team: DatabaseUrl) -> None:
    term, first = a_term(1000), joined(1)
    with Store.open(team, ChangeFeed(), folder="a") as store:
        store.ready.result(60)
        store.writer.submit(add_budget).result(60)
        held = first.reserve("exchange-1", term, 1000)
        assert isinstance(held, Reservation)
        second = joined(2)
        refused = second.reserve("exchange-2", term, 10)
        assert isinstance(refused, Overdrawn)
        assert (refused.spent, refused.reserved) == (0, 1000)
        record = a_record(exchange_id="exchange-1", charges=held.terms, charged_nano=400)
        store.writer.append(record)
        store.writer.submit(lambda _database: None).result(60)
        assert isinstance(second.reserve("exchange-3", term, 600), Reservation)
        refused = first.reserve("exchange-4", term, 10)
        assert isinstance(refused, Overdrawn)
        assert (refused.spent, refused.reserved) == (400, 600)


def add_budget(_database: Database) -> None:
    values = {"scope": Scope.GATEWAY, "subject_id": "", "period": Period.DAY, "mode": Mode.BLOCK}
    BudgetRow.insert(id="b", limit_nano=1000, created_us=0, **values).execute()


def test_what_a_killed_gateway_set_aside_ends_with_its_lease_or_when_it_comes_back(
    joined: Join, server: Server, team: DatabaseUrl
) -> None:
    term, killed, other = a_term(100), joined(1), joined(2)
    assert isinstance(killed.reserve("1", term, 100), Reservation)
    assert isinstance(other.reserve("2", term, 1), Overdrawn)
    server.ask("UPDATE counter_lease SET until_us = 0 WHERE gw = 1", team.name)
    killed.turns.close()
    assert isinstance(other.reserve("3", term, 1), Reservation)
    server.ask("UPDATE counter_lease SET until_us = 0 WHERE gw = 2", team.name)
    other.turns.close()
    back = joined(1)
    assert isinstance(back.reserve("4", term, 100), Reservation)
    found = server.ask("SELECT exchange_id, gw FROM budget_hold", team.name)
    assert found == [("4", 1)]  # leases that are over for a day are swept


def test_a_budget_that_only_warns_is_charged_and_asks_nobody(joined: Join, team: DatabaseUrl) -> None:
    member = joined(1)
    member.turns.close()
    term = a_term(1, Mode.WARN)
    assert member.reserve("1", term, 100) == Reservation((term,), 100)


def test_who_leaves_while_waiting_holds_nothing(joined: Join, server: Server, team: DatabaseUrl) -> None:
    limit, term, member = a_limit(concurrent=1), a_term(100), joined(1, seconds=0.05)
    assert isinstance(member.reserve("before", a_term(1 << 40), 1), Reservation)

    async def left() -> None:
        for work in (member.rates.take([limit], 0, 0.0), member.ledger.reserve("left", [term], 100)):
            task = asyncio.ensure_future(work)
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    for _ in range(20):  # before, during or after the turn
        asyncio.run(left())
    end = time.monotonic() + 5
    while server.ask("SELECT count(*) FROM budget_hold WHERE exchange_id = 'left'", team.name) != [(0,)]:
        assert time.monotonic() < end
    assert member.take(limit) is None


def test_who_leaves_in_the_middle_of_their_turn_holds_nothing(
    joined: Join, server: Server, team: DatabaseUrl
) -> None:
    import psycopg

    member, waits = joined(1, seconds=2.0), "SELECT 1 FROM pg_locks WHERE NOT granted"
    assert isinstance(member.reserve("before", a_term(1 << 40), 1), Reservation)

    async def left() -> None:
        task = asyncio.ensure_future(member.ledger.reserve("left", [a_term(100)], 100))
        await asyncio.to_thread(eventually, lambda: server.ask(waits, team.name))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with psycopg.connect(team.url) as frozen:
        frozen.execute("SELECT pg_advisory_xact_lock(x'67776401'::int)")
        asyncio.run(left())
    assert isinstance(member.reserve("after", a_term(1 << 40), 1), Reservation)  # the turn has ended
    held = "SELECT count(*) FROM budget_hold WHERE exchange_id = 'left'"
    eventually(lambda: server.ask(held, team.name) == [(0,)], 10)


def test_what_a_turn_in_vain_was_to_give_back_is_given_back_later(
    joined: Join, server: Server, team: DatabaseUrl
) -> None:
    import psycopg

    member, lock = joined(1, seconds=0.05), "SELECT pg_advisory_xact_lock(x'67776401'::int)"
    assert isinstance(member.reserve("before", a_term(1 << 40), 1), Reservation)
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    held = "SELECT count(*) FROM budget_hold WHERE exchange_id = 'left'"

    def wait_for(*answers: tuple[str, int]) -> None:
        eventually(lambda: all(server.ask(sql, team.name) == [(n,)] for sql, n in answers))

    async def left(after: Callable[[], None]) -> None:
        task = asyncio.ensure_future(member.ledger.reserve("left", [a_term(100)], 100))
        await asyncio.to_thread(after)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with psycopg.connect(team.url) as first, psycopg.connect(team.url) as second:
        with ThreadPoolExecutor(1) as pool:
            first.execute(lock)

            def stand_behind() -> None:
                wait_for((waiting, 1))
                pool.submit(second.execute, lock)
                wait_for((waiting, 2))

            asyncio.run(left(stand_behind))
            first.rollback()
        wait_for((held, 1), (waiting, 1))  # to give it back
        server.ask("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted", team.name)
        second.rollback()
    wait_for((held, 0))


def test_a_turn_that_another_does_not_end_is_waited_for_in_bounded_time_and_counts_nothing(
    joined: Join, team: DatabaseUrl
) -> None:
    import psycopg

    limit, member = a_limit(concurrent=1), joined(1)
    assert member.take(limit) is None
    member.rates.settle([limit], 0, 0.0)
    with psycopg.connect(team.url) as frozen:
        frozen.execute("SELECT pg_advisory_xact_lock(x'67776401'::int)")
        began = time.monotonic()
        with pytest.raises(StorageUnavailable):
            member.take(limit)
        assert time.monotonic() - began < 4
    end = time.monotonic() + 10
    while not passes(member, limit):
        assert time.monotonic() < end
    assert not passes(member, limit)


def test_the_first_call_after_a_turn_in_vain_is_counted(joined: Join, team: DatabaseUrl) -> None:
    import psycopg

    limit, member = a_limit(requests=100), joined(1)
    assert member.take(limit) is None
    with psycopg.connect(team.url) as frozen:
        frozen.execute("SELECT pg_advisory_xact_lock(x'67776401'::int)")
        assert not passes(member, limit)
        failure = eventually(lambda: member.turns._failure)
        assert failure.kind is Disk.BUSY
    assert member.take(limit) is None


def test_the_first_call_after_a_connection_that_broke_is_counted(
    joined: Join, server: Server, team: DatabaseUrl
) -> None:
    limit, member = a_limit(requests=100), joined(1)
    assert member.take(limit) is None
    server.ask(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()", team.name
    )
    assert not passes(member, limit)
    assert member.take(limit) is None


def test_while_the_server_is_away_nothing_is_counted_and_when_it_returns_nothing_leaked_or_is_lost(
    template: str,
) -> None:
    own = Server(("max_connections=20", "wal_writer_delay=10s"))
    where = own.url(own.create())
    database = open_database(where)
    migrate(database)
    database.close()
    member = Member(where, 1, seconds=0.05)
    try:
        limit, term = a_limit(concurrent=2), a_term(100)
        assert [member.take(limit), member.take(limit)] == [None, None]
        assert isinstance(member.reserve("0", term, 1), Reservation)
        own.stop("immediate")
        with pytest.raises(StorageUnavailable) as away:
            member.take(limit)
        assert away.value.kind is Disk.AWAY
        with pytest.raises(StorageUnavailable):
            member.reserve("1", term, 100)
        member.rates.settle([limit], 0, 0.0)  # a call that ends meanwhile
        own.start()
        end = time.monotonic() + 20
        while not passes(member, limit):
            assert time.monotonic() < end
        assert not passes(member, limit)
        assert isinstance(member.reserve("2", term, 100), Reservation)
        held = own.ask("SELECT exchange_id FROM budget_hold ORDER BY 1", where.name)
        assert held == [("0",), ("2",)]  # a crash of the server forgets nothing that is set aside
    finally:
        member.turns.close()
        own.remove()


def passes(member: Member, limit: RateLimit) -> bool:
    try:
        return member.take(limit) is None
    except StorageUnavailable:
        return False
