"""Cards, users, groups and one user agree with each other and with the rows, for any traffic and range."""

import csv
import io
import random
from collections import Counter
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway_desktop.core.audit import AuditRecord, Outcome
from gateway_desktop.core.clock import DAY_US, HOUR_US
from gateway_desktop.core.database_url import Where
from gateway_desktop.core.principal import ANONYMOUS, PrincipalKind
from gateway_desktop.services.audit_columns import COLUMNS
from gateway_desktop.services.export_rows import Layout, text_chunks
from gateway_desktop.store import whose
from gateway_desktop.store.migration import statements
from gateway_desktop.store.migrations import m0021_whose
from gateway_desktop.store.queries import activity, audit, overview, usage, usage_by_target
from gateway_desktop.store.queries.paging import AuditFilter, parse_filter
from gateway_desktop.store.queries.ranges import Span, bucket_starts, place_of
from gateway_desktop.store.queries.reasons import reasons
from gateway_desktop.store.queries.sums import KINDS, ActivityFilter
from gateway_desktop.store.queries.user_view import user
from gateway_desktop.store.sqlite import SqliteDatabase
from gateway_desktop.store.system_events import write_system_event
from tests.makers import a_principal, a_record, a_system_event
from tests.store.conftest import Timeline

FIRST_DAY_US = 20_400 * DAY_US

records = st.builds(
    lambda who, kind, outcome, cost, tokens, risk: a_record(
        principal=who,
        kind=kind,
        outcome=outcome,
        block_reason="access" if outcome is Outcome.BLOCKED else None,
        cost_nano=cost,
        tokens_in=tokens,
        risk=risk,
        payloads=[],
    ),
    st.sampled_from(
        [
            a_principal(),
            a_principal(api_key_id="key-2", group="night"),
            a_principal(actor="ana@new.example.com", kind=PrincipalKind.OAUTH),
            a_principal(user_id="user-2", actor="bob@example.com", display_name="Bob"),
            a_principal(user_id=None, actor="robot", display_name=""),
            ANONYMOUS,
        ]
    ),
    st.sampled_from(["llm", "mcp", "a2a"]),
    st.sampled_from(list(Outcome)),
    st.none() | st.integers(0, 10**9),
    st.none() | st.integers(0, 10**5),
    st.none() | st.integers(0, 100),
)
moments = st.integers(0, 40 * DAY_US) | st.integers(0, 40).map(lambda day: day * DAY_US)
traffic = st.lists(st.tuples(moments, st.lists(records, min_size=1, max_size=4)), max_size=12)


def fill(
    timeline: Timeline, moments_and_records: list[tuple[int, list[AuditRecord]]], added_up: int = 0
) -> None:
    """Record all; the first so many batches are counted by owner and group."""
    timeline.clear()
    for place, (at_us, some) in enumerate(sorted(moments_and_records, key=lambda one: one[0]), 1):
        timeline.record(FIRST_DAY_US + at_us, *some)
        if place == added_up:
            timeline.add_up()


def rows_between(timeline: Timeline, since_us: int, until_us: int) -> list[audit.AuditRow]:
    found: list[audit.AuditRow] = []
    for tab in KINDS:
        asked = AuditFilter(tab, since_us=since_us, until_us=until_us)
        found += audit.page(timeline.database, asked, limit=10_000).rows
    return found


