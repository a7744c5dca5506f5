"""Rates refill evenly, never let through more than they say, and settle to what was used."""

from hypothesis import given
from hypothesis import strategies as st

from gateway_desktop.core.rate_limit import Measure, RateLimit, RateUse
from gateway_desktop.core.scope import Scope
from gateway_desktop.policies.rates import MINUTE, Exceeded, MemoryRates


def taken(rates: MemoryRates, limits: list[RateLimit], tokens: int, now: float) -> Exceeded | None:
    """Return what is decided, which here is at once."""
    try:
        rates.take(limits, tokens, now).send(None)
    except StopIteration as decided:
        exceeded: Exceeded | None = decided.value
        return exceeded
    raise AssertionError("it waited")


def a_limit(**changes: int) -> RateLimit:
    return RateLimit("limit-1", Scope.GROUP, "group-1", "lab", **changes)


def test_all_pass_at_once_and_then_one_by_one() -> None:
    rates, limit = MemoryRates(), a_limit(requests=6)
    assert [taken(rates, [limit], 0, 100.0) for _ in range(6)] == [None] * 6
    refused = taken(rates, [limit], 0, 100.0)
    assert refused is not None
    assert (refused.measure, refused.most, refused.remaining) == (Measure.REQUESTS, 6, 0)
    assert abs(refused.retry_s - 10) < 1e-6
    assert taken(rates, [limit], 0, 109.9) is not None
    assert taken(rates, [limit], 0, 110.0) is None
    assert taken(rates, [limit], 0, 110.0) is not None


@given(st.integers(1, 50), st.lists(st.floats(0, 30, allow_nan=False), max_size=200), st.integers(0, 10**9))
def test_no_stretch_of_time_sees_more_than_the_burst_and_its_refill(
    most: int, pauses: list[float], start: int
) -> None:
    rates, limit, now, passed = MemoryRates(), a_limit(requests=most), float(start), []
    for pause in pauses:
        now += pause
        refused = taken(rates, [limit], 0, now)
        if refused is None:
            passed.append(now)
        else:
            assert 0 < refused.retry_s <= MINUTE / most + 1e-3
    for first, since in enumerate(passed):
        for last in range(first, len(passed)):
            seconds = passed[last] - since
            assert last - first + 1 <= most + seconds * most / MINUTE + 1e-3


@given(st.integers(1, 1000), st.integers(0, 2000), st.integers(0, 2000))
def test_what_counts_is_what_was_used_not_what_was_reserved(most: int, reserved: int, used: int) -> None:
    rates, limit = MemoryRates(), a_limit(tokens=most)
    assert taken(rates, [limit], reserved, 50.0) is None
    rates.settle([limit], used - reserved, 50.0)
    refused = taken(rates, [limit], most, 50.0)
    if used == 0:
        assert refused is None
    else:
        assert refused is not None
        assert abs(refused.retry_s - used * MINUTE / most) < 1e-3


def test_a_request_of_more_than_a_minute_waits_for_an_unused_rate_only() -> None:
    rates, limit = MemoryRates(), a_limit(tokens=100)
    assert taken(rates, [limit], 250, 0.0) is None
    refused = taken(rates, [limit], 1, 0.0)
    assert refused is not None and abs(refused.retry_s - 90.6) < 1e-6


def test_only_so_many_run_at_once() -> None:
    rates, limit = MemoryRates(), a_limit(concurrent=2)
    assert [taken(rates, [limit], 0, 0.0) for _ in range(2)] == [None, None]
    refused = taken(rates, [limit], 0, 0.0)
    assert refused is not None and refused.measure is Measure.CONCURRENT
    rates.settle([limit], 0, 0.0)
    assert taken(rates, [limit], 0, 0.0) is None


def test_a_refusal_by_one_limit_uses_nothing_of_the_others() -> None:
    rates, wide = MemoryRates(), a_limit(requests=2)
    narrow = RateLimit("limit-2", Scope.USER, "user-1", "ana", requests=1)
    assert taken(rates, [wide, narrow], 0, 0.0) is None
    refused = taken(rates, [wide, narrow], 0, 0.0)
    assert refused is not None and refused.limit is narrow
    assert taken(rates, [wide], 0, 0.0) is None


def test_a_limit_that_was_removed_is_forgotten() -> None:
    rates, limit = MemoryRates(), a_limit(requests=1)
    assert taken(rates, [limit], 0, 0.0) is None
    rates.keep(())
    rates.settle([limit], 0, 0.0)
    assert taken(rates, [limit], 0, 0.0) is None


def test_what_is_used_is_told_and_runs_out() -> None:
    rates, limit = (
        MemoryRates(),
        RateLimit("l", Scope.USER, "u", "ana", requests=60, tokens=600, concurrent=4),
    )
    assert rates.used([limit], 0) == {}
    taken(rates, [limit], 100, 0)
    taken(rates, [limit], 20, 0)
    assert rates.used([limit], 0) == {"l": RateUse(2, 120, 2)}
    rates.settle([limit], -20, 0)
    assert rates.used([limit], 0) == {"l": RateUse(2, 100, 1)}
    assert rates.used([limit], 5) == {"l": RateUse(0, 50, 1)}
