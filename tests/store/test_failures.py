"""Disks that are full, read-only, damaged or busy: told apart, said, and recovered from."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from peewee import OperationalError

from gateway_desktop.core.audit import Category, SystemEvent
from gateway_desktop.core.changes import ChangeFeed, Topic
from gateway_desktop.core.errors import Disk, StorageUnavailable
from gateway_desktop.store.database import Database
from gateway_desktop.store.failures import failure_of, is_disk_failure
from gateway_desktop.store.recorder import Recorder
from gateway_desktop.store.sqlite import SqliteDatabase, prepare_file
from gateway_desktop.store.store import Store
from gateway_desktop.store.system_events import write_system_event
from tests.conftest import sqlite_only
from tests.makers import a_payload, a_record

Queue = Callable[..., list[Future[None]]]


def noise(size: int) -> str:
    """Text that does not shrink."""
    return os.urandom(size // 2).hex()


@pytest.fixture
def status_changed(changes: ChangeFeed) -> threading.Semaphore:
    changed = threading.Semaphore(0)
    changes.subscribe(lambda topic: changed.release() if topic is Topic.STATUS else None)
    return changed


def limit(database: Database, pages: int) -> None:
    database.execute_sql(f"PRAGMA max_page_count={pages}")


@sqlite_only
def test_a_full_database_refuses_says_so_and_recovers(
    store: Store,
    queue_up: Queue,
    status_changed: threading.Semaphore,
    expect_log: Callable[[str], None],
) -> None:
    expect_log("is full")
    recorder = Recorder(store)

    store.writer.submit(limit, 1).result(60)  # SQLite takes the present size as the least
    big = [a_record(payloads=[a_payload(noise(100_000))]) for _ in range(20)]
    for future in queue_up(big):
        with pytest.raises(StorageUnavailable) as refused:
            future.result(60)
        assert refused.value.kind is Disk.FULL
    assert status_changed.acquire(timeout=60)
    store.writer.submit(limit, 1_000_000).result(60)
    assert status_changed.acquire(timeout=60)
    assert recorder.ready() is None
    for future in queue_up([a_record(payloads=[a_payload(noise(100_000))])]):
        future.result(60)
    rows = store.reader.submit(
        lambda database: database.execute_sql("SELECT kind, method FROM event ORDER BY id").fetchall()
    )
    told = [("system", "audit could not be written"), ("system", "alert created")]
    assert rows.result(60) == [*told, ("llm", "chat")]


@sqlite_only
def test_a_disk_that_takes_next_to_nothing_counts_as_full_until_it_takes_a_row(
    store: Store,
    queue_up: Queue,
    status_changed: threading.Semaphore,
    expect_log: Callable[[str], None],
) -> None:
    expect_log("is full")
    recorder = Recorder(store)

    def seen(database: Database) -> int:
        return int(database.execute_sql("SELECT coalesce(max(last_seen_us), 0) FROM gateway").fetchone()[0])

    store.writer.submit(limit, 1).result(60)  # SQLite takes the present size as the least
    event = SystemEvent(Category.SYSTEM, "settings changed", "log.level")
    assert isinstance(store.where, Path)
    with closing(SqliteDatabase(store.where)) as other, suppress(OperationalError):
        limit(other, 1)
        while True:
            with other.writing():
                write_system_event(other, event)
    for future in queue_up([a_record()]):
        with pytest.raises(StorageUnavailable):
            future.result(60)
    before = store.reader.submit(seen).result(60)
    while store.reader.submit(seen).result(60) == before:
        pass  # until the disk took the note that this gateway lives
    assert "is full" in (recorder.ready() or "")
    assert status_changed.acquire(timeout=60)
    store.writer.submit(limit, 1_000_000).result(60)
    assert status_changed.acquire(timeout=60)
    assert recorder.ready() is None


@sqlite_only
def test_a_file_that_was_moved_refuses_until_it_is_back(
    store: Store,
    queue_up: Queue,
    status_changed: threading.Semaphore,
    expect_log: Callable[[str], None],
) -> None:
    expect_log("was moved, removed or replaced")
    recorder = Recorder(store)
    assert isinstance(store.where, Path)
    elsewhere = store.where.with_name("elsewhere")
    store.where.rename(elsewhere)
    for _ in range(2):
        for future in queue_up([a_record()]):
            with pytest.raises(StorageUnavailable, match="was moved, removed or replaced"):
                future.result(60)
        store.where.write_bytes(b"")  # another file in its place is not the one that was opened
    with pytest.raises(StorageUnavailable):
        store.writer.submit(lambda _: None).result(60)
    assert status_changed.acquire(timeout=60)
    told, problem = recorder.ready(), recorder.storage_problem()
    assert told and problem
    assert str(store.where) in problem and str(store.where.parent) not in told  # whoever asks hears it
    elsewhere.replace(store.where)
    assert status_changed.acquire(timeout=60) and recorder.ready() is None
    for future in queue_up([a_record()]):
        future.result(60)


def test_a_change_that_a_full_disk_ended_is_told_as_that(tmp_path: Path) -> None:
    path = tmp_path / "gateway.sqlite"
    prepare_file(path)
    with closing(SqliteDatabase(path)) as database:
        database.execute_sql("CREATE TABLE thing (data)")
        database.execute_sql("PRAGMA max_page_count=1")  # SQLite takes the present size as the least
        with pytest.raises(Exception, match="full") as refused, database.writing():
            database.execute_sql("INSERT INTO thing VALUES (zeroblob(100000))")
        assert failure_of(refused.value, path).kind is Disk.FULL
        assert database.execute_sql("SELECT count(*) FROM thing").fetchone() == (0,)


def test_a_record_that_cannot_be_written_is_told_of_and_takes_no_other_with_it(
    store: Store, queue_up: Queue, expect_log: Callable[[str], None]
) -> None:
    expect_log("could not be written|cannot be used")
    together = threading.Event()
    store.writer.submit(lambda _: together.wait(10))
    first, unwritable, last = queue_up([a_record(), a_record(duration_ms=2**80), a_record()])
    together.set()
    first.result(60)
    last.result(60)
    with pytest.raises(StorageUnavailable):
        unwritable.result(60)
    for future in queue_up([a_record()]):
        future.result(60)
    assert Recorder(store).ready() is None
    rows = store.reader.submit(
        lambda database: database.execute_sql("SELECT kind, method FROM event ORDER BY id").fetchall()
    )
    told = [("system", "audit could not be written"), ("system", "alert created")]
    assert [tuple(row) for row in rows.result(60)] == [
        ("llm", "chat"),
        *told,
        ("llm", "chat"),
        ("llm", "chat"),
    ]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only root may mount")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_refuses_until_there_is_space_again(
    small_disk: Path, expect_log: Callable[[str], None]
) -> None:
    expect_log("is full")
    changes = ChangeFeed()
    changed = threading.Semaphore(0)
    changes.subscribe(lambda topic: changed.release() if topic is Topic.STATUS else None)
    filler = small_disk / "filler"
    with Store.open(small_disk / "gateway.sqlite", changes) as store:
        recorder = Recorder(store)
        store.ready.result(60)
        with filler.open("wb", buffering=0) as file, pytest.raises(OSError, match="space"):
            while True:
                file.write(b"x" * 4096)
        failed = threading.Event()
        errors: list[BaseException | None] = []

        def done(error: BaseException | None) -> None:
            errors.append(error)
            failed.set()

        recorder.append(a_record(payloads=[a_payload(noise(300_000))]), done)
        assert failed.wait(10)
        assert isinstance(errors[0], StorageUnavailable)
        assert errors[0].kind is Disk.FULL
        assert changed.acquire(timeout=60)
        assert "is full" in (recorder.ready() or "")
        filler.unlink()
        assert changed.acquire(timeout=60)
        assert recorder.ready() is None


READ_ONLY = """
import os, sys
from gateway_desktop.core.changes import ChangeFeed
from gateway_desktop.core.errors import StorageUnavailable
from gateway_desktop.store.store import Store
if os.getuid() == 0:
    os.setuid(65534)
