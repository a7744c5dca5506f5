"""The local directory: set passwords and one-time codes, and let people in again who were locked out."""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from gateway_desktop.core.audit import Category, SystemEvent
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.oauth import LOCAL
from gateway_desktop.core.secret import Secret
from gateway_desktop.identity.passwords import checked_password, code_step, hash_password, make_seed, seed_url
from gateway_desktop.services.administration import Administration, Change, Service, transaction
from gateway_desktop.services.futures import follow
from gateway_desktop.services.lookup import shown, the_user
from gateway_desktop.services.oauth_sessions import end_sessions, end_window_sign_ins
from gateway_desktop.services.vault import forget, opened, seal
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.oauth import OAuthSessionRow, PasswordRow, SignInAttemptRow
from gateway_desktop.store.models.people import UserRow
from gateway_desktop.store.password_store import counted

_WRONG_CODE = "not the code of now: is the telephone's clock right, and has it the newest key?"


@dataclass(frozen=True, slots=True)
class Seed:
    """A new seed of one-time codes, whole only here and now."""

    seed: Secret
    url: Secret  # as authenticator applications read it


class Passwords(Service):
    """Every method takes a person's e-mail address or id."""

    def __init__(self, administration: Administration) -> None:
        super().__init__(administration)
        self._hashing: ThreadPoolExecutor | None = None  # hashing takes longer than a window may wait

    def set_password(self, user: str, password: str) -> Future[None]:
        """Give a person a password, by which they may sign in; whoever was locked out may try again.

        What was signed in by an older one ends: whoever knew that one may be the reason for the new one.
        """
        checked = checked_password(password)

        def write(hashed: str) -> Future[None]:
            def work(change: Change) -> None:
                row = _person(user)
                known = PasswordRow.get_or_none(PasswordRow.user_id == row.id)
                if known is None:
                    PasswordRow.create(user_id=row.id, hash=hashed, changed_us=change.now_us)
                else:
                    known.hash, known.changed_us = hashed, change.now_us
                    known.save()
                    by_password = (OAuthSessionRow.user_id == row.id) & (OAuthSessionRow.provider == LOCAL)
                    end_sessions(change, by_password, "Their password was reset")
                    end_window_sign_ins(row.id)
                _forget_failures(row)
                change.record(_event("password changed" if known is None else "password reset", row))

            return self._administration.change(work)

        if self._hashing is None:
            self._hashing = ThreadPoolExecutor(1, thread_name_prefix="hashing")
        return follow(self._hashing.submit(hash_password, checked), write)

    @transaction()
    def unlock(self, change: Change, user: str) -> None:
        """Let a person who was locked out try again at once."""
        row = _person(user)
        if not _forget_failures(row):
            raise ConfigurationError("user", f"{shown(row)} is not locked out")
        change.record(_event("account unlocked", row))

    @transaction()
    def require_codes(self, change: Change, user: str) -> Seed:
        """Ask a person for a one-time code too, from the next sign-in on; the seed is shown only now."""
        row = _person(user)
        password = _password(row)
        seed = make_seed()
        forget(password.totp_secret)
        password.totp_secret = seal(self._sealer(), f"one-time codes of {row.id}", seed)
        password.totp_step = 0
        password.save()
        change.record(_event("one-time codes required", row))
        return Seed(Secret(seed), Secret(seed_url(seed, shown(row))))

    def check_code(self, user: str, code: str) -> Future[None]:
        """See whether a person's authenticator application shows the right codes; nothing is used up.

        Fails with a ConfigurationError at `code` where it does not.
        """

        def look(_database: Database) -> None:
            row = _person(user)
            seed_id = _password(row).totp_secret
            if seed_id is None:
                raise ConfigurationError("user", f"{shown(row)} has no one-time codes")
            if code_step(opened(self._sealer(), seed_id), code, time.time(), 0) is None:
                raise ConfigurationError("code", _WRONG_CODE)

        return self._reader.submit(look)

    @transaction()
    def drop_codes(self, change: Change, user: str) -> None:
        """Ask a person for the password alone, as after a lost telephone."""
        row = _person(user)
        password = _password(row)
        if password.totp_secret is None:
            raise ConfigurationError("user", f"{shown(row)} has no one-time codes")
        forget(password.totp_secret)
        password.totp_secret = None
        password.save()
        change.record(_event("one-time codes dropped", row))


def _person(user: str) -> UserRow:
    row = the_user(user)
    if row.service or not row.email:
        raise ConfigurationError("user", f"{shown(row)} has no e-mail address to sign in with")
    return row


def _password(row: UserRow) -> PasswordRow:
    password: PasswordRow | None = PasswordRow.get_or_none(PasswordRow.user_id == row.id)
    if password is None:
        raise ConfigurationError("user", f"{shown(row)} has no password yet")
    return password


def _forget_failures(row: UserRow) -> bool:
    return bool(SignInAttemptRow.delete().where(SignInAttemptRow.name == counted(shown(row))).execute())


def _event(event: str, row: UserRow) -> SystemEvent:
    return SystemEvent(Category.USERS, event, shown(row))
