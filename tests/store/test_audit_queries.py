"""Pages, counts and charts give what a plain loop over all rows would give."""

import random
from collections.abc import Callable
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway_desktop.core.audit import AuditRecord, Outcome, Recorded
from gateway_desktop.core.clock import DAY_US, HOUR_US
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.principal import ANONYMOUS
from gateway_desktop.store.queries import audit, usage
from gateway_desktop.store.queries.audit import AuditRow
from gateway_desktop.store.queries.paging import AuditFilter, parse_filter
from gateway_desktop.store.queries.ranges import Span, bucket_starts
from gateway_desktop.store.queries.spending import Spent, spending
from gateway_desktop.store.store import Store
from gateway_desktop.store.system_events import write_system_event
from tests.makers import a_principal, a_record, a_system_event
from tests.store.conftest import Timeline

START_US = 1_767_268_800_000_000 - 20 * DAY_US
PEOPLE = ("ana", "bob", "cy_d", "dora")


def a_random_record(dice: random.Random) -> AuditRecord:
    name = dice.choice(PEOPLE)
    who = a_principal(
        user_id=f"id-{name}",
        actor=f"{name}@example.com",
        display_name=name.title(),
        group=dice.choice(("red", "blue")),
        api_key_id=f"key-{name}",
    )
    blocked = dice.random() < 0.2
    return a_record(
        kind=dice.choice(("llm", "llm", "mcp")),
        principal=who if dice.random() < 0.9 else ANONYMOUS,
        proxy=dice.choice(("openai", "local")),
        target=dice.choice(("gpt-5", "gpt-5-mini", "qwen3", None)),
        outcome=Outcome.BLOCKED if blocked else dice.choice(list(Outcome)),
        policy_action="blocked" if blocked else dice.choice(("none", "logged")),
        session=dice.choice((None, "s1", "s2")),
        app=dice.choice(("Claude Code 2", "curl 8", None)),
        risk=dice.choice((None, 0, 30, 50, 74, 100)),
        duration_ms=dice.randrange(5000),
        tokens_in=dice.choice((None, 10, 1000)),
        cost_nano=dice.choice((None, 0, 5_000_000)),
        error=dice.choice((None, "rate limit", "100%_sure")),
        payloads=[],
    )


QUERIES: dict[str, Callable[[AuditRow], bool]] = {
    "": lambda _: True,
    "user:AN": lambda row: "an" in row.actor,
    "user:d": lambda row: "d" in row.actor or "d" in row.display_name,
    "user:cy_": lambda row: "cy_" in row.actor,
    "user:=bob@example.com": lambda row: row.actor == "bob@example.com",
    "user:none": lambda row: row.actor == "",
    "user:nobody": lambda _: False,
    "proxy:local": lambda row: row.proxy == "local",
    "proxy:o*": lambda row: row.proxy == "openai",
    "group:red": lambda row: row.grp == "red",
    "key:key-ana": lambda row: row.api_key_id == "key-ana",
    "client:claude": lambda row: "Claude" in (row.app or ""),
    "model:gpt*": lambda row: (row.target or "").startswith("gpt"),
    "-model:gpt-5": lambda row: row.target != "gpt-5",
    "-user:an -status:success,failed": lambda row: (
        "an" not in row.actor and row.outcome not in ("success", "failed")
    ),
    "-user:nobody -client:claude": lambda row: "Claude" not in (row.app or ""),
    "-key:key-ana proxy:local": lambda row: row.api_key_id != "key-ana" and row.proxy == "local",
    "-model:gpt* -session:s1": lambda row: not (row.target or "").startswith("gpt") and row.session != "s1",
    "model:gpt-?": lambda row: row.target == "gpt-5",
    "status:blocked": lambda row: row.outcome == "blocked",
    "status:failed,abandoned": lambda row: row.outcome in ("failed", "abandoned"),
    "status:success,blocked": lambda row: row.outcome in ("success", "blocked"),
    "action:blocked": lambda row: row.policy_action == "blocked",
    "action:none": lambda row: row.policy_action == "none",
    "session:s1": lambda row: row.session == "s1",
    "risk:>=high": lambda row: row.risk is not None and row.risk >= 50,
    "risk:high": lambda row: row.risk is not None and 50 <= row.risk < 75,
    "risk:low": lambda row: row.risk is not None and row.risk < 25,
    "risk:<medium": lambda row: row.risk is not None and row.risk < 25,
    "risk:<low": lambda _: False,
    "risk:<=medium": lambda row: row.risk is not None and row.risk < 50,
    "risk:>high": lambda row: row.risk is not None and row.risk >= 75,
    "risk:>critical": lambda _: False,
    "risk:>60": lambda row: row.risk is not None and row.risk > 60,
    "risk:none": lambda row: row.risk is None,
    "duration:<=2s": lambda row: row.duration_ms is not None and row.duration_ms <= 2000,
    "duration:>2s": lambda row: (row.duration_ms or 0) > 2000,
    "cost:unknown": lambda row: row.cost_nano is None,
    "cost:<0.005": lambda row: row.cost_nano == 0,
    "cost:>=0.005": lambda row: row.cost_nano is not None and row.cost_nano >= 5_000_000,
    "tokens:<1000": lambda row: (row.tokens_in or 0) + (row.tokens_out or 0) < 1000,
    "code:200": lambda row: row.http_status == 200,
    "method:chat": lambda row: row.method == "chat",
    "limit": lambda row: "limit" in (row.error or ""),
    "100%_s": lambda row: row.error == "100%_sure",
    "user:ana status:blocked model:gpt*": lambda row: (
        row.actor.startswith("ana") and row.outcome == "blocked" and (row.target or "").startswith("gpt")
    ),
    "user:b group:blue client:curl session:s2": lambda row: (
        "b" in row.actor + row.display_name
        and row.grp == "blue"
        and "curl" in (row.app or "")
        and row.session == "s2"
    ),
}


