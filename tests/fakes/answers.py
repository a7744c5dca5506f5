"""Believable answers of the LLM APIs, with tools, thinking and cached tokens, for the scripted upstream."""

import json
from typing import Any

from tests.fakes.llm import Connection

CHAT_USAGE = {
    "prompt_tokens": 1041,
    "completion_tokens": 28,
    "total_tokens": 1069,
    "prompt_tokens_details": {"cached_tokens": 1024},
    "completion_tokens_details": {"reasoning_tokens": 8},
}
RESPONSES_USAGE = {
    "input_tokens": 1041,
    "input_tokens_details": {"cached_tokens": 1024},
    "output_tokens": 28,
    "output_tokens_details": {"reasoning_tokens": 8},
    "total_tokens": 1069,
}
MESSAGES_USAGE = {
    "input_tokens": 17,
    "cache_creation_input_tokens": 256,
    "cache_read_input_tokens": 1024,
    "output_tokens": 20,
}
GEMINI_USAGE = {
    "promptTokenCount": 1041,
    "cachedContentTokenCount": 1024,
    "candidatesTokenCount": 20,
    "thoughtsTokenCount": 8,
    "totalTokenCount": 1069,
}
TOOL = {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": '{"city":"Oslo"}'}}


async def answer(connection: Connection) -> None:
    """Answer like the API that was asked."""
    received = connection.received
    asked = json.loads(received.body) if received.body else {}
    path = received.target.partition("?")[0]
    if path.endswith("/chat/completions"):
        await (_chat_stream(connection, asked) if asked.get("stream") else _send(connection, _chat(asked)))
    elif path.endswith("/responses"):
        stream = asked.get("stream")
        await (
            _responses_stream(connection, asked) if stream else _send(connection, _response(asked, done=True))
        )
    elif path.endswith("/messages"):
        await (
            _messages_stream(connection, asked) if asked.get("stream") else _send(connection, _message(asked))
        )
    elif path.endswith(":generateContent"):
        await _send(connection, _gemini("It is sunny.", tools=bool(asked.get("tools"))))
    elif path.endswith(":streamGenerateContent"):
        await _events(connection, [("", _gemini("It is ", last=False)), ("", _gemini("sunny."))])
    elif path.endswith("/embeddings"):
        vector = {"object": "embedding", "index": 0, "embedding": [0.5, 0.25]}
        usage = {"prompt_tokens": 7, "total_tokens": 7}
        await _send(connection, {"object": "list", "model": asked["model"], "data": [vector], "usage": usage})
    else:
        await _send(connection, {"object": "list", "data": [{"id": "gpt-4o-mini", "object": "model"}]})


async def _send(connection: Connection, document: dict[str, Any]) -> None:
    await connection.whole(json.dumps(document).encode())


async def _events(connection: Connection, events: list[tuple[str, dict[str, Any]]], end: bytes = b"") -> None:
    await connection.head(200, ("Content-Type", "text/event-stream"))
    for name, data in events:
        head = f"event: {name}\n" if name else ""
        await connection.chunk(f"{head}data: {json.dumps(data)}\n\n".encode())
    if end:
        await connection.chunk(end)
    await connection.end()


def _chat(asked: dict[str, Any]) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": "It is sunny.", "refusal": None}
    if asked.get("tools"):
        message = {"role": "assistant", "content": None, "tool_calls": [TOOL]}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    head = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": asked["model"]}
    return {**head, "choices": [choice], "usage": CHAT_USAGE, "service_tier": "default"}


async def _chat_stream(connection: Connection, asked: dict[str, Any]) -> None:
    head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": asked["model"]}
    deltas: list[dict[str, Any]] = [
        {"role": "assistant", "content": ""},
        {"content": "It is "},
        {"content": "sunny."},
    ]
    if asked.get("tools"):
        deltas = [{"role": "assistant", "tool_calls": [{"index": 0, **TOOL}]}]
    choices: list[dict[str, Any]] = [{"index": 0, "delta": delta, "finish_reason": None} for delta in deltas]
    choices.append({"index": 0, "delta": {}, "finish_reason": "stop"})
    asks = (asked.get("stream_options") or {}).get("include_usage")
    none = {"usage": None} if asks else {}  # so it is in all chunks but the last
    events = [("", {**head, "choices": [choice], **none, "obfuscation": "x9Q"}) for choice in choices]
    if asks:
        events.append(("", {**head, "choices": [], "usage": CHAT_USAGE}))
    await _events(connection, events, b"data: [DONE]\n\n")


def _response(asked: dict[str, Any], *, done: bool) -> dict[str, Any]:
    content = [{"type": "output_text", "text": "It is sunny.", "annotations": []}]
    item = {"type": "message", "id": "msg_1", "status": "completed", "role": "assistant", "content": content}
    head = {"id": "resp_1", "object": "response", "created_at": 1, "model": asked["model"], "tools": []}
    state = {"status": "completed" if done else "in_progress", "output": [item] if done else []}
    rest = {"parallel_tool_calls": True, "tool_choice": "auto", "usage": RESPONSES_USAGE if done else None}
    return {**head, **state, **rest}


async def _responses_stream(connection: Connection, asked: dict[str, Any]) -> None:
    item = {"type": "message", "id": "msg_1", "status": "in_progress", "role": "assistant", "content": []}
    at = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    part = {"type": "output_text", "text": "", "annotations": []}
    events: list[dict[str, Any]] = [
        {"type": "response.created", "response": _response(asked, done=False)},
        {"type": "response.output_item.added", "output_index": 0, "item": item},
        {"type": "response.content_part.added", **at, "part": part},
        {"type": "response.output_text.delta", **at, "delta": "It is ", "logprobs": []},
        {"type": "response.output_text.delta", **at, "delta": "sunny.", "logprobs": []},
        {"type": "response.completed", "response": _response(asked, done=True)},
    ]
    numbered = [(event["type"], {**event, "sequence_number": number}) for number, event in enumerate(events)]
    await _events(connection, numbered)


def _message(asked: dict[str, Any]) -> dict[str, Any]:
    content: list[dict[str, Any]] = [{"type": "text", "text": "It is sunny."}]
    if asked.get("tools"):
        content.append({"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {"city": "Oslo"}})
    head = {"id": "msg_1", "type": "message", "role": "assistant", "model": asked["model"]}
    return {
        **head,
        "content": content,
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": MESSAGES_USAGE,
    }


async def _messages_stream(connection: Connection, asked: dict[str, Any]) -> None:
    start = {**_message(asked), "content": [], "stop_reason": None}
    start["usage"] = {**MESSAGES_USAGE, "output_tokens": 1}
    thought = {"type": "thinking", "thinking": "", "signature": ""}
    events: list[dict[str, Any]] = [
        {"type": "message_start", "message": start},
        {"type": "content_block_start", "index": 0, "content_block": thought},
        {"type": "ping"},
        {
            "type": "content_block_delta",
            "index": 0,
            "delta": {"type": "thinking_delta", "thinking": "Look out"},
        },
        {"type": "content_block_stop", "index": 0},
        {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "It is sunny."}},
        {"type": "content_block_stop", "index": 1},
        {
            "type": "message_delta",
            "delta": {"stop_reason": "end_turn", "stop_sequence": None},
            "usage": {"output_tokens": 20},
        },
        {"type": "message_stop"},
    ]
    await _events(connection, [(event["type"], event) for event in events])


def _gemini(text: str, *, last: bool = True, tools: bool = False) -> dict[str, Any]:
    parts: list[dict[str, Any]] = [{"text": text}]
    if tools:
        parts.append({"functionCall": {"name": "weather", "args": {"city": "Oslo"}}})
    candidate: dict[str, Any] = {"content": {"role": "model", "parts": parts}, "index": 0}
    if last:
        candidate["finishReason"] = "STOP"
    head = {"candidates": [candidate], "modelVersion": "gemini-2.5-flash", "responseId": "r1"}
    return {**head, "usageMetadata": GEMINI_USAGE}
