"""Erase person: a pseudonym in place of their names everywhere, their texts gone; the audit still verifies.

It takes several transactions, so that the gateway can go on writing between them. Whatever stops it, it can
be begun again: by the user's id, which stays.
"""

import secrets
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass

from peewee import fn

from gateway_desktop.core.audit import Category, Severity, SystemEvent
from gateway_desktop.core.clock import now_us
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.people import Role
from gateway_desktop.services.administration import Administration, Change
from gateway_desktop.services.futures import beside
from gateway_desktop.services.people import People
from gateway_desktop.store.amendments import note_texts_gone
from gateway_desktop.store.database import Database
from gateway_desktop.store.erased import PREFIX, Person
from gateway_desktop.store.models.identity_provider import UserIdentityRow
from gateway_desktop.store.models.people import ApiKeyRow, UserRow
from gateway_desktop.store.pseudonyms import (
    hide_elsewhere,
    hide_in_rows,
    hide_texts,
    known_names,
    rows_naming,
    texts_of,
)
from gateway_desktop.store.store import Store

_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did."""

    pseudonym: str
    rows: int
    texts: int


class Erasure:
    """Erases people; one at a time."""

    def __init__(self, store: Store, administration: Administration, people: People) -> None:
        self._store = store
        self._administration = administration
        self._people = people

    def erase_user(self, user: str) -> Future[Erased]:
        """Erase a person by e-mail, service account's name or id; who is still there is deleted first."""
        return beside("erasure", lambda: self._erase(user))

    def _erase(self, user: str) -> Erased:
        self._administration.require(Role.ADMIN).result()
        person, living = self._store.reader.submit(_person, user).result()
        if living:
            self._people.delete_user(person.user_id).result()
        self._store.unlock()
        self._administration.change(lambda change: _begin(change, person)).result()
        ids = self._store.reader.submit(rows_naming, person).result()
        texts = self._store.reader.submit(texts_of, person.user_id).result()
        for work, all_of_them in ((hide_in_rows, ids), (hide_texts, texts)):
            for start in range(0, len(all_of_them), _AT_ONCE):
                some = all_of_them[start : start + _AT_ONCE]
                self._store.writer.submit(work, some, person, now_us()).result()
        erased = Erased(person.pseudonym, len(ids), len(texts))
        self._administration.change(lambda change: _finish(change, person, erased)).result()
        return erased


def _person(database: Database, named: str) -> tuple[Person, bool]:
    """Return who is meant, also one who was deleted or half erased, and whether they are still there."""
    lowered = named.strip().lower()
    row: UserRow | None = (
        UserRow.select()
        .where((fn.LOWER(UserRow.email) == lowered) | (UserRow.id == named.strip()) | _is_service(lowered))
        .order_by(UserRow.deleted_us.is_null(False), UserRow.deleted_us.desc())
        .first()
    )
    if row is None:
        raise ConfigurationError("user", f"there is no user '{named}', and none was deleted")
    known, shown = known_names(database, row.id)
    addresses = _hideable([row.email or row.username, *known])
    names = tuple(name for name in _hideable([row.display_name, *shown]) if name not in addresses)
    pseudonym = row.username if row.username.startswith(PREFIX) else PREFIX + secrets.token_hex(4)
    return Person(str(row.id), addresses, names, pseudonym), row.deleted_us is None


def _hideable(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name and not name.startswith(PREFIX)))


def _is_service(lowered: str) -> object:
    return (fn.LOWER(UserRow.username) == lowered) & UserRow.email.is_null()


def _begin(change: Change, person: Person) -> None:
    """Let every gateway know the pseudonym: what of theirs still runs is written with it."""
    UserRow.update(username=person.pseudonym).where(UserRow.id == person.user_id).execute()
    note_texts_gone(change.database)


def _finish(change: Change, person: Person, erased: Erased) -> None:
    hide_elsewhere(change.database, person)
    UserIdentityRow.delete().where(UserIdentityRow.user_id == person.user_id).execute()
    ApiKeyRow.update(name="").where(ApiKeyRow.user_id == person.user_id).execute()
    UserRow.update(email=None, username=person.pseudonym, display_name=person.pseudonym).where(
        UserRow.id == person.user_id
    ).execute()
    change.record(
        SystemEvent(
            Category.USERS,
            "person erased",
            person.pseudonym,
            severity=Severity.WARNING,
            after={"rows": erased.rows, "texts": erased.texts, "user": person.user_id},
        )
    )
