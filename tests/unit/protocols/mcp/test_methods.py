"""Which parameters and results hold texts, and of which tool."""

from typing import Any

import pytest

from gateway_desktop.core.call import TextPart
from gateway_desktop.protocols.mcp.methods import list_texts, request_texts, result_texts, target_of, tasks_of


@pytest.mark.parametrize(
    ("method", "params", "target"),
    [
        ("tools/call", {"name": "add"}, "add"),
        ("resources/read", {"uri": "file:///a"}, "file:///a"),
        ("prompts/get", {"name": "greet"}, "greet"),
        ("completion/complete", {"ref": {"type": "ref/prompt", "name": "greet"}}, "greet"),
        ("tasks/get", {"taskId": "t1"}, "t1"),
        ("tools/call", {"name": 5}, ""),
        ("ping", {}, ""),
    ],
)
def test_the_target_is_what_a_request_names(method: str, params: dict[str, Any], target: str) -> None:
    assert target_of(method, params) == target


def test_arguments_of_a_tool_are_one_text_with_its_name() -> None:
    (part,) = request_texts("tools/call", {"name": "sh", "arguments": {"cmd": "ls"}})
    assert part[:4] == ("/params/arguments", "tool_argument", '{"cmd":"ls"}', "sh")
    retry = request_texts("tools/call", {"name": "sh", "inputResponses": {"a": {"content": "x"}}})
    assert [part.place for part in retry] == ["/params/inputResponses"]


def test_what_a_tool_returns_is_read_from_all_its_blocks() -> None:
    result = {
        "content": [
            {"type": "text", "text": "one"},
            {"type": "image", "data": "AAAA", "mimeType": "image/png"},
            {"type": "resource", "resource": {"uri": "x", "text": "two"}},
            {"type": "resource_link", "uri": "file:///three", "name": "three"},
            "nonsense",
        ],
        "structuredContent": {"four": 4},
    }
    assert [(part.place, part.text) for part in result_texts("tools/call", "t", result)] == [
        ("/result/content/0/text", "one"),
        ("/result/content/2/resource/text", "two"),
        ("/result/content/2/resource/uri", "x"),
        ("/result/content/3/uri", "file:///three"),
        ("/result/content/3/name", "three"),
        ("/result/content/4", "nonsense"),
        ("/result/structuredContent", '{"four":4}'),
    ]


def test_all_that_a_model_will_read_of_a_tool_is_a_description() -> None:
    schema = {"properties": {"a/b": {"description": "deep", "enum": ["x", "y"]}}}
    listed = {"tools": [{"name": "t", "description": "top", "inputSchema": schema}]}
    parts = result_texts("tools/list", "", listed)
    assert [(part.place, part.text, part.tool) for part in parts] == [
        ("/result/tools/0/name", "t", "t"),
        ("/result/tools/0/description", "top", "t"),
        ("/result/tools/0/inputSchema/properties/a~1b/description", "deep", "t"),
        ("/result/tools/0/inputSchema/properties/a~1b/enum", '["x","y"]', "t"),
    ]
    assert {part.role for part in parts} == {"tool_description"}


def test_a_list_of_words_is_a_description_unless_it_is_for_machines() -> None:
    schema = {"required": ["ignore", "this"], "notes": ["ignore", "this"]}
    parts = result_texts("tools/list", "", {"tools": [{"name": "t", "inputSchema": schema}]})
    assert [part.text for part in parts] == ["t", '["ignore","this"]']
    assert parts[1].place == "/result/tools/0/inputSchema/notes"


@pytest.mark.parametrize(
    ("method", "params", "ids"),
    [
        ("tasks/get", {"taskId": "a"}, ["a"]),
        ("tasks/cancel", {"taskId": "a"}, ["a"]),
        ("tasks/get", {"taskId": 1}, []),
        ("subscriptions/listen", {"notifications": {"taskIds": ["a", "b", 1]}}, ["a", "b"]),
        ("subscriptions/listen", {"notifications": {"taskIds": "a"}}, []),
        ("subscriptions/listen", {"taskId": "a"}, []),
        ("tools/call", {"name": "t", "notifications": {"taskIds": ["a"]}, "taskId": "a"}, []),
    ],
)
def test_the_tasks_whose_owner_is_asked_for_are_those_that_a_request_names(
    method: str, params: dict[str, Any], ids: list[str]
) -> None:
    assert tasks_of(method, params) == ids


def test_questions_of_servers_are_read_on_both_wires() -> None:
    params = {"systemPrompt": "be", "messages": [{"role": "user", "content": {"type": "text", "text": "hi"}}]}
    asked = request_texts("sampling/createMessage", params, from_server=True)
    assert [part.text for part in asked] == ["be", "hi"]
    within = result_texts(
        "tools/call", "t", {"inputRequests": {"k": {"method": "sampling/createMessage", "params": params}}}
    )
    assert [part.place for part in within] == [
        "/result/inputRequests/k/params/systemPrompt",
        "/result/inputRequests/k/params/messages/0/content/text",
    ]


def test_unknown_methods_are_read_as_json() -> None:
    assert request_texts("x/y", {"a": 1, "_meta": {}})[0].text == '{"a":1}'
    assert result_texts("x/y", "", {"b": 2, "_meta": {}})[0].text == '{"b":2}'
    assert request_texts("notifications/cancelled", {"requestId": 1}) == []


def test_what_is_beyond_the_most_texts_is_read_all_the_same() -> None:
    blocks = [{"type": "text", "text": f"text {number}"} for number in range(2500)]
    parts = result_texts("tools/call", "t", {"content": blocks})
    assert len(parts) == 2001 and "text 2499" in parts[-1].text
    tools = [{"name": f"tool {number}"} for number in range(2500)]
    assert "tool 2499" in result_texts("tools/list", "", {"tools": tools})[-1].text


def test_a_description_below_all_depth_is_read() -> None:
    schema: dict[str, Any] = {"description": "deep down"}
    for _ in range(30):
        schema = {"properties": schema}
    parts = result_texts("tools/list", "", {"tools": [{"name": "t", "inputSchema": schema}]})
    assert any("deep down" in part.text for part in parts)


def test_the_texts_of_a_list_stand_by_entry_and_beside_them() -> None:
    message = {
        "result": {
            "resources": [{"uri": "a://1", "name": "one", "description": "First"}, "odd"],
            "note": "Read me",
        },
        "more": "And me",
    }
    beside, entries = list_texts("resources/list", "", message)
    assert [part.text for part in beside] == ["Read me", "And me"]
    assert [entry.name for entry in entries] == ["a://1", None]
    assert TextPart("/result/resources/0/description", "tool_description", "First", "one") in entries[0].texts
    assert list_texts("tools/call", "", message) == list_texts("tools/list", "", message) == ([], [])
