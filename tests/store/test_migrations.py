"""Migrations: forward only, a copy before, never by an older program."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier
from types import SimpleNamespace
from typing import Any

import pytest

from gateway_desktop.core.changes import ChangeFeed
from gateway_desktop.core.errors import Unavailable
from gateway_desktop.store import sqlite as sqlite_module
from gateway_desktop.store.database import Database
from gateway_desktop.store.migration import migrate, schema_version, statements
from gateway_desktop.store.migrations import MIGRATIONS
from gateway_desktop.store.models import MODELS
from gateway_desktop.store.sqlite import SqliteDatabase, prepare_file, require_sqlite
from gateway_desktop.store.store import Store
from tests.full_disk import no_file_beyond
from tests.makers import a_record

GOLDEN = Path(__file__).with_name("schema.golden.sql")
SECOND = SimpleNamespace(SQLITE="ALTER TABLE gateway ADD COLUMN colour TEXT;\n")
BROKEN = SimpleNamespace(
    SQLITE="ALTER TABLE gateway ADD COLUMN colour TEXT;\nINSERT INTO nowhere VALUES(1);\n"
)


def opened(path: Path) -> Database:
    prepare_file(path)
    return SqliteDatabase(path)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A new database."""
    made = opened(tmp_path / "gateway.sqlite")
    migrate(made)
    yield made
    made.close()


def schema(database: Database) -> str:
    rows = database.execute_sql(
        "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type DESC, name"
    )
    return "".join(f"{row[0]};\n" for row in rows.fetchall())


def test_the_schema_of_a_new_database_is_the_golden_one(database: Database) -> None:
    assert schema(database) == GOLDEN.read_text(encoding="utf-8")


def test_models_have_the_columns_of_the_schema(database: Database) -> None:
    for model in MODELS:
        metadata: Any = model._meta
        columns = [column.name for column in database.get_columns(metadata.table_name)]
        nullable = {column.name for column in database.get_columns(metadata.table_name) if column.null}
        assert [field.column_name for field in metadata.sorted_fields] == columns, metadata.table_name
        assert {field.column_name for field in metadata.sorted_fields if field.null} <= nullable


def test_both_dialects_have_the_same_tables_and_columns() -> None:
    def tables(script: str) -> list[str]:
        return [
            statement.split("(")[0].removeprefix("CREATE TABLE ")
            for statement in statements(script)
            if re.match(r"CREATE TABLE (?!.*(PARTITION OF |\(LIKE ))", statement)
        ]

    for migration in MIGRATIONS:
        assert tables(migration.SQLITE) == tables(migration.POSTGRESQL)
        assert "WITHOUT ROWID" not in migration.POSTGRESQL
        assert "BLOB" not in migration.POSTGRESQL


def test_a_new_database_is_not_backed_up(database: Database, tmp_path: Path) -> None:
    assert schema_version(database) == len(MIGRATIONS)
    assert not list(tmp_path.glob("*.before-schema-*"))


def test_a_due_migration_copies_the_data_first(tmp_path: Path) -> None:
    path = tmp_path / "gateway.sqlite"
    with Store.open(path, ChangeFeed()) as store:
        store.writer.append(a_record())
    database = opened(path)
    migrate(database, (*MIGRATIONS, SECOND))
    assert schema_version(database) == len(MIGRATIONS) + 1
    [backup] = tmp_path.glob(f"*.before-schema-{len(MIGRATIONS) + 1}.*")
    copy = SqliteDatabase(backup, reader=True)
    assert schema_version(copy) == len(MIGRATIONS)
    assert copy.execute_sql("SELECT count(*) FROM event").fetchone() == (1,)
    assert backup.stat().st_mode & 0o777 == 0o600
    copy.close()
    database.close()


def test_a_failing_migration_leaves_everything_as_it_was(database: Database) -> None:
    before = schema(database)
    with pytest.raises(Exception, match="nowhere"):
        migrate(database, (*MIGRATIONS, BROKEN))
    assert schema(database) == before
    assert schema_version(database) == len(MIGRATIONS)


