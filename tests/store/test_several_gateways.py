"""Several gateways on one PostgreSQL database: each has its own chain, and knows of the others' changes."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

import pytest

from gateway_desktop.core.audit import AuditRecord, Recorded
from gateway_desktop.core.changes import ChangeFeed, Topic
from gateway_desktop.core.database_url import DatabaseUrl
from gateway_desktop.core.errors import Disk, StorageUnavailable
from gateway_desktop.store.amendments import remove_rows
from gateway_desktop.store.database import Database
from gateway_desktop.store.gateways import folder_name
from gateway_desktop.store.queries import activity
from gateway_desktop.store.queries.sums import ActivityFilter
from gateway_desktop.store.retention import sweep_texts, texts_to_go
from gateway_desktop.store.store import Store
from gateway_desktop.store.system_events import bump_config_version, write_system_event
from gateway_desktop.store.verification import verify
from tests.makers import a_payload, a_principal, a_record, a_system_event
from tests.postgresql import Server
from tests.store.conftest import queued

KEY = b"s" * 32
STORED = "SELECT count(*) FROM event_part e JOIN part p ON p.id = e.part_id WHERE p.body IS NOT NULL"
Open = Callable[..., Store]


@pytest.fixture
def opened(team: DatabaseUrl) -> Iterator[Open]:
    """Open the store as the gateway of a data folder."""
    stores: list[Store] = []

    def open_as(folder: str, changes: ChangeFeed | None = None) -> Store:
        store = Store.open(team, changes or ChangeFeed(), folder=folder)
        stores.append(store)
        store.ready.result(60)
        store.configure(content_key=b"k" * 32, seal_key=KEY)
        return store

    yield open_as
    for store in stores:
        store.close()


def a_turn(number: int) -> AuditRecord:
    texts = [a_payload(f"turn {n} of all " * 20) for n in range(number % 7)]
    return a_record(
        payloads=texts, principal=a_principal(api_key_id=f"key-{number % 5}"), target=f"m-{number % 3}"
    )


def acknowledged(futures: list[Future[None]]) -> int:
    return sum(future.result(60) is None for future in futures)


def test_a_gateway_has_an_id_of_its_own_that_stays_with_its_data_folder(opened: Open) -> None:
    assert (opened("a").gateway, opened("b").gateway) == (1, 2)
    opened("c").close()
    assert opened("c").gateway == 3


def test_a_data_folder_has_a_name_of_its_own_also_where_a_full_disk_left_none(tmp_path: Path) -> None:
    file = tmp_path / "data" / "gateway.id"
    name = folder_name(file)
    assert name
    assert folder_name(file) == name
    file.write_text("")
    assert folder_name(file) not in ("", name)
    assert file.stat().st_mode & 0o077 == 0


def test_gateways_that_write_at_once_lose_nothing_and_each_chain_verifies(opened: Open) -> None:
    stores = [opened(folder) for folder in "abc"]

    def write(store: Store) -> int:
        return acknowledged(queued(store, (a_turn(number) for number in range(400))))

    with ThreadPoolExecutor(3) as threads:
        assert sum(threads.map(write, stores)) == 1200
    ask = stores[0].reader.submit

    def counts(database: Database) -> tuple[int, ...]:
        found = database.execute_sql(
            "SELECT (SELECT count(*) FROM event WHERE kind = 'llm'), (SELECT count(*) FROM part),"
            " (SELECT count(DISTINCT hash) FROM part), (SELECT sum(n) FROM roll_hour),"
            " (SELECT sum(n) FROM roll_day_actor), (SELECT sum(n) FROM lat_hour)"
        ).fetchone()
        return tuple(found)

    assert ask(counts).result(60) == (1200, 6, 6, 1200, 1200, 1200)
    assert ask(activity.cards, ActivityFilter(None, None)).result(60).requests == 1200
    checked = ask(lambda database: verify(database, KEY, ())).result(60)
    assert checked.gateways == 3


def test_texts_that_one_removes_are_stored_anew_by_the_others(opened: Open) -> None:
    first, second = opened("a"), opened("b")
    said = a_record(payloads=[a_payload("said again and again " * 20)])
    for store in (first, second):  # both remember that it is stored
        acknowledged(queued(store, [said]))
    first.writer.submit(remove_rows, ids(first), "retention", 0).result(60)
    found = first.reader.submit(texts_to_go, None).result(60)
    assert first.writer.submit(sweep_texts, found.unreferenced, found.newest).result(60) == 1
    acknowledged(queued(second, [said]))
    assert second.reader.submit(lambda one: one.execute_sql(STORED).fetchone()[0]).result(60) == 1
    second.reader.submit(lambda database: verify(database, KEY, ())).result(60)


def test_texts_that_another_gateway_referred_to_since_stay_whatever_its_clock_says(opened: Open) -> None:
    first, second = opened("a"), opened("b")
    said = a_record(payloads=[a_payload("said once more " * 20)])
    acknowledged(queued(first, [said]))
    [only] = ids(first)
    first.writer.submit(remove_rows, [only], "retention", 0).result(60)
    found = first.reader.submit(texts_to_go, None).result(60)
    second.writer.batches._clock = lambda: Recorded.time_us(only) - 3_600_000_000  # an hour behind
    acknowledged(queued(second, [said]))
    assert first.writer.submit(sweep_texts, found.unreferenced, found.newest).result(60) == 0
    second.reader.submit(lambda database: verify(database, KEY, ())).result(60)


def ids(store: Store) -> list[int]:
    question = store.reader.submit(lambda one: one.execute_sql("SELECT id FROM event ORDER BY id").fetchall())
    return [row[0] for row in question.result(60)]


def test_a_second_process_on_the_same_data_folder_is_refused(opened: Open) -> None:
    opened("a")
    with pytest.raises(StorageUnavailable) as refused:
        opened("a")
    assert refused.value.kind is Disk.BUSY


def test_what_one_changes_the_others_are_told_within_two_seconds(opened: Open) -> None:
    changes = ChangeFeed()
    told: SimpleQueue[Topic] = SimpleQueue()
    changes.subscribe(told.put)
    here, elsewhere = opened("a", changes), opened("b")
    for store in (here, elsewhere):  # its own change comes once: not from the server, too
        store.writer.submit(bump_config_version).result(60)
        assert told.get(timeout=60) is Topic.CONFIGURATION
    acknowledged(queued(elsewhere, [a_turn(1)]))
    assert told.get(timeout=60) is Topic.AUDIT


def test_connections_that_the_server_ends_are_made_anew(
    opened: Open, team: DatabaseUrl, server: Server, expect_log: Callable[[str], None]
) -> None:
    changes = ChangeFeed()
    told: SimpleQueue[Topic] = SimpleQueue()
    store = opened("a", changes)
    acknowledged(queued(store, [a_turn(n) for n in range(5)]))
    server.ask(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{team.name}'")
    assert store.reader.submit(activity.cards, ActivityFilter(None, None)).result(60).requests == 5
    changes.subscribe(told.put)
    expect_log("ERROR: The database .* does not answer")
    with pytest.raises(StorageUnavailable) as refused:
        acknowledged(queued(store, [a_turn(6)]))
    assert refused.value.kind is Disk.AWAY
    acknowledged(queued(store, [a_turn(7)]))
    assert store.reader.submit(lambda database: verify(database, KEY, ())).result(60).gateways == 1


def test_an_older_program_stops_writing_when_a_newer_one_migrates(
    opened: Open, team: DatabaseUrl, server: Server, expect_log: Callable[[str], None]
) -> None:
    store = opened("a")
    server.ask("UPDATE schema_version SET version = version + 1", team.name)
    expect_log("was migrated by a newer Gateway Desktop")
    with pytest.raises(StorageUnavailable, match="migrated by a newer Gateway Desktop"):
        acknowledged(queued(store, [a_turn(1)]))
    with pytest.raises(StorageUnavailable, match="migrated by a newer Gateway Desktop"):
        store.writer.submit(write_system_event, a_system_event()).result(60)
