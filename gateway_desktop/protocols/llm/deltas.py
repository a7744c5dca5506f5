"""Where in an event of a stream which words stand: pieces of longer texts, and texts that are whole.

Made for all dialects at once, by the shapes of their events: OpenAI's chunks, Responses' typed events,
Anthropic's blocks, Gemini's candidates, Ollama's lines. What is not a piece but could be text is whole.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Step = str | int
Channel = tuple[Step, ...]
# Under these keys stand words, whatever the event; elsewhere ids, names, signatures, kinds.
_WORDS = frozenset(
    {
        *("text", "arguments", "input", "output", "content", "refusal", "summary", "thinking", "delta"),
        *("partial_json", "args", "response", "code", "transcript", "reasoning", "reasoning_content"),
        *("result", "message", "cited_text", "title", "url", "data", "metadata", "description", "artifact"),
    }
)
_NOT_WORDS = frozenset(
    {
        *("id", "type", "role", "name", "signature", "encrypted_content", "model", "status", "kind"),
        *("taskId", "contextId", "artifactId", "messageId", "mimeType", "timestamp"),
    }
)
_PACKED = frozenset({"inlineData", "inline_data", "b64_json", "partial_image_b64"})  # images, which hold none


class Piece(NamedTuple):
    """A piece of a text that other events go on with."""

    channel: Channel
    steps: tuple[Step, ...]  # to it in the event
    text: str
    tool: bool = False  # of a tool's arguments, in JSON


@dataclass(slots=True)
class Pieces:
    """What an event says."""

    pieces: list[Piece] = field(default_factory=list)
    ended: list[Channel] = field(default_factory=list)  # beginnings of channels that are complete now
    whole: list[tuple[tuple[Step, ...], str]] = field(default_factory=list)


def pieces_of(event: Mapping[str, Any]) -> Pieces:
    """Return the words of an event."""
    found = Pieces()
    kind = event.get("type")
    if isinstance(event.get("choices"), list):
        _chat(found, event["choices"])
    elif isinstance(event.get("candidates"), list):
        _gemini(found, event["candidates"])
    elif isinstance(kind, str) and kind.startswith("response."):
        _responses(found, kind, event)
    elif isinstance(kind, str) and kind.startswith("content_block_"):
        _block(found, kind, event)
    elif artifact := _artifact(event):
        _agent(found, *artifact)
    elif "done" in event and isinstance(event.get("done"), bool):
        _ollama(found, event)
    known = {piece.steps for piece in found.pieces}
    found.whole = [(steps, text) for steps, text in _words(event, (), False) if steps not in known]
    return found


def put(event: Any, steps: tuple[Step, ...], text: str) -> None:
    """Write a text into a decoded event."""
    *way, last = steps
    for step in way:
        event = event[step]
    event[last] = text


def _add(
    found: Pieces, channel: Channel, steps: tuple[Step, ...], text: object, *, tool: bool = False
) -> None:
    if isinstance(text, str) and text:
        found.pieces.append(Piece(channel, steps, text, tool))


def _chat(found: Pieces, choices: list[Any]) -> None:
    for at, choice in enumerate(choices):
        if not isinstance(choice, dict):
            continue
        index = choice.get("index", 0)
        delta = choice.get("delta")
        if isinstance(delta, dict):
            here: tuple[Step, ...] = ("choices", at, "delta")
            for name in ("content", "reasoning_content", "reasoning", "refusal"):
                _add(found, ("choice", index, name), (*here, name), delta.get(name))
            for position, call in enumerate(_list(delta.get("tool_calls"))):
                for kind, member in (("function", "arguments"), ("custom", "input")):
                    channel = ("choice", index, "tool", call.get("index", position), kind)
                    steps = (*here, "tool_calls", position, kind, member)
                    _add(found, channel, steps, _dict(call.get(kind)).get(member), tool=True)
        _add(found, ("choice", index, "text"), ("choices", at, "text"), choice.get("text"))
        if choice.get("finish_reason"):
            found.ended.append(("choice", index))


def _gemini(found: Pieces, candidates: list[Any]) -> None:
    for at, candidate in enumerate(candidates):
        if not isinstance(candidate, dict):
            continue
        index = candidate.get("index", at)
        for position, part in enumerate(_list(_dict(candidate.get("content")).get("parts"))):
            steps = ("candidates", at, "content", "parts", position, "text")
            _add(found, ("candidate", index, bool(part.get("thought"))), steps, part.get("text"))
        if candidate.get("finishReason"):
            found.ended.append(("candidate", index))


def _responses(found: Pieces, kind: str, event: Mapping[str, Any]) -> None:
    stem, _, last = kind.rpartition(".")
    part = event.get("content_index", event.get("summary_index", 0))
    channel = (stem, event.get("output_index", 0), part)
    if last == "delta":
        tool = any(word in stem for word in ("arguments", "input", "code"))
        _add(found, channel, ("delta",), event.get("delta"), tool=tool)
    elif last == "done":
        found.ended.append(channel)
    elif last in ("completed", "incomplete", "failed", "cancelled"):
        found.ended.append(())


def _block(found: Pieces, kind: str, event: Mapping[str, Any]) -> None:
    index = event.get("index", 0)
    if kind == "content_block_stop":
        found.ended.append(("block", index))
    elif kind == "content_block_delta":
        delta = _dict(event.get("delta"))
        for name in ("text", "thinking", "partial_json"):
            tool = name == "partial_json"
            _add(found, ("block", index, name), ("delta", name), delta.get(name), tool=tool)


def _artifact(event: Mapping[str, Any]) -> tuple[tuple[Step, ...], dict[str, Any]] | None:
    """Return where an artifact's update of Agent2Agent stands, and the update, in 1.0 and 0.3 alike."""
    steps: tuple[Step, ...] = ()
    if isinstance(event.get("result"), dict):
        steps, event = ("result",), event["result"]
    if isinstance(event.get("artifactUpdate"), dict):
        steps, event = (*steps, "artifactUpdate"), event["artifactUpdate"]
    return (steps, dict(event)) if isinstance(event.get("artifact"), dict) else None


def _agent(found: Pieces, steps: tuple[Step, ...], update: dict[str, Any]) -> None:
    artifact = _dict(update.get("artifact"))
    channel: Channel = ("artifact", str(artifact.get("artifactId")))
    for index, part in enumerate(_list(artifact.get("parts"))):
        _add(found, channel, (*steps, "artifact", "parts", index, "text"), part.get("text"))
    if update.get("lastChunk") or not update.get("append", True):
        found.ended.append(channel)


def _ollama(found: Pieces, event: Mapping[str, Any]) -> None:
    message = _dict(event.get("message"))
    for name in ("content", "thinking"):
        _add(found, ("line", name), ("message", name), message.get(name))
    for name in ("response", "thinking"):
        _add(found, ("line", name), (name,), event.get(name))
    if event.get("done"):
        found.ended.append(("line",))


def _words(value: object, steps: tuple[Step, ...], words: bool) -> Iterator[tuple[tuple[Step, ...], str]]:
    if isinstance(value, str):
        if words and value:
            yield steps, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key in _PACKED:
                continue
            yield from _words(inner, (*steps, key), key not in _NOT_WORDS and (words or key in _WORDS))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _words(inner, (*steps, index), words)


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[dict[str, Any]]:
    return [item if isinstance(item, dict) else {} for item in value] if isinstance(value, list) else []
