"""What only PostgreSQL has: partitions by month, many processes that open a database at once, its errors."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from gateway_desktop.core.changes import ChangeFeed
from gateway_desktop.core.database_url import DatabaseUrl
from gateway_desktop.core.errors import Disk, StorageUnavailable, Unavailable
from gateway_desktop.store.failures import failure_of
from gateway_desktop.store.migration import migrate, schema_version
from gateway_desktop.store.migrations import MIGRATIONS
from gateway_desktop.store.models import MODELS
from gateway_desktop.store.opening import open_database
from gateway_desktop.store.partitions import make_partitions
from gateway_desktop.store.queries import audit
from gateway_desktop.store.queries.paging import AuditFilter
from gateway_desktop.store.store import Store
from gateway_desktop.store.verification import verify
from tests.end_to_end.program import eventually
from tests.makers import a_payload, a_record
from tests.postgresql import Server
from tests.store.conftest import Timeline

MAY_2026_US = 1_777_593_600_000_000  # 2026-05-01 UTC
DECEMBER_2026_US = 1_796_083_200_000_000  # 2026-12-01 UTC
TABLES_X = "SELECT count(*) FROM pg_tables WHERE tablename = 'x'"
ROWS_BY_TABLE = "SELECT tableoid::regclass::text, count(*) FROM event WHERE kind = 'llm' GROUP BY 1"


@pytest.fixture
def months(empty_database: DatabaseUrl) -> Iterator[Timeline]:
    line = Timeline(empty_database)
    yield line
    line.database.close()


def test_models_have_the_columns_of_the_schema(months: Timeline) -> None:
    for model in MODELS:
        metadata: Any = model._meta
        columns = months.database.get_columns(metadata.table_name)
        assert [field.column_name for field in metadata.sorted_fields] == [column.name for column in columns]
        nullable = {column.name for column in columns if column.null}
        assert {field.column_name for field in metadata.sorted_fields if field.null} <= nullable


def test_processes_that_open_an_empty_database_at_once_all_get_it(empty_database: DatabaseUrl) -> None:
    def use(_number: int) -> int:
        with Store.open(empty_database, ChangeFeed(), gateway=0) as store:
            store.ready.result(60)
            return store.writer.submit(schema_version).result(60)

    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(use, range(8))) == {len(MIGRATIONS)}


def test_an_older_program_refuses_a_newer_schema(months: Timeline) -> None:
    months.database.execute_sql("UPDATE schema_version SET version = version + 1")
    with pytest.raises(Unavailable, match="belongs to a newer Gateway Desktop"):
        migrate(months.database)


def test_a_row_stands_in_the_table_of_its_month_and_in_the_default_one_before_there_is_any(
    months: Timeline,
) -> None:
    with months.database.writing():
        make_partitions(months.database, DECEMBER_2026_US)
    months.record(MAY_2026_US, a_record(target="early"))
    months.record(DECEMBER_2026_US - 1, a_record(target="november"))
    months.record(DECEMBER_2026_US, a_record(target="december"))
    months.record(DECEMBER_2026_US + 40 * 86_400_000_000, a_record(target="january"))
    found = dict(months.database.execute_sql(ROWS_BY_TABLE).fetchall())
    assert (found["event_2026_12"], found["event_2027_01"]) == (1, 1)
    assert sum(found.values()) == 4
    newest = [row.target for row in audit.page(months.database, AuditFilter("llm")).rows]
    assert newest == ["january", "december", "november", "early"]


def test_partitions_are_made_two_months_ahead_and_only_once(months: Timeline) -> None:
    for _ in range(2):
        with months.database.writing():
            make_partitions(months.database, DECEMBER_2026_US)
    made = {name for name in months.database.get_tables() if name.startswith("event_20")}
    assert {"event_2026_12", "event_2027_01", "event_2027_02"} <= made
    assert "event_2027_03" not in made


def test_rows_of_a_clock_that_went_ahead_do_not_keep_other_months_from_their_tables(months: Timeline) -> None:
    far = DECEMBER_2026_US + 400 * 86_400_000_000
    months.record(far, a_record())
    with months.database.writing():
        make_partitions(months.database, far)
    assert dict(months.database.execute_sql(ROWS_BY_TABLE).fetchall()) == {"event_default": 1}


def test_what_postgresql_cannot_keep_of_a_text_is_marked_and_the_row_is_written(months: Timeline) -> None:
    months.record(MAY_2026_US, a_record(target="a\0b", error="\0"))
    [row] = audit.page(months.database, AuditFilter("llm")).rows
    assert (row.target, row.error) == ("a\ufffdb", "\ufffd")


def test_verification_has_only_some_of_the_rows_and_texts_in_memory(months: Timeline) -> None:
    months.database.seal_key = b"s" * 32
    for n in range(10):
        texts = [a_payload(os.urandom(120_000).hex()) for _ in range(10)]
        months.record(MAY_2026_US + n, *(a_record(payloads=[text]) for text in texts))
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    before = _peak_mb()
    assert verify(months.database, b"s" * 32).texts == 100
    assert _peak_mb() - before < 15  # of 24 as they are sent


def _peak_mb() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024


def test_sums_of_whole_numbers_are_whole_numbers(months: Timeline) -> None:
    months.record(MAY_2026_US, a_record(cost_nano=2**61), a_record(cost_nano=2**61))
    [(total,)] = months.database.execute_sql("SELECT sum(cost_nano) FROM event").fetchall()
    assert (total, type(total)) == (2**62, int)


def test_a_server_that_does_not_answer_is_a_sentence_without_the_password(tmp_path: Any) -> None:
    where = DatabaseUrl(f"postgresql://ana:hunter2@/team?host={tmp_path}&password=hunter2")
    with Store.open(where, ChangeFeed()) as store, pytest.raises(StorageUnavailable) as refused:
        store.ready.result(60)
    assert refused.value.kind is Disk.AWAY
    assert str(refused.value).startswith("The database postgresql:///team does not answer: ")
    assert "hunter2" not in str(refused.value) + repr(where)


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("postgresql://nobody@/postgres?host={host}", 'role "nobody" does not exist'),
        ("postgresql://tester@/nowhere?host={host}", 'database "nowhere" does not exist'),
        ("postgresql://ana@/postgres?host={host}", 'role "ana" is not permitted to log in'),
    ],
)
def test_who_is_not_let_in_is_told_why_and_does_not_wait(server: Server, address: str, what: str) -> None:
    if ("ana",) not in server.ask("SELECT rolname FROM pg_roles"):
        server.ask("CREATE ROLE ana NOLOGIN")
    where = DatabaseUrl(address.format(host=server.folder))
    with Store.open(where, ChangeFeed()) as store, pytest.raises(StorageUnavailable) as refused:
        store.ready.result(60)
    assert str(refused.value).startswith(
        f"The database {where} cannot be opened: {what}. Correct its address"
    )
    assert not refused.value.passes


def test_a_reader_that_finds_no_connection_free_says_so_and_reads_once_there_is_one(
    server: Server, empty_database: DatabaseUrl
) -> None:
    with closing(open_database(empty_database)) as database:
        migrate(database)
    server.ask("CREATE ROLE one LOGIN CONNECTION LIMIT 1")
    server.ask("GRANT ALL ON ALL TABLES IN SCHEMA public TO one", empty_database.name)
    where = DatabaseUrl(empty_database.url.replace("tester@", "one@"))
    try:
        with Store.open(where, ChangeFeed(), 0) as store:
            with pytest.raises(
                StorageUnavailable, match=r"does not answer: .*too many connections"
            ) as refused:
                store.reader.submit(schema_version).result(60)
            assert refused.value.passes
            server.ask("ALTER ROLE one CONNECTION LIMIT 9")
            assert store.reader.submit(schema_version).result(60) == len(MIGRATIONS)
    finally:
        server.ask("DROP OWNED BY one", empty_database.name)
        server.ask("DROP ROLE one")


def test_limits_that_its_owner_sets_for_all_sessions_end_none_of_ours(
    server: Server, empty_database: DatabaseUrl
) -> None:
    for limit in ("statement_timeout", "idle_session_timeout"):
        server.ask(f"ALTER DATABASE {empty_database.name} SET {limit} = '50ms'")
    for reader in (False, True):
        with closing(open_database(empty_database, reader=reader)) as database:
            database.execute_sql("SELECT pg_sleep(0.2)")
            server.ask("SELECT pg_sleep(0.2)")
            assert database.execute_sql("SELECT 1").fetchone() == (1,)


def test_who_waited_for_the_write_lock_sees_what_was_written_whatever_isolation_its_owner_sets(
    server: Server, empty_database: DatabaseUrl
) -> None:
    server.ask(f"ALTER DATABASE {empty_database.name} SET default_transaction_isolation = 'serializable'")

    def there() -> int:
        with closing(open_database(empty_database)) as database, database.writing():
            return int(database.execute_sql(TABLES_X).fetchone()[0])

    with closing(open_database(empty_database)) as first, ThreadPoolExecutor(1) as other:
        with first.writing():
            waiting = other.submit(there)
            blocked = "SELECT count(*) FROM pg_locks WHERE NOT granted"
            eventually(lambda: server.ask(blocked, empty_database.name) == [(1,)])
            first.execute_sql("CREATE TABLE x(n BIGINT)")
        assert waiting.result(60) == 1


def test_a_wrong_password_is_named_and_not_told() -> None:
    said = 'connection to server at "10.0.0.5", port 5432 failed: FATAL:  password authentication failed for'
    error = psycopg.OperationalError(f'connection failed: {said} user "ana"')
    refused = failure_of(error, DatabaseUrl("postgresql://ana:hunter2@/team"))
    assert str(refused).startswith(
        'The database postgresql:///team cannot be opened: password authentication failed for user "ana". '
    )


def test_a_database_in_another_encoding_is_refused(server: Server) -> None:
    server.ask("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    database = open_database(server.url("latin"))
    with pytest.raises(Unavailable, match="createdb -E UTF8"):
        database.connect()
    server.drop("latin")
