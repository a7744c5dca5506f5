"""Where in an event of a stream which words stand: pieces of longer texts, and texts that are whole.

Made for all dialects at once, by the shapes of their events: OpenAI's chunks, Responses' typed events,
Anthropic's blocks, Gemini's candidates, Cohere's messages, Ollama's lines. What is not a piece but could be
text is whole.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from gateway_desktop.protocols.llm.usage import mapping

Step = str | int
Channel = tuple[Step, ...]
# Under these keys stand ids, names, kinds: short ones. Whatever stands elsewhere is taken for words.
_LABELS = frozenset(
    {
        *("id", "type", "role", "name", "model", "status", "kind", "object", "provider", "item_id", "phase"),
        *("taskId", "contextId", "artifactId", "messageId", "mimeType", "timestamp", "modelVersion", "state"),
        *("system_fingerprint", "service_tier", "finish_reason", "finishReason", "native_finish_reason"),
        *("obfuscation", "responseId", "call_id", "created_at", "done_reason", "jsonrpc", "stop_reason"),
    }
)
_LONGEST_LABEL = 64
_SEALED = frozenset({"signature", "encrypted_content", "thoughtSignature"})
_TOKENS = frozenset({"logprobs", "logprobsResult"})  # the words once more, one by one
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
    _known(found, event, kind)
    known = {piece.steps for piece in found.pieces}
    for steps, text in words_of(event):
        if steps in known:
            continue
        if _goes_on(event, kind, steps):
            found.pieces.append(Piece(("elsewhere", *steps), steps, text))
        else:
            found.whole.append((steps, text))
    return found


def _known(found: Pieces, event: Mapping[str, Any], kind: object) -> None:
    if isinstance(event.get("choices"), list):
        _chat(found, event["choices"])
    elif isinstance(event.get("candidates"), list):
        _gemini(found, event["candidates"])
    elif isinstance(kind, str) and kind.startswith("response."):
        _responses(found, kind, event)
    elif isinstance(kind, str) and kind.startswith("content_block_"):
        _block(found, kind, event)
    elif isinstance(kind, str) and kind.endswith(("-start", "-delta", "-end")):
        _cohere(found, kind, event)
    elif artifact := _artifact(event):
        _agent(found, *artifact)
    elif "done" in event and isinstance(event.get("done"), bool):
        _ollama(found, event)


def _goes_on(event: Mapping[str, Any], kind: object, steps: tuple[Step, ...]) -> bool:
    """Return whether a text nobody knows may be a piece of one that later events go on with."""
    if steps[0] in ("choices", "candidates"):
        return True
    if isinstance(kind, str):
        return kind.endswith((".delta", "_delta", "-delta")) and steps[0] in ("delta", "content")
    # An event of no known shape; Agent2Agent's bring their texts whole.
    return not any(name in event for name in ("choices", "candidates", "result", "jsonrpc", "done", "error"))


def put(event: Any, steps: tuple[Step, ...], text: str) -> None:
    """Write a text into a decoded event."""
    *way, last = steps
    for step in way:
        event = event[step]
    event[last] = text


def leave_out_tokens(value: Any) -> None:
    """Take the words that stand there once more, one by one, out of a decoded answer that was changed."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in _TOKENS:
                value[name] = [] if isinstance(inner, list) else None
            else:
                leave_out_tokens(inner)
    elif isinstance(value, list):
        for inner in value:
            leave_out_tokens(inner)


def _add(
    found: Pieces, channel: Channel, steps: tuple[Step, ...], text: object, *, tool: bool = False
) -> None:
    if isinstance(text, str) and text:
        found.pieces.append(Piece(channel, steps, text, tool))


def _chat(found: Pieces, choices: list[Any]) -> None:
    for at, choice in enumerate(choices):
        if not isinstance(choice, dict):
            continue
        index = str(choice.get("index", 0))
        delta = choice.get("delta")
        if isinstance(delta, dict):
            here: tuple[Step, ...] = ("choices", at, "delta")
            for name in ("content", "reasoning_content", "reasoning", "refusal"):
                _add(found, ("choice", index, name), (*here, name), delta.get(name))
            for position, call in enumerate(_list(delta.get("tool_calls"))):
                for kind, member in (("function", "arguments"), ("custom", "input")):
                    channel = ("choice", index, "tool", str(call.get("index", position)), kind)
                    steps = (*here, "tool_calls", position, kind, member)
                    _add(found, channel, steps, mapping(call.get(kind)).get(member), tool=True)
        _add(found, ("choice", index, "text"), ("choices", at, "text"), choice.get("text"))
        if choice.get("finish_reason"):
            found.ended.append(("choice", index))


