"""GuardedStream: the events of a stream, of which each leaves once everything in it is known."""

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway_desktop.core.call import TextPart
from gateway_desktop.core.errors import GatewayError
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.media_type import EVENTS, LINES
from gateway_desktop.core.policy import Action, AnswerMode
from gateway_desktop.core.reply import Reply
from gateway_desktop.gateway.beside import if_long, in_turns
from gateway_desktop.gateway.guarding.answer_judge import AnswerJudge
from gateway_desktop.gateway.guarding.inspector import Cut, Looked
from gateway_desktop.gateway.guarding.masking import changed_within, masked_values, places
from gateway_desktop.gateway.refusals.policy import refused_by
from gateway_desktop.gateway.upstream.compression import in_parts
from gateway_desktop.policies.held_text import OVERLAP, HeldText
from gateway_desktop.policies.redaction import Replacement, label_of
from gateway_desktop.protocols.json_body import compact, lenient
from gateway_desktop.protocols.json_lines import LineSplitter
from gateway_desktop.protocols.llm.deltas import Channel, Piece, Pieces, leave_out_tokens, pieces_of, put
from gateway_desktop.protocols.sse import EventSplitter, beside_data, data_of, event
from gateway_desktop.protocols.unread import unpacked

_LARGEST_HELD = 64 << 20
_MOST_TEXTS = 4_000  # of one answer: choices, blocks, arguments
_EVENTS = (b"data:", b"event:", b"id:", b"retry:", b":", b"\xef\xbb\xbfdata:")  # how they begin, and no JSON
_Whole = tuple[tuple[str | int, ...], str]  # where a text stands in an event, and the text
_SHORT = 64
_LONG = 1000


@dataclass(slots=True)
class _Event:
    """An event that waits."""

    block: bytes
    value: Any = None  # decoded; None: it passes as it is
    unsafe: int = 0  # pieces of which it is not known yet what becomes of them
    changes: dict[tuple[str | int, ...], str] = field(default_factory=dict)
    raw: str = ""  # its data, of a form that nobody knows


@dataclass(slots=True)
class _Text:
    """A text that comes in pieces, and those that wait for more of it."""

    held: HeldText
    pieces: deque[tuple[_Event, Piece, int, int]] = field(default_factory=deque)

    def tell(self) -> None:
        """Tell the events what becomes of the pieces that are safe now."""
        held, pieces = self.held, self.pieces
        while pieces and pieces[0][3] <= held.safe:
            waits, one, start, end = pieces.popleft()
            waits.unsafe -= 1
            new = held.out(start, end)
            if new != one.text:
                waits.changes[one.steps] = new
        held.forget(pieces[0][2] if pieces else held.safe)