@pytest.fixture
def filled(timeline: Timeline) -> Timeline:
    dice = random.Random(7)
    for step in range(60):
        records = [a_random_record(dice) for _ in range(12)]
        timeline.record(START_US + step * 5 * HOUR_US + step, *records)
    return timeline


def everything(timeline: Timeline, tab: str) -> list[AuditRow]:
    page = audit.page(timeline.database, AuditFilter(tab), limit=10_000)
    assert (page.older, page.newer) == (None, None)
    return list(page.rows)


def test_every_filter_finds_what_a_loop_finds(filled: Timeline) -> None:
    for tab in ("llm", "mcp", "a2a"):
        rows = everything(filled, tab)
        for text, wanted in QUERIES.items():
            asked = parse_filter(tab, text)
            expected = [row for row in rows if wanted(row)]
            assert list(audit.page(filled.database, asked, limit=10_000).rows) == expected, text
            assert audit.count(filled.database, asked) == (len(expected), False), text


@pytest.mark.parametrize(
    "word", ["duration:>1e400", "cost:>1e99", "tokens:>99999999999999999999", "risk:>99999999"]
)
def test_a_number_beyond_all_rows_finds_none_and_nothing_breaks(timeline: Timeline, word: str) -> None:
    timeline.record(1_800_000_000_000_000, a_record())
    assert audit.count(timeline.database, parse_filter("llm", word)) == (0, False)
    assert audit.count(timeline.database, parse_filter("llm", "code:" + "9" * 30)) == (0, False)


def test_the_longest_filter_is_asked_and_a_longer_one_is_refused_in_words(timeline: Timeline) -> None:
    timeline.record(1_800_000_000_000_000, a_record())
    longest = "user:" + "😀" * 9_995  # four bytes each
    assert audit.page(timeline.database, parse_filter("llm", longest)).rows == ()
    with pytest.raises(ConfigurationError, match="it has 10,001 characters"):
        parse_filter("llm", longest + "x")


@pytest.mark.parametrize("text", ["", "user:d", "status:failed,blocked", "limit", "group:red model:gpt*"])
def test_pages_join_without_gap_or_overlap_both_ways(filled: Timeline, text: str) -> None:
    asked = parse_filter("llm", text)
    expected = list(audit.page(filled.database, asked, limit=10_000).rows)
    down: list[AuditRow] = []
    page = audit.page(filled.database, asked, limit=7)
    down += page.rows
    while page.older is not None:
        page = audit.page(filled.database, asked, before=page.older, limit=7)
        down += page.rows
    assert down == expected
    up: list[AuditRow] = []
    page = audit.page(filled.database, asked, after=0, limit=7)
    up = [*page.rows, *up]
    while page.newer is not None:
        page = audit.page(filled.database, asked, after=page.newer, limit=7)
        up = [*page.rows, *up]
    assert up == expected