def test_all_views_agree_with_the_rows(where: Where) -> None:
    timeline = Timeline(where)

    @settings(max_examples=60 if isinstance(where, Path) else 15)
    @given(traffic, moments, moments, st.integers(0, 12))
    def agree(
        moments_and_records: list[tuple[int, list[AuditRecord]]], one: int, other: int, added_up: int
    ) -> None:
        fill(timeline, moments_and_records, added_up)
        since, until = FIRST_DAY_US + min(one, other), FIRST_DAY_US + max(one, other)
        asked = ActivityFilter(since, until)
        rows = rows_between(timeline, since, until)
        cards = activity.cards(timeline.database, asked)
        users = activity.users(timeline.database, asked)
        groups = activity.groups(timeline.database, asked)
        assert activity.counted(timeline.database, asked) == activity.Counted(cards, users, groups)
        owners = Counter(row.user_id or row.actor for row in rows)
        assert (
            cards.requests
            == len(rows)
            == sum(one.requests for one in users)
            == sum(g.requests for g in groups)
        )
        assert {one.owner: one.requests for one in users} == dict(owners)
        assert cards.unique_users == len(set(owners) - {""})
        assert cards.unattributed == owners[""]
        blocked = sum(row.outcome == "blocked" for row in rows)
        assert cards.blocked == blocked == sum(one.blocked for one in users)
        assert cards.cost_nano == sum(row.cost_nano or 0 for row in rows)
        assert cards.cost_unknown == sum(row.cost_nano is None for row in rows)
        for found in users:
            theirs = [row for row in rows if (row.user_id or row.actor) == found.owner]
            latest = max(theirs, key=lambda row: row.id)
            assert (found.last_us, found.actor) == (latest.recorded_us, latest.actor)
            assert found.user_id == (latest.user_id or "")
            assert set(found.groups) == {row.grp for row in theirs if row.grp}
            assert set(found.kinds) == {row.principal_kind for row in theirs}
            assert found.failed == sum(row.outcome == "failed" for row in theirs)
            assert found.tokens_in == sum(row.tokens_in or 0 for row in theirs)
            assert found.max_risk == max((row.risk for row in theirs if row.risk is not None), default=None)
            view = user(timeline.database, found.owner, asked)
            assert view.counts == found
            assert sum(use.requests for use in view.targets) == found.requests
            assert sum(use.blocked for use in view.targets) == found.blocked
            assert set(view.proxies) == {row.proxy for row in theirs}
            assert view.last_seen_us is not None
            assert view.last_seen_us >= found.last_us
        total = sum(
            usage.summary(timeline.database, AuditFilter(tab, since_us=since, until_us=until)).requests
            for tab in KINDS
        )
        assert total == len(rows)

    agree()
    timeline.database.close()


# Where clocks change within these days: by an hour, by half an hour, and zones that are off by quarters.
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")
CHANGES_US = {
    "Europe/Berlin": 1_774_746_000_000_000,  # 2026-03-29 01:00 UTC
    "America/New_York": 1_772_953_200_000_000,  # 2026-03-08 07:00 UTC
    "Australia/Lord_Howe": 1_775_314_800_000_000,  # 2026-04-04 15:00 UTC
}
around_changes = st.sampled_from(list(CHANGES_US.values())).flatmap(
    lambda at: st.integers(-2 * DAY_US, 2 * DAY_US).map(lambda off: at + off)
)
asked_for = st.fixed_dictionaries(
    {},
    optional={
        "user": st.sampled_from(["user-1", "user-2", "robot", "", "nobody"]),
        "group": st.sampled_from(["team", "night", "gone"]),
        "proxy": st.sampled_from(["openai", "other"]),
        "kind": st.sampled_from(["llm", "mcp", "a2a"]),
    },
)


def exported(timeline: Timeline, asked: AuditFilter) -> list[dict[str, str]]:
    layout = Layout("csv", tuple(column.key for column in COLUMNS[asked.tab]))
    text = "".join(piece for _, piece in text_chunks(timeline.database, asked, layout))
    return list(csv.DictReader(io.StringIO(text, newline="")))


def behind(asked: ActivityFilter) -> list[AuditFilter]:
    """Return the filters of Audit Logs behind the numbers, as the page writes them."""
    return [
        AuditFilter(
            tab,
            asked.since_us,
            asked.until_us,
            user="" if asked.user is None else f"={asked.user}",
            group=asked.group,
            proxy=asked.proxy,
        )
        for tab in ([asked.kind] if asked.kind else KINDS)
    ]


