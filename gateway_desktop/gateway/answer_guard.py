"""AnswerGuard: an answer is looked at before the caller has it, whole or in the pieces of a stream."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway_desktop.core.call import TextPart
from gateway_desktop.core.errors import GatewayError
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.finding import Finding, Passage
from gateway_desktop.core.policy import Action, AnswerMode, Direction
from gateway_desktop.core.reply import Reply
from gateway_desktop.gateway.inspector import Cut, Inspector, Looked
from gateway_desktop.gateway.policy_refusal import refused_by
from gateway_desktop.policies.held_text import HeldText
from gateway_desktop.policies.redaction import Replacement, Vault, label_of
from gateway_desktop.protocols.json_body import compact, decoded
from gateway_desktop.protocols.json_text import rewritten
from gateway_desktop.protocols.llm.deltas import Channel, Piece, pieces_of, put
from gateway_desktop.protocols.sse import EventSplitter, data_of, event

_LARGEST_HELD = 64 << 20


@dataclass(slots=True)
class _Event:
    """An event that waits."""

    block: bytes
    value: Any = None  # decoded; None: it passes as it is
    pieces: list[tuple[Piece, int, int]] = field(default_factory=list)
    changes: dict[tuple[str | int, ...], str] = field(default_factory=dict)  # of whole texts


class Guard:
    """Looks at one answer; fits core.exchange.AnswerGuard."""

    def __init__(
        self, exchange: Exchange, inspector: Inspector, mode: AnswerMode, vault: Vault | None, window: int
    ) -> None:
        self.rewrites = mode is not AnswerMode.PASS or (vault is not None and vault.restores)
        self.looked = False  # the verdict on the answer is part of the call's
        self._exchange = exchange
        self._inspector = inspector
        self._mode = mode
        self._known_vault = vault
        self._window = window

    def opens(self, kind: str) -> None:
        """Say what the stream is: its media type."""
        self._kind = kind
        self._splitter = EventSplitter()
        self._texts: dict[Channel, HeldText] = {}
        self._waiting: list[_Event] = []
        self._held = 0
        self._blob = bytearray()
        self._over = False
        self._first_held: float | None = None

    async def whole(self, body: bytes, reply: Reply) -> bytes:
        """Return what the caller gets of a whole answer."""
        looked = await self.judge(reply, len(body))
        values = self._masked_values(looked) if looked.verdict.hits else {}
        if not values and not self._restores:
            return body
        vault = self._vault
        unseen = set(values)

        def change(text: str) -> str:
            unseen.difference_update([value for value in unseen if value in text])
            return vault.restored(without(text, values))

        if values:
            self._hide(reply, values)
        try:
            passes = rewritten(body, change)
        except ValueError:  # it is no JSON, so nothing can be masked in it
            passes = body
        if unseen:  # it is put together of several texts: it cannot be masked for certain
            raise refused_by(looked.verdict)
        return passes

    async def judge(self, reply: Reply, size: int, cut: Cut = Cut.WHOLE) -> Looked:
        """Look at an answer's texts and add what follows to the call; raise Refused if it must not pass."""
        looked = await self._inspector.look(self._exchange, reply.texts, Direction.ANSWER, size, cut=cut)
        self.looked = True
        self.note(looked)
        if looked.verdict.action is Action.BLOCK and self._enforces:
            raise refused_by(looked.verdict)
        return looked

    def note(self, looked: Looked) -> None:
        """Add what was found in the answer to what the call's record will say."""
        call = self._exchange.call
        assert call is not None
        if looked.noted or looked.verdict.hits:
            call.noted = (*call.noted, *looked.noted)
            call.verdict = call.verdict.joined(looked.verdict)
        call.scan = self._inspector.together(call.scan, looked.scan)
        self._exchange.timeline["answer inspected"] = time.perf_counter() - self._exchange.started

    @property
    def _vault(self) -> Vault:
        if self._known_vault is None:
            self._known_vault = Vault()
        return self._known_vault

    @property
    def _restores(self) -> bool:
        return self._known_vault is not None and self._known_vault.restores

    @property
    def _enforces(self) -> bool:
        return not self._exchange.client.started or self._mode is not AnswerMode.PASS

    async def piece(self, data: bytes) -> bytes:
        """Take a piece of a stream; return what may leave by now."""
        if self._kind not in ("text/event-stream", "application/x-ndjson"):
            self._blob += data
            self._check_size(len(self._blob))
            return b""
        for block in self._blocks(data):
            self._held += len(block)
            await self._take(block)
        self._check_size(self._held)
        return await self._released()

    async def end(self, reply: Reply) -> bytes:
        """Return what was held back, at the end of the stream."""
        if self._kind not in ("text/event-stream", "application/x-ndjson"):
            return await self.whole(bytes(self._blob), reply) if self._blob else b""
        rest = self._splitter.rest()
        if rest:
            await self._take(rest)
        self._over = True
        for text in self._texts.values():
            text.ended = True
        out = await self._released()
        if self._scans:
            looked = await self.judge(reply, self._exchange.client.sent, Cut.JOINED)
            if values := self._masked_values(looked):
                self._hide(reply, values)
        self._tell_latency()
        return out

    @property
    def _scans(self) -> bool:
        return self._mode is not AnswerMode.PASS

    def _blocks(self, data: bytes) -> list[bytes]:
        if self._kind == "text/event-stream":
            return self._splitter.feed(data)
        self._blob += data
        *lines, rest = bytes(self._blob).split(b"\n")
        self._blob = bytearray(rest)
        return [line + b"\n" for line in lines]

    async def _take(self, block: bytes) -> None:
        """Read an event and put it at the end of those that wait."""
        waits = _Event(block)
        self._waiting.append(waits)
        data = data_of(block) if self._kind == "text/event-stream" else block
        try:
            value = decoded(data) if data and data[:1] == b"{" else None
        except ValueError:
            value = None
        if not isinstance(value, dict):
            return
        found = pieces_of(value)
        waits.value = value
        for one in found.pieces:
            text = self._texts.setdefault(
                one.channel, HeldText(tool=one.tool, waits=one.tool and self._scans)
            )
            waits.pieces.append((one, *text.add(one.text)))
        for beginning in found.ended:
            for channel, text in self._texts.items():
                text.ended = text.ended or channel[: len(beginning)] == beginning
        if found.whole:
            await self._look_at_whole(waits, found.whole)

    async def _look_at_whole(self, waits: _Event, texts: Sequence[tuple[tuple[str | int, ...], str]]) -> None:
        """Mask and put back in texts that an event brings whole."""
        values: dict[str, str] = {}
        if self._scans:
            parts = [TextPart("/" + "/".join(map(str, steps)), "assistant", text) for steps, text in texts]
            looked = await self._inspector.look(self._exchange, parts, Direction.ANSWER)
            self._refuse(looked)
            values = self._masked_values(looked)
        for steps, text in texts:
            new = _changed_within(text, values, self._vault)
            if new != text:
                waits.changes[steps] = new

    async def _released(self) -> bytes:
        """Look where it is worth it, and return the events of which everything is known."""
        await self._settled()
        out: list[bytes] = []
        if self._mode is AnswerMode.BUFFER and not self._over:
            return b""
        while self._waiting and all(
            end <= self._texts[one.channel].safe for one, _, end in self._waiting[0].pieces
        ):
            waits = self._waiting.pop(0)
            self._held -= len(waits.block)
            out.append(self._rendered(waits))
        if self._waiting and self._first_held is None:
            self._first_held = time.perf_counter()
        elif not self._waiting and self._first_held is not None:
            self._tell_latency()
        return b"".join(out)

    async def _settled(self) -> None:
        for channel, text in self._texts.items():
            if not self._scans:
                text.pass_on(self._restorations(text))
            elif text.due(self._window) and (text.ended or self._mode is AnswerMode.HOLD):
                await self._settle(channel, text)

    async def _settle(self, channel: Channel, text: HeldText) -> None:
        begin, view = text.view()
        part = TextPart(
            "/stream/" + "/".join(map(str, channel)), "tool_call" if text.tool else "assistant", view
        )
        looked = await self._inspector.look(self._exchange, [part], Direction.ANSWER, cut=Cut.PIECE)
        self._refuse(looked)
        masks = self._masks(looked, text, begin, view)
        text.settle(masks, self._restorations(text), self._window)

    def _masks(self, looked: Looked, text: HeldText, begin: int, view: str) -> list[Replacement]:
        """Return where in a held text something is to be masked."""
        if text.tool:
            return _places(looked, view, begin, self._masked_values(looked))
        found: list[Replacement] = []
        for finding in looked.verdict.masks:
            start, end = finding.start, finding.end
            if end <= start:
                continue
            grows = end > len(view) - self._window and not text.ended  # it stays, and may become longer
            placeholder = "" if grows else self._placeholder(finding, view[start:end])
            found.append(Replacement(begin + start, begin + end, placeholder))
        return found

    def _placeholder(self, finding: Finding, value: str) -> str:
        return self._vault.placeholder(label_of(finding), value, restore=False)

    def _refuse(self, looked: Looked) -> None:
        if looked.verdict.action is Action.BLOCK:
            self.note(looked)
            self.looked = True
            raise refused_by(looked.verdict)

    def _restorations(self, text: HeldText) -> list[Replacement]:
        if not self._restores:
            return []
        found = self._vault.restorations(text.text, text.safe)
        return [one._replace(text=compact(one.text)[1:-1]) for one in found] if text.tool else found

    def _masked_values(self, looked: Looked) -> dict[str, str]:
        """Return what must not pass, with the placeholders that stand for it."""
        values: dict[str, str] = {}
        for finding in looked.verdict.masks:
            value = value_of(looked.passages, finding)
            if value:
                values[value] = self._placeholder(finding, value)
        return values

    def _rendered(self, waits: _Event) -> bytes:
        """Return the event as it leaves: the bytes that came, unless a text in it changes."""
        changes = dict(waits.changes)
        for one, start, end in waits.pieces:
            new = self._texts[one.channel].out(start, end)
            if new != one.text:
                changes[one.steps] = new
        if not changes:
            return waits.block
        for steps, text in changes.items():
            put(waits.value, steps, text)
        data = compact(waits.value).encode("utf-8", "replace")
        if self._kind != "text/event-stream":
            return data + b"\n"
        name = waits.value.get("type", "")
        return event(data, name if waits.block.startswith(b"event:") else "")

    def _check_size(self, size: int) -> None:
        if size > _LARGEST_HELD:
            raise GatewayError("The answer is too large to be looked at before it passes", 502)

    def _tell_latency(self) -> None:
        if self._first_held is not None:
            held = time.perf_counter() - self._first_held
            call = self._exchange.call
            assert call is not None
            known = call.detail.get("held_ms", 0)
            call.detail["held_ms"] = max(
                known if isinstance(known, int | float) else 0, round(held * 1000, 1)
            )
            call.detail["answers"] = str(self._mode)
            self._exchange.timeline["answer released"] = time.perf_counter() - self._exchange.started
            self._first_held = None

    def _hide(self, reply: Reply, values: dict[str, str]) -> None:
        """Leave what was masked out of the texts and the error that are stored."""
        if reply.error is not None:
            reply.error = without(reply.error, values)
        reply.texts = [part._replace(text=without(part.text, values)) for part in reply.texts]


