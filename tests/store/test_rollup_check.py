"""Counts that are not those of the rows are found: which period, which figure."""

import math
from typing import Any

import pytest

from gateway_desktop.core.latency import LOG_STEP, bucket_of
from gateway_desktop.store.chain import Broken
from gateway_desktop.store.database import Database
from gateway_desktop.store.retention import remove_old
from gateway_desktop.store.rollup_check import _BUCKET, check_rollups
from gateway_desktop.store.store import Store
from gateway_desktop.store.system_events import write_system_event
from gateway_desktop.store.whose import add_up_all
from tests.makers import NOON_US, a_principal, a_record, a_system_event
from tests.store.conftest import Timeline

KEY = b"s" * 32
HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US
FALSIFIED = [  # and what is said of it
    (
        "UPDATE roll_hour SET cost = cost + 7 WHERE target <> 'gpt-5' AND outcome = 'success'"
        " AND hour = (SELECT min(hour) FROM roll_hour)",
        "hourly counts of 2026-01-01 12:00 UTC: the cost in 1e-9 dollars is 12, but the rows say 5, of "
        "gateway 1",
    ),
    (
        "UPDATE roll_hour SET hour = hour + 1 WHERE hour = (SELECT max(hour) FROM roll_hour)",
        "hourly counts of 2026-01-18 14:00 UTC: the number of requests is 0, but the rows say 1",
    ),
    (
        "UPDATE roll_hour SET hour = hour + 24000 WHERE hour = (SELECT min(hour) FROM roll_hour)",
        "hourly counts of 2026-01-01 12:00 UTC: the number of requests is 0, but the rows say 1",
    ),
    (
        "INSERT INTO roll_hour(hour, gw, proxy, kind, target, outcome, n, tin, tout, cost,"
        " n_cost_unknown, dur) SELECT hour - 24000, gw, proxy, kind, target, outcome, n, tin, tout, cost,"
        " n_cost_unknown, dur FROM roll_hour ORDER BY hour LIMIT 1",
        "but the rows say 0",
    ),
    (
        "UPDATE roll_day_actor SET n_failed = 0 WHERE actor = 'bo@example.com'"
        " AND day = (SELECT max(day) FROM roll_day_actor)",
        "daily counts of people of 2026-01-18: the number of failed requests is 0, but the rows say 1",
    ),
    (
        "UPDATE roll_day_actor SET actor = 'eve@example.com' WHERE actor = 'bo@example.com'"
        " AND day = (SELECT min(day) + 3 FROM roll_day_actor)",
        "daily counts of people of 2026-01-04",
    ),
    (
        "DELETE FROM lat_hour WHERE hour = (SELECT min(hour) FROM lat_hour)",
        "hourly durations of 2026-01-01 12:00 UTC: the number of requests is 0",
    ),
    ("UPDATE roll_span_actor SET tin = tin + 1", "counts of people over 16 days from 2025-12-"),
    (
        "DELETE FROM roll_span_actor",
        "the number of requests is 10 less than other counts of the same, of gateway 1, user u-",
    ),
    (
        "UPDATE roll_hour_whose SET value = 'u-eve' WHERE field = 'user' AND value = 'u-bo'",
        "hourly counts of owners from 2026-01-01",
    ),
    (
        "UPDATE roll_hour_whose SET hour = hour + 1 WHERE field = 'user' AND outcome = 'failed'",
        "hours of owners from 2026-01-01 12:00 UTC: the number of requests is 1 less",
    ),
    (
        "UPDATE roll_hour_whose SET tout = tout + 1 WHERE field = 'grp' AND value = 'lab'",
        "hourly counts of groups from 2026-01-01",
    ),
]


@pytest.fixture
def months(timeline: Timeline) -> Timeline:
    """Eighteen days of two people, so that a span of days is closed, and everything is added up."""
    timeline.database.seal_key = KEY
    for day in range(18):
        ana = a_record(cost_nano=5, risk=day, duration_ms=30 * day)
        bo = a_record(
            principal=a_principal(actor="bo@example.com", user_id="u-bo", group="lab"), outcome="failed"
        )
        unknown = a_record(cost_nano=None, target="gpt-5")
        timeline.record(NOON_US + day * DAY_US, ana, bo, unknown)
        timeline.record(NOON_US + day * DAY_US + 2 * HOUR_US, ana, unknown)
    with timeline.database.writing():
        write_system_event(timeline.database, a_system_event(), NOON_US + 17 * DAY_US + 3 * HOUR_US)
        add_up_all(timeline.database)
    return timeline


def sql(line: Timeline, text: str, *values: Any) -> None:
    line.database.execute_sql(text, values)


def broken(line: Timeline) -> str:
    with pytest.raises(Broken) as found:
        check_rollups(line.database)
    return str(found.value)


def test_counts_that_nobody_touched_agree_with_the_rows(months: Timeline) -> None:
    assert check_rollups(months.database) > 180


def test_a_figure_that_somebody_changed_is_named_with_its_period(months: Timeline) -> None:
    for change, said in FALSIFIED:
        with months.database.atomic() as transaction:
            sql(months, change)
            assert said in broken(months), change
            transaction.rollback()
    check_rollups(months.database)


def test_counts_of_days_whose_rows_are_gone_stay_and_those_of_all_others_are_compared(
    months: Timeline,
) -> None:
    before = (NOON_US // DAY_US + 10) * DAY_US
    with months.database.writing():
        while remove_old(months.database, "llm", before, NOON_US):
            pass
    check_rollups(months.database)
    sql(months, f"UPDATE lat_hour SET n = n + 1 WHERE hour >= {before // HOUR_US}")
    assert "hourly durations of 2026-01-11 12:00 UTC" in broken(months)
    sql(months, f"UPDATE lat_hour SET n = n - 1 WHERE hour >= {before // HOUR_US}")
    sql(months, f"UPDATE roll_day_actor SET actor = 'eve@example.com' WHERE day = {before // DAY_US + 3}")
    assert "daily counts of people of 2026-01-14" in broken(months)


def test_days_of_which_somebody_says_that_rows_were_removed_are_compared_where_none_were(
    months: Timeline,
) -> None:
    before = (NOON_US // DAY_US + 10) * DAY_US
    sql(months, "INSERT INTO retention_mark(kind, until_us, removed, at_us) VALUES('llm', ?, 9, 9)", before)
    check_rollups(months.database)
    with months.database.atomic() as transaction:
        sql(months, "UPDATE roll_hour_whose SET tout = tout + 1 WHERE field = 'grp' AND value = 'lab'")
        assert "hourly counts of groups from 2026-01-01" in broken(months)
        transaction.rollback()
    sql(months, f"UPDATE roll_hour SET cost = 0 WHERE hour < {before // HOUR_US}")
    assert "hourly counts of 2026-01-01 12:00 UTC: the cost in 1e-9 dollars is 0" in broken(months)


def test_the_engines_put_a_duration_into_the_bucket_in_which_it_was_counted(store: Store) -> None:
    edges = [math.exp(n * LOG_STEP) for n in range(1, 560)]  # up to 40 days
    durations = [0, 1, 2, *(int(edge) + more for edge in edges for more in (0, 1))]

    def buckets(database: Database) -> list[int]:
        one = f"SELECT {_BUCKET} FROM (SELECT CAST(? AS BIGINT) AS duration_ms) one"
        return [database.execute_sql(one, (duration,)).fetchone()[0] for duration in durations]

    assert store.reader.submit(buckets).result(60) == [bucket_of(duration) for duration in durations]
