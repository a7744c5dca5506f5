"""Telemetry: traces and metrics of exchanges by OTLP, where a person named a collector.

What exports them is an optional extra, so it is imported late, in a thread: it takes a moment.
"""

import asyncio
import importlib
import logging
from typing import Protocol

from gateway_desktop.core.audit import AuditRecord
from gateway_desktop.core.exchange import Exchange, Headers
from gateway_desktop.core.record_settings import Telemetry as Wanted
from gateway_desktop.core.trace import HEADER, Trace, parent_of
from gateway_desktop.protocols.json_text import edited
from gateway_desktop.protocols.mcp.methods import METHODS
from gateway_desktop.protocols.mcp.trace_context import with_context

_log = logging.getLogger(__name__)
_IN_MESSAGE = f"/params/_meta/{HEADER}"  # MCP: SEP-414; tracestate and baggage beside it pass as they are
_STATE = "tracestate"
RawPairs = tuple[tuple[bytes, bytes], ...]


class Exporter(Protocol):
    """Takes what happened, and sends it when it likes."""

    def tell(self, record: AuditRecord, exchange: Exchange, trace: Trace) -> None:
        """Take one exchange that has ended."""

    def close(self) -> None:
        """Send what is left; takes its time."""


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
        return trace, _with_parent(raw, trace)

    def sent(self, exchange: Exchange) -> bytes:
        """Return the body of a call as it goes to an MCP server: with our span as its parent.

        HTTP's headers tell of a connection, not of a message, and a command has none (OpenTelemetry's
        conventions for MCP). Notifications and methods that are not known stay as they are.
        """
        call = exchange.call
        assert call is not None
        traces = self._exporter is not None and self._wanted.traces
        if call.traceparent or not traces or not call.request_id or call.operation not in METHODS:
            return self.carried(exchange)
        trace = self._followed(exchange)
        context = {HEADER: trace.header.decode()}
        if trace.parent and (state := exchange.request.headers.get(_STATE, "")):
            context[_STATE] = state
        return with_context(call.body, context)

    def carried(self, exchange: Exchange) -> bytes:
        """Return a message as it goes on: where it names a span as its parent, it names ours."""
        call = exchange.call
        assert call is not None
        if self._exporter is None or not call.traceparent:
            return call.body
        trace = self._followed(exchange)
        return edited(call.body, {_IN_MESSAGE: lambda _: trace.header.decode()})

    @staticmethod
    def _followed(exchange: Exchange) -> Trace:
        """Return the trace of an exchange: what the message says of it goes before what the headers say."""
        call, trace = exchange.call, exchange.trace
        named = call.traceparent if call is not None else ""
        parent = parent_of(named)
        if trace is None or (parent is not None and (trace.trace_id, trace.parent) != parent[:2]):
            trace = exchange.trace = Trace.after(named or exchange.request.headers.get(HEADER, ""))
            raw = _with_parent(exchange.request.raw_headers, trace)
            exchange.request = exchange.request._replace(raw_headers=raw)
        return trace

    def end(self, record: AuditRecord, exchange: Exchange) -> None:
        """Tell the collector of an exchange that has ended."""
        if self._exporter is None:
            return
        trace = self._followed(exchange)
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


def _with_parent(raw: RawPairs, trace: Trace) -> RawPairs:
    """Return headers that name our span upstream as the parent."""
    kept = [pair for pair in raw if pair[0].lower() != HEADER.encode()]
    return (*kept, (HEADER.encode(), trace.header))


def trace_id_of(exchange: Exchange) -> str | None:
    """Return the trace that an exchange belongs to, whether we export or not."""
    named = exchange.call.traceparent if exchange.call is not None else ""
    if exchange.trace is not None and not named:
        return exchange.trace.trace_id
    parent = parent_of(named or exchange.request.headers.get(HEADER, ""))
    return parent.trace_id if parent is not None else None


def _exporter(wanted: Wanted, ca_file: str) -> Exporter:
    module = importlib.import_module("gateway_desktop.gateway.telemetry.otlp_export")
    made: Exporter = module.OtlpExport(wanted, ca_file)
    return made
