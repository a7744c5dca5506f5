"""Terms begin and end when the zone's clocks say; what is set aside never lets more pass than one amount."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway_desktop.core.budget import Budget, Mode, Period, Term
from gateway_desktop.core.scope import Scope
from gateway_desktop.policies.budget import MemoryLedger, Overdrawn, Reservation, forecast, passed, term_at

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Chatham", "America/Sao_Paulo")
HOUR_US = 3_600_000_000


def a_budget(period: Period = Period.DAY, limit: int = 100, mode: Mode = Mode.BLOCK, id: str = "b") -> Budget:
    return Budget(id, Scope.USER, "user-1", "ana@example.com", period, limit, mode)


def us(*parts: int, zone: ZoneInfo = BERLIN) -> int:
    return int(datetime(*parts, tzinfo=zone).timestamp()) * 1_000_000  # type: ignore[arg-type,misc]  # year to minute


def test_a_day_has_as_many_hours_as_the_clocks_say() -> None:
    spring = term_at(a_budget(), us(2026, 3, 29, 12), BERLIN)
    autumn = term_at(a_budget(), us(2026, 10, 25, 12), BERLIN)
    assert spring.end_us - spring.start_us == 23 * HOUR_US
    assert autumn.end_us - autumn.start_us == 25 * HOUR_US


def test_a_day_whose_clocks_go_back_to_its_midnight_is_one_term() -> None:
    havana = ZoneInfo("America/Havana")
    first = us(2026, 11, 1, 4, zone=ZoneInfo("UTC"))  # its clocks show 0:00 then, and an hour later again
    for period in (Period.DAY, Period.MONTH):
        terms = {term_at(a_budget(period), first + n * HOUR_US // 2, havana).key for n in range(8)}
        assert terms == {("b", first)}


def test_weeks_begin_on_monday_and_months_on_the_first() -> None:
    week = term_at(a_budget(Period.WEEK), us(2026, 4, 1, 0, 30), BERLIN)
    month = term_at(a_budget(Period.MONTH), us(2026, 12, 31, 23, 59), BERLIN)
    assert (week.start_us, week.end_us) == (us(2026, 3, 30), us(2026, 4, 6))
    assert (month.start_us, month.end_us) == (us(2026, 12, 1), us(2027, 1, 1))


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 - made UTC below
    st.sampled_from(ZONES),
    st.sampled_from(Period),
)
def test_every_moment_lies_in_one_term_and_the_next_begins_where_it_ends(
    at: datetime, zone: str, period: Period
) -> None:
    moment = int(at.replace(tzinfo=UTC).timestamp() * 1_000_000)
    term = term_at(a_budget(period), moment, ZoneInfo(zone))
    assert term.start_us <= moment < term.end_us
    after = term_at(a_budget(period), term.end_us, ZoneInfo(zone))
    assert after.start_us == term.end_us
    local = datetime.fromtimestamp(term.start_us / 1e6, ZoneInfo(zone))
    first = local - timedelta(microseconds=1)
    assert local.date() != first.date()


def test_a_reset_begins_a_term_of_its_own() -> None:
    reset = us(2026, 5, 5, 9)
    budget = Budget("b", Scope.USER, "u", "u", Period.MONTH, 1, reset_us=reset)
    assert term_at(budget, us(2026, 5, 6, 0), BERLIN).start_us == reset
    assert term_at(budget, us(2026, 6, 6, 0), BERLIN).start_us == us(2026, 6, 1)


def test_thresholds_and_forecast_are_whole_numbers() -> None:
    budget = replace(a_budget(), limit_nano=100)
    assert [passed(spent, budget) for spent in (49, 50, 89, 90, 250)] == [0, 50, 75, 90, 100]
    assert [passed(spent, replace(budget, warn_at=80)) for spent in (79, 80, 89, 90)] == [75, 80, 80, 90]
    term = Term(a_budget(), 0, 1000)
    assert forecast(30, term, 300) == 100
    assert forecast(30, term, 5) == 30  # too early to say
    assert forecast(30, term, 2000) == 30


@given(
    limit=st.integers(1, 1000),
    estimate=st.integers(1, 300),
    used=st.lists(st.integers(0, 300), min_size=1, max_size=50),
    order=st.randoms(use_true_random=False),
)
def test_calls_at_once_exceed_the_limit_by_less_than_one_estimate(limit, estimate, used, order) -> None:  # type: ignore[no-untyped-def]
    async def main() -> None:
        ledger, term = MemoryLedger(), Term(a_budget(limit=limit), 0, 1000)
        spent, held = 0, []
        for most in [min(one, estimate) for one in used]:
            got = await ledger.reserve("an-exchange", [term], estimate)
            if isinstance(got, Reservation):
                held.append((got, most))
            if held and order.random() < 0.5:
                reservation, amount = held.pop(order.randrange(len(held)))
                ledger.settle(reservation, amount)
                spent += amount
            assert spent + estimate * len(held) < limit + estimate
        for reservation, amount in held:
            ledger.settle(reservation, amount)
            spent += amount
        assert spent < limit + estimate
        got = await ledger.reserve("an-exchange", [term], 0)
        assert isinstance(got, Overdrawn) is (spent >= limit)
        if isinstance(got, Overdrawn):
            assert (got.spent, got.reserved) == (spent, 0)

    asyncio.run(main())


async def test_all_terms_hold_or_none_and_who_only_warns_refuses_nobody() -> None:
    ledger = MemoryLedger()
    warned = Term(a_budget(limit=1, mode=Mode.WARN, id="w"), 0, 9)
    wide, narrow = Term(a_budget(id="a"), 0, 9), Term(a_budget(limit=5, id="n"), 0, 9)
    ledger.know({narrow.key: 5})
    refused = await ledger.reserve("an-exchange", [warned, wide, narrow], 50)
    assert isinstance(refused, Overdrawn)
    assert refused.term is narrow
    held = await ledger.reserve("an-exchange", [warned, wide], 100)
    assert isinstance(held, Reservation)
    again = await ledger.reserve("an-exchange", [wide], 1)
    assert isinstance(again, Overdrawn)
    assert (again.spent, again.reserved) == (0, 100)


@pytest.mark.parametrize("known", [0, 7])
async def test_what_this_process_spent_counts_more_than_what_is_written_down_yet(known: int) -> None:
    ledger, term = MemoryLedger(), Term(a_budget(limit=10), 0, 9)
    ledger.know({term.key: known})
    held = await ledger.reserve("an-exchange", [term], 10)
    assert isinstance(held, Reservation)
    ledger.settle(held, 10)
    ledger.know({term.key: known})
    got = await ledger.reserve("an-exchange", [term], 1)
    assert isinstance(got, Overdrawn)
    assert got.spent == known + 10


async def test_what_others_spent_counts_once_it_is_written_down_and_a_removed_budget_is_forgotten() -> None:
    ledger, term = MemoryLedger(), Term(a_budget(limit=10), 0, 9)
    ledger.know({term.key: 3})
    ledger.know({term.key: 10})
    assert isinstance(await ledger.reserve("an-exchange", [term], 1), Overdrawn)
    ledger.know({})
    assert isinstance(await ledger.reserve("an-exchange", [term], 1), Reservation)
