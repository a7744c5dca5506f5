"""How users sign in: who has a password, one-time codes, live sessions, or is locked out."""

from collections import defaultdict
from dataclasses import dataclass

from gateway_desktop.core.clock import now_us
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.identity_provider import UserIdentityRow
from gateway_desktop.store.models.oauth import OAuthSessionRow, PasswordRow, SignInAttemptRow
from gateway_desktop.store.models.people import UserRow
from gateway_desktop.store.oauth_rows import live_sessions
from gateway_desktop.store.password_store import counted


@dataclass(frozen=True, slots=True)
class SignIns:
    """How one user signs in."""

    password: bool = False  # they are in the local directory
    codes: bool = False  # a one-time code is asked for too
    locked: bool = False
    live_sessions: int = 0
    issuers: tuple[str, ...] = ()  # of the identity providers that vouched for them


NO_SIGN_INS = SignIns()


def sign_ins(_database: Database) -> dict[str, SignIns]:
    """Return how users sign in, by id; who has no password, identity or live session is left out."""
    now = now_us()
    live = live_sessions(OAuthSessionRow.user_id, now)
    locked = {row.name for row in SignInAttemptRow.select().where(SignInAttemptRow.locked_until_us > now)}
    passwords = {row.user_id: row for row in PasswordRow.select()}
    issuers: dict[str, list[str]] = defaultdict(list)
    for row in UserIdentityRow.select().order_by(UserIdentityRow.issuer):
        issuers[row.user_id].append(row.issuer)
    wanted = set(passwords) | set(live) | set(issuers)
    found = {}
    for user in UserRow.select().where(UserRow.id.in_(wanted)):
        password = passwords.get(user.id)
        found[user.id] = SignIns(
            password=password is not None,
            codes=password is not None and password.totp_secret is not None,
            locked=bool(email := user.email or "") and counted(email) in locked,
            live_sessions=live[user.id],
            issuers=tuple(issuers[user.id]),
        )
    return found
