"""A runtime for filters that are tried alone, on the running loop."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path

from gateway_desktop.core.audit import AuditRecord, SystemEvent
from gateway_desktop.core.figures import StoreFigures
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.core.snapshot import Snapshot
from gateway_desktop.gateway.runtime import Runtime


class KeptRecords:
    """A recorder in memory; with a `problem` it takes no records, with a `failure` every commit fails."""

    def __init__(self, problem: str | None = None, failure: BaseException | None = None) -> None:
        self.problem = problem
        self.failure = failure
        self.records: list[AuditRecord] = []
        self.events: list[SystemEvent] = []

    def notice(self) -> str:
        return ""

    def ready(self) -> str | None:
        return self.problem

    def storage_problem(self) -> str | None:
        return self.problem

    def figures(self) -> StoreFigures:
        return StoreFigures(backlog_rows=len(self.records))

    def append(self, record: AuditRecord, done: Callable[[BaseException | None], None] | None) -> None:
        self.records.append(record)
        if done is not None:
            done(self.failure)

    def note(self, event: SystemEvent) -> None:
        self.events.append(event)

    def told_tasks(self, proxy: Proxy, since_us: int) -> Future[Mapping[str, str]]:
        raise NotImplementedError


def a_runtime(snapshot: Snapshot, recorder: KeptRecords | None = None, folder: Path | None = None) -> Runtime:
    """Return a runtime that obeys the snapshot."""
    runtime = Runtime(recorder or KeptRecords(), asyncio.get_running_loop(), folder=folder)
    runtime.obey(snapshot)
    return runtime
