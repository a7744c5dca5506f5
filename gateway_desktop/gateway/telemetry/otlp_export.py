"""What happened as OpenTelemetry's spans and metrics, by its own SDK; imported only where it is installed.

An exchange is a span of kind SERVER; the call upstream, if there was one, a span of kind CLIENT in it. The
SDK's batches drop what a collector does not take in time: the audit and its sinks do not depend on it.
"""

import logging
from typing import Any
from urllib.parse import urlsplit

from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

from gateway_desktop import __version__
from gateway_desktop.core import conventions
from gateway_desktop.core.audit import AuditRecord, Outcome
from gateway_desktop.core.errors import in_words
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.proxy import Kind
from gateway_desktop.core.record_settings import Telemetry
from gateway_desktop.core.trace import Trace
from gateway_desktop.protocols.a2a.methods import SENDS

Attributes = dict[str, str | int | float | tuple[str, ...]]
_SCOPE = "gateway_desktop"
_SECONDS = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)
_TOKENS = tuple(float(4**n) for n in range(14))
_NANOSECONDS = 1_000_000

_log = logging.getLogger(__name__)
# It says so of each try, four lines a batch for as long as a collector is away.
logging.getLogger("opentelemetry.exporter.otlp").setLevel(logging.CRITICAL)


class OtlpExport:
    """Sends to one collector, in threads of the SDK."""

    def __init__(self, wanted: Telemetry, ca_file: str) -> None:
        self._resource = Resource.create(
            {conventions.SERVICE_NAME: "gateway-desktop", conventions.SERVICE_VERSION: __version__}
        )
        self._scope = InstrumentationScope(_SCOPE, __version__)
        self._spans: BatchSpanProcessor | None = None
        self._meters: MeterProvider | None = None
        base, trusted = wanted.endpoint.rstrip("/"), ca_file or None
        if wanted.traces:
            spans = OTLPSpanExporter(f"{base}/v1/traces", trusted)
            _watch(spans, "traces")
            self._spans = BatchSpanProcessor(spans)
        if wanted.metrics:
            exporter = OTLPMetricExporter(f"{base}/v1/metrics", trusted)
            _watch(exporter, "metrics")
            self._meters = MeterProvider([PeriodicExportingMetricReader(exporter)], self._resource)
            self._measure(self._meters)

    def _measure(self, meters: MeterProvider) -> None:
        meter = meters.get_meter(_SCOPE, __version__)
        generated = meter.create_histogram(
            conventions.GEN_AI_DURATION, "s", explicit_bucket_boundaries_advisory=_SECONDS
        )
        self._durations = {
            Kind.LLM: generated,
            Kind.A2A: generated,
            Kind.MCP: meter.create_histogram(
                conventions.MCP_DURATION, "s", explicit_bucket_boundaries_advisory=_SECONDS
            ),
        }
        self._tokens = meter.create_histogram(
            conventions.GEN_AI_TOKENS, "{token}", explicit_bucket_boundaries_advisory=_TOKENS
        )
        self._first = meter.create_histogram(
            conventions.FIRST_CHUNK, "s", explicit_bucket_boundaries_advisory=_SECONDS
        )

    def tell(self, record: AuditRecord, exchange: Exchange, trace: Trace) -> None:
        """Take one exchange."""
        if self._spans is not None and trace.sampled:
            self._tell_spans(self._spans, record, exchange, trace)
        if self._meters is not None:
            self._tell_measures(record)

    def close(self) -> None:
        """Send what is left."""
        if self._spans is not None:
            self._spans.shutdown()  # type: ignore[no-untyped-call]  # the SDK leaves it out
        if self._meters is not None:
            self._meters.shutdown()

    def _tell_spans(
        self, spans: BatchSpanProcessor, record: AuditRecord, exchange: Exchange, trace: Trace
    ) -> None:
        start = record.started_us * 1000
        end = start + record.duration_ms * _NANOSECONDS
        told, flags = _of_call(record), TraceFlags(TraceFlags.SAMPLED)
        failed = Status(StatusCode.ERROR if record.outcome is Outcome.FAILED else StatusCode.UNSET)

        def context(span_id: str) -> SpanContext | None:
            if not span_id:
                return None
            remote = span_id == trace.parent
            return SpanContext(int(trace.trace_id, 16), int(span_id, 16), remote, flags)

        def span(
            name: str, kind: SpanKind, ids: tuple[str, str], begun: int, more: Attributes
        ) -> ReadableSpan:
            return ReadableSpan(
                name,
                context(ids[0]),
                context(ids[1]),
                self._resource,
                {**told, **more},
                kind=kind,
                status=failed,
                start_time=begun,
                end_time=end,
                instrumentation_scope=self._scope,
            )

        name = f"{exchange.request.method} /{record.proxy}" if record.kind == Kind.LLM else _name(record)
        spans.on_end(span(name, SpanKind.SERVER, (trace.span, trace.parent), start, _ours(record)))
        if exchange.call is not None and record.outcome is not Outcome.BLOCKED:
            sent = start + round(_sent_after(exchange) * 1e9)
            ids = (trace.upstream, trace.span)
            spans.on_end(span(_name(record), SpanKind.CLIENT, ids, min(sent, end), _server(exchange)))

    def _tell_measures(self, record: AuditRecord) -> None:
        duration = self._durations.get(Kind(record.kind))
        if duration is None or (record.kind == Kind.A2A and not _invokes(record)):
            return  # the conventions measure agents at work, not questions about their tasks
        attributes = _of_metric(record)
        duration.record(record.duration_ms / 1000, attributes)
        if record.kind != Kind.LLM:
            return
        for kind, n in (("input", record.tokens_in), ("output", record.tokens_out)):
            if n is not None:
                self._tokens.record(n, {**attributes, conventions.TOKEN_TYPE: kind})
        if record.ttft_ms is not None:
            self._first.record(record.ttft_ms / 1000, attributes)


