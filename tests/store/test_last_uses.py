"""When who last used what is what the rows say, counted already or not."""

from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway_desktop.core.audit import AuditRecord, Outcome
from gateway_desktop.core.clock import DAY_US, HOUR_US
from gateway_desktop.core.database_url import Where
from gateway_desktop.store.last_uses import Use, last_uses
from gateway_desktop.store.migration import statements
from gateway_desktop.store.migrations import m0026_last_uses
from gateway_desktop.store.sqlite import SqliteDatabase
from gateway_desktop.store.system_events import write_system_event
from tests.makers import a_principal, a_record, a_system_event
from tests.store.conftest import Timeline

FIRST_DAY_US = 20_400 * DAY_US
METHODS = {"mcp": ("tools/call", "prompts/get", "tools/list"), "llm": ("chat",), "a2a": ("message/send",)}

records = st.sampled_from([*METHODS]).flatmap(
    lambda kind: st.builds(
        lambda user, proxy, method, target, outcome: a_record(
            kind=kind,
            proxy=proxy,
            method=method,
            target=target,
            outcome=outcome,
            principal=a_principal(user_id=user, actor=user or ""),
            payloads=[],
        ),
        st.sampled_from(["ana", "bo", None]),
        st.sampled_from(["one", "two"]),
        st.sampled_from(METHODS[kind]),
        st.sampled_from(["read", "write", None]),
        st.sampled_from(list(Outcome)),
    )
)


def by_rows(timeline: Timeline) -> dict[Use, int]:
    """Return the same, of every row one by one."""
    found: dict[Use, int] = {}
    rows = timeline.database.execute_sql(
        "SELECT user_id, proxy, kind, method, target, outcome, id FROM event ORDER BY id"
    )
    for user, proxy, kind, method, target, outcome, id in rows.fetchall():
        if user and kind != "system" and outcome != "blocked":
            found[user, proxy, ""] = id
            if kind == "mcp" and method == "tools/call" and target:
                found[user, proxy, target] = id
    return found


def test_it_is_what_the_rows_say_whatever_of_them_is_counted(timeline: Timeline, where: Where) -> None:
    @settings(max_examples=40 if isinstance(where, Path) else 8)
    @given(
        st.lists(st.lists(records, min_size=1, max_size=5), max_size=8),
        st.sets(st.integers(0, 7)),
        st.sets(st.integers(0, 7)),
    )
    def agree(batches: list[list[AuditRecord]], counted_after: set[int], events_after: set[int]) -> None:
        timeline.clear()
        for place, some in enumerate(batches):
            timeline.record(FIRST_DAY_US + place * HOUR_US, *some)
            if place in events_after:
                with timeline.database.writing():
                    write_system_event(timeline.database, a_system_event(), timeline.now_us)
                timeline.batches.read_head(timeline.database)
            if place in counted_after:
                timeline.add_up()
        assert last_uses(timeline.database) == by_rows(timeline)

    agree()


def test_a_database_from_before_knows_the_last_uses_of_its_people(timeline: Timeline) -> None:
    def stored() -> list[tuple[Any, ...]]:
        return sorted(timeline.database.execute_sql("SELECT * FROM last_use").fetchall())

    timeline.database.execute_sql(
        "INSERT INTO user_account(id, username, display_name, role, created_us)"
        " VALUES('ana', 'ana', 'Ana', 'user', 0)"
    )
    for hour, (outcome, target) in enumerate(
        [
            (Outcome.SUCCESS, "read"),
            (Outcome.FAILED, "write"),
            (Outcome.BLOCKED, "read"),
            (Outcome.SUCCESS, None),
        ]
    ):
        principal = a_principal(user_id="ana", actor="ana@example.com")
        made = a_record(kind="mcp", method="tools/call", target=target, outcome=outcome, principal=principal)
        timeline.record(FIRST_DAY_US + hour * HOUR_US, made)
    timeline.add_up()
    by_gateways = stored()
    timeline.database.execute_sql("DROP TABLE last_use")
    on_server = not isinstance(timeline.database, SqliteDatabase)
    for statement in statements(m0026_last_uses.POSTGRESQL if on_server else m0026_last_uses.SQLITE):
        timeline.database.execute_sql(statement)
    assert stored() == by_gateways
    assert [row[2] for row in by_gateways] == ["", "read", "write"]
    assert last_uses(timeline.database) == by_rows(timeline)
