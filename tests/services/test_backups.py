"""Backups: beside the traffic, checked, put back at a start, with what was there kept."""

import os
import sqlite3
from concurrent.futures import Future
from contextlib import closing
from pathlib import Path

import pytest

from gateway_desktop.app import open_application
from gateway_desktop.core.changes import ChangeFeed
from gateway_desktop.core.clock import datetime_of, now_us
from gateway_desktop.core.database_url import DatabaseUrl
from gateway_desktop.core.errors import StorageUnavailable, Unavailable
from gateway_desktop.core.paths import Paths
from gateway_desktop.core.status import State
from gateway_desktop.services.backups import Backups
from gateway_desktop.store.backup import back_up, compact, put_in_place, stage, staged
from gateway_desktop.store.queries.configuration import user_rows
from gateway_desktop.store.store import Store
from tests.end_to_end.program import free_port
from tests.full_disk import no_file_beyond
from tests.makers import a_record
from tests.services.conftest import Office


@pytest.fixture
def where(tmp_path: Path) -> Path:
    """A file: PostgreSQL's own tools copy its databases."""
    return tmp_path / "gateway.sqlite"


def names(path: Path) -> list[str]:
    with Store.open(path, ChangeFeed(), 0) as store:
        store.ready.result()
        return [item.user.shown for item in store.reader.submit(user_rows).result()]


def test_a_backup_holds_what_was_committed_and_is_an_event(office: Office, tmp_path: Path) -> None:
    office.services.people.add_user("ana@example.org").result()
    target = tmp_path / "elsewhere" / "copy.sqlite"
    made = office.services.backups.back_up(target).result()
    office.services.people.add_user("late@example.org").result()
    assert (made.path, made.size) == (target, target.stat().st_size)
    assert (target.parent.stat().st_mode & 0o777, target.stat().st_mode & 0o777) == (0o700, 0o600)
    assert office.told()[-2] == ("backup made", "database")
    assert names(target) == ["ana@example.org"]


def test_rows_are_written_while_a_backup_is_made(office: Office, tmp_path: Path) -> None:
    made = office.services.backups.back_up(tmp_path / "copy.sqlite")
    written: Future[BaseException | None] = Future()
    office.store.writer.append(a_record(), written.set_result)
    assert written.result(60) is None
    assert made.result(60).size


def test_the_next_backup_sweeps_what_a_killed_one_left(office: Office) -> None:
    backups = office.services.backups
    target = backups.proposed(datetime_of(now_us()))
    left = [target.with_name(f"killed.sqlite.unfinished{end}") for end in ("", "-journal")]
    target.parent.mkdir()
    for path in left:
        path.touch()
        os.utime(path, (0, 0))
    backups.back_up(target).result()
    assert list(target.parent.iterdir()) == [target]


def test_a_backup_replaces_nothing(office: Office, tmp_path: Path) -> None:
    target = tmp_path / "mine"
    target.write_text("precious")
    with pytest.raises(Unavailable, match="is there already"):
        office.services.backups.back_up(target).result()
    assert target.read_text() == "precious"