def test_a_range_is_of_the_times_of_recording(filled: Timeline) -> None:
    rows = everything(filled, "llm")
    since, until = rows[300].recorded_us, rows[100].recorded_us
    asked = AuditFilter("llm", since_us=since, until_us=until)
    found = audit.page(filled.database, asked, limit=10_000).rows
    assert list(found) == [row for row in rows if since <= row.recorded_us < until]


def test_a_count_stops_at_its_cap(filled: Timeline) -> None:
    assert audit.count(filled.database, AuditFilter("llm"), cap=100) == (100, True)


def test_an_exchange_is_found_by_the_id_its_caller_got(store: Store, append: Callable[..., None]) -> None:
    records = [a_record() for _ in range(30)]
    append(*records)
    for record in records[::7]:
        found = store.reader.submit(audit.detail_of_exchange, record.exchange_id).result(60)
        assert found is not None
        assert found.row.exchange_id == record.exchange_id
        page = store.reader.submit(audit.page, parse_filter("llm", f"id:{record.exchange_id}")).result(60)
        assert [row.exchange_id for row in page.rows] == [record.exchange_id]
    assert store.reader.submit(audit.detail_of_exchange, "not-an-id").result(60) is None


def test_the_live_tail_misses_and_repeats_nothing(store: Store, append: Callable[..., None]) -> None:
    at = store.reader.submit(audit.newest_id).result(60)
    seen: list[str | None] = []
    appended: list[str | None] = []
    for size in (1, 7, 0, 40):
        records = [a_record() for _ in range(size)]
        append(*records)
        appended += [record.exchange_id for record in records]
        more: int | None = at
        while more is not None:
            page = store.reader.submit(audit.page, AuditFilter("llm"), after=at, limit=10).result(60)
            seen += [row.exchange_id for row in reversed(page.rows)]
            at = page.rows[0].id if page.rows else at
            more = page.newer
    assert seen == appended


def test_a_search_in_texts_goes_on_where_it_stopped(
    filled: Timeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "SEARCHED_AT_ONCE", 50)
    asked = parse_filter("llm", "limit")
    expected = [row for row in everything(filled, "llm") if "limit" in (row.error or "")]
    page = audit.page(filled.database, asked)
    assert len(page.rows) < len(expected)
    found = list(page.rows)
    while page.older is not None:
        page = audit.page(filled.database, asked, before=page.older)
        found += page.rows
    assert found == expected


def test_an_export_gives_all_rows_from_the_oldest(filled: Timeline) -> None:
    asked = parse_filter("llm", "status:failed,blocked")
    expected = list(audit.page(filled.database, asked, limit=10_000).rows)
    found = [
        row for chunk in audit.chunks(filled.database, asked, ("actor", "target"), size=9) for row in chunk
    ]
    assert found == [(row.id, row.actor, row.target) for row in reversed(expected)]


def test_choices_are_what_the_rows_have(filled: Timeline) -> None:
    rows = everything(filled, "llm")
    found = audit.choices(filled.database, "llm")
    assert set(found.users) == {(row.actor, row.display_name) for row in rows if row.actor}
    assert set(found.proxies) == {row.proxy for row in rows}
    assert set(found.models) == {row.target for row in rows if row.target}
    assert set(found.groups) == {row.grp for row in rows if row.grp}
    assert set(found.apps) == {row.app for row in rows if row.app}


