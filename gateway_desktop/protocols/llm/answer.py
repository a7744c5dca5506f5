"""Answer: what is learnt of one answer of an LLM API, whole or in events; a dialect knows how to read it."""

from collections.abc import Mapping
from typing import Any

from gateway_desktop.core.call import Call, TextPart
from gateway_desktop.core.reply import Basis, Reply, Usage
from gateway_desktop.protocols.json_body import decoded, lenient
from gateway_desktop.protocols.llm.usage import estimated, mapping

NOT_READ = "not_read"
NOT_YET = ("queued", "in_progress")  # states of what is made in the background


class Answer:
    """Fills a Reply; dialects override the two ways of reading, and `texts`."""

    estimates = True  # an answer without usage is estimated from its texts

    def __init__(self, call: Call, reply: Reply) -> None:
        self.call = call
        self.reply = reply
        self.usage: Usage | None = None
        self.streamed = False
        self.ended = False  # the protocol's own end was seen
        self.over = False  # by a mark after which nothing follows: many callers leave at it
        self.characters = 0  # of output, of a stream that was cut before its texts could be assembled

    def whole(self, body: bytes) -> None:
        """Read a whole JSON answer as the most generous client does; raise ValueError for no object."""
        value = lenient(body)
        if not isinstance(value, dict):
            raise ValueError("no object")
        self.read_object(value)
        self.ended = True

    def read_object(self, value: Mapping[str, Any]) -> None:
        """Read the members of a whole JSON answer."""
        raise NotImplementedError

    def data(self, data: bytes) -> bool:
        """Read one event's data; return whether it is kept from the caller."""
        self.streamed = True
        value = decoded(data)
        if not isinstance(value, dict):
            return False
        self.hear(value)
        return self.event(value)

    def events(self, events: list[bytes]) -> list[bytes]:
        """Read the data of some events; return those that are kept from the caller. It never raises."""
        return [data for data in events if self._hides(data)]

    def _hides(self, data: bytes) -> bool:
        """Do the same with one."""
        try:
            return self.data(data)
        except Exception as error:  # noqa: BLE001 - the stream goes on, whatever this event is
            note(self.reply, error)
            return False

    def event(self, value: Mapping[str, Any]) -> bool:
        """Read one event of a stream; return whether it is kept from the caller."""
        raise NotImplementedError

    def hear(self, value: Mapping[str, Any]) -> None:
        """Note whether the answer itself begins with this event."""
        if self.reply.silent and self.says(value):
            self.reply.silent = False

    def says(self, value: Mapping[str, Any]) -> bool:  # noqa: ARG002 - of most shapes every event does
        """Return whether an event brings anything of the answer itself: words, thoughts, tools, pictures."""
        return True

    def texts(self) -> list[TextPart]:
        """Return the texts of the answer, as far as it was read."""
        return []

    def reported(self) -> Usage | None:
        """Return the usage as reported, as far as it was."""
        return self.usage

    def error(self, error: object) -> None:
        """Remember an error that the upstream put into its answer."""
        self.reply.error = self.reply.error or error_message(error) or "The upstream reported an error"

    def close(self, *, cut: bool) -> None:
        """Complete the reply; `cut`: the body ended before its time."""
        cut = cut and not self.over
        reply = self.reply
        reply.texts = self.texts()
        reply.complete = self.ended and not cut
        usage = self.reported()
        if not self.estimates or reply.status >= 300:
            reply.usage = usage
            return
        characters = max(self.characters, sum(len(part.text) for part in reply.texts))
        if usage is None and not characters and reply.error:
            return  # it failed before it began: nobody bills that
        if cut or not self.ended:
            known = usage is not None and usage.output is not None and self.final_usage()
            reply.usage = estimated(self.call, 0 if known else characters, usage, Basis.PARTIAL)
        elif usage is None or usage.output is None:
            reply.usage = self.unreported(characters, usage)
        else:
            reply.usage = usage

    def final_usage(self) -> bool:
        """Return whether the usage that was reported holds for all of the answer that was seen."""
        return self.usage is not None

    def unreported(self, characters: int, usage: Usage | None) -> Usage | None:
        """Return the usage of an answer that ended well and said nothing of it."""
        return estimated(self.call, characters, usage, Basis.ESTIMATED)


class FramedAnswer(Answer):
    """An answer whose stream is frames."""

    def frame(self, name: str, payload: bytes, *, failed: bool) -> None:
        """Read a frame: an event, or the exception that ends the stream. It never raises."""
        self.streamed = True
        try:
            value = decoded(payload) if payload else {}
            if failed:
                self.error(value)
            elif isinstance(value, dict):
                self.hear({name: value})
                self.framed(name, value)
        except Exception as error:  # noqa: BLE001 - the stream goes on, whatever this frame is
            note(self.reply, error)

    def framed(self, name: str, value: Mapping[str, Any]) -> None:
        """Read an event of this name."""
        raise NotImplementedError


def error_message(error: object) -> str:
    """Return the words of an error, in whichever of the usual shapes."""
    if isinstance(error, str):
        return error
    if isinstance(error, list):
        return error_message(error[0]) if error else ""
    found = mapping(error)
    for name in ("message", "error", "detail", "error_description", "msg"):
        if found.get(name) and (words := error_message(found[name])):
            return words
    return ""


def note(reply: Reply, error: Exception) -> None:
    """Say in the reply what could not be read of it."""
    words = f": {error}" if isinstance(error, ValueError) else ""  # others tell of Python, not of the answer
    reply.detail.setdefault(
        NOT_READ, f"Part of the answer could not be read: {type(error).__name__}{words}"[:300]
    )