def test_cards_table_user_view_chart_audit_log_and_csv_agree_under_every_filter(where: Where) -> None:
    timeline = Timeline(where)

    @settings(max_examples=30 if isinstance(where, Path) else 8)
    @given(
        st.lists(st.tuples(around_changes, st.lists(records, min_size=1, max_size=4)), max_size=10),
        around_changes,
        around_changes,
        asked_for,
        st.sampled_from(ZONES),
        st.sampled_from(["hour", "day", "week", "month"]),
        st.integers(0, 10),
    )
    def agree(
        some: list[tuple[int, list[AuditRecord]]],
        one: int,
        other: int,
        narrowed: dict[str, str],
        zone: str,
        step: str,
        added_up: int,
    ) -> None:
        fill(timeline, [(at - FIRST_DAY_US, found) for at, found in some], added_up)
        asked = ActivityFilter(min(one, other), max(one, other) + 1, **narrowed)
        found = activity.cards(timeline.database, asked)
        table = activity.users(timeline.database, asked)
        filters = behind(asked)
        lines = [line for each in filters for line in exported(timeline, each)]
        rows = [row for each in filters for row in audit.page(timeline.database, each, limit=999).rows]
        assert found.requests == len(rows) == len(lines) == sum(row.requests for row in table)
        assert found.blocked == sum(line["Status"] == "blocked" for line in lines)
        assert found.blocked == sum(row.blocked for row in table)
        assert found.cost_unknown == sum(row.cost_nano is None for row in rows)
        assert found.cost_nano == sum(row.cost_nano or 0 for row in rows) == sum(r.cost_nano for r in table)
        assert found.requests == sum(g.requests for g in activity.groups(timeline.database, asked))
        why = reasons(timeline.database, asked)
        assert dict(why.blocked) == Counter(row.block_reason for row in rows if row.outcome == "blocked")
        assert dict(why.unattributed) == Counter(row.no_user_reason for row in rows if not row.actor)
        for owner in table:
            view = user(timeline.database, owner.owner, asked)
            assert view.counts == owner
            assert sum(use.requests for use in view.targets) == owner.requests
            assert sum(use.cost_nano for use in view.targets) == owner.cost_nano
            theirs = [
                replace(parse_filter(each.tab, view.term), since_us=each.since_us, until_us=each.until_us)
                for each in filters
            ]
            narrower = [replace(each, group=asked.group, proxy=asked.proxy) for each in theirs]
            assert owner.requests == sum(len(exported(timeline, each)) for each in narrower)
        starts = bucket_starts(Span(asked.since_us or 0, asked.until_us or 0), step, ZoneInfo(zone))
        drawn = [0] * len(starts)
        for each in filters:
            for place, bucket in enumerate(usage.series(timeline.database, each, starts)):
                drawn[place] += bucket.total
        spent = [0] * len(starts)
        for each in filters:
            for target in usage_by_target.by_target(timeline.database, each, starts):
                spent = [sum(both) for both in zip(spent, target.tokens, strict=True)]
        for place in range(len(starts)):
            within = [row for row in rows if place_of(starts, row.recorded_us) == place]
            assert spent[place] == sum((row.tokens_in or 0) + (row.tokens_out or 0) for row in within)
        counted = Counter(place_of(starts, row.recorded_us) for row in rows)
        assert drawn == [counted[place] for place in range(len(starts))]

    agree()
    timeline.database.close()


def test_days_of_the_chart_are_as_long_as_the_clocks_say() -> None:
    for zone, change in CHANGES_US.items():
        starts = bucket_starts(Span(change - 2 * DAY_US, change + 2 * DAY_US), "day", ZoneInfo(zone))
        local = [datetime.fromtimestamp(start / 1e6, ZoneInfo(zone)) for start in starts[1:]]
        assert {(at.hour, at.minute) for at in local} == {(0, 0)}
        lengths = {(later - start) / HOUR_US for start, later in pairwise(starts[1:])}
        assert lengths == ({24.0, 23.0} if zone != "Australia/Lord_Howe" else {24.0, 24.5})


def test_the_most_used_models_have_a_series_and_all_others_one(timeline: Timeline) -> None:
    some = [
        a_record(target=name, tokens_in=n, tokens_out=0, cost_nano=n, payloads=[])
        for n, name in enumerate("abcdefg", 1)
    ]
    timeline.record(FIRST_DAY_US, *some, a_record(target=None, tokens_in=9, tokens_out=0, payloads=[]))
    asked = AuditFilter("llm", FIRST_DAY_US, FIRST_DAY_US + DAY_US)
    found = usage_by_target.by_target(timeline.database, asked, (FIRST_DAY_US,), most=3)
    assert [(one.target, sum(one.tokens)) for one in found] == [("g", 7), ("f", 6), ("e", 5), ("", 19)]


