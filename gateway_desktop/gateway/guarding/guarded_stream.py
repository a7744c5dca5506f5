"""GuardedStream: the events of a stream, of which each leaves once everything in it is known."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway_desktop.core.call import TextPart
from gateway_desktop.core.errors import GatewayError
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.policy import Action, AnswerMode
from gateway_desktop.core.reply import Reply
from gateway_desktop.gateway.guarding.answer_judge import AnswerJudge
from gateway_desktop.gateway.guarding.inspector import Cut, Looked
from gateway_desktop.gateway.guarding.masking import changed_within, masked_values, places
from gateway_desktop.gateway.refusals.policy import refused_by
from gateway_desktop.policies.held_text import OVERLAP, HeldText
from gateway_desktop.policies.redaction import Replacement, label_of
from gateway_desktop.protocols.json_body import compact, lenient
from gateway_desktop.protocols.llm.deltas import Channel, Piece, Pieces, leave_out_tokens, pieces_of, put
from gateway_desktop.protocols.sse import EventSplitter, beside_data, data_of, event
from gateway_desktop.protocols.unread import unpacked

_LARGEST_HELD = 64 << 20
_EVENTS = (b"data:", b"event:", b"id:", b"retry:", b":", b"\xef\xbb\xbfdata:")  # how they begin, and no JSON
_SHORT = 64
_LONG = 1000


@dataclass(slots=True)
class _Event:
    """An event that waits."""

    block: bytes
    value: Any = None  # decoded; None: it passes as it is
    pieces: list[tuple[Piece, int, int]] = field(default_factory=list)
    changes: dict[tuple[str | int, ...], str] = field(default_factory=dict)  # of whole texts


class GuardedStream:
    """One answer that comes in pieces; `kind`: its media type."""

    def __init__(self, judge: AnswerJudge, exchange: Exchange, kind: str) -> None:
        self._judge = judge
        self._exchange = exchange
        self._kind = kind
        self._splitter = EventSplitter()
        self._texts: dict[Channel, HeldText] = {}
        self._ends: dict[Channel, TextPart] = {}  # of texts that went before, by what follows one another
        self._waiting: list[_Event] = []
        self._held = 0
        self._blob = bytearray()
        self._over = False
        self._first_held: float | None = None
        self._harmless: set[str] = set()  # short texts that come with every event

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
        out = b""
        if self._kind not in ("text/event-stream", "application/x-ndjson"):
            whole = bytes(self._blob)
            if not whole.lstrip().startswith(_EVENTS):
                return await self._judge.whole(whole, reply) if whole else b""
            self._kind = "text/event-stream"  # clients that asked for one read it so, whatever it says
            out = await self.piece(whole)
        rest = self._splitter.rest()
        if rest:
            await self._take(rest)
        self._over = True
        for text in self._texts.values():
            text.ended = True
        out += await self._released()
        if self._judge.scans:
            looked = await self._judge.judge(reply, self._exchange.client.sent, Cut.JOINED)
            if values := masked_values(looked, self._judge.vault):
                self._judge.hide(reply, values)
        self._tell_latency()
        return out

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
        value = lenient(data) if data else None
        if isinstance(value, dict):
            found = pieces_of(value)
            waits.value = value
        else:  # of a form that nobody knows: words may be in it all the same
            found = Pieces([Piece(("raw",), (), raw)] if (raw := _raw(data)) else [])
        await self._look_beside(block)
        for one in found.pieces:
            text = self._texts.setdefault(
                one.channel, HeldText(tool=one.tool, waits=one.tool and self._judge.scans)
            )
            waits.pieces.append((one, *text.add(one.text)))
        for beginning in found.ended:
            for channel, text in self._texts.items():
                text.ended = text.ended or channel[: len(beginning)] == beginning
        if found.whole:
            await self._look_at_whole(waits, found.whole)

    async def _look_beside(self, block: bytes) -> None:
        """Look at what stands in an event beside its data: comments, names, and lines of no meaning."""
        if not self._judge.scans:
            return
        if block.startswith(b"data: ") and block.count(b"\n") == 2 and b"\r" not in block:
            return
        beside = beside_data(block).decode("utf-8", "replace") if self._kind == "text/event-stream" else ""
        if beside and beside not in self._harmless:
            await self._look_at_whole(_Event(block), [(("event",), beside)])

    async def _look_at_whole(self, waits: _Event, texts: Sequence[tuple[tuple[str | int, ...], str]]) -> None:
        """Mask and put back in texts that an event brings whole."""
        values: dict[str, str] = {}
        new = [one for one in texts if one[1] not in self._harmless]
        if self._judge.scans and new:
            parts = [
                TextPart("/" + "/".join(map(str, steps)), "assistant", _clear(text)) for steps, text in new
            ]
            looked = await self._judge.look(parts)
            self._refuse(looked)
            values = masked_values(looked, self._judge.vault)
            known = "\n".join(text for _, text in new)
            if (waits.value is None and values) or any(value not in known for value in values):
                raise refused_by(looked.verdict)  # nothing can be put into what it stands in
            if not values:
                self._harmless.update(text for _, text in new if len(text) <= _SHORT)
        for steps, text in texts:
            changed = changed_within(text, values, self._judge.vault)
            if changed != text:
                waits.changes[steps] = changed

    async def _released(self) -> bytes:
        """Look where it is worth it, and return the events of which everything is known."""
        await self._settled()
        out: list[bytes] = []
        if self._judge.mode is AnswerMode.BUFFER and not self._over:
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
            if not self._judge.scans:
                text.pass_on(self._restorations(text))
            elif text.due(self._judge.window) and (text.ended or self._judge.mode is AnswerMode.HOLD):
                await self._settle(channel, text)

    async def _settle(self, channel: Channel, text: HeldText) -> None:
        begin, view = text.view()
        part = TextPart(
            "/stream/" + "/".join(map(str, channel)), "tool_call" if text.tool else "assistant", view
        )
        looked = await self._judge.look([part], cut=Cut.PIECE)
        self._refuse(looked)
        masks = self._masks(looked, text, begin, view)
        if (follows := _follows(channel)) and not text.tool:
            await self._look_at_joint(follows, text)
        text.settle(masks, self._restorations(text), self._judge.window)

    async def _look_at_joint(self, follows: Channel, text: HeldText) -> None:
        """Look at what is split over this text and those before it: people read blocks as one text."""
        before = self._ends.get(follows)
        whole = TextPart("/stream/" + "/".join(map(str, follows)), "assistant", text.text)
        if before is not None:
            seams = (*before.seams, len(before.text))
            if text.safe < OVERLAP:
                looked = await self._judge.look(
                    [whole._replace(text=before.text + text.text[:OVERLAP], seams=seams)], cut=Cut.PIECE
                )
                self._refuse(looked)
                if looked.verdict.masks:  # what is split cannot be masked
                    self._judge.note(looked)
                    raise refused_by(looked.verdict)
            whole = whole._replace(text=before.text + text.text, seams=seams)
        if text.ended:
            gone = max(0, len(whole.text) - OVERLAP)
            seams = tuple(seam - gone for seam in whole.seams if seam > gone)
            self._ends[follows] = whole._replace(text=whole.text[gone:], seams=seams)

    def _masks(self, looked: Looked, text: HeldText, begin: int, view: str) -> list[Replacement]:
        """Return where in a held text something is to be masked."""
        if text.tool:
            return places(looked, view, begin, masked_values(looked, self._judge.vault))
        found: list[Replacement] = []
        for finding in looked.verdict.masks:
            start, end = finding.start, finding.end
            if end <= start:
                continue
            grows = end > len(view) - self._judge.window and not text.ended  # it stays, and may become longer
            placeholder = (
                ""
                if grows
                else self._judge.vault.placeholder(label_of(finding), view[start:end], restore=False)
            )
            found.append(Replacement(begin + start, begin + end, placeholder))
        return found

    def _refuse(self, looked: Looked) -> None:
        if looked.verdict.action is Action.BLOCK:
            self._judge.note(looked)
            raise refused_by(looked.verdict)

    def _restorations(self, text: HeldText) -> list[Replacement]:
        if not self._judge.restores:
            return []
        found = self._judge.vault.restorations(text.text, text.safe)
        return [one._replace(text=compact(one.text)[1:-1]) for one in found] if text.tool else found

    def _rendered(self, waits: _Event) -> bytes:
        """Return the event as it leaves: the bytes that came, unless a text in it changes."""
        changes = dict(waits.changes)
        for one, start, end in waits.pieces:
            new = self._texts[one.channel].out(start, end)
            if new != one.text:
                changes[one.steps] = new
        if not changes:
            return waits.block
        if waits.value is None:
            return self._rendered_raw(waits, changes[()])
        for steps, text in changes.items():
            put(waits.value, steps, text)
        leave_out_tokens(waits.value)
        data = compact(waits.value).encode("utf-8", "replace")
        if self._kind != "text/event-stream":
            return data + b"\n"
        name = waits.value.get("type", "")
        return event(data, name if waits.block.startswith(b"event:") else "")

    def _rendered_raw(self, waits: _Event, text: str) -> bytes:
        [(one, _, _)] = waits.pieces
        data = one.text.encode()
        if waits.block.count(data) != 1:
            raise GatewayError("What is to be masked in the answer cannot be found in it", 502)
        return waits.block.replace(data, text.encode("utf-8", "replace"))

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
            call.detail["answers"] = str(self._judge.mode)
            self._exchange.timeline["answer released"] = time.perf_counter() - self._exchange.started
            self._first_held = None


def _follows(channel: Channel) -> Channel:
    """Return what texts follow one another under: Anthropic's blocks, the parts of OpenAI's responses."""
    kind = str(channel[0])
    if kind == "block":
        return (kind, channel[-1])
    return (kind,) if kind.startswith("response.") else ()


def _raw(data: bytes | None) -> str:
    text = data.decode("utf-8", "replace") if data else ""
    return "" if text.strip() == "[DONE]" else text


def _clear(text: str) -> str:
    """Return the text, or what is packed in it."""
    return unpacked(text) if len(text) > _LONG else text
