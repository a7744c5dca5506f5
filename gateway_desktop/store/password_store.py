"""PasswordStore: the local directory's passwords, and how often a sign-in failed under a name.

Failures are counted under the address that was typed, whether anybody has it or not: who tries names learns
nothing from being locked out.
"""

from concurrent.futures import Future
from dataclasses import dataclass

from peewee import fn

from gateway_desktop.core.audit import Category, Severity, SystemEvent
from gateway_desktop.core.clock import MINUTE_US, now_us
from gateway_desktop.core.oauth import StoredPassword
from gateway_desktop.core.principal import Principal, PrincipalKind
from gateway_desktop.core.secret import Secret
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.oauth import PasswordRow, SignInAttemptRow
from gateway_desktop.store.models.people import UserRow
from gateway_desktop.store.models.proxy import SecretRow
from gateway_desktop.store.people_rows import user_of
from gateway_desktop.store.store import Store
from gateway_desktop.store.system_events import write_system_event
from gateway_desktop.store.unsealer import Unsealer, unsealed

MOST_FAILURES = 5
WINDOW_US = 15 * MINUTE_US  # in which they count, and for which they lock


@dataclass(frozen=True, slots=True)
class SignIn:
    """One attempt: the name as typed, where, from where."""

    name: str
    proxy: str
    address: str


class PasswordStore:
    """Fits the gateway's port of the same name."""

    def __init__(self, store: Store, unsealer: Unsealer) -> None:
        self._writer = store.writer
        self._reader = store.reader
        self._unsealer = unsealer

    def find(self, name: str) -> Future[tuple[StoredPassword | None, int | None]]:
        """Return the person with that e-mail address, and until when the name is locked, if it is.

        Only people who are active and have a password are found.
        """
        return self._reader.submit(_find, name, self._unsealer)

    def failed(self, name: str, proxy: str, address: str) -> Future[int | None]:
        """Count a failure; return until when the name is locked, if it is."""
        return self._writer.submit(_failed, SignIn(name, proxy, address))

    def succeeded(self, name: str, proxy: str, address: str, totp_step: int | None) -> Future[bool]:
        """Forget the failures; return False if that one-time code was used before."""
        return self._writer.submit(_succeeded, SignIn(name, proxy, address), totp_step)


def _find(_database: Database, name: str, unsealer: Unsealer) -> tuple[StoredPassword | None, int | None]:
    attempt = SignInAttemptRow.get_or_none(SignInAttemptRow.name == counted(name))
    locked = attempt.locked_until_us if attempt is not None and _is_near(attempt, 2 * WINDOW_US) else None
    row = _user(name)
    password = None if row is None else PasswordRow.get_or_none(PasswordRow.user_id == row.id)
    if row is None or password is None:
        return None, locked
    seed = _seed(password.totp_secret, unsealer)
    return StoredPassword(user_of(row), password.hash, seed, password.totp_step), locked


def _user(name: str) -> UserRow | None:
    lowered = name.strip().lower()
    row: UserRow | None = (
        UserRow.select()
        .where(
            UserRow.deleted_us.is_null()
            & (UserRow.active == True)  # noqa: E712 - SQL
            & (UserRow.service == False)  # noqa: E712 - SQL
            & (fn.LOWER(UserRow.email) == lowered)
        )
        .first()
    )
    return row


def _seed(secret_id: str | None, unsealer: Unsealer) -> Secret | None:
    if secret_id is None:
        return None
    return unsealed(SecretRow.get_by_id(secret_id), unsealer)


def counted(name: str) -> str:
    """Return the name under which failures are counted, and told of.

    One without `@` is nobody's, and may be a password in the wrong field: it is not kept.
    """
    return name.strip().lower()[:200] if "@" in name else "no e-mail address"


def _failed(database: Database, attempt: SignIn) -> int | None:
    now = now_us()
    SignInAttemptRow.delete().where(SignInAttemptRow.since_us < now - 2 * WINDOW_US).execute()
    name = counted(attempt.name)
    row = SignInAttemptRow.get_or_none(SignInAttemptRow.name == name)
    if row is None or not _is_near(row, WINDOW_US):
        SignInAttemptRow.delete().where(SignInAttemptRow.name == name).execute()
        row = SignInAttemptRow.create(name=name, failures=1, since_us=now)
    else:
        row.failures += 1
    locked_now = row.failures >= MOST_FAILURES and row.locked_until_us is None
    if locked_now:
        row.locked_until_us = now + WINDOW_US
    row.save()
    _note(database, attempt, "login failed", Severity.WARNING, now)
    if locked_now:
        _note(database, attempt, "account locked", Severity.WARNING, now)
    locked: int | None = row.locked_until_us
    return locked


def _is_near(attempt: SignInAttemptRow, window_us: int) -> bool:
    """Return whether the first failure is so near: that of a clock that was ahead would lock for years."""
    return bool(abs(now_us() - attempt.since_us) <= window_us)


def _succeeded(_database: Database, attempt: SignIn, totp_step: int | None) -> bool:
    row = _user(attempt.name)
    if row is None:
        return False
    if totp_step is not None:
        fresh = PasswordRow.update(totp_step=totp_step).where(
            (PasswordRow.user_id == row.id) & (PasswordRow.totp_step < totp_step)
        )
        if not fresh.execute():
            return False
    SignInAttemptRow.delete().where(SignInAttemptRow.name == counted(attempt.name)).execute()
    return True


def _note(database: Database, attempt: SignIn, event: str, severity: Severity, now: int) -> None:
    user = _user(attempt.name)
    actor = Principal(PrincipalKind.ANONYMOUS, no_user_reason="The sign-in failed")
    if user is not None:
        actor = Principal(
            PrincipalKind.ANONYMOUS, user_id=user.id, actor=user.email or "", display_name=user.display_name
        )
    written = SystemEvent(
        Category.AUTHENTICATION,
        event,
        counted(attempt.name),
        severity=severity,
        result="failure",
        proxy=attempt.proxy,
        actor=actor,
        client_ip=attempt.address or None,
    )
    write_system_event(database, written, now)
