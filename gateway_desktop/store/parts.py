"""Parts: the texts of exchanges, each stored once, whatever the number of conversations that repeat it.

A part is found by a keyed BLAKE2b of its text: without the key nobody can test from the hashes which text
was sent. What goes into the chain is another hash, salted for this part alone: once body, salt and the keyed
hash are erased, nobody can test anything, and the chain is still valid. Hashes known to be stored are
remembered, so a conversation's old turns cost one hash each, and long ones not even that: Python's hash of
them, keyed by this process, tells the stored one.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import zstandard

from gateway_desktop.core.audit import KnownPayload, Payload
from gateway_desktop.core.lru_cache import LruCache
from gateway_desktop.core.seal import new_salt, part_hash
from gateway_desktop.core.spelling import without_halves
from gateway_desktop.store.database import Database
from gateway_desktop.store.sqlite import SqliteDatabase

PLAIN = -1  # `dict_id` of a body that is stored as it is: too short to shrink
ZSTANDARD = 0  # `dict_id` of a body compressed without a dictionary
_WORTH_COMPRESSING = 160
_REMEMBERED = 32_768
_LONG = 128  # characters of a text whose stored hash is remembered
_LONG_ONES = 16_384

EVENT_PART_COLUMNS = ("event_id", "n", "place", "role", "part_id", "cut")
PART_COLUMNS = ("id", "hash", "dict_id", "size", "body", "salt", "salted")
PartRow = tuple[int, bytes, int, int, bytes, bytes, bytes]
_CUT_MARK = "\n[... {} characters left out ...]\n"


class Reference(NamedTuple):
    """Where a text stood, and which it was."""

    place: str
    role: str
    hash: bytes
    cut: int
    number: int = 0  # of what is stored; 0: this batch will tell
    piece: bytes = b""  # what goes into the hash of the exchange's parts


class Parts:
    """Turns the payloads of a batch into rows of `part` and `event_part`. Used by the writer thread only."""

    def __init__(self, key: bytes = b"", limit: int = 256 * 1024) -> None:
        self.key = key
        self.limit = limit  # bytes of new text per exchange
        self.stale = False  # something else may have written, deleted or erased parts
        self._known: LruCache[bytes, tuple[int, bytes]] = LruCache(_REMEMBERED)  # number and salted hash
        self._long: LruCache[int, tuple[bytes, int]] = LruCache(_LONG_ONES)  # hash, and whether cut
        self._run = object()  # for as long as what is noted on payloads holds
        self._written_with = key, limit
        self._new: dict[bytes, str] = {}  # of this batch, not committed yet
        self._ids: dict[bytes, tuple[int, bytes]] = {}  # of this batch
        self._next_id = 1
        self._shared = False
        self._added = 0
        self._compress = zstandard.ZstdCompressor(level=3, write_content_size=True).compress

    def start(self, database: Database) -> None:
        """Read where the numbering stands; also after anything else wrote or deleted parts."""
        self._shared = not isinstance(database, SqliteDatabase)
        self._count_on(database)
        self._known.clear()
        self._run = object()
        self.stale = False

    def refer(self, payloads: Sequence[Payload]) -> list[Reference]:
        """Return the references of one exchange; what is new is kept for `rows`."""
        left = self.limit
        if self._written_with != (self.key, left):
            self._written_with, self._run = (self.key, left), object()
        references = []
        for payload in payloads:
            known = payload if isinstance(payload, KnownPayload) else None
            if known is not None and known.stored is not None and known.stored[0] is self._run:
                references.append(known.stored[1])
                continue
            place, role, text = payload.part[:3]
            place, role = _written(place), _written(role)
            digest, cut, size = self._referred(text, left)
            left = max(0, left - size)
            reference = Reference(f"{payload.direction}{place}", role, digest, cut | payload.cut)
            if known is not None and (found := self._known.get(digest)):
                reference = reference._replace(number=found[0], piece=_piece(reference, found[1]))
                known.stored = self._run, reference
            references.append(reference)
        return references

    def _referred(self, text: str, left: int) -> tuple[bytes, int, int]:
        """Return the hash of what is stored of a text, whether it is cut, and how many bytes are new."""
        own = hash((self.key, self.limit, text)) if len(text) >= _LONG else 0
        if own and (long := self._long.get(own)) and self._is_known(long[0]):
            return *long, 0
        data = text.encode("utf-8", "surrogatepass")
        digest = hashlib.blake2b(data, digest_size=16, key=self.key).digest()
        cut = size = 0
        if not self._is_known(digest) and digest not in self._new:
            if len(data) > left:
                text, data = _shortened(text, data, left)
                digest = hashlib.blake2b(data, digest_size=16, key=self.key).digest()
                cut = 1
            size = len(data)
            self._new[digest] = text
        if own and (not cut or left == self.limit):
            self._long.put(own, (digest, cut))
        return digest, cut, size

    def _is_known(self, digest: bytes) -> bool:
        """Return whether a text is stored; then its number is at hand for this batch."""
        stored = self._known.get(digest)
        if stored is not None:
            self._ids[digest] = stored
        return stored is not None

    def rows(self, connection: Any) -> list[PartRow]:
        """Return the rows of `part` that this batch adds, numbering every part that it refers to."""
        if not self._new:
            return []
        if self._shared:
            self._count_on(connection)
        hashes = list(self._new)
        for start in range(0, len(hashes), 500):
            some = hashes[start : start + 500]
            marks = ",".join("?" * len(some))
            found = connection.execute(
                f"SELECT hash, id, salted FROM part WHERE hash IN ({marks})", some
            ).fetchall()
            self._ids.update((bytes(digest), (number, bytes(salted))) for digest, number, salted in found)
        rows: list[PartRow] = []
        for digest, text in self._new.items():
            if digest not in self._ids:
                number = self._next_id + len(rows)
                data = text.encode("utf-8", "surrogatepass")
                salt = new_salt()
                salted = part_hash(data, salt)
                self._ids[digest] = (number, salted)
                small = len(data) < _WORTH_COMPRESSING
                body = data if small else self._compress(data)
                rows.append((number, digest, PLAIN if small else ZSTANDARD, len(data), body, salt, salted))
        self._added = len(rows)
        return rows

    def _count_on(self, connection: Any) -> None:
        """Continue the numbering of what is there; on a server other gateways number, too."""
        ask = connection.execute_sql if isinstance(connection, Database) else connection.execute
        self._next_id = int(ask("SELECT max(id) FROM part").fetchone()[0] or 0) + 1

    def reference_rows(self, event_id: int, references: Iterable[Reference]) -> tuple[bytes, list[Any]]:
        """Return the hash of an exchange's parts, and its rows of `event_part`, flattened; after `rows`."""
        ids = self._ids
        flat: list[Any] = []
        pieces = []
        for n, reference in enumerate(references):
            place, role, digest, cut, number, piece = reference
            if not number:
                number, salted = ids[digest]
                piece = _piece(reference, salted)
            flat += (event_id, n, place, role, number, cut)
            pieces.append(piece)
        return hashlib.sha256(b"".join(pieces)).digest(), flat

    def commit(self) -> None:
        """Remember what is stored now."""
        for digest in self._new:
            self._known.put(digest, self._ids[digest])
        self._next_id += self._added
        self.roll_back()

    def roll_back(self) -> None:
        """Forget this batch."""
        self._new.clear()
        self._ids.clear()
        self._added = 0