def value_of(passages: dict[str, Passage], finding: Finding) -> str:
    """Return what was found."""
    passage = passages.get(finding.place)
    return passage.text[finding.start : finding.end] if passage is not None else ""


def without(text: str, values: dict[str, str]) -> str:
    """Return a text with placeholders in place of the values."""
    for value, placeholder in values.items():
        if value in text:
            text = text.replace(value, placeholder)
    return text


def _changed_within(text: str, values: dict[str, str], vault: Vault) -> str:
    """Return a whole text with values masked and placeholders put back, within JSON where it is JSON."""
    if text[:1] in ("{", "["):
        data = text.encode("utf-8", "replace")
        try:
            decoded(data)
        except ValueError:
            pass
        else:
            return rewritten(data, lambda inner: vault.restored(without(inner, values))).decode()
    return vault.restored(without(text, values))


def _places(looked: Looked, view: str, begin: int, values: dict[str, str]) -> list[Replacement]:
    """Return where in a held text the values stand; of arguments in JSON, as JSON writes them."""
    found: list[Replacement] = []
    for value, placeholder in values.items():
        for written in {value, compact(value)[1:-1]}:
            at = view.find(written)
            while at >= 0:
                found.append(Replacement(begin + at, begin + at + len(written), placeholder))
                at = view.find(written, at + len(written))
        if not found:  # it stands there in another spelling: it cannot be masked for certain
            raise refused_by(looked.verdict)
    return found
