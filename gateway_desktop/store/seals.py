"""Seals of the batches: one row of `seal` per batch, hung on the one before, written in its transaction."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from gateway_desktop.core.seal import START, Span, link_of, mac_of, new_salt
from gateway_desktop.store.database import Database
from gateway_desktop.store.rows import insert_sql

_INSERT = insert_sql("seal", ("gw", "n", "lo", "hi", "first_id", "last_id", "salt", "link", "mac"), 1)
_HEAD = "SELECT n, lo, hi, first_id, last_id, link FROM seal WHERE gw = ? ORDER BY last_id DESC LIMIT 1"


class SealHead(NamedTuple):
    """The newest seal of a chain, and which row it ends with."""

    n: int = 0
    link: bytes = START
    last_id: int = 0
    hi: int = 0


def seal_head(database: Database, gateway: int) -> SealHead:
    """Return the chain's newest seal as it stands in the database."""
    found = database.execute_sql(_HEAD, (gateway,)).fetchone()
    if found is None:
        return SealHead()
    n, lo, hi, first_id, last_id, link = found
    if n == 0:
        link = link_before_seals(Span(gateway, 0, lo, hi, first_id, last_id))
    return SealHead(n, bytes(link), last_id, hi)


def link_before_seals(span: Span) -> bytes:
    """Return what seal 1 hangs on where rows are from before seals: their number, not their contents."""
    return link_of(span, START, b"", ())


def add_seal(
    connection: Any, key: bytes, gateway: int, head: SealHead, rows: Sequence[Sequence[Any]]
) -> SealHead:
    """Seal rows of `event` (id first, seq third, hash last) that stand one after another in the chain."""
    first, last = rows[0], rows[-1]
    span = Span(gateway, head.n + 1, first[2], last[2], first[0], last[0])
    salt = new_salt()
    link = link_of(span, head.link, salt, [row[-1] for row in rows])
    connection.execute(
        _INSERT,
        (gateway, span.n, span.lo, span.hi, span.first_id, span.last_id, salt, link, mac_of(key, link)),
    )
    return SealHead(span.n, link, span.last_id, span.hi)
