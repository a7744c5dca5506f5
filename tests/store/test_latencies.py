"""Latency percentiles over time are those of the rows, under every filter and in every zone."""

from collections import Counter
from zoneinfo import ZoneInfo

from gateway_desktop.core.latency import bucket_of, percentile
from gateway_desktop.store.queries.latencies import latencies
from gateway_desktop.store.queries.paging import AuditFilter
from gateway_desktop.store.queries.ranges import Span, bucket_starts, place_of
from tests.makers import NOON_US, a_record
from tests.store.conftest import Timeline

HOUR_US = 3_600_000_000
MINUTE_US = 60_000_000


def test_percentiles_of_the_rollup_and_of_the_rows_are_the_same(timeline: Timeline) -> None:
    rows = [(NOON_US + n * 17 * MINUTE_US, 10 + n * n % 4_000) for n in range(200)]
    for n, (at_us, duration) in enumerate(rows):
        timeline.record(at_us, a_record(duration_ms=duration, target=f"model-{n % 2}"))
    span = Span(NOON_US + 5 * MINUTE_US, NOON_US + 50 * HOUR_US)
    for zone in ("UTC", "Asia/Kathmandu"):
        starts = bucket_starts(span, "day", ZoneInfo(zone))
        counts: list[Counter[int]] = [Counter() for _ in starts]
        for at_us, duration in rows:
            if span.since_us <= at_us < span.until_us:
                counts[place_of(starts, at_us)][bucket_of(duration)] += 1
        expected = [tuple(percentile(found, share) for share in (0.5, 0.95, 0.99)) for found in counts]
        rolled = AuditFilter("llm", span.since_us, span.until_us)
        of_rows = AuditFilter("llm", span.since_us, span.until_us, group="team")
        for asked in (rolled, of_rows):
            found = latencies(timeline.database, asked, starts)
            assert [(one.p50_ms, one.p95_ms, one.p99_ms) for one in found] == expected


def test_a_filter_narrows_and_an_empty_stretch_has_no_latency(timeline: Timeline) -> None:
    timeline.record(NOON_US, a_record(duration_ms=100), a_record(duration_ms=9_000, target="slow"))
    starts = (NOON_US - HOUR_US, NOON_US)
    found = latencies(timeline.database, AuditFilter("llm", target="gpt-5-mini"), starts)
    assert found[0].p50_ms is None
    assert found[1].p99_ms is not None and 98 < found[1].p99_ms < 102
