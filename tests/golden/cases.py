"""Golden cases: a folder each, with request, answer, and what is to be understood of them.

`head.json` names path, query, headers, provider, content type, and `cut` if the answer broke off; `call.json`
and `reply.json` say what is understood; `client.*`, where it exists, is what the caller gets of the answer.
"""

import dataclasses
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway_desktop.core.call import Call, TextPart
from gateway_desktop.core.exchange import RequestHead
from gateway_desktop.core.proxy import Kind
from gateway_desktop.core.reply import Reply
from gateway_desktop.protocols.adapter import ReplyReader
from gateway_desktop.protocols.adapters import FORWARDED
from tests.makers import HeaderList

FOLDER = Path(__file__).parent
ADAPTER = FORWARDED[Kind.LLM]
_CONTENT_TYPES = {".json": "application/json", ".sse": "text/event-stream; charset=utf-8"}


@dataclass(frozen=True)
class Case:
    """One folder."""

    folder: Path
    head: dict[str, Any]
    request: bytes
    answer: bytes
    answer_path: Path

    @property
    def content_type(self) -> str:
        return str(self.head.get("content_type") or _CONTENT_TYPES[self.answer_path.suffix])

    @property
    def client(self) -> bytes:
        """What the caller gets."""
        path = self.folder / f"client{self.answer_path.suffix}"
        return path.read_bytes() if path.exists() else self.answer

    @property
    def cut(self) -> bool:
        return bool(self.head.get("cut"))

    def request_head(self) -> RequestHead:
        headers = HeaderList(*self.head.get("headers", {}).items())
        return RequestHead("POST", self.head["path"], self.head.get("query", ""), headers, "127.0.0.1")

    def decode(self) -> Call:
        return ADAPTER.decode(self.request_head(), self.request, self.head.get("provider", "openai"))

    def reader(self, call: Call) -> ReplyReader:
        return ADAPTER.read_reply(call, self.head.get("status", 200), self.content_type)

    def feed(self, reader: ReplyReader, pieces: Iterable[bytes]) -> bytes:
        """Feed the pieces and the end; return what the caller gets."""
        out = b"".join([reader.feed(piece) for piece in pieces])
        if self.cut:
            reader.aborted()
            return out
        return out + reader.end()

    def expected(self, name: str) -> dict[str, Any]:
        return dict(json.loads((self.folder / name).read_text(encoding="utf-8")))


def read_case(folder: Path) -> Case:
    """Return the case of a folder."""
    answer = next(folder.glob("answer.*"))
    head = json.loads((folder / "head.json").read_text(encoding="utf-8"))
    return Case(folder, head, (folder / "request.json").read_bytes(), answer.read_bytes(), answer)


def all_cases() -> list[Case]:
    """Return every case."""
    return [read_case(path.parent) for path in sorted(FOLDER.glob("*/*/request.json"))]


def name(case: Case) -> str:
    """Return the case's name as tests show it."""
    return f"{case.folder.parent.name}/{case.folder.name}"


def describe_call(case: Case, call: Call) -> dict[str, Any]:
    """Return what was understood of a request, as JSON; `upstream` only where it is not the very request."""
    described = dataclasses.asdict(dataclasses.replace(call, known=None, kept=None))
    del described["messages_at"]
    if call.answers == 1:
        del described["answers"]
    body = described.pop("body")
    for name in ("compressed", "goes_on", "scan", "verdict", "noted"):  # others write these
        del described[name]
    if body != case.request:
        described["upstream"] = body.decode()
    described["texts"] = [_text(part) for part in call.texts]
    return _kept(described)


def describe_reply(reply: Reply) -> dict[str, Any]:
    """Return what was understood of an answer, as JSON has it."""
    described = dataclasses.asdict(reply)
    del described["silent"]
    if reply.usage is not None:
        used = _kept(described["usage"])
        described["usage"] = {name: value for name, value in used.items() if value is not False}
    described["texts"] = [_text(part) for part in reply.texts]
    return _kept(described)


def _kept(described: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is None or empty; a zero is neither."""
    return {key: value for key, value in described.items() if value is not None and value not in ("", [], {})}


def _text(part: TextPart) -> list[str]:
    """Return place, role, text, and the tool it belongs to if it does."""
    return [part.place, part.role, part.text, *filter(None, (part.tool,))]
