"""How users sign in: who has a password, one-time codes, live sessions, or is locked out."""

import time
from collections import Counter
from dataclasses import dataclass

from peewee import fn

from gateway_desktop.store.database import Database
from gateway_desktop.store.models.base import tuples
from gateway_desktop.store.models.oauth import OAuthSessionRow, PasswordRow, SignInAttemptRow
from gateway_desktop.store.models.people import UserRow
from gateway_desktop.store.password_store import counted


@dataclass(frozen=True, slots=True)
class SignIns:
    """How one user signs in."""

    password: bool = False  # they are in the local directory
    codes: bool = False  # a one-time code is asked for too
    locked: bool = False
    live_sessions: int = 0


NO_SIGN_INS = SignIns()


def sign_ins(_database: Database) -> dict[str, SignIns]:
    """Return how users sign in, by id; who has neither password nor live session is left out."""
    now = time.time_ns() // 1000
    live_ones = (OAuthSessionRow.revoked_us.is_null()) & (OAuthSessionRow.expires_us > now)
    live: Counter[str] = Counter(
        dict(
            tuples(
                OAuthSessionRow.select(OAuthSessionRow.user_id, fn.COUNT(OAuthSessionRow.id))
                .where(live_ones)
                .group_by(OAuthSessionRow.user_id)
            )
        )
    )
    locked = {row.name for row in SignInAttemptRow.select().where(SignInAttemptRow.locked_until_us > now)}
    passwords = {row.user_id: row for row in PasswordRow.select()}
    wanted = set(passwords) | set(live)
    found = {}
    for user in UserRow.select().where(UserRow.id.in_(wanted)):
        password = passwords.get(user.id)
        found[user.id] = SignIns(
            password=password is not None,
            codes=password is not None and password.totp_secret is not None,
            locked=counted(user.email or "") in locked,
            live_sessions=live[user.id],
        )
    return found