def _watch(exporter: OTLPSpanExporter | OTLPMetricExporter, what: str) -> None:
    """Log once that the collector does not take something, and once that it does again."""
    send, failing = exporter._client.export, False

    def export(data: bytes) -> Any:
        nonlocal failing
        result = send(data)
        if result.success is failing:
            failing = not result.success
            if failing:
                _log.warning("The collector does not take %s, which are lost: %s", what, _why(result))
            else:
                _log.info("The collector takes %s again", what)
        return result

    exporter._client.export = export  # type: ignore[method-assign]


def _why(result: Any) -> str:
    """Return why nothing was taken: the status, or what the system says beneath what Python's clients do."""
    if result.status_code is not None:
        return f"it answered {result.status_code}"
    error = result.error
    while error is not None and not getattr(error, "strerror", None):
        error = error.__context__
    return in_words(error or result.error or TimeoutError("it does not answer in time"))


def _name(record: AuditRecord) -> str:
    """Return what the conventions call such a span: the operation, and what was asked."""
    operation = _operation(record)
    named = record.kind == Kind.LLM or record.method == "tools/call" or _invokes(record)
    return f"{operation} {record.target or ''}".strip() if named else operation


def _operation(record: AuditRecord) -> str:
    method = record.method or "unknown"
    if _invokes(record):
        return conventions.INVOKE_AGENT
    return conventions.OPERATIONS.get(method, method) if record.kind == Kind.LLM else method


def _invokes(record: AuditRecord) -> bool:
    """Return whether an agent was given something to do."""
    return record.kind == Kind.A2A and record.method in SENDS


def _of_call(record: AuditRecord) -> Attributes:
    """Return what the conventions say of a call: of models, or of tools."""
    found: dict[str, str | int | float | tuple[str, ...] | None]
    if record.kind == Kind.LLM:
        provider = record.provider or ""
        found = {
            conventions.OPERATION: _operation(record),
            conventions.PROVIDER: conventions.PROVIDERS.get(provider, provider),
            conventions.REQUEST_MODEL: record.target,
            conventions.RESPONSE_MODEL: record.response_model,
            conventions.INPUT_TOKENS: record.tokens_in,
            conventions.OUTPUT_TOKENS: record.tokens_out,
            conventions.FINISH_REASONS: (record.finish,) if record.finish else None,
        }
    elif record.kind == Kind.A2A:
        found = {
            conventions.OPERATION: conventions.INVOKE_AGENT if _invokes(record) else None,
            conventions.AGENT_NAME: record.target,
            conventions.CONVERSATION: record.session,
            conventions.RPC_METHOD: record.method,
        }
    else:
        tool = record.target if record.method == "tools/call" else None
        found = {
            conventions.MCP_METHOD: record.method,
            conventions.MCP_SESSION: record.session,
            conventions.TOOL_NAME: tool,
            conventions.OPERATION: conventions.EXECUTE_TOOL if tool else None,
            conventions.MCP_RESOURCE: record.target if record.method == "resources/read" else None,
        }
    found[conventions.ERROR_TYPE] = _error(record)
    return {name: value for name, value in found.items() if value not in (None, "")}


def _ours(record: AuditRecord) -> Attributes:
    found = {
        conventions.PROXY: record.proxy,
        conventions.OUTCOME: str(record.outcome),
        conventions.EXCHANGE: record.exchange_id,
        conventions.HTTP_STATUS: record.http_status,
        conventions.GROUP: record.principal.group,
        conventions.USER_ID: record.principal.user_id,
        conventions.COST: record.cost_nano / 1e9 if record.cost_nano is not None else None,
        conventions.RISK: record.risk,
    }
    return {name: value for name, value in found.items() if value not in (None, "")}


def _server(exchange: Exchange) -> Attributes:
    parts = urlsplit(exchange.proxy.upstream)
    if not parts.hostname:
        return {}
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return {conventions.SERVER_ADDRESS: parts.hostname, conventions.SERVER_PORT: port}


def _of_metric(record: AuditRecord) -> Attributes:
    """Return what series are told apart by: models only as the upstream names them, and never a person."""
    told = _of_call(record)
    names = (
        conventions.OPERATION,
        conventions.PROVIDER,
        conventions.RESPONSE_MODEL,
        conventions.MCP_METHOD,
        conventions.ERROR_TYPE,
    )
    kept = {name: told[name] for name in names if name in told}
    return {**kept, conventions.PROXY: record.proxy}


def _error(record: AuditRecord) -> str | None:
    if record.outcome is Outcome.SUCCESS:
        return None
    if record.outcome is Outcome.FAILED and record.http_status is not None and record.http_status >= 400:
        return str(record.http_status)
    return record.block_reason or str(record.outcome)


def _sent_after(exchange: Exchange) -> float:
    """Return after how many seconds the call went upstream: after the last step before the answer."""
    answered = exchange.timeline.get("answered", float("inf"))
    return max((at for at in exchange.timeline.values() if at < answered), default=0.0)
