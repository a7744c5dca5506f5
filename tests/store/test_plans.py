"""No question about one tab with one filter reads the whole table of events."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway_desktop.core.audit import Recorded
from gateway_desktop.core.clock import DAY_US
from gateway_desktop.store.models.event import Event
from gateway_desktop.store.queries import activity, audit, overview, usage, user_view
from gateway_desktop.store.queries.latencies import latencies
from gateway_desktop.store.queries.paging import TABS, AuditFilter, parse_filter
from gateway_desktop.store.queries.ranges import Span, bucket_starts
from gateway_desktop.store.queries.reasons import reasons
from gateway_desktop.store.queries.sums import ActivityFilter
from gateway_desktop.store.sqlite import SqliteDatabase
from gateway_desktop.store.system_events import write_system_event
from tests.makers import a_record, a_system_event
from tests.store.conftest import Timeline

NOW_US = 20_500 * DAY_US
FILTERS = (
    "-model:gpt* -user:bob",
    "", "user:ana", "user:=ana@example.com", "user:none", "proxy:openai", "proxy:o*", "group:team",
    "key:key-1", "model:gpt-5-mini", "model:gpt*", "session:s-1", "client:openai", "method:chat",
    "reason:policy",
    "category:System", "severity:info", "address:127.0.0.1", "code:200", "action:blocked", "action:none",
    "risk:low", "risk:>=high", "risk:none", "cost:>0.1", "cost:unknown", "tokens:>10", "duration:>1s",
    "since:30d", "until:7d", "id:01a207b7-c8db-72d8-938b-e26bc839dfb4", "words",
)  # fmt: skip
EVENT = re.compile(r'"event" AS "(\w+)"')
UNBOUND = "READS ALL"
SORT = re.compile(r"USE TEMP B-TREE FOR ORDER BY")


def scans(sql: str, plan: str) -> bool:
    """Whether the whole table, or a whole index of it, is read."""
    return UNBOUND in plan or any(re.search(rf"SCAN {name}\b", plan) for name in EVENT.findall(sql))


def steps(plan: Any, few: bool = False) -> Iterator[str]:
    """Return the steps of a plan of PostgreSQL; one that reads all of `event`, or of an index, says so.

    `few`: a limit above ends it after some rows; so PostgreSQL 18 reads the end of an index.
    """
    reads_all = not ({"Index Cond", "Recheck Cond"} & plan.keys() or (few and "Filter" not in plan))
    events = re.fullmatch(r"event(_default|_\d+)?", plan.get("Relation Name", ""))
    yield f"{plan['Node Type']} {UNBOUND if events and reads_all else ''}"
    ordered = plan["Node Type"] == "Limit" or (few and plan["Node Type"] in ("Merge Append", "Append"))
    for inner in plan.get("Plans", ()):
        yield from steps(inner, ordered)


class Watched:
    """Keeps the plan of every statement that touches `event`."""

    def __init__(self, timeline: Timeline) -> None:
        self.database = timeline.database
        self.on_server = not isinstance(timeline.database, SqliteDatabase)
        if self.on_server:  # a table as small as a test's is read whole, unless that is forbidden
            timeline.database.execute_sql("SET enable_seqscan = off")
        self.plans: list[tuple[str, str]] = []
        self._execute = timeline.database.execute_sql

    def __enter__(self) -> "Watched":
        watched: Any = self.database
        watched.execute_sql = self._explained
        return self

    def __exit__(self, *_: object) -> None:
        watched: Any = self.database
        del watched.execute_sql

    def _explained(self, sql: str, params: Any = None) -> Any:
        if '"event"' in sql:
            explain = "EXPLAIN (FORMAT JSON)" if self.on_server else "EXPLAIN QUERY PLAN"
            rows = self._execute(f"{explain} {sql}", params).fetchall()
            lines = steps(rows[0][0][0]["Plan"]) if self.on_server else (row[3] for row in rows)
            self.plans.append((sql, "\n".join(lines)))
        return self._execute(sql, params)


@pytest.fixture
def watched(timeline: Timeline) -> Watched:
    for kind in ("llm", "mcp", "a2a"):
        timeline.record(NOW_US - 2 * DAY_US, a_record(kind=kind, session="s-1"))
    with timeline.database.writing():
        write_system_event(timeline.database, a_system_event())
    return Watched(timeline)


def statuses(tab: str) -> tuple[str, ...]:
    names = (
        ("success", "failure", "partial")
        if tab == "system"
        else ("success", "failed", "blocked", "abandoned")
    )
    return tuple(f"status:{name}" for name in names)


@pytest.mark.parametrize("tab", TABS)
def test_no_single_filter_scans_the_events(watched: Watched, tab: str) -> None:
    for text in (*FILTERS, *statuses(tab)):
        asked = parse_filter(tab, text, NOW_US)
        with watched:
            audit.page(watched.database, asked)
            audit.page(watched.database, asked, before=Recorded.first_id(NOW_US))
            audit.page(watched.database, asked, after=0)
            audit.count(watched.database, asked)
            list(audit.chunks(watched.database, asked, ("actor",)))
            usage.summary(watched.database, asked)
            usage.series(watched.database, asked, bucket_starts(Span(NOW_US - 3 * DAY_US, NOW_US), "day"))
        assert watched.plans
        for sql, plan in watched.plans:
            assert not scans(sql, plan), f"{tab} {text}\n{sql}\n{plan}"
            assert not SORT.search(plan) or '"id" IN (' in sql, f"{tab} {text}\n{sql}\n{plan}"


def test_no_view_of_activity_scans_the_events(watched: Watched) -> None:
    for asked in (
        ActivityFilter(NOW_US - 7 * DAY_US - 5, NOW_US),
        ActivityFilter(
            NOW_US - 7 * DAY_US - 5, NOW_US, user="user-1", group="team", proxy="openai", kind="llm"
        ),
    ):
        with watched:
            activity.cards(watched.database, asked)
            activity.users(watched.database, asked)
            activity.groups(watched.database, asked)
            user_view.user(watched.database, "user-1", asked)
            overview.overview(watched.database, NOW_US - DAY_US, NOW_US)
            audit.choices(watched.database, "llm")
            audit.newest_id(watched.database)
    for sql, plan in watched.plans:
        assert not scans(sql, plan), f"{sql}\n{plan}"


def test_reasons_and_latencies_do_not_read_the_rows_of_a_range(watched: Watched) -> None:
    with watched:
        reasons(watched.database, ActivityFilter(NOW_US - 90 * DAY_US, NOW_US))
    assert len(watched.plans) == 6
    for sql, plan in watched.plans:
        assert watched.on_server or "COVERING INDEX event_" in plan, f"{sql}\n{plan}"
        assert not scans(sql, plan), f"{sql}\n{plan}"
    starts = bucket_starts(Span(NOW_US - 3 * DAY_US, NOW_US), "day")
    with watched:
        latencies(watched.database, AuditFilter("llm", NOW_US - 3 * DAY_US, NOW_US), starts)
    assert len(watched.plans) == 7  # whole hours are in the rollup: only the newest id is asked for
    assert not scans(*watched.plans[-1])


def test_a_scan_would_be_noticed(watched: Watched) -> None:
    with watched:
        list(Event.select(Event.id).where(Event.app == "curl").tuples())
    assert scans(*watched.plans[-1])


def test_filters_of_the_test_are_all_there_are(tmp_path: Path) -> None:
    asked = {
        name for name, value in AuditFilter.__dataclass_fields__.items() if value.default in ("", None, ())
    }
    written = {
        name
        for text in (*FILTERS, "status:success")
        for name in asked
        if getattr(parse_filter("llm", text, NOW_US), name) not in ("", None, ())
    }
    assert asked == written
