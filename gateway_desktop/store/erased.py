"""A person who is erased: how their names are found in a text, and records of what still ran meanwhile."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import msgspec

from gateway_desktop.core.audit import AuditRecord, SystemEvent
from gateway_desktop.core.principal import Principal
from gateway_desktop.store.amendments import Row
from gateway_desktop.store.database import Database
from gateway_desktop.store.rows import COLUMNS

PREFIX = "erased-"  # of every pseudonym
_USER_ID = COLUMNS.index("user_id")
_DISPLAY_NAME = COLUMNS.index("display_name")
_ADDRESS = COLUMNS.index("client_ip")
_TEXTS = [*map(COLUMNS.index, ("actor", "display_name", "claimed_user", "session", "target", "error"))]
_TEXTS += [*map(COLUMNS.index, ("no_user_reason", "detail"))]


@dataclass(frozen=True)
class Person:
    """Who is erased: the id that stays, the names that go, and what stands in their place."""

    user_id: str
    addresses: tuple[str, ...]  # e-mail addresses, or a service account's name, by which rows know them
    names: tuple[str, ...]  # as shown, and what their keys were called
    pseudonym: str

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """Match addresses and names of several words anywhere, other names where a value starts with them."""
        ways = [f"(?i:{_escaped(address)})" for address in self.addresses]
        for name in self.names:
            word = _escaped(name)
            ways.append(rf"\b{word}\b" if " " in name else rf'(?:^|(?<=")){word}(?="|$| [a-z])')
        return re.compile("|".join(ways) or r"(?!)")

    def hidden(self, text: str) -> str:
        """Return the text without their names."""
        return self._pattern.sub(self.pseudonym, text)

    def rewrite(self, row: Row) -> Row:
        """Return a row of `event` without their names, and their own without where they were."""
        new = list(row)
        for place in _TEXTS:
            if new[place]:
                new[place] = self.hidden(new[place])
        if new[_USER_ID] == self.user_id:
            new[_DISPLAY_NAME] = self.pseudonym
            new[_ADDRESS] = None
        return new


def erased_people(database: Database) -> dict[str, str]:
    """Return the pseudonyms of all whose erasure has begun, by their ids."""
    sql = "SELECT id, username FROM user_account WHERE deleted_us IS NOT NULL AND username LIKE ?"
    return dict(database.execute_sql(sql, (f"{PREFIX}%",)).fetchall())


def nameless(records: Sequence[AuditRecord], erased: Mapping[str, str]) -> Sequence[AuditRecord]:
    """Return the records without the names and texts of those who were erased while they ran."""
    return [
        _nameless(record, pseudonym) if (pseudonym := erased.get(record.principal.user_id or "")) else record
        for record in records
    ]


def nobody(event: SystemEvent, database: Database) -> SystemEvent:
    """Return a System event without the name of an actor who was erased."""
    who = event.actor
    if who is None or not who.user_id or not (pseudonym := erased_people(database).get(who.user_id)):
        return event
    return replace(event, actor=_renamed(who, pseudonym), client_ip=None)


def _renamed(who: Principal, pseudonym: str) -> Principal:
    return replace(who, actor=pseudonym, display_name=pseudonym)


def _nameless(record: AuditRecord, pseudonym: str) -> AuditRecord:
    who = record.principal
    addresses, names = (tuple(filter(None, (name,))) for name in (who.actor, who.display_name))
    hidden = Person(who.user_id or "", addresses, names, pseudonym).hidden
    detail = json.dumps(msgspec.to_builtins(record.detail), ensure_ascii=False)

    def maybe(text: str | None) -> str | None:
        return text and hidden(text)

    return replace(
        record,
        principal=_renamed(who, pseudonym),
        client_ip=None,
        detail=json.loads(hidden(detail)),
        payloads=[],
        claimed_user=maybe(record.claimed_user),
        session=maybe(record.session),
        target=maybe(record.target),
        error=maybe(record.error),
    )


def json_of(word: str) -> str:
    """Return a word as it stands within a JSON text."""
    return json.dumps(word, ensure_ascii=False)[1:-1]


def _escaped(word: str) -> str:
    return re.escape(json_of(word))
