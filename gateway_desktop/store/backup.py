"""Backup: the whole database as one file, taken beside the traffic, and put back only when it is sound.

Why it is put back at a start: then nobody has the old file open, and a few renames are all there is to do.
What was there before stays beside it.
"""

from datetime import UTC, datetime
from pathlib import Path

from peewee import DatabaseError

from gateway_desktop.core.errors import Unavailable, in_words
from gateway_desktop.store.failures import failure_of
from gateway_desktop.store.migration import schema_version
from gateway_desktop.store.migrations import MIGRATIONS
from gateway_desktop.store.sqlite import SqliteDatabase, copy_into, run_alone

_BESIDE = ("-wal", "-shm")


def back_up(source: Path, target: Path) -> int:
    """Write what the database holds at this moment into a new file; return its bytes. Writers do not wait."""
    if target.exists():
        raise Unavailable(f"{target} is there already; a backup replaces nothing")
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        copy_into(source, target)
    except (OSError, DatabaseError) as error:
        raise Unavailable(f"{target} cannot be written: {in_words(error)}") from error
    return target.stat().st_size


def compact(path: Path) -> tuple[int, int]:
    """Give back what deleted rows took, while nobody writes; return the bytes before and after."""
    before = path.stat().st_size
    try:
        run_alone(path, "VACUUM")
        run_alone(path, "PRAGMA wal_checkpoint(TRUNCATE)")
    except DatabaseError as error:
        raise failure_of(error, path) from error
    return before, path.stat().st_size


def stage(backup: Path, path: Path) -> None:
    """Have a backup put in the place of the database at the next start; raise Unavailable if it is none."""
    if not backup.is_file():  # SQLite would make one
        raise Unavailable(f"There is no file {backup}")
    _check(backup)
    try:  # with what still stands in its log, where it is a gateway's own; one chosen before waits no more
        copy_into(backup, staged(path))
    except (OSError, DatabaseError) as error:
        raise Unavailable(f"{backup} cannot be put back: {in_words(error)}") from error


def staged(path: Path) -> Path:
    """Return where a backup waits for the next start."""
    return path.with_name(path.name + ".restore")


def put_in_place(path: Path) -> Path | None:
    """Put a waiting backup in the place of the database; return where that is now, None if nothing waits.

    Nobody may have either open. Broken off in the middle, it goes on at the next start.
    """
    waiting = staged(path)
    if not waiting.exists():
        return None
    # One name for all three, also where it goes on: the log alone would be lost to its database.
    at = datetime.fromtimestamp(waiting.stat().st_mtime, UTC).strftime("%Y%m%dT%H%M%SZ")
    former = path.with_name(f"{path.name}.before-restore.{at}")
    for suffix in ("", *_BESIDE):  # the database first: without it, the other two mean nothing
        old = path.with_name(path.name + suffix)
        if old.exists():
            old.rename(former.with_name(former.name + suffix))
    waiting.rename(path)
    return former


def _check(backup: Path) -> None:
    try:
        database = SqliteDatabase(backup, reader=True)
        try:
            sound = database.execute_sql("PRAGMA quick_check(1)").fetchone()[0] == "ok"
            version = schema_version(database) if sound else 0
        finally:
            database.close()
    except Exception as error:  # whatever it is, it cannot be put back
        raise Unavailable(f"{backup} is no backup of this program: {error}") from error
    if not version:
        raise Unavailable(f"{backup} is no backup of this program, or it is damaged")
    if version > len(MIGRATIONS):
        raise Unavailable(f"{backup} belongs to a newer Gateway Desktop")
