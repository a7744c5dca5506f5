"""amend(): remove or rewrite rows so that the chain stays valid and says so: retention, erasure of a person.

A seal whose rows do not match it any more is not amended: that would bless what somebody else changed.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from gateway_desktop.core.errors import Unavailable
from gateway_desktop.core.seal import START, Amendment, Span, erasure_mac, link_of, root_of
from gateway_desktop.store.database import Database
from gateway_desktop.store.rows import COLUMNS, row_hash
from gateway_desktop.store.seals import link_before_seals

Row = list[Any]
Rewrite = Callable[[Row], Row | None]  # from and to all columns but the hash; None: the row goes

_COLUMNS = "n, lo, hi, first_id, last_id, salt, link"
_SEAL_OF = f"SELECT {_COLUMNS} FROM seal WHERE gw = ? AND last_id >= ? ORDER BY last_id LIMIT 1"
_BEFORE = f"SELECT {_COLUMNS} FROM seal WHERE gw = ? AND last_id < ? ORDER BY last_id DESC LIMIT 1"
_AFTER = f"SELECT {_COLUMNS} FROM seal WHERE gw = ? AND last_id > ? ORDER BY last_id LIMIT 1"
_AMENDMENT = "SELECT since, cnt, root, at_us, reason FROM amendment WHERE gw = ? AND n = ?"
_ROWS = f"SELECT {', '.join(COLUMNS)} FROM event WHERE gw = ? AND id BETWEEN ? AND ? ORDER BY id"
_UPDATE = f"UPDATE event SET {', '.join(f'{name} = ?' for name in COLUMNS)} WHERE id = ?"
_WRITE = (
    "INSERT INTO amendment(gw, n, since, cnt, root, at_us, reason, mac) VALUES(?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT(gw, n) DO UPDATE SET since = excluded.since, cnt = excluded.cnt, root = excluded.root,"
    " at_us = excluded.at_us, reason = excluded.reason, mac = excluded.mac"
)


class Run(NamedTuple):
    """Seals one after another, whose rows are all gone but for the rows of a single one."""

    gateway: int
    since: int  # the first of them
    first_last_id: int  # the last row of that one
    last_id: int  # the last row of the last one
    left: int  # rows of the last one
    root: bytes


def remove_rows(database: Database, ids: Iterable[int], reason: str, now_us: int) -> int:
    """Remove these rows and their references to texts, within the running transaction; return how many.

    A few hundred at a time keep the transaction short. What does it writes its own System event.
    """
    return amend(database, ids, lambda _row: None, reason, now_us)


def amend(database: Database, ids: Iterable[int], rewrite: Rewrite, reason: str, now_us: int) -> int:
    """Let `rewrite` change or remove these rows, within the running transaction; return how many it met."""
    by_gateway: dict[int, list[int]] = {}
    for event_id in sorted(set(ids)):
        by_gateway.setdefault(event_id & 1023, []).append(event_id)
    met = 0
    for gateway, of_gateway in by_gateway.items():
        at = 0
        while at < len(of_gateway):
            seal = _Seal.found(database, _SEAL_OF, gateway, of_gateway[at])
            if seal is None:
                raise Unavailable(f"Row {of_gateway[at]} is under no seal: run `gateway-desktop verify`")
            some = {event_id for event_id in of_gateway[at:] if event_id <= seal.span.last_id}
            met += seal.amend(some, rewrite, reason, now_us)
            at += len(some)
    return met


def amend_run(database: Database, run: Run, reason: str, now_us: int) -> None:
    """Write down what is left of the rows of a run of seals, which its caller removes in this transaction.

    The caller has found the seals to fit their rows. Seals with nothing left become one, and its neighbours.
    """
    row = database.execute_sql(_SEAL_OF, (run.gateway, run.last_id)).fetchone()
    seal = _Seal(database, run.gateway, row)
    passed = (run.gateway, run.first_last_id, run.last_id)
    database.execute_sql("DELETE FROM seal WHERE gw = ? AND last_id >= ? AND last_id < ?", passed)
    numbers = (run.gateway, run.since, seal.span.n)
    database.execute_sql("DELETE FROM amendment WHERE gw = ? AND n >= ? AND n < ?", numbers)
    seal.leave(run.since, run.left, run.root, reason, now_us)


def erase_texts(database: Database, part_ids: Sequence[int], reason: str, now_us: int) -> None:
    """Erase stored texts, their salts and hashes, within the running transaction; the chain stays valid."""
    note_texts_gone(database)
    for part_id in part_ids:
        row = database.execute_sql(
            "SELECT salted FROM part WHERE id = ? AND body IS NOT NULL", (part_id,)
        ).fetchone()
        if row is None:
            continue
        if row[0] is not None:  # a text from before seals is in no chain
            mac = erasure_mac(database.seal_key, part_id, now_us, bytes(row[0]), reason)
            database.execute_sql(
                "INSERT INTO erasure(part_id, at_us, reason, mac) VALUES(?, ?, ?, ?)",
                (part_id, now_us, reason, mac),
            )
        database.execute_sql(
            "UPDATE part SET body = NULL, salt = NULL, hash = ?, size = 0 WHERE id = ?",
            (part_id.to_bytes(16, "big"), part_id),
        )


def note_texts_gone(database: Database) -> None:
    """Let every gateway look anew which texts are stored and who was erased, before it writes a row."""
    database.execute_sql("UPDATE schema_version SET texts_version = texts_version + 1")


def misfit(span: Span) -> Unavailable:
    """Return what to say where a seal does not fit its rows."""
    name = f"Seal {span.n} of gateway {span.gateway}"
    return Unavailable(f"{name} does not fit its rows: run `gateway-desktop verify`")


def _bytes(value: object) -> bytes:
    """Return a value as it was written; one of a kind that is never written is none, and fits nothing."""
    return value if isinstance(value, bytes) else b""


class _Seal:
    """One seal on its way to an amendment."""

    def __init__(self, database: Database, gateway: int, row: Sequence[Any]) -> None:
        n, lo, hi, first_id, last_id, salt, link = row
        self._database = database
        self.span = span = Span(gateway, n, lo, hi, first_id, last_id)
        if not all(isinstance(number, int) for number in row[:5]) or not (n == 0 or isinstance(link, bytes)):
            raise misfit(span)
        self._salt = _bytes(salt)
        self._link = bytes(link) if n else link_before_seals(span)
        self.amendment: Amendment | None = None
        if found := database.execute_sql(_AMENDMENT, (gateway, n)).fetchone():
            since, count, root, at_us, reason = found
            self.amendment = Amendment(gateway, n, since, count, _bytes(root), at_us, reason)

    @classmethod
    def found(cls, database: Database, sql: str, gateway: int, event_id: int) -> "_Seal | None":
        """Return the seal that a statement finds by an id."""
        row = database.execute_sql(sql, (gateway, event_id)).fetchone()
        return None if row is None else cls(database, gateway, row)

    @property
    def is_empty(self) -> bool:
        """Return whether none of its rows are left."""
        return self.amendment is not None and self.amendment.count == 0

    def amend(self, ids: set[int], rewrite: Rewrite, reason: str, now_us: int) -> int:
        """Change these of its rows and say what is left; return how many there were."""
        span = self.span
        ends = (
            (span.first_id, span.last_id) if span.n else (min(ids), max(ids))
        )  # those before seals are many
        rows = self._database.execute_sql(_ROWS, (span.gateway, *ends)).fetchall()
        if span.n:
            self._require_intact([_bytes(row[-1]) for row in rows])
        met = [row for row in rows if row[0] in ids]
        if not met:
            return 0
        changed = {row[0]: self._changed(row, rewrite) for row in met}
        if all(changed[row[0]] == _bytes(row[-1]) for row in met):
            return len(met)
        self._delete([row[0] for row in met if changed[row[0]] is None])
        left = [changed.get(row[0], _bytes(row[-1])) for row in rows]
        hashes = [hashed for hashed in left if hashed is not None]
        count = len(hashes)
        if not span.n:
            before = self.amendment.count if self.amendment else span.hi - span.lo + 1
            count = before - sum(hashed is None for hashed in changed.values())
        since = self.amendment.since if self.amendment else span.n
        self.leave(since, count, root_of(hashes) if span.n else b"", reason, now_us)
        return len(met)

    def leave(self, since: int, count: int, root: bytes, reason: str, now_us: int) -> None:
        """Write down what is left of the rows of all seals since that one."""
        span = self.span
        self._write(Amendment(span.gateway, span.n, since, count, root, now_us, reason))
        self._database.execute_sql(
            "UPDATE seal SET salt = NULL WHERE gw = ? AND last_id = ?", (span.gateway, span.last_id)
        )
        if count == 0 and span.n:
            self._merge()

    def _changed(self, row: Sequence[Any], rewrite: Rewrite) -> bytes | None:
        """Rewrite a row and return its new hash; None if it is to be removed."""
        values = list(row[:-1])
        new = rewrite(values.copy())
        if new is None:
            return None
        if row_hash(values) != _bytes(row[-1]):
            raise Unavailable(f"Row {row[0]} was changed after it was written: run `gateway-desktop verify`")
        hashed = row_hash(new)
        self._database.execute_sql(_UPDATE, (*new, hashed, row[0]))
        return hashed

    def _delete(self, ids: Sequence[int]) -> None:
        if ids:
            marks = ",".join("?" * len(ids))
            self._database.execute_sql(f"DELETE FROM event WHERE id IN ({marks})", ids)
            self._database.execute_sql(f"DELETE FROM event_part WHERE event_id IN ({marks})", ids)

    def _require_intact(self, hashes: Sequence[bytes]) -> None:
        if self.amendment is not None:
            intact = root_of(hashes) == self.amendment.root
        else:
            before = _Seal.found(self._database, _BEFORE, self.span.gateway, self.span.first_id)
            link = before._link if before is not None else START
            intact = link_of(self.span, link, self._salt, hashes) == self._link
        if not intact:
            raise misfit(self.span)

    def _write(self, amendment: Amendment) -> None:
        self.amendment = amendment
        mac = amendment.mac(self._database.seal_key, self._link)
        self._database.execute_sql(
            _WRITE,
            (
                amendment.gateway,
                amendment.n,
                amendment.since,
                amendment.count,
                amendment.root,
                amendment.at_us,
                amendment.reason,
                mac,
            ),
        )

    def _merge(self) -> None:
        """Make one amendment of this seal and its neighbours whose rows are all gone, too."""
        gateway = self.span.gateway
        before = _Seal.found(self._database, _BEFORE, gateway, self.span.last_id)
        if before is not None and before.span.n and before.is_empty:
            before._swallowed_by(self)
        after = _Seal.found(self._database, _AFTER, gateway, self.span.last_id)
        if after is not None and after.is_empty:
            self._swallowed_by(after)

    def _swallowed_by(self, other: "_Seal") -> None:
        mine, theirs = self.amendment, other.amendment
        assert mine is not None and theirs is not None
        other._write(
            Amendment(theirs.gateway, theirs.n, mine.since, 0, theirs.root, theirs.at_us, theirs.reason)
        )
        key = (self.span.gateway, self.span.last_id)
        self._database.execute_sql("DELETE FROM seal WHERE gw = ? AND last_id = ?", key)
        self._database.execute_sql(
            "DELETE FROM amendment WHERE gw = ? AND n = ?", (self.span.gateway, self.span.n)
        )
