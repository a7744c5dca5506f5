"""verify(): is every row of the audit what was written, under a seal of its chain, with nothing missing?

Rows and seals are read once, in the order of their ids. The first place where something is wrong ends it.
"""

import hashlib
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from itertools import groupby
from operator import itemgetter
from typing import Any

from gateway_desktop.core.audit import Recorded
from gateway_desktop.core.clock import datetime_of
from gateway_desktop.core.plural import plural
from gateway_desktop.core.seal import Amendment, Head, Span, erasure_mac, part_hash
from gateway_desktop.store.chain import Broken, Chain, Seal, Verified, row_name
from gateway_desktop.store.database import Database
from gateway_desktop.store.parts import bytes_of, parts_hash
from gateway_desktop.store.rows import COLUMNS, canonical

_BODIES_AT_ONCE = 10  # each may have hundreds of KB
_NO_ID = 1 << 63
_TOLD_EVERY = 20_000
# SQLite keeps a value of any kind in any column: text for bytes, and bytes that are no text.
_OF_VALUES = (TypeError, ValueError, OverflowError, MemoryError)
_UNREADABLE = "Could not decode to UTF-8"
Rows = Generator[tuple[Any, ...], None, None]
Read = Callable[..., Rows]  # a statement, and how many of its rows are in memory at a time
_PARTS_HASH, _ROW_HASH = COLUMNS.index("parts_hash"), COLUMNS.index("row_hash")
_SEALS = "SELECT n, lo, hi, first_id, last_id, salt, link, mac FROM seal WHERE gw = {} ORDER BY last_id"
_FIRST = "SELECT min(first_id) FROM seal WHERE n > 0"
_AMENDMENTS = "SELECT n, since, cnt, root, at_us, reason, mac FROM amendment WHERE gw = {}"
_EVENTS = f"SELECT {', '.join(COLUMNS)} FROM event ORDER BY id"
_REFERENCES = (
    "SELECT e.event_id, e.place, e.role, e.cut, p.salted FROM event_part e"
    " LEFT JOIN part p ON p.id = e.part_id ORDER BY e.event_id, e.n"
)
_BODIES = "SELECT id, dict_id, body, salt, salted FROM part WHERE salted IS NOT NULL"
_ERASURES = "SELECT part_id, at_us, reason, mac FROM erasure"


def verify(
    database: Database,
    key: bytes,
    heads: Iterable[Head] = (),
    progress: Callable[[int], None] = lambda _rows: None,
) -> Verified:
    """Return what was found to be as it was written, or raise Broken; heads are authentic ones."""
    found = Verified()
    known = of_known_kinds(lambda: f"rows, seals and texts, after {plural(found.rows, 'row')}")
    with database.atomic(), known, ExitStack() as ended:  # cursors end before their transaction

        def read(sql: str, at_once: int = 2_000) -> Rows:
            return ended.enter_context(closing(database.streamed(sql, at_once)))

        _verify(read, key, list(heads), progress, found)
    return found


@contextmanager
def of_known_kinds(place: Callable[[], str]) -> Iterator[None]:
    """Raise Broken where what is read is of a kind that is never written, and cannot be worked with."""
    try:
        yield
    except Exception as error:
        if isinstance(error, _OF_VALUES) or _UNREADABLE in str(error):
            raise Broken(place(), f"a value is of a kind that is never written ({error})") from error
        raise


def _verify(
    read: Read, key: bytes, heads: Sequence[Head], progress: Callable[[int], None], found: Verified
) -> None:
    chains = _chains(read, key, found, heads)
    references = _References(read)
    for row in read(_EVENTS):
        event_id, gateway, seq = row[:3]
        row_hash = hashlib.sha256(canonical(row[:_ROW_HASH])).digest()
        if row_hash != row[_ROW_HASH]:
            raise Broken(row_name(event_id, gateway, seq), "it was changed after it was written")
        chain = chains.get(gateway)
        if chain is None:
            raise Broken(row_name(event_id, gateway, seq), "it is under no seal")
        chain.row(event_id, seq, row_hash)
        if row[_PARTS_HASH] is not None or event_id >= references.next_id:
            references.check(row, chain)
        found.rows += 1
        if found.rows % _TOLD_EVERY == 0:
            progress(found.rows)
    for chain in chains.values():
        chain.end()
    references.end()
    _check_bodies(read, key, found)
    _check_heads(heads, chains, found)
    found.gateways = len(chains)


