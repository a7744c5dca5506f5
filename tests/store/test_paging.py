"""Filters as people write them: read, written back the same, and every mistake named."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.store.queries.paging import (
    ACTIONS,
    RISK_LEVELS,
    STATUSES,
    SYSTEM_STATUSES,
    UNKNOWN,
    AuditFilter,
    parse_filter,
)

NOW_US = 1_767_268_800_000_000  # 2026-01-01 12:00:00 UTC

words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12).filter(
    lambda text: text == text.strip() and not text.startswith("=")
)
comparisons = st.none() | st.tuples(
    st.sampled_from(["<", "<=", "=", ">", ">="]), st.integers(0, 10**6).map(lambda value: value / 8)
)
times = st.none() | st.integers(0, 4_000_000_000_000_000)


PLAIN = ("proxy", "group", "target", "reason", "key", "session", "app", "method", "category", "severity")


@st.composite
def filters(draw: st.DrawFn) -> AuditFilter:
    tab = draw(st.sampled_from(["llm", "mcp", "a2a", "system"]))
    statuses = st.lists(
        st.sampled_from(SYSTEM_STATUSES if tab == "system" else STATUSES), unique=True, max_size=3
    )
    plain: dict[str, Any] = {name: draw(words) for name in PLAIN}
    user = draw(words.filter(lambda text: text.lower() not in ("none", "unattributed")) | st.just("="))
    risk = st.tuples(
        st.sampled_from(["=", "<", "<=", ">", ">="]), st.sampled_from([*RISK_LEVELS, "60", "none"])
    )
    return AuditFilter(
        tab=tab,
        since_us=draw(times),
        until_us=draw(times),
        user=user,
        status=tuple(draw(statuses)),
        risk=draw(st.none() | risk),
        policy_action=draw(st.sampled_from(["", *ACTIONS])),
        cost=draw(comparisons | st.just(UNKNOWN)),
        tokens=draw(comparisons),
        duration=draw(comparisons),
        text=draw(words),
        address=draw(words),
        code=draw(words),
        excluded=tuple(draw(st.lists(st.tuples(st.sampled_from(PLAIN), words.filter(bool)), max_size=3))),
        **plain,
    )


@given(filters())
def test_a_filter_is_read_back_as_it_was_written(asked: AuditFilter) -> None:
    assert parse_filter(asked.tab, str(asked)) == asked


def test_a_query_of_a_person_is_understood() -> None:
    asked = parse_filter(
        "llm",
        "user:ana model:gpt* status:blocked,failed cost:>0.1 duration:>=250ms"
        ' tokens:>2k client:"Claude Code"'
        " since:24h until:2026-01-01T09:30+01:00 rate limit",
        NOW_US,
    )
    assert asked == AuditFilter(
        "llm",
        user="ana",
        target="gpt*",
        status=("blocked", "failed"),
        cost=(">", 0.1),
        duration=(">=", 0.25),
        tokens=(">", 2000.0),
        app="Claude Code",
        since_us=NOW_US - 86_400_000_000,
        until_us=NOW_US - 3_600_000_000 * 3 - 1_800_000_000,
        text="rate limit",
    )


@pytest.mark.parametrize(
    ("text", "user"), [("user:none", "="), ('user:="Ana B"', "=Ana B"), ("user:=ana", "=ana")]
)
def test_users_are_asked_for_by_part_exactly_or_as_unattributed(text: str, user: str) -> None:
    assert parse_filter("llm", text).user == user


@pytest.mark.parametrize(
    ("tab", "text", "place"),
    [
        ("llm", "colour:red", "colour"),
        ("llm", "status:broken", "status"),
        ("system", "status:blocked", "status"),
        ("llm", "risk:huge", "risk"),
        ("llm", "cost:cheap", "cost"),
        ("llm", "duration:>5 parsecs", "duration"),
        ("llm", "since:yesterday", "since"),
        ("llm", "since:99999999d", "since"),
        ("llm", "since:0001-01-01", "since"),
        ("llm", "until:9999-12-31T23:59:59-23:00", "until"),
        ("llm", "action:asked", "action"),
        ("llm", 'user:"ana', "filter"),
        ("ftp", "", "tab"),
    ],
)
def test_a_mistake_is_named_by_its_place(tab: str, text: str, place: str) -> None:
    if text == "duration:>5 parsecs":
        text = "duration:>5parsecs"
    with pytest.raises(ConfigurationError) as wrong:
        parse_filter(tab, text)
    assert wrong.value.place == place
