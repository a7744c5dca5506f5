"""A transaction that writes, says who did it, and moves the configuration's version."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from gateway_desktop.core.audit import SystemEvent
from gateway_desktop.core.changes import Topic
from gateway_desktop.core.clock import now_us
from gateway_desktop.core.errors import NotAllowed
from gateway_desktop.core.people import Role
from gateway_desktop.core.principal import Principal
from gateway_desktop.identity.sealing import Sealer
from gateway_desktop.services.futures import follow
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.people import UserRow
from gateway_desktop.store.store import Store
from gateway_desktop.store.system_events import bump_config_version, write_system_event

Result = TypeVar("Result")
Given = ParamSpec("Given")
Own = TypeVar("Own", bound="Service")


# Resolves once this process's gateway obeys that version of the configuration, or a newer one.
Applied = Callable[[int], Future[None]]


@dataclass(slots=True)
class Change:
    """A change on its way to the disk; what is recorded here is written in the same transaction."""

    database: Database
    now_us: int
    events: list[SystemEvent] = field(default_factory=list)

    def record(self, event: SystemEvent) -> None:
        """Have this written as a System event of whoever makes the change."""
        self.events.append(event)


class Administration:
    """The door through which every change of the configuration goes."""

    def __init__(
        self,
        store: Store,
        actor: Principal,
        sealer: Callable[[], Sealer],
        applied: Applied | None = None,
        person: str | None = None,
    ) -> None:
        self._store = store
        self.reader = store.reader
        self.actor = actor
        self.sealer = sealer
        self._person = person  # whose role is asked for; None: this machine's own, which acts as admin
        self._applied = applied or at_once

    def change(
        self, work: Callable[[Change], Result], *topics: Topic, least: Role = Role.ADMIN
    ) -> Future[Result]:
        """Run the work in one transaction; the Future resolves once this process's gateway obeys it.

        It fails with NotAllowed where the person who asks has not at least that role.
        """

        def transaction(database: Database) -> tuple[Result, int]:
            require(self._person, least)
            change = Change(database, now_us())
            result = work(change)
            self._write(change)
            for topic in topics:
                database.announce(topic)
            return result, bump_config_version(database)

        self._store.unlock()
        return follow(self._store.writer.submit(transaction), self._wait)

    def require(self, least: Role) -> Future[None]:
        """Fail with NotAllowed where the person who asks has not at least that role."""
        if self._person is None:
            return resolved(None)
        return self._store.reader.submit(lambda _database: require(self._person, least))

    def note(self, event: SystemEvent) -> Future[None]:
        """Write a System event of something that changed no configuration."""

        def transaction(database: Database) -> None:
            change = Change(database, now_us(), [event])
            self._write(change)

        self._store.unlock()
        return self._store.writer.submit(transaction)

    def _write(self, change: Change) -> None:
        for event in change.events:
            actor = event.actor or self.actor
            write_system_event(change.database, replace(event, actor=actor), change.now_us)

    def _wait(self, done: tuple[Result, int]) -> Future[Result]:
        result, version = done
        return follow(self._applied(version), lambda _: resolved(result))


class Service:
    """A subject whose changes go through an administration."""

    def __init__(self, administration: Administration) -> None:
        self._administration = administration
        self._author = administration.actor.actor
        self._reader = administration.reader
        self._sealer = administration.sealer


def transaction(
    least: Role = Role.ADMIN,
) -> Callable[
    [Callable[Concatenate[Own, Change, Given], Result]], Callable[Concatenate[Own, Given], Future[Result]]
]:
    """Make a method one transaction of the administration: it is given its Change, its caller a Future."""

    def decorated(
        method: Callable[Concatenate[Own, Change, Given], Result],
    ) -> Callable[Concatenate[Own, Given], Future[Result]]:
        @wraps(method)
        def begun(service: Own, /, *given: Given.args, **named: Given.kwargs) -> Future[Result]:
            return service._administration.change(
                lambda change: method(service, change, *given, **named), least=least
            )

        return begun

    return decorated


def require(person: str | None, least: Role) -> None:
    """Raise NotAllowed unless the account's role, as it stands in the database now, reaches that far."""
    if person is None:
        return
    row = UserRow.get_or_none((UserRow.id == person) & UserRow.deleted_us.is_null())
    if row is None or not row.active:
        raise NotAllowed("This account is not active any more")
    if reason := too_little(Role(row.role), row.email or row.username, least):
        raise NotAllowed(reason)


def too_little(role: Role, shown: str, least: Role) -> str:
    """Return why somebody's role does not reach that far; nothing, if it does."""
    article = "an" if least in (Role.ADMIN, Role.OPERATOR) else "a"
    return "" if role.reaches(least) else f"This takes {article} {least}; {shown} is {role}"


def resolved(result: Result) -> Future[Result]:
    """Return a Future that has its result."""
    future: Future[Result] = Future()
    future.set_result(result)
    return future


def at_once(_version: int, /) -> Future[None]:
    """Resolve at once: this process runs no gateway."""
    return resolved(None)
