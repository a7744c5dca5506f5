"""What the gateway counts of exchanges: totals since the start, and the last hour by minutes."""

from gateway_desktop.core.audit import Outcome
from gateway_desktop.core.status import ProxyHealth
from gateway_desktop.gateway.telemetry.measures import Measures
from tests.makers import NOON_US, a_record

OPENAI = ("openai", "llm")


class Clock:
    def __init__(self) -> None:
        self.now = NOON_US / 1e6

    def __call__(self) -> float:
        return self.now


def test_the_last_hour_is_told_and_what_is_older_is_not() -> None:
    clock = Clock()
    measures = Measures(clock)
    measures.add(a_record(outcome=Outcome.FAILED, duration_ms=9_000), 502)
    clock.now += 3601
    for _ in range(99):
        measures.add(a_record(duration_ms=100, ttft_ms=40), 200)
    measures.add(a_record(duration_ms=2_000, outcome=Outcome.BLOCKED), None)
    (found,) = measures.figures({}).proxies
    assert (found.requests, found.failed, found.blocked) == (100, 0, 1)
    assert found.upstream == {"2xx": 99}
    assert found.per_minute == 20
    assert found.p50_ms is not None and found.p99_ms is not None and found.first_p95_ms is not None
    assert abs(found.p50_ms - 100) < 3 and abs(found.p99_ms - 100) < 3 and abs(found.first_p95_ms - 40) < 2
    assert sum(totals.requests for totals in measures.totals.values()) == 101


def test_a_proxy_that_nobody_asked_is_told_with_its_trouble() -> None:
    (found,) = Measures().figures({OPENAI: ProxyHealth("no answer", 7)}).proxies
    assert (found.requests, found.p50_ms, found.last_error) == (0, None, "no answer")


def test_unknown_cost_is_counted_and_not_taken_for_nothing() -> None:
    measures = Measures()
    measures.add(a_record(cost_nano=None), 200)
    measures.add(a_record(cost_nano=5), 200)
    (totals,) = measures.totals.values()
    assert (totals.cost_nano, totals.cost_unknown) == (5, 1)
