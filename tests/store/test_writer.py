"""The writer: what is acknowledged is on disk, in order, once."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import peewee
import pytest

from gateway_desktop.core.audit import AuditRecord, Outcome, Recorded
from gateway_desktop.core.changes import ChangeFeed, Topic
from gateway_desktop.core.database_url import Where
from gateway_desktop.core.errors import Unavailable
from gateway_desktop.store.database import Database
from gateway_desktop.store.opening import open_database
from gateway_desktop.store.recorder import Recorder
from gateway_desktop.store.sequence import Sequence
from gateway_desktop.store.store import Store
from gateway_desktop.store.system_events import bump_config_version, write_system_event
from tests.makers import a_payload, a_record, a_system_event

Ask = Callable[..., list[tuple[Any, ...]]]


def test_a_record_is_on_disk_when_it_is_acknowledged(store: Store, where: Where) -> None:
    found: Future[int] = Future()

    def done(error: BaseException | None) -> None:
        other = open_database(where, reader=True)
        found.set_result(other.execute_sql("SELECT count(*) FROM event").fetchone()[0])
        other.close()

    store.writer.append(a_record(), done)
    assert found.result(60) == 1


def test_ids_and_places_in_the_chain_go_up_by_the_order_of_appending(
    append: Callable[..., None], rows: Ask
) -> None:
    records = [a_record() for _ in range(1200)]
    append(*records)
    stored = rows("SELECT exchange_id, id, seq, gw FROM event ORDER BY id")
    assert [row[0] for row in stored] == [record.exchange_id for record in records]
    assert [row[2] for row in stored] == list(range(1, 1201))
    assert {row[1] & 1023 for row in stored} == {1} == {row[3] for row in stored}


def test_the_chain_goes_on_after_the_program_starts_again(where: Where) -> None:
    for expected in (1, 2, 3):
        with Store.open(where, ChangeFeed()) as store:
            store.writer.append(a_record())
            found = store.writer.submit(
                lambda database: database.execute_sql("SELECT max(seq), count(*) FROM event").fetchone()
            )
            assert found.result(60) == (expected, expected)


def test_ids_go_up_while_the_clock_goes_backwards() -> None:
    sequence = Sequence(7)
    at = Recorded.EPOCH_US + 1_000_000
    taken = [sequence.take(at - step * 100_000)[0] for step in range(10)]
    assert taken == sorted(set(taken))
    assert Recorded.time_us(taken[0]) == at


def test_what_was_taken_for_a_failed_batch_is_given_back() -> None:
    sequence = Sequence(1)
    sequence.take(Recorded.EPOCH_US + 5)
    sequence.commit()
    sequence.take(Recorded.EPOCH_US + 5)
    sequence.roll_back()
    assert sequence.take(Recorded.EPOCH_US + 5)[1] == 2


def test_closing_writes_what_is_queued(where: Where) -> None:
    store = Store.open(where, ChangeFeed())
    for _ in range(700):
        store.writer.append(a_record())
    store.close()
    database = open_database(where, reader=True)
    assert database.execute_sql("SELECT count(*) FROM event").fetchone() == (700,)
    database.close()


def test_a_closed_store_takes_no_more(store: Store) -> None:
    store.close()
    with pytest.raises(Unavailable):
        store.writer.append(a_record())
    with pytest.raises(Unavailable):
        store.writer.submit(lambda _: None)
    with pytest.raises(Unavailable):
        store.reader.submit(lambda _: None)


def test_a_unit_of_work_runs_after_what_was_appended_before_it(store: Store) -> None:
    for _ in range(50):
        store.writer.append(a_record())
    counted = store.writer.submit(
        lambda database: database.execute_sql("SELECT count(*) FROM event").fetchone()
    )
    assert counted.result(60) == (50,)


def test_a_failing_unit_leaves_nothing_and_the_next_one_works(store: Store, rows: Ask) -> None:
    def work(database: Database) -> None:
        write_system_event(database, a_system_event())
        raise LookupError("changed my mind")

    with pytest.raises(LookupError):
        store.writer.submit(work).result(60)
    assert rows("SELECT count(*) FROM event") == [(0,)]
    store.writer.submit(write_system_event, a_system_event()).result(60)
    assert rows("SELECT seq FROM event") == [(1,)]
    assert Recorder(store).ready() is None


def test_a_broken_constraint_is_the_units_own_error_and_not_the_disks(store: Store) -> None:
    def work(database: Database) -> None:
        database.execute_sql("INSERT INTO setting(key, value) VALUES('a', '1'), ('a', '2')")

    with pytest.raises(peewee.IntegrityError):
        store.writer.submit(work).result(60)
    assert Recorder(store).ready() is None


def test_topics_are_published_after_the_commit_that_changed_them(
    store: Store, changes: ChangeFeed, where: Where
) -> None:
    seen: list[tuple[Topic, int]] = []

    def subscriber(topic: Topic) -> None:
        other = open_database(where, reader=True)
        version = other.execute_sql("SELECT config_version FROM schema_version").fetchone()[0]
        other.close()
        seen.append((topic, version))

    changes.subscribe(subscriber)

    def work(database: Database) -> int:
        write_system_event(database, a_system_event())
        return bump_config_version(database)

    assert store.writer.submit(work).result(60) == 2
    store.close()
    assert sorted(seen, key=lambda one: one[0].value) == [(Topic.AUDIT, 2), (Topic.CONFIGURATION, 2)]


def test_a_failing_subscriber_stops_nobody(
    store: Store,
    changes: ChangeFeed,
    append: Callable[..., None],
    expect_log: Callable[[str], None],
) -> None:
    expect_log("A subscriber to")

    def subscriber(topic: Topic) -> None:
        raise RuntimeError("a bug in a panel")

    changes.subscribe(subscriber)
    append(a_record())
    append(a_record())


def test_the_chain_takes_in_system_events_among_exchanges(
    store: Store, append: Callable[..., None], rows: Ask
) -> None:
    append(a_record())
    store.writer.submit(write_system_event, a_system_event()).result(60)
    append(a_record())
    assert rows("SELECT seq, kind FROM event ORDER BY id") == [(1, "llm"), (2, "system"), (3, "llm")]


def test_commands_write_beside_the_running_gateway_in_a_chain_of_their_own(
    store: Store, append: Callable[..., None], rows: Ask, where: Where
) -> None:
    append(a_record())
    for _ in range(2):
        with Store.open(where, ChangeFeed(), gateway=0) as command:
            command.writer.submit(write_system_event, a_system_event()).result(60)
    append(a_record())
    assert rows("SELECT gw, seq FROM event ORDER BY id") == [(1, 1), (0, 1), (0, 2), (1, 2)]


def test_keys_remember_when_they_were_used(store: Store, append: Callable[..., None], rows: Ask) -> None:
    def people(database: Database) -> None:
        database.execute_sql(
            "INSERT INTO user_account(id, username, display_name, role, created_us)"
            " VALUES('user-1', 'ana', 'Ana', 'member', 0)"
        )
        database.execute_sql(
            "INSERT INTO api_key(id, name, prefix, digest, user_id, group_id, created_us)"
            " VALUES('key-1', 'laptop', 'gwd_abcdefgh', '0', 'user-1', 'team', 0)"
        )

    store.writer.submit(people).result(60)
    append(a_record())
    [(last_used,)] = rows("SELECT last_used_us FROM api_key")
    [(event_id,)] = rows("SELECT id FROM event")
    assert abs(last_used - Recorded.time_us(event_id)) < 5_000_000


def test_the_recorder_refuses_when_too_much_waits(store: Store) -> None:
    recorder = Recorder(store)
    go_on = threading.Event()
    store.writer.submit(lambda _: go_on.wait(60))
    for _ in range(10_000):
        recorder.append(a_record(payloads=[]))
    problem = recorder.ready()
    go_on.set()
    assert problem is not None
    assert "10,000 audit rows" in problem
    store.writer.submit(lambda _: None).result(60)
    assert recorder.ready() is None


def test_the_recorder_refuses_when_too_many_bytes_wait(store: Store, an_hour_long_text: AuditRecord) -> None:
    recorder = Recorder(store)
    go_on = threading.Event()
    store.writer.submit(lambda _: go_on.wait(60))
    for _ in range(14):
        recorder.append(an_hour_long_text)
    problem = recorder.ready()
    go_on.set()
    assert problem is not None
    assert "(70 MB)" in problem


@pytest.fixture
def an_hour_long_text() -> AuditRecord:
    return a_record(payloads=[a_payload("x" * 5_000_000)])


def test_what_is_not_kept_leaves_no_row_but_its_alert(
    append: Callable[..., None], rows: Callable[..., list[tuple[Any, ...]]]
) -> None:
    refused = a_record(
        outcome=Outcome.BLOCKED, block_reason="access", error="not yours", kept=False, cost_nano=0
    )
    append(*[refused] * 10, a_record())
    assert rows("SELECT count(*) FROM event WHERE kind = 'llm'") == [(1,)]
    assert rows("SELECT sum(n) FROM roll_hour") == [(1,)]
    assert rows("SELECT count(*) FROM alert")[0][0] >= 1
