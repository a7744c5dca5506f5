"""What Observability charts is what was recorded."""

from gateway_desktop.core.audit import Outcome
from gateway_desktop.core.clock import HOUR_US
from gateway_desktop.store.queries.observability import history
from tests.makers import NOON_US, a_record
from tests.store.conftest import Timeline


def test_outcomes_and_percentiles_are_those_of_each_hour_and_of_all_protocols(timeline: Timeline) -> None:
    timeline.record(NOON_US, a_record(duration_ms=100), a_record(kind="mcp", duration_ms=100))
    timeline.record(
        NOON_US + HOUR_US,
        a_record(duration_ms=4_000, outcome=Outcome.FAILED),
        a_record(kind="a2a", duration_ms=50),
    )
    starts = (NOON_US - HOUR_US, NOON_US, NOON_US + HOUR_US)
    empty, first, second = history(timeline.database, starts, NOON_US + 2 * HOUR_US).moments
    assert (empty.success, empty.p95_ms) == (0, None)
    assert (first.success, first.failed) == (2, 0)
    assert first.p99_ms is not None and abs(first.p99_ms - 100) < 3
    assert (second.success, second.failed) == (1, 1)
    assert second.p50_ms is not None and abs(second.p50_ms - 50) < 2
    assert second.p95_ms is not None and abs(second.p95_ms - 4_000) < 90
    assert sum(m.success for m in history(timeline.database, (NOON_US,), NOON_US + 1).moments) == 2
