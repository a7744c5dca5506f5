"""The arithmetic of tamper evidence: what a row, a seal, a head and an authorised change are hashed from.

- A row: SHA-256 of the JSON array of all its columns in the order of `store.rows.COLUMNS` but `row_hash`,
  without spaces, in UTF-8 without escapes but the necessary ones, bytes as base64. Python's
  `json.dumps(row, ensure_ascii=False, separators=(",", ":"))` gives the same bytes.
- A text: BLAKE2b of its UTF-8 bytes, 16 bytes long, keyed with the text's own random salt. Without text and
  salt nothing of it is left, and what was computed from the hash still holds.
- A seal: the rows of one batch. Its link is SHA-256 over its numbers, the link before, a random salt and the
  rows' hashes: whoever has those can compute it. Its mac is an HMAC of the link: only the key's holder can.
- A head: the newest link of a chain, signed. Who keeps it elsewhere finds out when the holder of the key has
  written the chain anew, or cut its end.
"""

import hashlib
import hmac
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass

SALT_BYTES = 16
START = bytes(32)  # the link before the first seal
PART_BYTES = 16


@dataclass(frozen=True, slots=True)
class Span:
    """What a seal covers: places `lo` to `hi` of a gateway's chain, and the ids of the rows at its ends."""

    gateway: int
    n: int
    lo: int
    hi: int
    first_id: int
    last_id: int

    def header(self) -> bytes:
        """Return the numbers as they are hashed."""
        return b"gateway-desktop seal %d %d %d %d %d %d\n" % (
            self.gateway,
            self.n,
            self.lo,
            self.hi,
            self.first_id,
            self.last_id,
        )


def link_of(span: Span, before: bytes, salt: bytes, row_hashes: Iterable[bytes]) -> bytes:
    """Return what a seal hangs on the chain."""
    return hashlib.sha256(b"".join((span.header(), before, salt, *row_hashes))).digest()


def mac_of(key: bytes, link: bytes) -> bytes:
    """Return what only the key's holder can make of a link."""
    return hmac.digest(key, b"seal" + link, "sha256")


def part_hash(text: bytes, salt: bytes) -> bytes:
    """Return the hash of a stored text."""
    return hashlib.blake2b(text, digest_size=PART_BYTES, key=salt).digest()


def new_salt() -> bytes:
    """Return a salt."""
    return os.urandom(SALT_BYTES)


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain at a time, as it is signed and kept elsewhere; one line without spaces."""

    at_us: int
    gateway: int
    n: int
    hi: int
    link: bytes
    signature: bytes = b""

    def signed_bytes(self) -> bytes:
        """Return what is signed."""
        numbers = f"{self.at_us}:{self.gateway}:{self.n}:{self.hi}"
        return f"gateway-desktop-head:1:{numbers}:{self.link.hex()}".encode()

    def __str__(self) -> str:
        return f"{self.signed_bytes().decode()}:{self.signature.hex()}"


_HEAD = re.compile(r"gateway-desktop-head:1:(\d+):(\d+):(\d+):(\d+):([0-9a-f]{64}):([0-9a-f]{128})")


def heads_in(text: str) -> list[Head]:
    """Return all heads in a text, whatever stands around them: lines of syslog, JSON, a ticket."""
    return [
        Head(int(at), int(gateway), int(n), int(hi), bytes.fromhex(link), bytes.fromhex(signature))
        for at, gateway, n, hi, link, signature in _HEAD.findall(text)
    ]


@dataclass(frozen=True, slots=True)
class Amendment:
    """What an authorised change left of the rows under a seal: retention, or the erasure of a person.

    The seal's salt is gone, so that nobody can test what the rows were. Seals whose rows are all gone are
    one amendment together: `since` is the first of them, `n` the last.
    """

    gateway: int
    n: int
    since: int
    count: int
    root: bytes
    at_us: int
    reason: str

    def mac(self, key: bytes, link: bytes) -> bytes:
        """Return what only the key's holder can make of it."""
        numbers = f"amendment {self.gateway} {self.n} {self.since} {self.count} {self.at_us} {self.reason}\n"
        return hmac.digest(key, numbers.encode() + link + self.root, "sha256")


def root_of(row_hashes: Iterable[bytes]) -> bytes:
    """Return the hash of what is left of a seal's rows."""
    return hashlib.sha256(b"".join(row_hashes)).digest()


def erasure_mac(key: bytes, part_id: int, at_us: int, salted: bytes, reason: str) -> bytes:
    """Return what only the key's holder can make of an erased text."""
    return hmac.digest(key, f"erasure {part_id} {at_us} {reason}\n".encode() + salted, "sha256")
