"""Ended sign-ins: clients that were never used, sessions and tokens that are long over leave the store."""

from typing import NamedTuple

from gateway_desktop.core.clock import DAY_US
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.oauth import OAuthSessionRow, TokenRow
from gateway_desktop.store.token_store import KEPT_US, sweep

SESSIONS_KEPT_US = 30 * DAY_US  # after its end a session is still listed


class Purged(NamedTuple):
    """How many rows left."""

    clients: int
    sessions: int
    tokens: int


def purge_sign_ins(_database: Database, now_us: int, never_used_since_us: int) -> Purged:
    """Delete what nobody asks for any more, within the running transaction.

    A token stays a week after its end (it still tells whose it was, and a refresh token that comes twice is
    noticed), a session a month; of a session that ended, no token stays longer than that.
    """
    ended_us = now_us - SESSIONS_KEPT_US
    over = (OAuthSessionRow.expires_us < ended_us) | (OAuthSessionRow.revoked_us < ended_us)
    sessions = OAuthSessionRow.select(OAuthSessionRow.id).where(over)
    old = (TokenRow.expires_us < now_us - KEPT_US) | TokenRow.session_id.in_(sessions)
    tokens = int(TokenRow.delete().where(old).execute())
    clients = sweep(never_used_since_us)  # before the sessions go: they tell who was used
    ended = int(OAuthSessionRow.delete().where(over).execute())
    return Purged(clients, ended, tokens)