def test_a_namesake_is_another_user(timeline: Timeline) -> None:
    timeline.record(FIRST_DAY_US, a_record(payloads=[]), a_record(payloads=[]))
    timeline.record(FIRST_DAY_US + 1, a_record(principal=a_principal(user_id="user-9"), payloads=[]))
    for owner, requests in (("user-1", 2), ("user-9", 1)):
        view = user(timeline.database, owner, ActivityFilter())
        assert view.term == f"user:={owner}"
        assert audit.count(timeline.database, parse_filter("llm", view.term)) == (requests, False)


def test_filters_of_activity_narrow_the_same_rows(timeline: Timeline) -> None:
    dice = random.Random(3)
    for hour in range(0, 80, 3):
        some = [
            a_record(
                kind=dice.choice(KINDS),
                proxy=dice.choice(("openai", "local")),
                principal=a_principal(user_id=dice.choice(("a", "b")), group=dice.choice(("red", "blue"))),
                payloads=[],
            )
            for _ in range(5)
        ]
        timeline.record(FIRST_DAY_US + hour * HOUR_US, *some)
    since, until = FIRST_DAY_US + 10 * HOUR_US, FIRST_DAY_US + 75 * HOUR_US
    rows = rows_between(timeline, since, until)
    for asked, wanted in (
        (ActivityFilter(since, until, group="red"), [row for row in rows if row.grp == "red"]),
        (ActivityFilter(since, until, proxy="local"), [row for row in rows if row.proxy == "local"]),
        (ActivityFilter(since, until, kind="mcp"), [row for row in rows if row.kind == "mcp"]),
        (ActivityFilter(since, until, user="a"), [row for row in rows if row.user_id == "a"]),
        (
            ActivityFilter(since, until, user="a", group="blue", proxy="openai"),
            [row for row in rows if (row.user_id, row.grp, row.proxy) == ("a", "blue", "openai")],
        ),
    ):
        assert activity.cards(timeline.database, asked).requests == len(wanted)


def test_the_period_before_has_the_same_length(timeline: Timeline) -> None:
    for day, number in ((0, 1), (1, 2), (2, 4)):
        timeline.record(
            FIRST_DAY_US + day * DAY_US + HOUR_US, *[a_record(payloads=[]) for _ in range(number)]
        )
    asked = ActivityFilter(FIRST_DAY_US + 2 * DAY_US, FIRST_DAY_US + 3 * DAY_US)
    cards = activity.cards(timeline.database, asked)
    assert cards.previous is not None
    assert (cards.requests, cards.previous.requests) == (4, 2)


def test_nothing_is_compared_with_a_period_that_was_not_recorded_whole(timeline: Timeline) -> None:
    def day(number: int, count: int) -> None:
        timeline.record(
            FIRST_DAY_US + number * DAY_US + HOUR_US, *[a_record(payloads=[]) for _ in range(count)]
        )

    def switch(number: int, *, on: bool) -> None:
        event = a_system_event(event="logging switched", resource="audit.enabled", after={"value": on})
        with timeline.database.writing():
            write_system_event(timeline.database, event, FIRST_DAY_US + number * DAY_US)

    def compared(first: int, days: int) -> bool:
        since_us = FIRST_DAY_US + first * DAY_US
        asked = ActivityFilter(since_us, since_us + days * DAY_US)
        return activity.cards(timeline.database, asked).previous is not None

    timeline.clear()
    switch(-30, on=True)  # what was set up before anybody came is no traffic
    day(0, 1)
    day(5, 3)
    assert not compared(4, 4)  # the audit began on the first of the four days before
    assert compared(4, 3)  # in which nobody came
    switch(6, on=False)
    switch(7, on=True)
    assert not compared(7, 4)
    assert compared(10, 3)
    timeline.database.execute_sql("DELETE FROM event WHERE kind <> 'system'")  # retention; the sums stay
    assert compared(4, 3)


