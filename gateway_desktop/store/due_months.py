"""Due months: on PostgreSQL a month whose rows may all go leaves as a whole, and the chain says so.

First a reader looks through the month without keeping anybody waiting: does every seal fit its rows, and what
is left of each (System events that are kept longer)? Then one short transaction writes that down, drops the
month's tables and keeps what is left, if nothing was written or amended there meanwhile.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Generator, Mapping
from contextlib import closing
from typing import NamedTuple

from gateway_desktop.core.errors import Unavailable
from gateway_desktop.core.seal import START, Span, link_of, root_of
from gateway_desktop.store.amendments import Run, amend_run, misfit, remove_rows
from gateway_desktop.store.database import Database
from gateway_desktop.store.partitions import MOST_MOVED, Month, drop, is_free
from gateway_desktop.store.retention import REASON, mark
from gateway_desktop.store.seals import link_before_seals

_GATEWAYS = "SELECT id FROM gateway ORDER BY id"
_SEALS = (
    "SELECT count(*), coalesce(min(n), 0), coalesce(max(n), 0) FROM seal"
    " WHERE gw = ? AND last_id >= ? AND last_id < ?"
)
_ASTRIDE = "SELECT n FROM seal WHERE gw = ? AND last_id >= ? AND first_id < ? ORDER BY last_id LIMIT 1"
_BEFORE = (
    "SELECT n, lo, hi, first_id, last_id, link FROM seal WHERE gw = ? AND last_id < ?"
    " ORDER BY last_id DESC LIMIT 1"
)
_AMENDED = "SELECT n, since, root FROM amendment WHERE gw = ?"
_AMENDMENTS = "SELECT n, mac FROM amendment WHERE gw = ? AND n BETWEEN ? AND ? ORDER BY n"
_Row = tuple[int, str, bytes]  # id, kind, hash


class Plan(NamedTuple):
    """What to do with a month, as it stood when it was looked through."""

    month: Month
    runs: list[Run]
    astride: list[int]  # rows to go under seals that begin before the month or end after it
    gone: Counter[str]  # rows by kind
    stays: bool  # System events are kept
    state: str


def look_through(database: Database, month: Month, due: Collection[str]) -> Plan | None:
    """Return how a month can go of which these kinds are due; None if not all of it may, at once.

    Raises:
        Unavailable: a seal does not fit its rows.
    """
    stays = "system" not in due
    kinds = dict(database.execute_sql(f"SELECT kind, count(*) FROM {month.events} GROUP BY kind").fetchall())
    if kinds.keys() - {"system", *due} or (stays and kinds.get("system", 0) > MOST_MOVED):
        return None
    if sum(n for kind, n in kinds.items() if kind in due) == 0 or _in_default(database, month) > MOST_MOVED:
        return None
    plan = Plan(month, [], [], Counter(), stays, _state(database, month))
    met = 0
    for (gateway,) in database.execute_sql(_GATEWAYS).fetchall():
        seals = _Seals(database, plan, gateway)
        if not seals.look_through():
            return None
        met += seals.met
    if met != sum(kinds.values()):
        raise Unavailable(f"A row of {month.events} is under no seal: run `gateway-desktop verify`")
    return plan


def drop_due(database: Database, plan: Plan, horizons: Mapping[str, int], now_us: int) -> Counter[str]:
    """Let a month go, in the running transaction; return the rows that went, none if it has to wait."""
    month = plan.month
    if _state(database, month) != plan.state or not is_free(database, month):
        return Counter()
    remove_rows(database, plan.astride, REASON, now_us)
    drop(database, month, "kind = 'system'" if plan.stays else "false")
    ends = (month.first, month.end)
    database.execute_sql("DELETE FROM event_part WHERE event_id >= ? AND event_id < ?", ends)
    for run in plan.runs:
        amend_run(database, run, REASON, now_us)
    for kind, n in plan.gone.items():
        mark(database, kind, horizons[kind], n, now_us)
    return plan.gone


def _in_default(database: Database, month: Month) -> int:
    """Return how many references of the month stand in the default partition, of a database from before."""
    counted = "SELECT count(*) FROM event_part_default WHERE event_id >= ? AND event_id < ?"
    return int(database.execute_sql(counted, (month.first, month.end)).fetchone()[0])


def _state(database: Database, month: Month) -> str:
    """Return what changes when a row of the month is written, removed or rewritten by the program."""
    state = hashlib.sha256()
    for (gateway,) in database.execute_sql(_GATEWAYS).fetchall():
        ends = (gateway, month.first, month.end)
        count, first, last = database.execute_sql(_SEALS, ends).fetchone()
        astride = database.execute_sql(_ASTRIDE, (gateway, month.end, month.end)).fetchall()
        amended = database.execute_sql(_AMENDMENTS, (gateway, first, last)).fetchall()
        state.update(repr((gateway, count, first, last, astride, amended)).encode())
    return state.hexdigest()


class _Seal(NamedTuple):
    span: Span
    salt: bytes
    link: bytes


class _Seals:
    """The seals of one gateway in a month, met by their rows."""

    def __init__(self, database: Database, plan: Plan, gateway: int) -> None:
        self._database = database
        self._plan = plan
        self._gateway = gateway
        self._amended = {
            n: (int(since), bytes(root))
            for n, since, root in database.execute_sql(_AMENDED, (gateway,)).fetchall()
        }
        self._before = self._link_before()
        self._run: Run | None = None  # seals with nothing left, so far
        self.met = 0

    def look_through(self) -> bool:
        """Add to the plan what becomes of the seals; return False if they are from before seals."""
        with (
            closing(_rows(self._database, self._plan.month, self._gateway)) as rows,
            closing(_seals(self._database, self._plan.month, self._gateway)) as seals,
        ):
            row = next(rows, None)
            for seal in seals:
                if seal.span.n == 0:
                    return False
                found: list[_Row] = []
                while row is not None and seal.span.first_id <= row[0] <= seal.span.last_id:
                    found.append(row)
                    row = next(rows, None)
                self._take(seal, found)
            self._end_run()
        return True

    def _link_before(self) -> bytes:
        found = self._database.execute_sql(_BEFORE, (self._gateway, self._plan.month.first)).fetchone()
        if found is None:
            return START
        *numbers, link = found
        return bytes(link) if numbers[0] else link_before_seals(Span(self._gateway, *numbers))

    def _take(self, seal: _Seal, rows: list[_Row]) -> None:
        plan, span = self._plan, seal.span
        before, self._before = self._before, seal.link
        self.met += len(rows)
        staying = [row for row in rows if plan.stays and row[1] == "system"]
        going = [row for row in rows if not (plan.stays and row[1] == "system")]
        plan.gone.update(row[1] for row in going)
        if span.first_id < plan.month.first or span.last_id >= plan.month.end:
            self._end_run()
            plan.astride.extend(row[0] for row in going)  # found to be intact when they are removed
            return
        since, root = self._amended.get(span.n, (span.n, None))
        hashes = [row[2] for row in rows]
        intact = (
            link_of(span, before, seal.salt, hashes) == seal.link if root is None else root == root_of(hashes)
        )
        if not intact:
            raise misfit(span)
        self._leave(span, since, staying, bool(going))

    def _leave(self, span: Span, since: int, staying: list[_Row], changes: bool) -> None:
        if not staying and self._run is not None:
            self._run = self._run._replace(last_id=span.last_id)
            return
        self._end_run()
        root = root_of(row[2] for row in staying)
        run = Run(self._gateway, since, span.last_id, span.last_id, len(staying), root)
        if not staying:
            self._run = run
        elif changes:
            self._plan.runs.append(run)

    def _end_run(self) -> None:
        if self._run is not None:
            self._plan.runs.append(self._run)
            self._run = None


def _seals(database: Database, month: Month, gateway: int) -> Generator[_Seal, None, None]:
    sql = (
        "SELECT n, lo, hi, first_id, last_id, salt, link FROM seal"
        f" WHERE gw = {int(gateway)} AND last_id >= {month.first} ORDER BY last_id"
    )
    for n, lo, hi, first_id, last_id, salt, link in database.streamed(sql):
        if first_id >= month.end:
            return
        yield _Seal(Span(gateway, n, lo, hi, first_id, last_id), bytes(salt or b""), bytes(link))


def _rows(database: Database, month: Month, gateway: int) -> Generator[_Row, None, None]:
    sql = f"SELECT id, kind, row_hash FROM {month.events} WHERE gw = {int(gateway)} ORDER BY id"
    for event_id, kind, row_hash in database.streamed(sql):
        yield event_id, kind, bytes(row_hash)
