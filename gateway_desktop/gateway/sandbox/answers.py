"""What the practice upstream says: the answers of each LLM API, whole and as the events of a stream."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gateway_desktop.core.call import Call

MODELS = ("sandbox", "sandbox-large")
_QUOTED = 80
Event = tuple[str, dict[str, Any]]  # name ("" for none) and data


def reply_to(call: Call) -> str:
    """Return a short answer that says who speaks and quotes the question."""
    asked = next((part.text for part in reversed(call.texts) if part.role == "user"), "")
    quoted = " ".join(asked.split())[:_QUOTED]
    heard = f"You said: “{quoted}”." if quoted else "You said nothing that I can quote."
    return f"Hello from the Gateway Desktop sandbox. No model was called. {heard}"


def tokens(text: str) -> int:
    """Return about how many tokens a text is: four characters each."""
    return max(1, -(-len(text) // 4))


@dataclass(frozen=True, slots=True)
class Said:
    """One answer, before it has the shape of an API."""

    id: str
    model: str
    text: str
    input: int
    include_usage: bool = False

    @property
    def output(self) -> int:
        """The tokens of the text."""
        return tokens(self.text)

    def words(self) -> list[str]:
        """Return the pieces of a stream."""
        words = self.text.split(" ")
        return [word + " " for word in words[:-1]] + words[-1:]


def chat(said: Said) -> dict[str, Any]:
    """OpenAI chat completion."""
    message = {"role": "assistant", "content": said.text, "refusal": None}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    return {**_chat_head(said, "chat.completion"), "choices": [choice], "usage": _chat_usage(said)}


def chat_events(said: Said) -> Iterator[Event]:
    """OpenAI chat completion chunks; usage only where it was asked for."""
    head = _chat_head(said, "chat.completion.chunk")
    if said.include_usage:
        head["usage"] = None

    def chunk(delta: dict[str, Any], finish: str | None = None) -> Event:
        return "", {
            **head,
            "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}],
        }

    yield chunk({"role": "assistant", "content": ""})
    for word in said.words():
        yield chunk({"content": word})
    yield chunk({}, "stop")
    if said.include_usage:
        yield "", {**head, "choices": [], "usage": _chat_usage(said)}


def responses(said: Said, status: str = "completed") -> dict[str, Any]:
    """OpenAI response."""
    done = status == "completed"
    usage = {
        "input_tokens": said.input,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": said.output,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": said.input + said.output,
    }
    return {
        "id": f"resp_{said.id}",
        "object": "response",
        "created_at": int(time.time()),
        "status": status,
        "model": said.model,
        "output": [_responses_item(said, status)] if done else [],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "metadata": {},
        "usage": usage if done else None,
    }


def responses_events(said: Said) -> Iterator[Event]:
    """OpenAI response events, from created to completed."""
    item = {"item_id": f"msg_{said.id}", "output_index": 0, "content_index": 0}
    empty = {"type": "output_text", "text": "", "annotations": []}
    events: list[dict[str, Any]] = [
        {"type": "response.created", "response": responses(said, "in_progress")},
        {"type": "response.in_progress", "response": responses(said, "in_progress")},
        {
            "type": "response.output_item.added",
            "output_index": 0,
            "item": _responses_item(said, "in_progress"),
        },
        {"type": "response.content_part.added", **item, "part": empty},
        *(
            {"type": "response.output_text.delta", **item, "delta": word, "logprobs": []}
            for word in said.words()
        ),
        {"type": "response.output_text.done", **item, "text": said.text, "logprobs": []},
        {"type": "response.content_part.done", **item, "part": {**empty, "text": said.text}},
        {"type": "response.output_item.done", "output_index": 0, "item": _responses_item(said, "completed")},
        {"type": "response.completed", "response": responses(said)},
    ]
    for number, event in enumerate(events):
        yield event["type"], {**event, "sequence_number": number}


def messages(said: Said) -> dict[str, Any]:
    """Anthropic message."""
    usage = {"input_tokens": said.input, "output_tokens": said.output}
    content = [{"type": "text", "text": said.text}]
    return {**_message_head(said), "content": content, "stop_reason": "end_turn", "usage": usage}


def messages_events(said: Said) -> Iterator[Event]:
    """Anthropic message events."""
    usage = {"input_tokens": said.input, "output_tokens": 1}
    start = {**_message_head(said), "content": [], "stop_reason": None, "usage": usage}
    yield "message_start", {"type": "message_start", "message": start}
    block = {"type": "text", "text": ""}
    yield "content_block_start", {"type": "content_block_start", "index": 0, "content_block": block}
    for word in said.words():
        delta = {"type": "text_delta", "text": word}
        yield "content_block_delta", {"type": "content_block_delta", "index": 0, "delta": delta}
    yield "content_block_stop", {"type": "content_block_stop", "index": 0}
    end = {"stop_reason": "end_turn", "stop_sequence": None}
    yield "message_delta", {"type": "message_delta", "delta": end, "usage": {"output_tokens": said.output}}
    yield "message_stop", {"type": "message_stop"}


def gemini(said: Said, text: str | None = None, *, last: bool = True) -> dict[str, Any]:
    """Gemini answer, or one piece of it."""
    content = {"role": "model", "parts": [{"text": said.text if text is None else text}]}
    candidate: dict[str, Any] = {"content": content, "index": 0}
    usage = {
        "promptTokenCount": said.input,
        "candidatesTokenCount": said.output,
        "totalTokenCount": said.input + said.output,
    }
    answer: dict[str, Any] = {"candidates": [candidate], "modelVersion": said.model, "responseId": said.id}
    if last:
        candidate["finishReason"] = "STOP"
        answer["usageMetadata"] = usage
    return answer


def gemini_events(said: Said) -> Iterator[Event]:
    """Gemini pieces; the last has finish reason and usage."""
    words = said.words()
    for number, word in enumerate(words, 1):
        yield "", gemini(said, word, last=number == len(words))


def embeddings(said: Said, inputs: int) -> dict[str, Any]:
    """OpenAI embeddings: short vectors that mean nothing."""
    data = [
        {"object": "embedding", "index": number, "embedding": [0.0, 0.6, 0.8]} for number in range(inputs)
    ]
    usage = {"prompt_tokens": said.input, "total_tokens": said.input}
    return {"object": "list", "model": said.model, "data": data, "usage": usage}


def models() -> dict[str, Any]:
    """The list of models, in the shapes of OpenAI, Anthropic and Gemini at once."""
    listed = [
        {
            "id": name,
            "object": "model",
            "type": "model",
            "created": 0,
            "created_at": "2026-01-01T00:00:00Z",
            "owned_by": "gateway-desktop",
            "display_name": name,
        }
        for name in MODELS
    ]
    pages = {"has_more": False, "first_id": MODELS[0], "last_id": MODELS[-1]}
    return {
        "object": "list",
        "data": listed,
        **pages,
        "models": [{"name": f"models/{name}"} for name in MODELS],
    }


def _chat_head(said: Said, kind: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{said.id}", "object": kind, "created": int(time.time()), "model": said.model}


def _chat_usage(said: Said) -> dict[str, int]:
    total = said.input + said.output
    return {"prompt_tokens": said.input, "completion_tokens": said.output, "total_tokens": total}


def _responses_item(said: Said, status: str) -> dict[str, Any]:
    content = [{"type": "output_text", "text": said.text, "annotations": []}] if status == "completed" else []
    head = {"type": "message", "id": f"msg_{said.id}", "role": "assistant"}
    return {**head, "status": status, "content": content}


def _message_head(said: Said) -> dict[str, Any]:
    head = {"id": f"msg_{said.id}", "type": "message", "role": "assistant", "model": said.model}
    return {**head, "stop_sequence": None}
