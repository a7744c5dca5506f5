"""Look at the request, decide, mask or refuse; look at the answer before the caller has it."""

import json
import time
from collections.abc import Callable
from urllib.parse import parse_qsl

from gateway_desktop.core.call import Call, TextPart
from gateway_desktop.core.errors import Malformed
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.policy import Action, AnswerMode, Direction
from gateway_desktop.gateway.filter import CallNext, RuntimeFilter
from gateway_desktop.gateway.guarding.answer_guard import Guard
from gateway_desktop.gateway.guarding.inspector import NO_TEXT, OFF, Looked, owner_of
from gateway_desktop.gateway.guarding.masking import masked_values, value_of, without
from gateway_desktop.gateway.refusals.policy import refused_by
from gateway_desktop.gateway.upstream.compression import decompressed
from gateway_desktop.policies.redaction import Replacement, Vault, label_of, replaced
from gateway_desktop.protocols.json_text import edited

_QUERY = "?"  # where the fields of an address stand; their places go on with it


class Guardrails(RuntimeFilter):
    """What policies say of contents, done."""

    async def __call__(self, exchange: Exchange, call_next: CallNext) -> None:
        """Call on, or raise Refused (403) for what must not pass."""
        call, runtime = exchange.call, self._runtime
        assert call is not None
        if not runtime.snapshot.settings.inspection.enabled:
            call.scan = OFF
            await call_next(exchange)
            return
        if runtime.warming is None or not runtime.warming.done():
            await runtime.warmed()
        await self._request(exchange, call)
        guard = self._guard(exchange)
        exchange.guard = guard
        try:
            await call_next(exchange)
        finally:  # also where the caller left, who may have all of it, or the upstream broke it off
            await self._tell(exchange, guard)

    async def _request(self, exchange: Exchange, call: Call) -> None:
        parts = [*call.texts, *_asked(exchange.request.query)]
        looked = await self._runtime.inspector.look(exchange, parts, Direction.REQUEST, len(call.body))
        call.scan = looked.scan if parts else NO_TEXT
        call.noted, call.verdict = looked.noted, looked.verdict
        exchange.timeline["inspected"] = time.perf_counter() - exchange.started
        if looked.verdict.action is Action.BLOCK:
            raise refused_by(looked.verdict)
        if looked.verdict.masks:
            self._mask(exchange, call, looked)

    async def _tell(self, exchange: Exchange, guard: Guard) -> None:
        """Look at an answer that nobody has looked at as a whole, for its record: it can stop nothing."""
        reply = exchange.reply
        if guard.looked or reply is None or not reply.texts:
            return
        looked = await guard.look(reply.texts)
        if guard.scans and looked.verdict.action is not Action.BLOCK:  # what passed of it was masked
            guard.hide(reply, masked_values(looked, guard.vault))
        else:
            looked.verdict = looked.verdict.told_only()
        guard.note(looked)

    def _guard(self, exchange: Exchange) -> Guard:
        inspector, settings = self._runtime.inspector, self._runtime.snapshot.settings.inspection
        mode = exchange.proxy.answers
        if mode is AnswerMode.AUTO:
            rules = inspector.rules
            stops = rules.stops_answers and rules.may_stop_answers(inspector.case(exchange, Direction.ANSWER))
            mode = AnswerMode.HOLD if stops else AnswerMode.PASS
        vault = self._runtime.vaults.known(owner_of(exchange))
        if vault is None and mode is not AnswerMode.PASS:
            vault = self._runtime.vaults.of(owner_of(exchange))
        return Guard(exchange, inspector, mode, vault, settings.held_characters)

    def _mask(self, exchange: Exchange, call: Call, looked: Looked) -> None:
        """Put placeholders into the body, where the findings stand and nowhere else."""
        body = call.body
        if call.compressed:
            limit = self._runtime.snapshot.settings.upstream.max_body_mb << 20
            body = decompressed(body, exchange.request.headers.get("Content-Encoding", ""), limit)
        is_json = body.lstrip()[:1] in (b"{", b"[")  # no form, and no file
        for finding in looked.verdict.masks:
            if not is_json or looked.passages[finding.place].seams or finding.place.startswith(_QUERY):
                raise refused_by(looked.verdict)  # put together of several texts, or in no body to change
        vault = self._runtime.vaults.of(owner_of(exchange))
        by_place, values = _replacements(looked, vault)
        call.body = edited(
            body, {place: _change(looked.passages[place].text, made) for place, made in by_place.items()}
        )
        call.compressed = False
        call.texts = [part._replace(text=without(part.text, values)) for part in call.texts]


def _asked(query: str) -> list[TextPart]:
    """Return what the fields of an address say, as the arguments that they are: they go upstream, too."""
    fields = parse_qsl(query, keep_blank_values=True) if query else ()
    said = [{name: value} if value else name for name, value in fields]
    return [TextPart(_QUERY, "tool_argument", json.dumps(said, ensure_ascii=False))] if said else []


def _replacements(looked: Looked, vault: Vault) -> tuple[dict[str, list[Replacement]], dict[str, str]]:
    """Return what is to be put where, and the placeholder of each value."""
    by_place: dict[str, list[Replacement]] = {}
    values: dict[str, str] = {}
    for finding, restore in looked.verdict.masks.items():
        value = value_of(looked.passages, finding)
        if not value:
            raise Malformed("What a policy masks cannot be found in the body", finding.place)
        placeholder = vault.placeholder(label_of(finding), value, restore=restore)
        values[value] = placeholder
        by_place.setdefault(finding.place, []).append(Replacement(finding.start, finding.end, placeholder))
    return by_place, values


def _change(known: str, made: list[Replacement]) -> Callable[[str], str]:
    def change(text: str) -> str:
        if text != known:
            raise Malformed("What a policy masks is not what stands in the body")
        return replaced(text, made)

    return change
