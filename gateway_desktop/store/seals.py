"""Seals of the batches: one row of `seal` per batch, hung on the one before, written in its transaction."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from gateway_desktop.core.seal import START, Span, link_of, mac_of, new_salt
from gateway_desktop.store.database import Database
from gateway_desktop.store.rows import insert_sql

_INSERT = insert_sql("seal", ("gw", "n", "lo", "hi", "first_id", "last_id", "salt", "link", "mac"), 1)
_HEAD = "SELECT n, lo, hi, first_id, last_id, link FROM seal WHERE gw = ? ORDER BY last_id DESC LIMIT 1"
# Of a file alone: a server keeps in a column what it was made for.
_NUMBER = "SELECT coalesce(max(n), 0) FROM seal WHERE gw = ? AND typeof(n) = 'integer'"
_LAST_ROW = "SELECT id, seq FROM event WHERE gw = ? AND typeof(seq) = 'integer' ORDER BY id DESC LIMIT 1"


class SealHead(NamedTuple):
    """The newest seal of a chain, and which row it ends with."""

    n: int = 0
    link: bytes = START
    last_id: int = 0
    hi: int = 0


def seal_head(database: Database, gateway: int) -> SealHead:
    """Return the chain's newest seal as it stands in the database.

    Where somebody wrote a value of another kind into it, the chain begins anew behind its newest row: so
    the database opens, and verify() tells of the change.
    """
    found = database.execute_sql(_HEAD, (gateway,)).fetchone()
    if found is None:
        return SealHead()
    n, lo, hi, first_id, last_id, link = found
    numbers = (n, lo, hi, first_id, last_id)
    if not all(isinstance(number, int) for number in numbers) or not (n == 0 or isinstance(link, bytes)):
        return _head_anew(database, gateway)
    if n == 0:
        link = link_before_seals(Span(gateway, 0, lo, hi, first_id, last_id))
    return SealHead(n, bytes(link), last_id, hi)


def _head_anew(database: Database, gateway: int) -> SealHead:
    (n,) = database.execute_sql(_NUMBER, (gateway,)).fetchone()
    last_id, seq = database.execute_sql(_LAST_ROW, (gateway,)).fetchone() or (0, 0)
    return SealHead(n, START, last_id, seq)


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
