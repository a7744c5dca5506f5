"""Failures: is it the database or is it us, and what should a person do about it?"""

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard

from gateway_desktop.core.database_url import Where
from gateway_desktop.core.errors import Disk, StorageUnavailable, in_words

if TYPE_CHECKING:
    import psycopg

_FULL, _READ_ONLY, _CORRUPT, _NOT_A_DATABASE, _BUSY, _LOCKED = 13, 8, 11, 26, 5, 6
_CANNOT_OPEN, _INPUT_OUTPUT = 14, 10
_LITTLE = 1 << 16  # bytes: SQLite's index of a log has half of it

_OF_FILE = {
    Disk.FULL: "The disk with the database {where} is full. Free some space; writing goes on by itself.",
    Disk.READ_ONLY: (
        "The database {where} cannot be written: it, its folder or a file beside it (-wal, -shm) is "
        "read-only for this account."
    ),
    Disk.CORRUPT: (
        "The database {where} is damaged. Put the newest backup in its place, with "
        "'gateway-desktop database restore FILE'; the damaged file is kept beside it."
    ),
    Disk.BUSY: "Another program holds the database {where} for writing. Close it; writing goes on by itself.",
    Disk.OTHER: "The database {where} cannot be used: {error}.",
}
_OF_SERVER = {
    Disk.FULL: "The disk of the database {where} is full. Free some space; writing goes on by itself.",
    Disk.READ_ONLY: (
        "The database {where} takes no writes: it is a standby, it is read-only for this account, or a "
        "pooler in front of it does not keep sessions apart."
    ),
    Disk.CORRUPT: "The database {where} is damaged: {error}. Restore the newest backup.",
    Disk.BUSY: "Another connection holds the database {where} for writing. Work goes on by itself.",
    Disk.AWAY: "The database {where} does not answer: {error}. Work goes on by itself once it does.",
    Disk.REFUSED: (
        "The database {where} cannot be opened: {error}. Correct its address, or make at its server what "
        "is missing."
    ),
    Disk.OTHER: "The database {where} cannot be used: {error}.",
}
# A connection that was refused has no code. Where its server speaks another language, it counts as away.
_REFUSALS = (
    *("authentication failed", "does not exist", "no pg_hba.conf entry", "not permitted to log in"),
    "no password supplied",
)
# Classes and codes of PostgreSQL's errors (its manual, appendix A).
_OF_STATE = {
    "53100": Disk.FULL,
    "25006": Disk.READ_ONLY,
    "42501": Disk.READ_ONLY,
    "55P03": Disk.BUSY,
    "XX001": Disk.CORRUPT,
    "XX002": Disk.CORRUPT,
}
_OF_CLASS = {"08": Disk.AWAY, "57": Disk.AWAY, "53": Disk.OTHER, "58": Disk.OTHER, "25": Disk.AWAY}


def damaged(where: Path) -> StorageUnavailable:
    """Return that a file is no database any more."""
    return StorageUnavailable(Disk.CORRUPT, _OF_FILE[Disk.CORRUPT].format(where=where))


def moved(where: Path) -> StorageUnavailable:
    """Return that a file is no longer where it was opened."""
    return StorageUnavailable(
        Disk.OTHER,
        f"The database {where} was moved, removed or replaced while it was in use. Put it back, and writing "
        "goes on by itself; or start anew with what is there now.",
    )


def failure_of(error: BaseException, where: Where) -> StorageUnavailable:
    """Return what is the matter with the database, with a sentence that says what to do."""
    if isinstance(error, StorageUnavailable):
        return error
    known = _driver_error(error)
    if _of_server(known):
        kind, sentences = _kind_at_server(known), _OF_SERVER
    else:
        kind, sentences = _kind_of_file(known, where), _OF_FILE
    said = in_words(known).strip().partition("\n")[0]
    if kind is Disk.REFUSED:
        said = said.rpartition(" failed: ")[2].removeprefix("FATAL:").strip()
    return StorageUnavailable(kind, sentences[kind].format(where=where, error=said))


def is_disk_failure(error: BaseException) -> bool:
    """Return whether the error comes from the database itself, not from what was asked of it."""
    if isinstance(error, StorageUnavailable | OSError):
        return True
    known = _driver_error(error)
    if _of_server(known):
        state = known.sqlstate
        if state is None:  # from the driver: no connection, or one that broke
            driver = sys.modules["psycopg"]
            return isinstance(known, driver.OperationalError | driver.InterfaceError)
        return state in _OF_STATE or (state[:2] in _OF_CLASS and state != "57014")
    code = getattr(known, "sqlite_errorcode", None)
    # 1 is a wrong statement, 9 an interruption, 19 a broken constraint, 20 and 21 misuse.
    return code is not None and code & 0xFF not in (1, 9, 19, 20, 21)


def was_interrupted(error: BaseException) -> bool:
    """Return whether a statement was stopped from outside."""
    known = _driver_error(error)
    return _of_server(known) and known.sqlstate == "57014"


def is_away(error: BaseException) -> bool:
    """Return whether the connection to the database's server broke, or there is none."""
    known = _driver_error(error)
    return _of_server(known) and _kind_at_server(known) in (Disk.AWAY, Disk.REFUSED)


def _driver_error(error: BaseException) -> BaseException:
    """Return the driver's error behind Peewee's."""
    found: BaseException | None = error
    while found is not None:
        if _of_server(found) or hasattr(found, "sqlite_errorcode"):
            return found
        found = found.__cause__ or found.__context__
    return error


def _of_server(error: BaseException) -> "TypeGuard[psycopg.Error]":
    """Return whether the driver of PostgreSQL says so; it is loaded only once something needs it."""
    driver = sys.modules.get("psycopg")
    return driver is not None and isinstance(error, driver.Error)


def _kind_at_server(error: "psycopg.Error") -> Disk:
    state = error.sqlstate
    if state is None:
        return Disk.REFUSED if any(refusal in str(error) for refusal in _REFUSALS) else Disk.AWAY
    return _OF_STATE.get(state) or _OF_CLASS.get(state[:2], Disk.OTHER)


def _kind_of_file(error: BaseException, where: Where) -> Disk:
    if isinstance(error, PermissionError):
        return Disk.READ_ONLY
    if isinstance(error, OSError):
        return {28: Disk.FULL, 30: Disk.READ_ONLY}.get(error.errno or 0, Disk.OTHER)
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == _CANNOT_OPEN and isinstance(where, Path):
        writable = os.access(where, os.W_OK) and os.access(where.parent, os.W_OK)
        return Disk.OTHER if writable else Disk.READ_ONLY
    if code == _INPUT_OUTPUT and isinstance(where, Path) and _full(where.parent):
        return Disk.FULL  # SQLite says so only of some of its files
    return {
        _FULL: Disk.FULL,
        _READ_ONLY: Disk.READ_ONLY,
        _CORRUPT: Disk.CORRUPT,
        _NOT_A_DATABASE: Disk.CORRUPT,
        _BUSY: Disk.BUSY,
        _LOCKED: Disk.BUSY,
    }.get(code, Disk.OTHER)


def _full(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < _LITTLE
    except OSError:
        return False
