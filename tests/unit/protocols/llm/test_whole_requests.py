"""Words that a request holds beside its messages: tools, files, parts of kinds that nobody knows."""

import base64
import json
from typing import Any

import pytest

from gateway_desktop.protocols.llm.adapter import LlmAdapter
from tests.makers import a_head

PACKED = base64.b64encode(b"a vulture-king, packed").decode()
TOOL = {"name": "t", "description": "a vulture-king", "parameters": {"type": "object"}}


@pytest.mark.parametrize(
    ("path", "request_"),
    [
        ("/v1/chat/completions", {"messages": [], "tools": [{"type": "function", "function": TOOL}]}),
        ("/v1/chat/completions", {"messages": [], "functions": [TOOL]}),
        (
            "/v1/chat/completions",
            {"messages": [{"content": [{"type": "file", "file": {"file_data": f"data:x;base64,{PACKED}"}}]}]},
        ),
        ("/v1/chat/completions", {"messages": [{"content": [{"type": "new", "said": "a vulture-king"}]}]}),
        ("/v1/responses", {"input": [], "tools": [{"type": "function", **TOOL}]}),
        ("/v1/responses", {"input": [{"type": "mcp_list_tools", "tools": [TOOL]}]}),
        ("/v1/responses", {"input": [{"type": "file_search_call", "results": [{"text": "a vulture-king"}]}]}),
        ("/v1/responses", {"prompt": {"id": "p", "variables": {"x": "a vulture-king"}}}),
        ("/v1/messages", {"messages": [], "tools": [{**TOOL, "input_schema": {}}]}),
        ("/v1/messages", {"messages": [{"content": [{"type": "document", "title": "a vulture-king"}]}]}),
        ("/v1/messages", {"messages": [{"content": [{"type": "new", "said": {"x": "a vulture-king"}}]}]}),
        (
            "/v1/messages",
            {"messages": [{"content": [{"type": "tool_result", "content": [{"title": "a vulture-king"}]}]}]},
        ),
        ("/v1beta/models/m:generateContent", {"contents": [], "tools": [{"functionDeclarations": [TOOL]}]}),
        (
            "/v1beta/models/m:generateContent",
            {"contents": [{"parts": [{"inlineData": {"mimeType": "text/plain", "data": PACKED}}]}]},
        ),
        (
            "/v1beta/models/m:generateContent",
            {"contents": [{"parts": [{"text": "x", "functionResponse": {"response": "a vulture-king"}}]}]},
        ),
        ("/v1/threads/t/messages", {"content": "a vulture-king"}),
        ("/v1/projects/p/models/m:predict", {"instances": [{"prompt": "a vulture-king"}]}),
    ],
)
def test_what_a_model_will_read_is_read(path: str, request_: dict[str, Any]) -> None:
    call = LlmAdapter().decode(a_head(path=path), json.dumps({"model": "m", **request_}).encode(), "openai")
    assert any("vulture-king" in part.text for part in call.texts)


def test_what_is_said_of_tools_is_a_description_of_the_tool() -> None:
    body = json.dumps({"model": "m", "messages": [], "tools": [{"type": "function", "function": TOOL}]})
    (part, *_) = LlmAdapter().decode(a_head(path="/v1/chat/completions"), body.encode(), "openai").texts
    assert part[:4] == ("/tools/0/function/description", "tool_description", "a vulture-king", "t")


@pytest.mark.parametrize("declared", ["functionDeclarations", "function_declarations"])
def test_each_function_that_one_tool_of_gemini_declares_is_a_tool(declared: str) -> None:
    functions = [{"name": "t", "description": "one"}, {"name": "u", "description": "two"}, "odd"]
    tools = [{declared: functions, "rest": "of the tool"}, {"googleSearch": {}}]
    body = json.dumps({"contents": [], "tools": tools}).encode()
    call = LlmAdapter().decode(a_head(path="/v1beta/models/m:generateContent"), body, "google")
    assert [part[:4] for part in call.texts] == [
        (f"/tools/0/{declared}/0/description", "tool_description", "one", "t"),
        (f"/tools/0/{declared}/1/description", "tool_description", "two", "u"),
        (f"/tools/0/{declared}/2", "tool_description", "odd", ""),
        ("/tools/0/rest", "tool_description", "of the tool", ""),
    ]
    assert call.detail["tools"] == 4


@pytest.mark.parametrize(
    "block",
    [
        {"type": "web_fetch_tool_result", "content": {"type": "web_fetch_result", "url": "a vulture-king"}},
        {"type": "new", "said": {"x": "a vulture-king"}},
    ],
)
def test_blocks_of_unknown_kinds_in_an_answer_are_read(block: dict[str, Any]) -> None:
    adapter = LlmAdapter()
    call = adapter.decode(a_head(path="/v1/messages"), b'{"model":"m","messages":[]}', "anthropic")
    reader = adapter.read_reply(call, 200, "application/json")
    reader.feed(json.dumps({"content": [block]}).encode())
    reader.end()
    assert any("vulture-king" in part.text for part in reader.reply.texts)


def test_the_words_of_an_error_are_texts_of_the_answer() -> None:
    adapter = LlmAdapter()
    call = adapter.decode(a_head(path="/v1/messages"), b'{"model":"m","messages":[]}', "anthropic")
    reader = adapter.read_reply(call, 400, "text/plain")
    reader.feed(b"a vulture-king " + b"x" * 70_000)
    reader.end()
    assert "vulture-king" in reader.reply.texts[0].text and "64 KB" in str(reader.reply.detail["not_read"])