with Store.open(sys.argv[1], ChangeFeed()) as store:
    try:
        store.ready.result(60)
    except StorageUnavailable as error:
        sys.stdout.write(f"{error.kind}: {error}")
"""


@pytest.mark.parametrize("exists", [True, False])
def test_a_folder_that_cannot_be_written_is_called_read_only(tmp_path: Path, exists: bool) -> None:
    path = Path("/tmp") / f"gateway-desktop-read-only-{os.getpid()}" / "gateway.sqlite"  # others may enter it
    path.parent.mkdir(mode=0o755)
    try:
        if exists:
            Store.open(path, ChangeFeed()).close()
            path.chmod(0o444)
        path.parent.chmod(0o555)
        said = subprocess.run(
            [sys.executable, "-c", READ_ONLY, str(path)],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
    finally:
        path.parent.chmod(0o755)
        path.unlink(missing_ok=True)
        path.parent.rmdir()
    assert said.stdout.startswith("read-only: The database")
    assert "-shm" in said.stdout  # SQLite makes it as read-only as the file is, and it stays so


@sqlite_only
def test_a_connection_that_turns_read_only_refuses(
    store: Store, queue_up: Queue, expect_log: Callable[[str], None]
) -> None:
    expect_log("read-only")
    store.writer.submit(lambda database: database.execute_sql("PRAGMA query_only=1") and None).result(60)
    [future] = queue_up([a_record()])
    with pytest.raises(StorageUnavailable) as refused:
        future.result(60)
    assert refused.value.kind is Disk.READ_ONLY
    assert "read-only" in (Recorder(store).ready() or "")


def test_a_file_that_is_no_database_is_called_damaged(tmp_path: Path) -> None:
    path = tmp_path / "gateway.sqlite"
    path.write_bytes(b"this is not a database, but long enough to look like one" * 200)
    with Store.open(path, ChangeFeed()) as store:
        with pytest.raises(StorageUnavailable) as refused:
            store.ready.result(60)
        assert refused.value.kind is Disk.CORRUPT
        assert "backup" in (Recorder(store).storage_problem() or "")
        assert "damaged" in (Recorder(store).ready() or "")
        with pytest.raises(StorageUnavailable):
            store.writer.submit(lambda _: None).result(60)
        with pytest.raises(StorageUnavailable):
            store.reader.submit(lambda _: None).result(60)
    assert path.read_bytes().startswith(b"this is not")


def test_a_database_that_another_program_holds_is_called_busy(tmp_path: Path) -> None:
    path = tmp_path / "gateway.sqlite"
    prepare_file(path)
    holder, other = SqliteDatabase(path), SqliteDatabase(path)
    holder.execute_sql("CREATE TABLE a(b)")
    other.execute_sql("PRAGMA busy_timeout=0")
    with holder.writing(), pytest.raises(Exception) as caught, other.writing():
        pass
    assert is_disk_failure(caught.value)
    assert failure_of(caught.value, path).kind is Disk.BUSY
    holder.close()
    other.close()


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (OSError(28, "No space left on device"), Disk.FULL),
        (OSError(30, "Read-only file system"), Disk.READ_ONLY),
        (PermissionError(13, "Permission denied"), Disk.READ_ONLY),
        (OSError(5, "Input/output error"), Disk.OTHER),
    ],
)
def test_errors_of_the_system_are_told_apart(error: OSError, kind: Disk, tmp_path: Path) -> None:
    found: Any = failure_of(error, tmp_path / "gateway.sqlite")
    assert found.kind is kind
    assert str(tmp_path) in str(found)


def test_a_full_disk_is_said_also_where_sqlite_speaks_of_input_and_output() -> None:
    error = OperationalError("disk I/O error")
    error.sqlite_errorcode = 4874  # type: ignore[attr-defined]  # SQLITE_IOERR_SHMSIZE
    assert failure_of(error, Path("/proc/gateway.sqlite")).kind is Disk.FULL  # nothing is ever free there
    assert failure_of(error, Path(__file__)).kind is Disk.OTHER
