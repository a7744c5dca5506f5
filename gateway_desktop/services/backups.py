"""Backups: the database copied, put back, made smaller; each is a System event."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from gateway_desktop.core.audit import Category, Severity, SystemEvent
from gateway_desktop.core.database_url import Where
from gateway_desktop.core.errors import Unavailable
from gateway_desktop.core.files import sweep_unfinished
from gateway_desktop.core.status import State
from gateway_desktop.services.administration import Administration, resolved
from gateway_desktop.services.futures import beside, follow
from gateway_desktop.services.gateway_control import GatewayControl
from gateway_desktop.store.backup import back_up, compact, stage

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished copy of the database."""

    path: Path
    size: int


@dataclass(frozen=True, slots=True)
class Compacted:
    """How large the database was, and is."""

    before: int
    after: int


class Backups:
    """Slow work, so each runs in a thread of its own; the writer goes on meanwhile."""

    def __init__(self, database: Where, administration: Administration, control: GatewayControl) -> None:
        self.database = database
        self._administration = administration
        self._control = control

    def unavailable(self) -> str:
        """Return why none of this can be done here and what can, or nothing."""
        try:
            file_of(self.database)
        except Unavailable as error:
            return str(error)
        return ""

    def proposed(self, now: datetime) -> Path:
        """Return where a backup goes unless a person says otherwise."""
        return backups_of(file_of(self.database)) / f"gateway-{now:%Y-%m-%d-%H%M%S}.sqlite"

    def back_up(self, target: Path) -> Future[Backup]:
        """Copy the database beside the traffic. The master key, which opens its secrets, is not in it."""
        made = beside("backup", lambda: self._backed_up(target))
        return follow(made, lambda backup: self._noted("backup made", backup, str(backup.path)))

    def restore(self, backup: Path) -> Future[Path]:
        """Check a backup and have it put in place at the next start; return it."""
        staged = beside("backup", lambda: stage(backup, file_of(self.database)))
        return follow(staged, lambda _: self._noted("backup chosen to be restored", backup, str(backup)))

    def compact(self) -> Future[Compacted]:
        """Make the file as small as what is in it; a gateway of this process is stopped for as long."""
        if not self.unavailable() and self._control.status().state is State.RUNNING:
            smaller = follow(self._control.stop(), lambda _: self._compacted())
            done = _afterwards(smaller, self._control.start)
        else:
            done = self._compacted()
        return follow(done, lambda sizes: self._noted("database compacted", sizes, _said(sizes)))

    def _backed_up(self, target: Path) -> Backup:
        sweep_unfinished(backups_of(file_of(self.database)))
        return Backup(target, back_up(file_of(self.database), target))

    def _compacted(self) -> Future[Compacted]:
        return beside("backup", lambda: Compacted(*compact(file_of(self.database))))

    def _noted(self, event: str, result: Result, details: str) -> Future[Result]:
        severity = Severity.WARNING if "restored" in event else Severity.INFO
        noted = self._administration.note(
            SystemEvent(Category.SYSTEM, event, "database", severity=severity, details=details)
        )
        return follow(noted, lambda _: resolved(result))


def file_of(database: Where) -> Path:
    """Return the file of a database; raise Unavailable where it is no file."""
    if isinstance(database, Path):
        return database
    raise Unavailable(
        "A database on PostgreSQL is cared for by its own tools: pg_dump --format=custom --file=gateway.dump "
        f"'{database.without_passwords}' copies it, pg_restore puts it back, VACUUM FULL compacts it"
    )


def backups_of(database: Path) -> Path:
    """Return the folder in which backups of a file lie unless a person says otherwise."""
    return database.parent / "backups"


def restored(former: Path) -> SystemEvent:
    """Return the event of a backup that was put in place at a start."""
    details = f"what was there before is {former}" if former.exists() else "nothing was there before"
    return SystemEvent(
        Category.SYSTEM, "backup restored", "database", severity=Severity.WARNING, details=details
    )


def _said(done: Compacted) -> str:
    return f"from {done.before} to {done.after} bytes"


def _afterwards(first: Future[Result], then: Callable[[], Future[Any]]) -> Future[Result]:
    """Return a Future like the first, done once `then` is done too, which is begun whatever became of it."""
    both: Future[Result] = Future()
    both.set_running_or_notify_cancel()

    def pass_on(_: Future[Any]) -> None:
        if error := first.exception():
            both.set_exception(error)
        else:
            both.set_result(first.result())

    first.add_done_callback(lambda _: then().add_done_callback(pass_on))
    return both
