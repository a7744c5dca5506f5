"""What the audit keeps of an exchange."""

import time
from collections.abc import Awaitable, Callable

from gateway_desktop.core.audit import AuditRecord, Outcome
from gateway_desktop.core.errors import Refused, Stopped
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.proxy import Kind, PayloadLevel
from gateway_desktop.core.reply import Basis, Reply
from gateway_desktop.core.snapshot import Snapshot
from gateway_desktop.core.spelling import without_halves
from gateway_desktop.gateway.recording.costs import cost_of, usage_of, was_free
from gateway_desktop.gateway.recording.payloads import PayloadMaker, sizes
from gateway_desktop.gateway.recording.risk import add_risk
from gateway_desktop.gateway.telemetry.measures import Measures
from gateway_desktop.gateway.telemetry.telemetry import Telemetry, trace_id_of
from gateway_desktop.identity.credentials import holds_ours
from gateway_desktop.inspection.redaction import redact
from gateway_desktop.protocols.llm.clients import application, introduced
from gateway_desktop.protocols.llm.pricing import Prices

_ABOUT = "/params/_meta"  # who calls, in the revision without sessions, and what else is no parameter
LONGEST_PARAMETERS = 300  # shown in lists; the whole is in the row's details
_FROM_OUTSIDE = (
    *("session", "app", "claimed_user", "client_ip", "endpoint", "target", "method", "error"),
    *("response_model", "finish"),
)
LONGEST_NAME = 200  # of a model: callers choose it, and lists of choices grow with it
_LONGEST_TEXT = 4_000  # of what else callers and upstreams write into a row; its payload has the whole
_LARGEST_DETAIL = 256 << 10


class Records:
    """Makes the record of each exchange that has ended."""

    def __init__(
        self, prices: Callable[[], Awaitable[Prices]], measures: Measures, telemetry: Telemetry
    ) -> None:
        self._prices = prices
        self._measures = measures
        self._telemetry = telemetry
        self._payloads = PayloadMaker()

    async def finished(self, exchange: Exchange, snapshot: Snapshot) -> AuditRecord:
        """Return all of it, texts by what the proxy stores, and the cost; and count it."""
        record = record_of(exchange)
        _clean(record)
        record.kept = snapshot.settings.audit.enabled
        level = exchange.proxy.payloads
        record.payloads = await self._payloads.of(exchange, level)
        record.detail["payloads"] = level
        if exchange.proxy.kind is Kind.MCP and (parameters := _parameters(record)):
            record.detail["parameters"] = parameters
        if level is PayloadLevel.METADATA:
            record.detail.update(sizes(exchange))
        usage = usage_of(exchange)
        if usage is not None:
            cost = cost_of(exchange, usage, await self._prices(), snapshot.prices)
            record.cost_nano, record.cost_basis = cost.nano, cost.basis
            record.detail["prices"] = cost.version
            record.tokens_in, record.tokens_out = usage.input, usage.output
        elif exchange.proxy.kind is not Kind.LLM or was_free(exchange):
            record.cost_nano = 0
        else:
            record.cost_basis = Basis.UNKNOWN
        record.charges, record.charged_nano = exchange.charges, exchange.charged_nano
        record.settles = exchange.settles
        self._measures.add(record, exchange.reply.status if exchange.reply else None)
        self._telemetry.end(record, exchange)
        return record


def _clean(record: AuditRecord) -> None:
    """Leave out of what came from outside what cannot be stored, keys where names belong, and long ends."""
    for name in _FROM_OUTSIDE:
        value = given = getattr(record, name)
        if value is None:
            continue
        if not value.isascii():
            value = without_halves(value)
        if name == "error" or ("gw" in value and holds_ours(value)):  # upstreams quote what they refuse
            value, _ = redact(value)
        value = value[:_LONGEST_TEXT]
        if value is not given:
            setattr(record, name, value)


def _bounded(detail: dict[str, object]) -> dict[str, object]:
    """Return what a row may hold of it: in the place of too long a text, list or object, how it begins."""
    kept = dict(detail)
    for name, value in detail.items():
        if isinstance(value, str):
            kept[name] = value[:_LONGEST_TEXT]
        elif isinstance(value, list | dict) and len(text := str(value)) > _LARGEST_DETAIL:
            kept[name] = text[:_LONGEST_TEXT]
    return kept


