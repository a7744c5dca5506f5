"""The texts of a request or answer that a person pastes: of an LLM API, of MCP, of A2A."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from gateway_desktop.core.call import TextPart
from gateway_desktop.core.errors import GatewayError
from gateway_desktop.core.exchange import RequestHead
from gateway_desktop.core.json_pointer import escaped
from gateway_desktop.protocols.llm.adapter import LlmAdapter

# A field that only one API's requests have, and that API's path.
_PATHS = (
    ("contents", "/v1beta/models/any:generateContent"),
    ("input", "/v1/responses"),
    ("messages", "/v1/chat/completions"),
    ("prompt", "/v1/completions"),
)
_ANTHROPIC_BLOCKS = ("tool_use", "tool_result", "thinking")


def parts_of(text: str) -> list[TextPart] | None:
    """Return the texts of a request or answer in JSON, None if the text is none."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    if "jsonrpc" in value:
        return list(_of_message(value))
    path = _path(value)
    if not path:
        return None
    try:
        head = RequestHead("POST", path, "", {}, None)
        return LlmAdapter().decode(head, text.encode("utf-8", "replace"), "").texts
    except GatewayError:
        return None


def _path(value: Mapping[str, Any]) -> str:
    for field, path in _PATHS:
        if field in value:
            return "/v1/messages" if field == "messages" and _is_anthropic(value) else path
    return ""


def _is_anthropic(value: Mapping[str, Any]) -> bool:
    if "system" in value or "anthropic_version" in value:
        return True
    messages = value["messages"] if isinstance(value["messages"], list) else []
    blocks = [message.get("content") for message in messages if isinstance(message, dict)]
    lists = [block for block in blocks if isinstance(block, list)]
    return any(
        isinstance(one, dict) and one.get("type") in _ANTHROPIC_BLOCKS for block in lists for one in block
    )


def _of_message(value: Mapping[str, Any]) -> Iterator[TextPart]:
    """Yield the texts of a JSON-RPC message of MCP or A2A."""
    parameters, result = value.get("params"), value.get("result")
    if isinstance(parameters, dict) and value.get("method") == "tools/call":
        name = str(parameters.get("name", ""))
        arguments = json.dumps(parameters.get("arguments"), ensure_ascii=False)
        yield TextPart("/params/arguments", "tool_call", arguments, name)
    elif isinstance(parameters, dict):
        yield from _strings(parameters, "/params", "user", "")
    if isinstance(result, dict):
        tools = result.get("tools")
        for index, tool in enumerate(tools if isinstance(tools, list) else []):
            name = str(tool.get("name", "")) if isinstance(tool, dict) else ""
            yield from _strings(tool, f"/result/tools/{index}", "tool_description", name)
        rest = {key: inner for key, inner in result.items() if key != "tools"}
        yield from _strings(rest, "/result", "tool_result", "")


def _strings(value: object, place: str, role: str, tool: str) -> Iterator[TextPart]:
    if isinstance(value, str):
        if value:
            yield TextPart(place, role, value, tool)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _strings(inner, f"{place}/{escaped(key)}", role, tool)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _strings(inner, f"{place}/{index}", role, tool)