def text_of(dict_id: int, body: bytes | None) -> str | None:
    """Return a stored text; None if it was erased."""
    if body is None:
        return None
    return bytes_of(dict_id, bytes(body)).decode("utf-8", "replace")  # half a letter is none


def bytes_of(dict_id: int, body: bytes) -> bytes:
    """Return a stored text's bytes, or raise ValueError."""
    try:
        return body if dict_id == PLAIN else zstandard.ZstdDecompressor().decompress(body)
    except zstandard.ZstdError as error:
        raise ValueError(str(error)) from error


def parts_hash(references: Iterable[tuple[str, str, int, bytes]]) -> bytes:
    """Return the hash of an exchange's parts in order: place, role, whether cut, salted hash of the text."""
    pieces = [_piece(Reference(place, role, b"", cut), salted) for place, role, cut, salted in references]
    return hashlib.sha256(b"".join(pieces)).digest()


def _piece(reference: Reference, salted: bytes) -> bytes:
    place, role, cut = reference.place, reference.role, reference.cut
    return f"{len(place)}:{place}{len(role)}:{role}{cut}".encode("utf-8", "surrogatepass") + salted


def _shortened(text: str, data: bytes, limit: int) -> tuple[str, bytes]:
    """Return head and tail of a text within the limit, with a mark between them."""
    half = limit // 2
    head = data[:half].decode("utf-8", "ignore")
    tail = data[len(data) - half :].decode("utf-8", "ignore") if half else ""
    short = f"{head}{_CUT_MARK.format(len(text) - len(head) - len(tail))}{tail}"
    return short, short.encode("utf-8", "surrogatepass")


def _written(text: str) -> str:
    """Return it as both engines keep it: PostgreSQL keeps no NUL, and neither half a letter."""
    text = without_halves(text)
    return text.replace("\0", "\ufffd")
