"""Retention: a run removes what the settings do not keep, in small transactions, and tells what it did."""

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from gateway_desktop.core.audit import Category, Recorded, Severity, SystemEvent
from gateway_desktop.core.clock import DAY_US, now_us
from gateway_desktop.core.database_url import DatabaseUrl
from gateway_desktop.core.people import Role
from gateway_desktop.core.plural import plural
from gateway_desktop.core.record_settings import Retention as Kept
from gateway_desktop.core.retention import Removed
from gateway_desktop.services.administration import Administration
from gateway_desktop.services.settings import SettingsService
from gateway_desktop.store.database import Database
from gateway_desktop.store.partitions import drop_months, months_before
from gateway_desktop.store.queries.outbox import sink_states
from gateway_desktop.store.queries.paging import TABS
from gateway_desktop.store.queries.sums import KINDS
from gateway_desktop.store.retention import (
    AT_ONCE,
    Texts,
    erase_old_texts,
    oldest_day,
    remove_old,
    sweep_texts,
    texts_to_go,
    used_bytes,
)
from gateway_desktop.store.store import Store

_log = logging.getLogger(__name__)
_LEFT_DAYS = 2  # the newest days stay, however little room there is
Result = TypeVar("Result")


class Retention:
    """Runs one after the other, in a thread of its own."""

    def __init__(self, store: Store, administration: Administration, settings: SettingsService) -> None:
        self._store = store
        self._administration = administration
        self._settings = settings
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="retention")

    def run(self, *, texts: bool = True) -> Future[Removed]:
        """Remove what is due now; the Future has what that was.

        No texts beside a gateway on the same file: it remembers which are stored, and refers to them. On a
        server, gateways tell each other.
        """
        return self._worker.submit(self._run, texts)

    def _run(self, texts: bool) -> Removed:
        self._administration.require(Role.ADMIN).result()
        kept = self._settings.current().result().retention
        texts = texts or isinstance(self._store.where, DatabaseUrl)
        try:
            return self._remove(kept, texts=texts)
        except Exception as error:
            failed = SystemEvent(
                Category.SYSTEM,
                "retention run",
                "audit",
                Severity.CRITICAL,
                result="failure",
                details=str(error),
            )
            self._administration.note(failed).result()
            raise

    def _remove(self, kept: Kept, *, texts: bool) -> Removed:
        now = now_us()
        rows: Counter[str] = Counter()
        horizons: dict[str, int] = {}
        for kind, days in zip(
            TABS, (kept.llm_days, kept.mcp_days, kept.a2a_days, kept.system_days), strict=True
        ):
            if days:
                horizons[kind] = _day(now) - days * DAY_US
        rows += self._drop_months(horizons, now)
        for kind, before in horizons.items():
            rows[kind] += self._remove_rows(kind, before, now)
        for kind, before in self._for_room(kept.max_mb << 20, now, rows, texts).items():
            horizons[kind] = max(before, horizons.get(kind, 0))
        due = [before for kind, before in horizons.items() if kind in KINDS]
        if due and (dropped := self._write(drop_months, max(due))):
            _log.info("Dropped %s", ", ".join(dropped))
        removed = self._remove_texts(kept, now, rows) if texts else Removed(dict(rows))
        if removed.anything:
            self._tell(removed, horizons, now)
        return removed

    def _drop_months(self, horizons: Mapping[str, int], now: int) -> Counter[str]:
        """Let months go as a whole of which all is due; what cannot goes row by row."""
        gone: Counter[str] = Counter()
        if not isinstance(self._store.where, DatabaseUrl):
            return gone
        from gateway_desktop.store.due_months import drop_due, look_through  # late: with it comes the driver

        for month in self._ask(months_before, max(horizons.values(), default=0)):
            due = [kind for kind, before in horizons.items() if Recorded.first_id(before) >= month.end]
            if plan := self._ask(look_through, month, due):
                gone += self._write(drop_due, plan, horizons, now)
        return gone

    def _remove_rows(self, kind: str, before_us: int, now: int) -> int:
        total = 0
        while some := self._write(remove_old, kind, before_us, now):
            total += some
        return total

    def _for_room(self, most: int, now: int, rows: Counter[str], texts: bool) -> dict[str, int]:
        """Remove the oldest days of exchanges until what is left fits; return up to when."""
        horizons: dict[str, int] = {}
        while most and self._ask(used_bytes) > most:
            before = self._ask(oldest_day, KINDS)
            if before is None or before > _day(now) - _LEFT_DAYS * DAY_US:
                _log.warning("The database is larger than retention.max_mb, and nothing older can go")
                break
            for kind in KINDS:
                horizons[kind] = before
                rows[kind] += self._remove_rows(kind, before, now)
            if texts:
                self._sweep(self._ask(texts_to_go, None))
        return horizons

    def _remove_texts(self, kept: Kept, now: int, rows: Counter[str]) -> Removed:
        before = _day(now) - kept.texts_days * DAY_US if kept.texts_days else None
        found: Texts = self._ask(texts_to_go, before)
        erased = 0
        if before is not None:
            for some in _parts(found.old):
                erased += self._write_texts(erase_old_texts, some, found.newest, before, now)
        return Removed(dict(rows), erased, self._sweep(found))

    def _sweep(self, found: Texts) -> int:
        return sum(self._write_texts(sweep_texts, some, found.newest) for some in _parts(found.unreferenced))

    def _tell(self, removed: Removed, horizons: dict[str, int], now: int) -> None:
        behind = [
            state.sink.name for state in self._ask(sink_states) if (state.oldest_us or now) < now - DAY_US
        ]
        after: dict[str, object] = {"rows": dict(removed.rows), "texts": removed.texts, "until_us": horizons}
        if behind:
            after["sinks more than a day behind"] = behind
        words = ", ".join(plural(n, f"{kind} row") for kind, n in removed.rows.items() if n)
        texts = plural(removed.texts, "text") if removed.texts else ""
        event = SystemEvent(
            Category.SYSTEM,
            "retention run",
            "audit",
            after=after,
            details=", ".join(part for part in (words, texts) if part),
        )
        self._administration.note(event).result()
        _log.info("Retention removed %s", event.details)

    def _ask(self, query: Callable[..., Result], *arguments: object) -> Result:
        return self._store.reader.submit(query, *arguments).result()

    def _write(self, work: Callable[..., Result], *arguments: object) -> Result:
        return self._store.writer.submit(work, *arguments).result()

    def _write_texts(self, work: Callable[..., int], *arguments: object) -> int:
        """Write, and let the writer forget in the same moment which texts are stored."""

        def unit(database: Database) -> int:
            done = work(database, *arguments)
            self._store.forget_texts(database)
            return done

        return self._store.writer.submit(unit).result()


def _day(at_us: int) -> int:
    return at_us // DAY_US * DAY_US


def _parts(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE)]