def test_a_copy_that_finds_no_room_leaves_nothing_and_nothing_is_migrated(
    database: Database, tmp_path: Path
) -> None:
    there = set(tmp_path.iterdir())
    with no_file_beyond(100_000), pytest.raises(Exception, match="disk"):
        migrate(database, (*MIGRATIONS, SECOND))
    assert set(tmp_path.iterdir()) == there
    assert schema_version(database) == len(MIGRATIONS)


def test_copies_that_killed_starts_left_go_before_the_next_one_is_made(
    database: Database, tmp_path: Path
) -> None:
    kept = tmp_path / "gateway.sqlite.before-schema-2.20260101T000000Z"
    left = [kept.with_name(f"{kept.name}{end}") for end in (".unfinished", ".unfinished-journal")]
    for path in (kept, *left):
        path.touch()
    migrate(database, (*MIGRATIONS, SECOND))
    [made] = tmp_path.glob(f"*.before-schema-{len(MIGRATIONS) + 1}.*")
    assert set(tmp_path.glob("*.before-schema-*")) == {kept, made}


def test_an_older_program_refuses_a_newer_schema(tmp_path: Path) -> None:
    path = tmp_path / "gateway.sqlite"
    database = opened(path)
    migrate(database, (*MIGRATIONS, SECOND))
    before = schema(database)
    database.close()
    with Store.open(path, ChangeFeed()) as store, pytest.raises(Unavailable, match="newer Gateway Desktop"):
        store.ready.result(60)
    database = opened(path)
    assert schema(database) == before
    database.close()


def test_processes_that_open_a_new_database_at_once_all_get_it(tmp_path: Path) -> None:
    path = tmp_path / "gateway.sqlite"

    def use(number: int) -> int:
        with Store.open(path, ChangeFeed(), gateway=0) as store:
            store.ready.result(60)
            return store.writer.submit(schema_version).result(60)

    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(use, range(8))) == {len(MIGRATIONS)}


def test_a_new_database_waits_for_another_program_that_writes_it(tmp_path: Path) -> None:
    path = tmp_path / "gateway.sqlite"
    prepare_file(path)
    other = sqlite_module._driver.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")

    def use() -> int:
        database = SqliteDatabase(path)
        try:
            return schema_version(database)
        finally:
            database.close()

    with closing(other), ThreadPoolExecutor(1) as threads:
        version = threads.submit(use)
        with pytest.raises(TimeoutError):
            version.result(0.2)
        other.execute("COMMIT")
        assert version.result(60) == 0


def test_of_programs_that_open_an_old_database_at_once_one_copies_and_migrates_it(tmp_path: Path) -> None:
    path = tmp_path / "gateway.sqlite"
    old = opened(path)
    migrate(old, MIGRATIONS[:-1])
    old.close()
    together = Barrier(3)

    def use(number: int) -> bool:
        database = opened(path)
        try:
            database.connect()
            together.wait(60)
            return migrate(database) is not None
        finally:
            database.close()

    with ThreadPoolExecutor(3) as threads:
        assert sorted(threads.map(use, range(3))) == [False, False, True]
    [backup] = tmp_path.glob("*.before-schema-*")
    copy = SqliteDatabase(backup, reader=True)
    assert schema_version(copy) == len(MIGRATIONS) - 1
    copy.close()


def test_the_file_can_be_read_by_its_owner_only(tmp_path: Path) -> None:
    with Store.open(tmp_path / "data" / "gateway.sqlite", ChangeFeed()) as store:
        store.ready.result(60)
        for file in (tmp_path / "data").iterdir():
            assert file.stat().st_mode & 0o077 == 0, file


def test_an_old_sqlite_is_refused_with_the_way_to_a_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_module, "OLDEST_SQLITE", (99, 0, 0))
    with pytest.raises(Unavailable, match="pip install 'pysqlite3"):
        require_sqlite()