@pytest.mark.parametrize("content", [b"", b"a text", b"SQLite format 3\0" + bytes(4096)])
def test_what_is_no_backup_is_not_restored(office: Office, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    with pytest.raises(Unavailable, match="no backup of this program"):
        office.services.backups.restore(file).result()
    assert not staged(office.paths.database).exists()


def test_a_chosen_backup_is_in_place_at_the_next_start_and_the_former_is_kept(tmp_path: Path) -> None:
    paths, copy = Paths(tmp_path / "data"), tmp_path / "copy.sqlite"
    with open_application(paths) as first:
        first.services.people.add_user("ana@example.org").result()
        first.services.backups.back_up(copy).result()
        first.services.people.add_user("late@example.org").result()
        first.services.backups.restore(copy).result()
    with open_application(paths) as second:
        shown = [item.user.shown for item in second.reader.submit(user_rows).result()]
        assert shown == ["ana@example.org"]
    (former,) = (path for path in paths.data.glob("*.before-restore.*") if path.name.endswith("Z"))
    assert "late@example.org" in names(former)


def test_a_restore_that_was_broken_off_goes_on(office: Office, tmp_path: Path) -> None:
    copy, path = tmp_path / "copy.sqlite", tmp_path / "other.sqlite"
    office.services.people.add_user("ana@example.org").result()
    office.services.backups.back_up(copy).result()
    stage(copy, path)  # the database itself has been moved away already
    there = set(tmp_path.iterdir())
    with no_file_beyond(100_000), pytest.raises(Unavailable, match="cannot be put back: disk"):
        stage(copy, path)
    assert set(tmp_path.iterdir()) == there and put_in_place(path) is not None
    assert names(path) == ["ana@example.org"]
    assert put_in_place(path) is None


def test_what_a_running_gateway_has_only_in_its_log_is_restored_too(office: Office, tmp_path: Path) -> None:
    office.services.people.add_user("late@example.org").result()
    other = tmp_path / "other.sqlite"
    stage(office.paths.database, other)
    put_in_place(other)
    assert names(other) == ["late@example.org"]


def test_the_former_database_keeps_its_log_though_the_restore_went_on_later(
    office: Office, tmp_path: Path
) -> None:
    copy, path = tmp_path / "copy.sqlite", tmp_path / "other.sqlite"
    office.services.backups.back_up(copy).result()
    stage(copy, path)
    waited_us = staged(path).stat().st_mtime_ns // 1000 - 60_000_000
    os.utime(staged(path), ns=(waited_us * 1000, waited_us * 1000))
    former = path.with_name(f"other.sqlite.before-restore.{datetime_of(waited_us):%Y%m%dT%H%M%SZ}")
    former.write_bytes(b"moved before it was broken off")
    path.with_name("other.sqlite-wal").write_bytes(b"its log")
    assert put_in_place(path) == former
    assert former.with_name(f"{former.name}-wal").read_bytes() == b"its log"


def test_a_backup_that_finds_no_room_leaves_nothing(tmp_path: Path) -> None:
    large = tmp_path / "large.sqlite"
    with closing(sqlite3.connect(large)) as database:  # more than SQLite keeps in memory
        database.executescript("CREATE TABLE waste(x); INSERT INTO waste VALUES(zeroblob(40000000))")
    with no_file_beyond(20_000_000), pytest.raises(Unavailable, match="cannot be written: disk"):
        back_up(large, tmp_path / "copy.sqlite")
    assert list(tmp_path.glob("copy*")) == []


def test_compacting_gives_back_what_was_deleted(office: Office) -> None:
    def waste(database: object) -> None:
        execute = database.execute_sql  # type: ignore[attr-defined]
        execute("CREATE TABLE waste(x)")
        execute("INSERT INTO waste VALUES(zeroblob(2000000))")
        execute("DROP TABLE waste")

    office.store.writer.submit(waste).result()
    done = office.services.backups.compact().result()
    assert done.after < 1_000_000
    assert office.told()[-1] == ("database compacted", "database")


def test_a_database_on_a_server_is_led_to_its_own_tools(office: Office) -> None:
    services = office.services
    url = DatabaseUrl("postgresql://ana:hunter2@/gateway?host=/run/pg&sslpassword=hunter2&port=5433")
    backups = Backups(url, services.administration, services.gateway_control)
    assert "'postgresql://ana@/gateway?host=/run/pg&port=5433'" in backups.unavailable()
    with pytest.raises(Unavailable, match="VACUUM FULL compacts it"):
        backups.compact().result()


@pytest.mark.slow
def test_a_running_gateway_is_stopped_for_compacting_and_started_again(tmp_path: Path) -> None:
    with open_application(Paths(tmp_path), {"listen.port": free_port()}) as application:
        control = application.services.gateway_control
        application.start_gateway()
        done = application.services.backups.compact().result()
        assert done.after
        assert control.status().state is State.RUNNING


def test_a_backup_that_cannot_be_made_is_one_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    damaged = tmp_path / "gateway.sqlite"
    damaged.write_bytes(b"no database" * 1000)
    with pytest.raises(Unavailable, match=r"copy\.sqlite cannot be written: file is not a database"):
        back_up(damaged, tmp_path / "copy.sqlite")
    assert list(tmp_path.iterdir()) == [damaged]
    with pytest.raises(StorageUnavailable, match="is damaged"):
        compact(damaged)
