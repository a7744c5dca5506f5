"""ReplyReaders: how an answer's bytes become events or one object (SSE, lines of JSON, JSON, anything else).

None of them ever raises: what cannot be read is noted in the reply, and the bytes go on.
"""

import json
from collections.abc import Callable

from gateway_desktop.core.call import TextPart
from gateway_desktop.core.errors import Malformed
from gateway_desktop.core.media_type import EVENTS
from gateway_desktop.core.reply import Reply
from gateway_desktop.protocols.adapter import ReplyReader
from gateway_desktop.protocols.amazon_frames import FrameSplitter
from gateway_desktop.protocols.crowded import crowded
from gateway_desktop.protocols.json_body import decoded
from gateway_desktop.protocols.json_lines import LineSplitter
from gateway_desktop.protocols.llm.answer import NOT_READ, Answer, FramedAnswer, error_message, note
from gateway_desktop.protocols.llm.usage_request import beside_usage, without_null_usage
from gateway_desktop.protocols.sse import EventSplitter, EventTooLarge, data_of

_LARGEST = 64 << 20  # a whole answer beyond that is not read
_ERROR_READ = 64 << 10


class SseReader:
    """Reads Server-Sent Events; may keep usage that the caller did not ask for from them."""

    def __init__(self, answer: Answer, *, hides: bool = False) -> None:
        self.reply = answer.reply
        self._answer = answer
        self._splitter = EventSplitter()
        self._hides = hides  # then the caller gets whole events only
        self._blind = False  # an event was too large: nothing is read any more
        self.reply.silent = True

    def feed(self, data: bytes) -> bytes:
        """Read a piece."""
        if self._blind:
            return data
        if events := self._splitter.plain(data):
            return self._plain(data, events)
        try:
            blocks = self._splitter.feed(data)
        except Exception as error:  # noqa: BLE001 - the stream goes on, whatever this is
            note(self.reply, error)
            self._blind, self.reply.silent = True, False
            held = self._splitter.rest()
            return held if self._hides else data
        if not self._hides:
            for block in blocks:
                self._read(block)
            return data
        return b"".join(
            [_rest_of(data_of(block)) if self._read(block) else without_null_usage(block) for block in blocks]
        )

    def _plain(self, data: bytes, events: list[bytes]) -> bytes:
        """Read events of one line each; return what the caller gets of them."""
        hidden = self._answer.events(events)
        if not self._hides or not (hidden or b'"usage":' in data):
            return data
        return b"".join(
            [
                _rest_of(event) if event in hidden else b"data: %b\n\n" % without_null_usage(event)
                for event in events
            ]
        )

    def end(self) -> bytes:
        """Read the end; a last event may lack its blank line."""
        rest = self._splitter.rest()
        hidden = self._read(rest) if rest else False
        _close(self._answer, cut=False)
        if not self._hides:
            return b""
        return _rest_of(data_of(rest)) if hidden else without_null_usage(rest)

    def aborted(self) -> None:
        """Complete the reply from what was seen."""
        _close(self._answer, cut=True)

    def _read(self, block: bytes) -> bool:
        try:
            data = data_of(block)
            return self._answer.data(data) if data else False
        except Exception as error:  # noqa: BLE001 - the stream goes on, whatever this event is
            note(self.reply, error)
            return False


def _rest_of(data: bytes | None) -> bytes:
    """Return what the caller gets of the event with the usage that was asked for here."""
    rest = beside_usage(data) if data else b""
    return b"data: %b\n\n" % rest if rest else b""


class LinesReader:
    """Reads lines of JSON (Ollama)."""

    def __init__(self, answer: Answer) -> None:
        self.reply = answer.reply
        self._answer = answer
        self._lines = LineSplitter()
        self.reply.silent = True

    def feed(self, data: bytes) -> bytes:
        """Read a piece."""
        try:
            for line in self._lines.feed(data):
                self._read(line)
        except EventTooLarge as error:
            note(self.reply, error)
            self._lines.rest()  # what follows of it is no JSON, and is noted as such
        return data

    def end(self) -> bytes:
        """Read the end; the last line may lack its line feed."""
        self._read(self._lines.rest())
        _close(self._answer, cut=False)
        return b""

    def aborted(self) -> None:
        """Complete the reply from what was seen."""
        _close(self._answer, cut=True)

    def _read(self, line: bytes) -> None:
        try:
            if line.strip():
                self._answer.data(line)
        except Exception as error:  # noqa: BLE001 - as above
            note(self.reply, error)


class FramesReader:
    """Reads the frames of Amazon's event streams (Bedrock)."""

    def __init__(self, answer: FramedAnswer) -> None:
        self.reply = answer.reply
        self._answer = answer
        self._splitter: FrameSplitter | None = FrameSplitter()
        self.reply.silent = True

    def feed(self, data: bytes) -> bytes:
        """Read a piece."""
        if self._splitter is not None:
            try:
                for frame in self._splitter.feed(data):
                    self._answer.frame(frame.name, frame.payload, failed=frame.failed)
            except Exception as error:  # noqa: BLE001 - the stream goes on, whatever this is
                note(self.reply, error)
                self._splitter, self.reply.silent = None, False
        return data

    def end(self) -> bytes:
        """Read the end."""
        _close(self._answer, cut=False)
        return b""

    def aborted(self) -> None:
        """Complete the reply from what was seen."""
        _close(self._answer, cut=True)