class GuardedStream:
    """One answer that comes in pieces; `kind`: its media type."""

    def __init__(self, judge: AnswerJudge, exchange: Exchange, kind: str) -> None:
        self._judge = judge
        self._exchange = exchange
        self._kind = kind
        self._splitter = EventSplitter()
        self._lines = LineSplitter()
        self._texts: dict[Channel, _Text] = {}
        self._going: dict[Channel, dict[Channel, _Text]] = {}  # not ended, by how their channels begin
        self._news: dict[Channel, _Text] = {}  # texts that went on or ended since they were looked at
        self._ends: dict[Channel, TextPart] = {}  # of texts that went before, by what follows one another
        self._waiting: deque[_Event] = deque()
        self._held = 0
        self._blob = bytearray()
        self._over = False
        self._first_held: float | None = None
        self._harmless: set[str] = set()  # short texts that come with every event

    async def piece(self, data: bytes) -> bytes:
        """Take a piece of a stream; return what may leave by now."""
        if self._kind not in (EVENTS, *LINES):
            self._blob += data
            self._check_size(len(self._blob))
            return b""
        async for block in in_turns(self._blocks(data)):
            self._held += len(block)
            await self._take(block)
        self._check_size(self._held)
        return await self._released()

    async def end(self, reply: Reply) -> bytes:
        """Return what was held back, at the end of the stream."""
        out = b""
        if self._kind not in (EVENTS, *LINES):
            whole = bytes(self._blob)
            if not whole.lstrip().startswith(_EVENTS):
                return await self._judge.whole(whole, reply) if whole else b""
            self._kind = EVENTS  # clients that asked for one read it so, whatever it says
            for part in in_parts(whole):
                out += await self.piece(part)
        rest = self._splitter.rest() or self._lines.rest()
        if rest:
            await self._take(rest)
        self._over = True
        self._end(())
        out += await self._released()
        if self._judge.scans:
            looked = await self._judge.judge(reply, self._exchange.client.sent, Cut.JOINED)
            if values := masked_values(looked, self._judge.vault):
                self._judge.hide(reply, values)
        self._tell_latency()
        return out

    def _blocks(self, data: bytes) -> list[bytes]:
        return self._splitter.feed(data) if self._kind == EVENTS else self._lines.feed(data)

    async def _take(self, block: bytes) -> None:
        """Read an event and put it at the end of those that wait."""
        waits = _Event(block)
        self._waiting.append(waits)
        data = await if_long(data_of, block) if self._kind == EVENTS else block
        waits.value, found = await if_long(_read, data) if data else (None, None)
        if found is None:  # of a form that nobody knows: words may be in it all the same
            waits.raw = _raw(data)
            found = Pieces([Piece(("raw",), (), waits.raw)] if waits.raw else [])
        await self._look_beside(block)
        for one in found.pieces:
            text = self._text(one)
            text.pieces.append((waits, one, *text.held.add(one.text)))
            waits.unsafe += 1
            self._news[one.channel] = text
        for beginning in found.ended:
            self._end(beginning)
        if found.whole:
            await self._look_at_whole(waits, found.whole)

    def _text(self, one: Piece) -> _Text:
        """Return the text that a piece goes on with."""
        text = self._texts.get(one.channel)
        if text is None:
            if len(self._texts) == _MOST_TEXTS:
                raise GatewayError("The answer is more texts than can be looked at before they pass", 502)
            held = HeldText(tool=one.tool, waits=one.tool and self._judge.scans)
            text = self._texts[one.channel] = _Text(held)
            for end in range(len(one.channel) + 1):
                self._going.setdefault(one.channel[:end], {})[one.channel] = text
        return text

    def _end(self, beginning: Channel) -> None:
        """Note that the texts whose channels begin so are complete."""
        for channel, text in self._going.pop(beginning, {}).items():
            if not text.held.ended:
                text.held.ended = True
                self._news[channel] = text

    async def _look_beside(self, block: bytes) -> None:
        """Look at what stands in an event beside its data: comments, names, and lines of no meaning."""
        if not self._judge.scans:
            return
        if block.startswith(b"data: ") and block.count(b"\n") == 2 and b"\r" not in block:
            return
        beside = (
            (await if_long(beside_data, block)).decode("utf-8", "replace") if self._kind == EVENTS else ""
        )
        if beside and beside not in self._harmless:
            await self._look_at_whole(_Event(block), [(("event",), beside)])

    async def _look_at_whole(self, waits: _Event, texts: Sequence[_Whole]) -> None:
        """Mask and put back in texts that an event brings whole."""
        values: dict[str, str] = {}
        new = [one for one in texts if one[1] not in self._harmless]
        if self._judge.scans and new:
            parts = [
                TextPart("/" + "/".join(map(str, steps)), "assistant", _clear(text))
                async for steps, text in in_turns(new)
            ]
            looked = await self._judge.look(parts)
            self._refuse(looked)
            values = masked_values(looked, self._judge.vault)
            known = "\n".join(text for _, text in new)
            if (waits.value is None and values) or any(value not in known for value in values):
                raise refused_by(looked.verdict)  # nothing can be put into what it stands in
            if not values:
                if len(self._harmless) > _MOST_TEXTS:  # they do not come again
                    self._harmless.clear()
                self._harmless.update(text for _, text in new if len(text) <= _SHORT)
        async for steps, text in in_turns(texts):
            changed = changed_within(text, values, self._judge.vault)
            if changed != text:
                waits.changes[steps] = changed

    async def _released(self) -> bytes:
        """Look where it is worth it, and return the events of which everything is known."""
        await self._settled()
        out: list[bytes] = []
        if self._judge.mode is AnswerMode.BUFFER and not self._over:
            return b""
        while self._waiting and not self._waiting[0].unsafe:
            waits = self._waiting.popleft()
            self._held -= len(waits.block)
            out.append(self._rendered(waits))
        if self._waiting and self._first_held is None:
            self._first_held = time.perf_counter()
        elif not self._waiting and self._first_held is not None:
            self._tell_latency()
        return b"".join(out)

    async def _settled(self) -> None:
        for channel, text in self._news.items():
            held = text.held
            if not self._judge.scans:
                held.pass_on(self._restorations(held))
            elif held.due(self._judge.window) and (held.ended or self._judge.mode is AnswerMode.HOLD):
                await self._settle(channel, held)
            text.tell()
        self._news.clear()

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
        kept = text.kept
        whole = TextPart("/stream/" + "/".join(map(str, follows)), "assistant", kept)
        if before is not None:
            seams = (*before.seams, len(before.text))
            if text.safe < OVERLAP:
                looked = await self._judge.look(
                    [whole._replace(text=before.text + kept[:OVERLAP], seams=seams)], cut=Cut.PIECE
                )
                self._refuse(looked)
                if looked.verdict.masks:  # what is split cannot be masked
                    self._judge.note(looked)
                    raise refused_by(looked.verdict)
            whole = whole._replace(text=before.text + kept, seams=seams)
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
        found = text.placeholders(self._judge.vault)
        return [one._replace(text=compact(one.text)[1:-1]) for one in found] if text.tool else found

    def _rendered(self, waits: _Event) -> bytes:
        """Return the event as it leaves: the bytes that came, unless a text in it changes."""
        if not waits.changes:
            return waits.block
        if waits.value is None:
            return self._rendered_raw(waits, waits.changes[()])
        for steps, text in waits.changes.items():
            put(waits.value, steps, text)
        leave_out_tokens(waits.value)
        data = compact(waits.value).encode("utf-8", "replace")
        if self._kind != EVENTS:
            return data + b"\n"
        name = waits.value.get("type", "")
        return event(data, name if waits.block.startswith(b"event:") else "")

    def _rendered_raw(self, waits: _Event, text: str) -> bytes:
        data = waits.raw.encode()
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


def _read(data: bytes) -> tuple[Any, Pieces | None]:
    """Return an event decoded, and what it says, where it is an object."""
    value = lenient(data)
    return (value, pieces_of(value)) if isinstance(value, dict) else (None, None)


def _raw(data: bytes | None) -> str:
    text = data.decode("utf-8", "replace") if data else ""
    return "" if text.strip() == "[DONE]" else text


def _clear(text: str) -> str:
    """Return the text, or what is packed in it."""
    return unpacked(text) if len(text) > _LONG else text
