"""First uses are written once, as System events."""

from dataclasses import replace
from typing import Any

from gateway_desktop.core.audit import AuditRecord, Outcome
from gateway_desktop.core.changes import ChangeFeed
from gateway_desktop.core.database_url import Where
from gateway_desktop.store.database import Database
from gateway_desktop.store.recorder import Recorder
from gateway_desktop.store.store import Store
from tests.makers import a_principal, a_record


def events(store: Store) -> list[tuple[str, str]]:
    def read(database: Database) -> list[tuple[str, str]]:
        found = database.execute_sql("SELECT method, target FROM event WHERE kind = 'system' ORDER BY id")
        return [(method, target) for method, target in found.fetchall()]

    return store.writer.submit(read).result(60)


def test_the_first_use_of_key_proxy_and_tool_is_written_once_across_starts(where: Where) -> None:
    for _start in range(2):
        with Store.open(where, ChangeFeed()) as store:
            recorder = Recorder(store)
            for _ in range(3):
                recorder.append(a_record())
            recorder.append(a_record(kind="mcp", proxy="files", method="tools/call", target="read_file"))
            found = events(store)
    key = a_principal().api_key_id
    assert found == [
        ("key authenticated for the first time", key),
        ("access granted", "openai"),
        ("access granted", "files"),
        ("access granted", "files/read_file"),
    ]


def test_what_was_refused_grants_nothing(store: Store) -> None:
    recorder = Recorder(store)
    recorder.append(a_record(outcome=Outcome.BLOCKED))
    recorder.append(a_record(principal=a_principal(user_id=None)))
    assert events(store) == []


def test_a_refusal_for_want_of_access_is_told_once_an_hour_for_each_target(store: Store) -> None:
    recorder = Recorder(store)
    hour = 3_600_000_000
    for at in (0, 1, hour):
        for target in ("gpt-5", "gpt-5-mini"):
            recorder.append(refusal(started_us=100 * hour + at, target=target))
    recorder.append(refusal(block_reason="rate_limit"))
    recorder.append(refusal(principal=a_principal(user_id=None)))
    told = [target for event, target in events(store) if event == "access denied"]
    assert told == ["openai/gpt-5", "openai/gpt-5-mini"] * 2


def refusal(**changes: Any) -> AuditRecord:
    return replace(a_record(outcome=Outcome.BLOCKED), **{"block_reason": "access", **changes})
