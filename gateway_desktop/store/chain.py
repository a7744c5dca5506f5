"""Chain: one gateway's seals, met by its rows one after another."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from gateway_desktop.core.audit import Recorded
from gateway_desktop.core.clock import datetime_of
from gateway_desktop.core.seal import START, Amendment, Span, link_of, mac_of, root_of
from gateway_desktop.store.seals import link_before_seals


class Broken(Exception):
    """Something is not as it was written: where, and what."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(place, problem)  # as another process needs them to raise it anew
        self.place = place
        self.problem = problem

    def __str__(self) -> str:
        return f"{self.place}: {self.problem}"


@dataclass
class Verified:
    """What was looked at, and found to be as it was written."""

    rows: int = 0
    seals: int = 0
    texts: int = 0
    erased_texts: int = 0
    gateways: int = 0
    before_seals: int = 0  # rows from before there were seals: counted, not protected
    amended_seals: int = 0  # some of whose rows were removed or changed by retention or an erasure
    heads: int = 0  # kept elsewhere, and met
    heads_purged: int = 0  # kept elsewhere, of seals whose rows are all gone by retention
    counts: int = 0  # of rollups, and they say what the rows say
    unanchored: int = 0  # rows since the newest head that is kept elsewhere


class Seal(NamedTuple):
    """A row of `seal`."""

    span: Span
    salt: bytes | None
    link: bytes
    mac: bytes


@dataclass
class Chain:
    """One gateway's seals, met by its rows."""

    gateway: int
    key: bytes
    seals: Iterator[Seal]
    amendments: dict[int, tuple[Amendment, bytes]]
    found: Verified
    wanted: dict[int, bytes | None]  # links of seals that heads name
    sealed_us: int  # since when any chain has seals
    link: bytes = START
    n: int = 0  # of the newest seal that is done
    hi: int = 0
    current: Seal | None = None
    ids: list[int] = field(default_factory=list)
    hashes: list[bytes] = field(default_factory=list)

    def row(self, event_id: int, seq: int, row_hash: bytes) -> None:
        """Take the next row of the chain."""
        if self.current is None:
            self.current = next(self.seals, None)
        while self.current is not None and event_id > self.current.span.last_id:
            self.close()
            self.current = next(self.seals, None)
        seal = self.current
        if seal is None or event_id < seal.span.first_id:
            raise Broken(row_name(event_id, self.gateway, seq), "it is under no seal")
        if not self.is_amended(seal) and seq != seal.span.lo + len(self.hashes):
            expected = seal.span.lo + len(self.hashes)
            if seq > expected:
                raise Broken(_place_name(self.gateway, expected), "the row is missing")
            raise Broken(row_name(event_id, self.gateway, seq), "another row has its place in the chain")
        self.ids.append(event_id)
        self.hashes.append(row_hash)

    def end(self) -> None:
        """No more rows come."""
        if self.current is not None:
            self.close()
        for seal in self.seals:
            self.current = seal
            self.close()

    def is_amended(self, seal: Seal) -> bool:
        """Return whether rows of the seal were removed or changed."""
        return seal.span.n in self.amendments

    def close(self) -> None:
        """Check the seal whose rows are all there."""
        seal = self.current
        assert seal is not None
        span = seal.span
        name = f"seal {span.n} of gateway {self.gateway}"
        amended = self.amendments.get(span.n)
        since = amended[0].since if amended else span.n
        if since != self.n + 1 and not (span.n == 0 == self.n):
            raise Broken(name, f"seal {self.n + 1} before it is missing")
        if amended:
            self._check_amended(name, seal, *amended)
        elif span.n == 0:
            self._check_before_seals(name, seal)
        else:
            self._check(name, seal)
        self.link = link_before_seals(span) if span.n == 0 else seal.link
        for n in range(since, span.n + 1) if self.wanted else ():
            if n in self.wanted:
                self.wanted[n] = self.link if n == span.n else None
        self.n, self.hi = span.n, span.hi
        self.ids.clear()
        self.hashes.clear()
        self.found.seals += 1

    def _check(self, name: str, seal: Seal) -> None:
        span = seal.span
        if (missing := span.lo + len(self.hashes)) <= span.hi:
            raise Broken(_place_name(self.gateway, missing), "the row is missing")
        if span.lo != self.hi + 1:
            raise Broken(name, f"it begins at place {span.lo}, but the seal before it ends at {self.hi}")
        if (self.ids[0], self.ids[-1]) != (span.first_id, span.last_id) or seal.link != link_of(
            span, self.link, seal.salt or b"", self.hashes
        ):
            raise Broken(name, "its rows are not those that were sealed")
        if seal.mac != mac_of(self.key, seal.link):
            raise Broken(name, "it was not made with this master key")

    def _check_before_seals(self, name: str, seal: Seal) -> None:
        if len(self.hashes) != seal.span.hi - seal.span.lo + 1:
            raise Broken(name, "rows from before the first seal are missing")
        if Recorded.time_us(seal.span.last_id) > self.sealed_us:
            raise Broken(name, "its rows are said to be from before seals, but there were some already")
        self.found.before_seals += len(self.hashes)

    def _check_amended(self, name: str, seal: Seal, amendment: Amendment, mac: bytes) -> None:
        link = link_before_seals(seal.span) if seal.span.n == 0 else seal.link
        if amendment.mac(self.key, link) != mac:
            raise Broken(name, "what says that rows were removed was not made with this master key")
        if amendment.count != len(self.hashes):
            raise Broken(name, f"{amendment.count} of its rows were left, {len(self.hashes)} are there")
        if seal.span.n and amendment.root != root_of(self.hashes):
            raise Broken(name, "its rows are not those that were left")
        self.found.amended_seals += 1


def row_name(event_id: int, gateway: int, seq: int) -> str:
    """Return how a row is called."""
    at = datetime_of(Recorded.time_us(event_id)).isoformat(timespec="milliseconds")
    return f"row {event_id} (gateway {gateway}, place {seq}, recorded {at})"


def _place_name(gateway: int, seq: int) -> str:
    return f"place {seq} of gateway {gateway}"