class _References:
    """Where which texts stood, in the order of the rows."""

    def __init__(self, read: Read) -> None:
        self.next_id = _NO_ID
        self._of_next: Iterable[Sequence[Any]] = ()
        self._groups = groupby(read(_REFERENCES), itemgetter(0))
        self._next()

    def _next(self) -> None:
        self.next_id, self._of_next = next(self._groups, (_NO_ID, iter(())))

    def check(self, row: Sequence[Any], chain: Chain) -> None:
        """Check that the row's texts are those that were written with it."""
        if self.next_id < row[0]:
            self.end()
        texts: list[tuple[str, str, int, bytes]] = []
        if self.next_id == row[0]:
            for _, place, role, cut, salted in self._of_next:
                texts.append((place, role, cut, bytes(salted or b"")))
            self._next()
        before_seals = chain.current is not None and chain.current.span.n == 0
        expected = row[_PARTS_HASH] and bytes(row[_PARTS_HASH])
        if not before_seals and (parts_hash(texts) if texts else None) != expected:
            raise Broken(row_name(*row[:3]), "its stored texts are not those that were written with it")

    def end(self) -> None:
        """Check that no texts are left over."""
        if self.next_id != _NO_ID:
            raise Broken(f"stored texts of event {self.next_id}", "there is no such row")


def _chains(read: Read, key: bytes, found: Verified, heads: Sequence[Head]) -> dict[int, Chain]:
    chains = {}
    gateways = {row[0] for row in read("SELECT DISTINCT gw FROM seal")}
    firsts = [Recorded.time_us(row[0]) for row in read(_FIRST) if row[0] is not None]
    sealed_us = min((*firsts, *(head.at_us for head in heads)), default=0)  # since when there are seals
    for gateway in sorted(gateways | {head.gateway for head in heads}):
        amendments = {
            n: (Amendment(gateway, n, since, count, bytes(root), at_us, reason), bytes(mac))
            for n, since, count, root, at_us, reason, mac in read(_AMENDMENTS.format(int(gateway)))
        }
        wanted: dict[int, bytes | None] = {head.n: None for head in heads if head.gateway == gateway}
        chains[gateway] = Chain(gateway, key, _seals(read, gateway), amendments, found, wanted, sealed_us)
    return chains


def _seals(read: Read, gateway: int) -> Iterator[Seal]:
    for n, lo, hi, first_id, last_id, salt, link, mac in read(_SEALS.format(int(gateway))):
        span = Span(gateway, n, lo, hi, first_id, last_id)
        yield Seal(span, None if salt is None else bytes(salt), bytes(link), bytes(mac))


def _check_bodies(read: Read, key: bytes, found: Verified) -> None:
    erased = {row[0]: row[1:] for row in read(_ERASURES)}
    for part_id, dict_id, body, salt, salted in read(_BODIES, _BODIES_AT_ONCE):
        found.texts += 1
        if body is None:
            at_us, reason, mac = erased.get(part_id, (0, "", b""))
            if bytes(mac) != erasure_mac(key, part_id, at_us, bytes(salted), reason):
                raise Broken(f"stored text {part_id}", "it is gone, and nobody was allowed to erase it")
            found.erased_texts += 1
        elif part_hash(_decompressed(part_id, dict_id, bytes(body)), bytes(salt or b"")) != salted:
            raise Broken(f"stored text {part_id}", "it was changed after it was written")


def _decompressed(part_id: int, dict_id: int, body: bytes) -> bytes:
    try:
        return bytes_of(dict_id, body)
    except ValueError:
        raise Broken(f"stored text {part_id}", "it was changed or damaged") from None


def _check_heads(heads: Iterable[Head], chains: dict[int, Chain], found: Verified) -> None:
    newest: dict[int, int] = {}
    for head in heads:
        chain = chains[head.gateway]
        at = datetime_of(head.at_us).isoformat(timespec="seconds")
        if head.n > chain.n:
            raise Broken(
                f"gateway {head.gateway}",
                f"its chain ends with seal {chain.n}, but seal {head.n} was signed at {at}: "
                "its end was cut off, or this is an older copy of the database",
            )
        link = chain.wanted[head.n]
        if link is None:
            found.heads_purged += 1
        elif link != head.link:
            raise Broken(
                f"seal {head.n} of gateway {head.gateway}",
                f"it is not the seal that was signed at {at}: the chain was written anew",
            )
        else:
            found.heads += 1
        newest[head.gateway] = max(newest.get(head.gateway, 0), head.hi)
    found.unanchored = sum(max(0, chain.hi - newest.get(gateway, 0)) for gateway, chain in chains.items())
