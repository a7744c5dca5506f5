"""Recorder: the gateway's way into the audit; never blocks, and says when it cannot take more."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future

from gateway_desktop.core.audit import AuditRecord, SystemEvent
from gateway_desktop.core.figures import StoreFigures
from gateway_desktop.core.plural import plural
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.store.first_uses import FirstUses, write_denial, write_first_use
from gateway_desktop.store.queries.told_tasks import told_tasks
from gateway_desktop.store.store import Store
from gateway_desktop.store.system_events import write_system_event

MOST_ROWS = 10_000
MOST_BYTES = 64 * 1024 * 1024


class Recorder:
    """Fits the gateway's port of the same name."""

    def __init__(self, store: Store) -> None:
        self._writer = store.writer
        self._store = store
        self._firsts = FirstUses()

    def ready(self) -> str | None:
        """Return None, or why nothing can be written right now, in words for callers."""
        failure = self._writer.failure
        return self._backlog() if failure is None else failure.told

    def storage_problem(self) -> str | None:
        """Return the same in a sentence for who runs the gateway: with the database's place."""
        failure = self._writer.failure
        return self._backlog() if failure is None else str(failure)

    def _backlog(self) -> str | None:
        rows, size = self._writer.backlog()
        if rows >= MOST_ROWS or size >= MOST_BYTES:
            waiting = f"{rows:,} audit rows ({size // 1_000_000} MB)"
            return f"The disk is slower than the traffic: {waiting} wait to be written."
        return None

    def notice(self) -> str:
        """Return that rows are spooled or were set aside, why and how many, or nothing."""
        reason, rows = self._writer.away, self._writer.spooled
        if reason is None:
            return self._writer.refused
        waiting = plural(rows, "audit row waits", "audit rows wait")
        return f"{reason} {waiting} on this machine's disk, to be written when it is back."

    def figures(self) -> StoreFigures:
        """Return how the store keeps up."""
        rows, size = self._writer.backlog()
        lag = self._writer.lag * 1000
        queries = self._store.reader.timings.slowest()
        return StoreFigures(rows, size, lag, self._store.size(), queries)

    def append(self, record: AuditRecord, done: Callable[[BaseException | None], None] | None = None) -> None:
        """Queue the record; `done` is called in the writer thread after its commit, or with its failure."""
        self._writer.append(record, done)
        if self._firsts.new(record):
            noted = self._writer.submit(write_first_use, record)
            noted.add_done_callback(lambda done: self._firsts.forget(record) if done.exception() else None)
        elif self._firsts.denied(record):
            self._writer.submit(write_denial, record)

    def note(self, event: SystemEvent) -> Future[int]:
        """Queue a System event."""
        return self._writer.submit(write_system_event, event)

    def told_tasks(self, proxy: Proxy, since_us: int) -> Future[Mapping[str, str]]:
        """Return the tasks that a proxy's rows since then tell of, and for each who was told of it first."""
        return self._store.reader.submit(told_tasks, proxy.kind, proxy.name, since_us)
