"""Dialect: one request shape of an LLM API, found by the end of the path, whatever the provider."""

from typing import Protocol

from gateway_desktop.core.call import Call
from gateway_desktop.core.reply import Reply
from gateway_desktop.protocols.adapter import ReplyReader
from gateway_desktop.protocols.llm.earlier import Body


class Dialect(Protocol):
    """Reads requests and answers of one shape."""

    reads_json: bool = True  # a request that is no JSON object is refused
    asks_usage: bool = False  # its streams report usage only where the request asks for it

    def operation(self, method: str, path: str) -> str | None:
        """Return the name of what this asks for, None if it is none of this dialect; the path is decoded."""

    def read(self, call: Call, body: Body, path: str) -> None:
        """Fill the call: whether it streams, texts, and counts of what is no text."""

    def reader(self, call: Call, reply: Reply, content_type: str) -> ReplyReader:
        """Return what reads the answer."""

    def expects_json(self, call: Call) -> bool:
        """Return whether a whole 2xx answer must be JSON."""
        return not call.stream