@pytest.mark.parametrize("text", ["", "proxy:local", "status:blocked", "model:gpt*", "user:d", "risk:high"])
@pytest.mark.parametrize("minutes", [0, 17])
def test_charts_and_totals_agree_with_the_rows(filled: Timeline, text: str, minutes: int) -> None:
    rows = [row for row in everything(filled, "llm") if QUERIES[text](row)]
    shift = minutes * 60_000_000
    span = Span(START_US + 26 * HOUR_US + shift, START_US + 200 * HOUR_US + shift)
    within = [row for row in rows if span.since_us <= row.recorded_us < span.until_us]
    asked = replace(parse_filter("llm", text), since_us=span.since_us, until_us=span.until_us)
    starts = bucket_starts(span, "day", ZoneInfo("Asia/Kolkata"))
    buckets = usage.series(filled.database, asked, starts)
    for bucket, until in zip(buckets, [*starts[1:], span.until_us], strict=True):
        there = [row.outcome for row in within if bucket.start_us <= row.recorded_us < until]
        assert (bucket.success, bucket.failed, bucket.blocked, bucket.abandoned) == tuple(
            there.count(outcome) for outcome in ("success", "failed", "blocked", "abandoned")
        )
    total = usage.summary(filled.database, asked)
    assert total.requests == len(within)
    assert total.blocked == sum(row.outcome == "blocked" for row in within)
    assert total.tokens_in == sum(row.tokens_in or 0 for row in within)
    assert total.cost_nano == sum(row.cost_nano or 0 for row in within)
    assert total.cost_unknown == sum(row.cost_nano is None for row in within)
    durations = sorted(row.duration_ms or 0 for row in within)
    assert total.p50_ms == pytest.approx(durations[(len(durations) - 1) // 2], rel=0.06, abs=2)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "proxy:openai",
        "proxy:o*",
        "user:ana",
        "user:=ana@example.com",
        "group:red",
        "model:gpt* status:success",
    ],
)
def test_tokens_and_cost_per_user_and_model_are_those_of_the_rows(filled: Timeline, text: str) -> None:
    since, until = START_US + 30 * HOUR_US + 7, START_US + 9 * DAY_US + 11 * HOUR_US + 3
    asked = replace(parse_filter("llm", text), since_us=since, until_us=until)
    rows = list(audit.page(filled.database, asked, limit=10_000).rows)
    assert rows

    def added(name: Callable[[AuditRow], str]) -> set[Spent]:
        named: dict[str, list[AuditRow]] = {}
        for row in rows:
            named.setdefault(name(row), []).append(row)
        return {
            Spent(
                one,
                len(mine),
                sum((row.tokens_in or 0) + (row.tokens_out or 0) for row in mine),
                sum(row.cost_nano or 0 for row in mine),
                sum(row.cost_nano is None for row in mine),
            )
            for one, mine in named.items()
        }

    found = spending(filled.database, asked)
    assert set(found.users) == added(lambda row: row.actor)
    assert set(found.targets) == added(lambda row: row.target or "")
    assert [one.cost_nano for one in found.users] == sorted((o.cost_nano for o in found.users), reverse=True)


def test_system_events_are_found_by_what_they_say(store: Store) -> None:
    store.writer.submit(write_system_event, a_system_event(resource="openai", details="by hand")).result(60)
    store.writer.submit(write_system_event, a_system_event(event="deleted", resource="local")).result(60)
    for text, resources in (
        ("", ["local", "openai"]),
        ("event:deleted", ["local"]),
        ("resource:o*", ["openai"]),
        ("user:laptop severity:info category:proxy*", ["local", "openai"]),
        ("status:success", ["local", "openai"]),
        ("status:failure", []),
        ("hand", ["openai"]),
    ):
        page = store.reader.submit(audit.page, parse_filter("system", text)).result(60)
        assert [row.target for row in page.rows] == resources, text
    newest = store.reader.submit(audit.page, parse_filter("system", "hand")).result(60).rows[0]
    assert newest.details == "by hand"
    found = store.reader.submit(audit.detail, newest.id).result(60)
    assert found is not None
    assert found.detail["after"] == {"upstream": "https://api.openai.com"}


@settings(max_examples=60)
@given(
    st.integers(0, 10**16),
    st.integers(1, 400 * DAY_US),
    st.sampled_from(["hour", "day", "week", "month"]),
    st.sampled_from(["UTC", "Asia/Kolkata", "Europe/Berlin", "America/St_Johns"]),
)
def test_buckets_begin_within_the_span_and_go_up(since: int, length: int, step: str, zone: str) -> None:
    since = since % 4_000_000_000_000_000
    length = min(length, 5 * DAY_US) if step == "hour" else length
    starts = bucket_starts(Span(since, since + length), step, ZoneInfo(zone))
    assert starts[0] == since
    assert list(starts) == sorted(set(starts))
    assert starts[-1] < since + length
    widest = {
        "hour": HOUR_US,
        "day": 25 * HOUR_US,
        "week": 7 * DAY_US + HOUR_US,
        "month": 31 * DAY_US + HOUR_US,
    }
    ends = [*starts[1:], since + length]
    assert all(end - start <= widest[step] for start, end in zip(starts, ends, strict=True))


def test_the_id_of_a_row_tells_when_it_was_recorded(timeline: Timeline) -> None:
    timeline.record(START_US, a_record())
    [row] = audit.page(timeline.database, AuditFilter("llm")).rows
    assert row.recorded_us == START_US == Recorded.time_us(Recorded.first_id(START_US))