def _parameters(record: AuditRecord) -> str:
    """Return how the parameters of a call begin, as they are stored."""
    for stored in record.payloads:
        place = stored.part.place
        if stored.direction == "request" and place.startswith("/params") and not place.startswith(_ABOUT):
            return stored.part.text[:LONGEST_PARAMETERS]
    return ""


def outcome_of(exchange: Exchange) -> Outcome:
    """Say how it ended: what we refused is blocked; every other error, the upstream's too, is failed."""
    reply = exchange.reply
    left = exchange.abandoned and not isinstance(exchange.error, Stopped)
    if left and not _had_end(exchange, reply):
        return Outcome.ABANDONED
    if isinstance(exchange.error, Refused):
        return Outcome.BLOCKED
    if (
        exchange.error is not None
        or reply is None
        or reply.error
        or reply.status >= 400
        or not reply.complete
    ):
        return Outcome.FAILED
    return Outcome.SUCCESS


def _had_end(exchange: Exchange, reply: Reply | None) -> bool:
    """Return whether a caller who left had a stream to its last event or its error: some wait for no more."""
    if reply is None or exchange.proxy.kind is not Kind.LLM or not exchange.client.started:
        return False
    return reply.complete or bool(reply.error)


def record_of(exchange: Exchange) -> AuditRecord:
    """Return what the audit keeps of an exchange, but for its texts and cost."""
    head, call, reply, error = exchange.request, exchange.call, exchange.reply, exchange.error
    ended = time.perf_counter()
    record = AuditRecord(
        exchange_id=exchange.id,
        kind=exchange.proxy.kind,
        started_us=exchange.started_us,
        duration_ms=round((ended - exchange.started) * 1000),
        outcome=outcome_of(exchange),
        proxy=exchange.proxy.name,
        principal=exchange.principal,
        policy_action="none",
        block_reason=error.reason if isinstance(error, Refused) else None,
        session=exchange.principal.session,
        app=application(head.headers),
        client_ip=head.peer,
        trace_id=trace_id_of(exchange),
        endpoint=f"{head.method} {head.path}",
        provider=exchange.proxy.provider,
        http_status=_status(exchange),
        error=str(error) if error is not None else reply.error if reply else None,
        ttft_ms=_first_ms(exchange),
        request_bytes=exchange.request_bytes,
        response_bytes=exchange.client.sent,
    )
    if call is not None:
        record.method, record.target = call.operation, call.target[:LONGEST_NAME]
        record.claimed_user = call.claimed_user
        record.app = introduced(call.app) if call.app else record.app
        record.session = call.session or record.session
        record.detail.update(_bounded(call.detail))
        stored = exchange.proxy.payloads
        add_risk(record, call, texts=stored in (PayloadLevel.REDACTED, PayloadLevel.FULL))
    if reply is not None:
        _add_reply(record, exchange)
    record.detail["timeline_ms"] = {name: round(at * 1000, 2) for name, at in exchange.timeline.items()}
    if exchange.principal.audience:
        record.detail["token_audience"] = list(exchange.principal.audience)
    if exchange.proxy.sandbox:
        record.detail["sandbox"] = True
    return record


def _add_reply(record: AuditRecord, exchange: Exchange) -> None:
    reply = exchange.reply
    assert reply is not None
    record.response_model, record.finish = reply.response_model, reply.finish
    record.detail.update(_bounded(reply.detail))
    if reply.service_tier:
        record.detail["service_tier"] = reply.service_tier[:LONGEST_NAME]
    if not reply.complete and not record.error and not exchange.abandoned:
        record.error = "The answer broke off before its end"
    usage = reply.usage
    if usage is None:
        return
    record.tokens_in, record.tokens_out = usage.input, usage.output
    record.tokens_cached, record.tokens_cache_write = usage.cached, usage.cache_write
    record.tokens_reasoning = usage.reasoning
    record.cost_basis = usage.basis or Basis.UNKNOWN
    if usage.extra:
        record.detail["usage"] = usage.extra


def _first_ms(exchange: Exchange) -> int | None:
    """Return how long the first piece of the answer took; words of an error are none, whoever says them."""
    first, reply = exchange.client.first_byte_at, exchange.reply
    ours = exchange.error is not None and not exchange.client.started
    if first is None or ours or (reply is not None and reply.status >= 400):
        return None
    return round((first - exchange.started) * 1000)


def _status(exchange: Exchange) -> int | None:
    """Return what the caller got, which is the upstream's status once the answer has begun."""
    if exchange.error is not None and not exchange.client.started:
        return exchange.error.status
    if exchange.reply is not None:
        return exchange.reply.status
    return None