def test_one_person_with_a_new_address_and_two_keys_is_one_row(timeline: Timeline) -> None:
    timeline.record(FIRST_DAY_US, a_record(payloads=[]))
    timeline.record(
        FIRST_DAY_US + DAY_US,
        a_record(principal=a_principal(actor="ana@new.example.com", api_key_id="key-2"), payloads=[]),
    )
    timeline.record(
        FIRST_DAY_US + 2 * DAY_US,
        a_record(principal=a_principal(actor="ana@new.example.com", kind=PrincipalKind.OAUTH), payloads=[]),
    )
    [row] = activity.users(timeline.database, ActivityFilter(FIRST_DAY_US, FIRST_DAY_US + 5 * DAY_US))
    assert (row.owner, row.actor, row.requests) == ("user-1", "ana@new.example.com", 3)
    assert row.kinds == ("api_key", "oauth")
    assert row.display_name == "Ana"


def test_the_view_of_a_user_shows_their_exchanges_and_what_was_done_to_them(timeline: Timeline) -> None:
    timeline.record(FIRST_DAY_US, a_record(payloads=[]), a_record(principal=ANONYMOUS, payloads=[]))
    with timeline.database.writing():
        write_system_event(
            timeline.database, a_system_event(event="user updated", resource="ana@example.com")
        )
        write_system_event(
            timeline.database, a_system_event(event="user updated", resource="bob@example.com")
        )
    view = user(timeline.database, "user-1", ActivityFilter(FIRST_DAY_US, FIRST_DAY_US + DAY_US))
    assert [row.actor for row in view.recent] == ["ana@example.com"]
    assert [row.target for row in view.security] == ["ana@example.com"]
    assert view.first_seen_us == view.last_seen_us == FIRST_DAY_US
    assert view.proxies == ("openai",)
    nobody = user(timeline.database, "", ActivityFilter(FIRST_DAY_US, FIRST_DAY_US + DAY_US))
    assert [row.principal_kind for row in nobody.recent] == ["anonymous"]


def test_overview_counts_the_day_and_shows_the_newest_trouble(timeline: Timeline) -> None:
    timeline.record(FIRST_DAY_US - HOUR_US, a_record(payloads=[]))
    timeline.record(
        FIRST_DAY_US + HOUR_US,
        a_record(payloads=[]),
        a_record(outcome=Outcome.FAILED, error="no route", payloads=[]),
        *(a_record(kind="mcp", target="read_file", payloads=[]) for _ in range(3)),
    )
    found = overview.overview(timeline.database, FIRST_DAY_US, FIRST_DAY_US + DAY_US)
    assert (found.today.requests, found.failed_today) == (5, 1)
    assert [row.error for row in found.trouble] == ["no route"]
    assert sorted(row.kind for row in found.latest) == ["llm"] * 3 + ["mcp"] * 3
    assert found.steps.request
    assert not found.steps.proxy
    assert found.storage.total > 0


def test_a_database_from_before_is_counted_by_owner_and_group_as_gateways_do_it(timeline: Timeline) -> None:
    def counted() -> list[tuple[Any, ...]]:
        columns = ", ".join(whose.COLUMNS)
        return sorted(timeline.database.execute_sql(f"SELECT {columns} FROM roll_hour_whose").fetchall())

    dice = random.Random(5)
    for hour in range(12):
        some = [
            a_record(
                kind=dice.choice(KINDS),
                outcome=dice.choice(list(Outcome)),
                cost_nano=dice.choice((None, 5)),
                principal=dice.choice((a_principal(), a_principal(user_id=None, group="night"), ANONYMOUS)),
                payloads=[],
            )
            for _ in range(6)
        ]
        timeline.record(FIRST_DAY_US + hour * HOUR_US, *some)
    timeline.add_up()
    by_gateways = counted()
    timeline.database.execute_sql("DROP TABLE roll_hour_whose")
    timeline.database.execute_sql("ALTER TABLE gateway DROP COLUMN rolled_id")
    on_server = not isinstance(timeline.database, SqliteDatabase)
    for statement in statements(m0021_whose.POSTGRESQL if on_server else m0021_whose.SQLITE):
        timeline.database.execute_sql(statement)
    assert counted() == by_gateways
    assert sum(int(row[whose.COLUMNS.index("n")]) for row in by_gateways) == 2 * 72