class OpeningReader:
    """Reads a stream that calls itself JSON by its first byte: some send events all the same."""

    def __init__(self, reply: Reply, reader_of: Callable[[str], ReplyReader]) -> None:
        self.reply = reply
        self._reader_of = reader_of  # by media type
        self._reader: ReplyReader | None = None

    def feed(self, data: bytes) -> bytes:
        """Read a piece."""
        if self._reader is None:
            start = data.lstrip()
            if not start:
                return data
            kind = "application/json" if start[:1] in b"{[" else EVENTS
            self._reader = self._reader_of(kind)
        return self._reader.feed(data)

    def end(self) -> bytes:
        """Read the end."""
        return self._known().end()

    def aborted(self) -> None:
        """Complete the reply from what was seen."""
        self._known().aborted()

    def _known(self) -> ReplyReader:
        return self._reader or self._reader_of("application/json")


class WholeReader:
    """Reads one JSON object at its end."""

    def __init__(self, answer: Answer) -> None:
        self.reply = answer.reply
        self._answer = answer
        self._pieces: list[bytes] = []
        self._size = 0

    def feed(self, data: bytes) -> bytes:
        """Keep a piece."""
        self._size += len(data)
        if self._size <= _LARGEST:
            self._pieces.append(data)
        elif self._pieces:
            self._pieces.clear()
            self.reply.detail[NOT_READ] = "The answer is too large to be read"
        return data

    def end(self) -> bytes:
        """Read the object."""
        if self._size > _LARGEST:
            self._answer.ended = True
        else:
            self._read(b"".join(self._pieces))
        _close(self._answer, cut=False)
        return b""

    def aborted(self) -> None:
        """Complete the reply: of half an object only its size is known."""
        self._answer.characters = self._size
        _close(self._answer, cut=True)

    def _read(self, body: bytes) -> None:
        try:
            self._answer.whole(body)
        except (Malformed, ValueError):
            what = "holds too many lists and objects" if crowded(body) else "is not a JSON object"
            self.reply.detail[NOT_READ] = f"The answer {what}"
        except Exception as error:  # noqa: BLE001 - as above
            note(self.reply, error)


class ArrayReader(WholeReader):
    """Reads the objects of one JSON array as the events of a stream (Gemini without alt=sse)."""

    def aborted(self) -> None:
        """Complete the reply from the objects that came whole."""
        self._read(b"".join(self._pieces))
        _close(self._answer, cut=True)

    def _read(self, body: bytes) -> None:
        if crowded(body):
            self.reply.detail[NOT_READ] = "The answer holds too many lists and objects"
            return
        try:
            for element in _elements(body.decode("utf-8", "replace")):
                self._answer.streamed = True
                self._answer.event(element)
        except Exception as error:  # noqa: BLE001 - as above
            note(self.reply, error)


class ErrorReader:
    """Reads an answer of status 400 or more: the upstream's own words."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        self._body = bytearray()

    def feed(self, data: bytes) -> bytes:
        """Keep a piece, up to a limit."""
        if len(self._body) <= _ERROR_READ:
            self._body += data[: _ERROR_READ + 1]
        return data

    def end(self) -> bytes:
        """Read the error."""
        self.aborted()
        self.reply.complete = True
        return b""

    def aborted(self) -> None:
        """Read what came of the error; its words are no model's."""
        body = bytes(self._body)
        self.reply.error = _error_text(body) or f"HTTP {self.reply.status}"
        if len(body) > _ERROR_READ:
            self.reply.detail[NOT_READ] = f"The error is longer than {_ERROR_READ >> 10} KB"
        if body:
            self.reply.texts = [TextPart("", "tool", body.decode("utf-8", "replace"))]


class BlindReader:
    """Passes what is not for reading: audio, images, files."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply

    def feed(self, data: bytes) -> bytes:
        """Pass a piece."""
        return data

    def end(self) -> bytes:
        """Complete the reply."""
        self.reply.complete = True
        return b""

    def aborted(self) -> None:
        """Leave the reply incomplete."""


def reader_of(answer: Answer, content_type: str, *, hides: bool = False) -> ReplyReader:
    """Return a reader of events or of one object: as its media type says, else as was asked for."""
    if content_type == "application/json" or not (answer.call.stream or content_type == EVENTS):
        return WholeReader(answer)
    return SseReader(answer, hides=hides)


def _error_text(body: bytes) -> str | None:
    """Return the words of an error answer: its message, or its beginning where it is no JSON."""
    try:
        words = error_message(decoded(body))
    except ValueError:
        words = body[:1000].decode("utf-8", "replace").strip()
    return words[:2000] or None


def _elements(text: str) -> list[dict[str, object]]:
    """Return the objects of an array, up to the first that is not whole."""
    decoder = json.JSONDecoder()
    found: list[dict[str, object]] = []
    at = 0
    while (at := text.find("{", at)) >= 0:
        try:
            element, at = decoder.raw_decode(text, at)
        except ValueError:
            break
        found.append(element)
    return found


def _close(answer: Answer, *, cut: bool) -> None:
    try:
        answer.close(cut=cut)
    except Exception as error:  # noqa: BLE001 - as above
        note(answer.reply, error)
