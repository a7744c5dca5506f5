"""Telemetry: traces and metrics of exchanges by OTLP, where a person named a collector.

What exports them is an optional extra, so it is imported late, in a thread: it takes a moment.
"""

import asyncio
import importlib
import logging
from typing import Protocol

from gateway_desktop.core.audit import AuditRecord
from gateway_desktop.core.exchange import Exchange, Headers
from gateway_desktop.core.settings import Telemetry as Wanted
from gateway_desktop.core.trace import HEADER, Trace, parent_of

_log = logging.getLogger(__name__)
RawPairs = tuple[tuple[bytes, bytes], ...]


class Exporter(Protocol):
    """Takes what happened, and sends it when it likes."""

    def tell(self, record: AuditRecord, exchange: Exchange, trace: Trace) -> None:
        """Take one exchange that has ended."""
        ...

    def close(self) -> None:
        """Send what is left; takes its time."""
        ...


class Telemetry:
    """Used on the gateway's loop. Without a collector every method returns at once."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._wanted = Wanted()
        self._ca_file = ""
        self._exporter: Exporter | None = None

    def configure(self, wanted: Wanted, ca_file: str) -> None:
        """Obey these settings soon."""
        if (wanted, ca_file) == (self._wanted, self._ca_file):
            return
        self._wanted, self._ca_file = wanted, ca_file
        former, self._exporter = self._exporter, None
        if former is not None:
            self._loop.run_in_executor(None, former.close)
        if wanted.endpoint:
            made = self._loop.run_in_executor(None, _exporter, wanted, ca_file)
            made.add_done_callback(lambda future: self._made(future, wanted))

    def begin(self, headers: Headers, raw: RawPairs) -> tuple[Trace | None, RawPairs]:
        """Return the trace of a request, and its headers as they go upstream: with our span as the parent."""
        if self._exporter is None:
            return None, raw
        trace = Trace.after(headers.get(HEADER, ""))
        kept = [pair for pair in raw if pair[0].lower() != HEADER.encode()]
        return trace, (*kept, (HEADER.encode(), trace.header))

    def end(self, record: AuditRecord, exchange: Exchange) -> None:
        """Tell the collector of an exchange that has ended."""
        if self._exporter is None:
            return
        trace = exchange.trace or Trace.after(exchange.request.headers.get(HEADER, ""))
        if trace.told:
            trace = trace.again()
        trace.told = True
        try:
            self._exporter.tell(record, exchange, trace)
        except Exception as error:  # noqa: BLE001 - telemetry must not cost the caller the answer
            _log.error("An exchange could not be told to the collector", exc_info=error)

    async def close(self) -> None:
        """Send what is left."""
        exporter, self._exporter = self._exporter, None
        if exporter is not None:
            await self._loop.run_in_executor(None, exporter.close)

    def _made(self, future: "asyncio.Future[Exporter]", wanted: Wanted) -> None:
        if future.cancelled():
            return
        if error := future.exception():
            _log.warning("Traces and metrics cannot be exported: %s", error)
        elif wanted == self._wanted:
            self._exporter = future.result()
        else:  # the settings changed meanwhile
            self._loop.run_in_executor(None, future.result().close)


def trace_id_of(exchange: Exchange) -> str | None:
    """Return the trace that an exchange belongs to, whether we export or not."""
    if exchange.trace is not None:
        return exchange.trace.trace_id
    parent = parent_of(exchange.request.headers.get(HEADER, ""))
    return parent.trace_id if parent is not None else None


def _exporter(wanted: Wanted, ca_file: str) -> Exporter:
    module = importlib.import_module("gateway_desktop.gateway.otlp_export")
    made: Exporter = module.OtlpExport(wanted, ca_file)
    return made