def _gemini(found: Pieces, candidates: list[Any]) -> None:
    for at, candidate in enumerate(candidates):
        if not isinstance(candidate, dict):
            continue
        index = str(candidate.get("index", at))
        for position, part in enumerate(_list(mapping(candidate.get("content")).get("parts"))):
            steps = ("candidates", at, "content", "parts", position, "text")
            _add(found, ("candidate", index, bool(part.get("thought"))), steps, part.get("text"))
        if candidate.get("finishReason"):
            found.ended.append(("candidate", index))


def _responses(found: Pieces, kind: str, event: Mapping[str, Any]) -> None:
    stem, _, last = kind.rpartition(".")
    part = str(event.get("content_index", event.get("summary_index", 0)))
    channel = (stem, str(event.get("output_index", 0)), part)
    if last == "delta":
        tool = any(word in stem for word in ("arguments", "input", "code"))
        _add(found, channel, ("delta",), event.get("delta"), tool=tool)
    elif last == "done":
        found.ended.append(channel)
    elif last in ("completed", "incomplete", "failed", "cancelled"):
        found.ended.append(())


def _block(found: Pieces, kind: str, event: Mapping[str, Any]) -> None:
    index = str(event.get("index", 0))
    if kind == "content_block_start":
        for name in ("text", "thinking"):
            begun = mapping(event.get("content_block")).get(name)
            _add(found, ("block", index, name), ("content_block", name), begun)
    elif kind == "content_block_stop":
        found.ended.append(("block", index))
    elif kind == "content_block_delta":
        delta = mapping(event.get("delta"))
        for name in ("text", "thinking", "partial_json"):
            tool = name == "partial_json"
            _add(found, ("block", index, name), ("delta", name), delta.get(name), tool=tool)


def _cohere(found: Pieces, kind: str, event: Mapping[str, Any]) -> None:
    index = str(event.get("index", 0))
    message, way = mapping(mapping(event.get("delta")).get("message")), ("delta", "message")
    content = mapping(message.get("content"))
    for name in ("text", "thinking"):
        _add(found, ("part", index, name), (*way, "content", name), content.get(name))
    _add(found, ("part", index, "plan"), (*way, "tool_plan"), message.get("tool_plan"))
    arguments = mapping(mapping(message.get("tool_calls")).get("function")).get("arguments")
    steps = (*way, "tool_calls", "function", "arguments")
    _add(found, ("part", index, "tool"), steps, arguments, tool=True)
    if kind.endswith("-end"):
        found.ended.append(() if kind == "message-end" else ("part", index))


def _artifact(event: Mapping[str, Any]) -> tuple[tuple[Step, ...], dict[str, Any]] | None:
    """Return where an artifact's update of Agent2Agent stands, and the update, in 1.0 and 0.3 alike."""
    steps: tuple[Step, ...] = ()
    if isinstance(event.get("result"), dict):
        steps, event = ("result",), event["result"]
    if isinstance(event.get("artifactUpdate"), dict):
        steps, event = (*steps, "artifactUpdate"), event["artifactUpdate"]
    return (steps, dict(event)) if isinstance(event.get("artifact"), dict) else None


def _agent(found: Pieces, steps: tuple[Step, ...], update: dict[str, Any]) -> None:
    artifact = mapping(update.get("artifact"))
    channel: Channel = ("artifact", str(artifact.get("artifactId")))
    for index, part in enumerate(_list(artifact.get("parts"))):
        _add(found, channel, (*steps, "artifact", "parts", index, "text"), part.get("text"))
    if update.get("lastChunk") or not update.get("append", True):
        found.ended.append(channel)


def _ollama(found: Pieces, event: Mapping[str, Any]) -> None:
    message = mapping(event.get("message"))
    for name in ("content", "thinking"):
        _add(found, ("line", name), ("message", name), message.get(name))
    for name in ("response", "thinking"):
        _add(found, ("line", name), (name,), event.get(name))
    if event.get("done"):
        found.ended.append(("line",))


def words_of(value: object, steps: tuple[Step, ...] = ()) -> Iterator[tuple[tuple[Step, ...], str]]:
    """Yield all words in a decoded answer or event that are no labels, each with the steps to it."""
    if isinstance(value, str):
        if value and not (len(value) <= _LONGEST_LABEL and steps and steps[-1] in _LABELS):
            yield steps, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key not in _PACKED and key not in _SEALED and not (key in _TOKENS and isinstance(inner, dict)):
                yield from words_of(inner, (*steps, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from words_of(inner, (*steps, index))


def _list(value: object) -> list[dict[str, Any]]:
    return [item if isinstance(item, dict) else {} for item in value] if isinstance(value, list) else []
