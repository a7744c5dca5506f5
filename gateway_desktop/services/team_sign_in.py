"""Team sign-in: who works with a team's database in this window, or on this command line.

On PostgreSQL a person signs in with the password of the local directory, and every service asks for their
role. Until somebody with the role admin has a password, everybody acts as admin: else nobody could begin.
What protects the database from who has its address is the database's own password; roles are for people.
"""

import time
from concurrent.futures import Future
from dataclasses import dataclass

from gateway_desktop.core.audit import Category, SystemEvent
from gateway_desktop.core.clock import DAY_US, now_us
from gateway_desktop.core.errors import NotAllowed, Unavailable
from gateway_desktop.core.people import Role
from gateway_desktop.core.principal import Principal, PrincipalKind
from gateway_desktop.core.secret import Secret
from gateway_desktop.identity.passwords import code_step, verify_password
from gateway_desktop.identity.tokens import WINDOW, digest, make
from gateway_desktop.services.futures import beside
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.oauth import PasswordRow
from gateway_desktop.store.models.people import UserRow, WindowSessionRow
from gateway_desktop.store.password_store import PasswordStore
from gateway_desktop.store.store import Store
from gateway_desktop.store.system_events import write_system_event

DAYS = 7
_PLACE = "window"
_WRONG = "The address, the password or the code is wrong"


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in."""

    user_id: str
    shown: str
    display_name: str
    role: Role

    @property
    def actor(self) -> Principal:
        """As whom what they do is recorded."""
        return Principal(
            PrincipalKind.LOCAL, user_id=self.user_id, actor=self.shown, display_name=self.display_name
        )


class TeamSignIn:
    """Signs people in to the window and the command line, and out again."""

    def __init__(self, store: Store, passwords: PasswordStore) -> None:
        self._store = store
        self._passwords = passwords

    def sign_in(self, email: str, password: str, code: str = "") -> Future[Secret]:
        """Return what is kept of a sign-in; fails with one sentence for whatever was wrong."""
        return beside("sign-in", lambda: self._sign_in(email, password, code))

    def person(self, kept: str) -> Future[Person | None]:
        """Return who is signed in by what was kept; None: nobody any more."""
        return self._store.reader.submit(_person, digest(kept), now_us())

    def sign_out(self, kept: str) -> Future[None]:
        """End a sign-in."""
        self._store.unlock()
        return self._store.writer.submit(_sign_out, digest(kept))

    def is_needed(self) -> Future[bool]:
        """Return whether people have to sign in: once there is an admin who can."""
        return self._store.reader.submit(_has_admin)

    def _sign_in(self, email: str, password: str, code: str) -> Secret:
        self._store.unlock()  # what is written of it, also of one that fails, is sealed
        stored, locked = self._passwords.find(email).result()
        if locked is not None and locked > now_us():
            raise Unavailable("Too many wrong passwords: try again in 15 minutes, or have yourself unlocked")
        right = verify_password(stored.hash if stored else None, password)
        step = None
        if stored is not None and stored.totp_seed is not None:
            step = code_step(stored.totp_seed, code, time.time(), stored.totp_step) if code else None
            right = right and step is not None
        if stored is None or not right or not self._passwords.succeeded(email, _PLACE, "", step).result():
            self._passwords.failed(email, _PLACE, "").result()
            raise Unavailable(_WRONG)
        if not stored.user.role.reaches(Role.VIEWER):
            raise NotAllowed("A member uses proxies; the window and the command line take a viewer at least")
        kept = Secret(make(WINDOW))
        self._store.writer.submit(_open, stored.user.id, digest(kept)).result()
        return kept


def _has_admin(_database: Database) -> bool:
    able = PasswordRow.select(PasswordRow.user_id)
    mine = (UserRow.role == str(Role.ADMIN)) & UserRow.id.in_(able) & UserRow.deleted_us.is_null()
    return bool(UserRow.select().where(mine & (UserRow.active == True)).exists())  # noqa: E712 - SQL


def _person(_database: Database, kept: bytes, now: int) -> Person | None:
    session = WindowSessionRow.get_or_none(
        (WindowSessionRow.digest == kept) & (WindowSessionRow.expires_us > now)
    )
    row = None if session is None else UserRow.get_by_id(session.user_id)
    if row is None or not row.active or row.deleted_us is not None or not Role(row.role).reaches(Role.VIEWER):
        return None
    return Person(row.id, row.email or row.username, row.display_name, Role(row.role))


def _open(database: Database, user_id: str, kept: bytes) -> None:
    now = now_us()
    WindowSessionRow.delete().where(WindowSessionRow.expires_us <= now).execute()
    WindowSessionRow.insert(
        digest=kept, user_id=user_id, created_us=now, expires_us=now + DAYS * DAY_US
    ).execute()
    _note(database, kept, "login", now)


def _sign_out(database: Database, kept: bytes) -> None:
    now = now_us()
    _note(database, kept, "logout", now)
    WindowSessionRow.delete().where(WindowSessionRow.digest == kept).execute()


def _note(database: Database, kept: bytes, event: str, now: int) -> None:
    person = _person(database, kept, now)
    if person is not None:
        what = SystemEvent(Category.AUTHENTICATION, event, person.shown, actor=person.actor)
        write_system_event(database, what, now)
