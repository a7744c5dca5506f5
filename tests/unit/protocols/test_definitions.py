"""What a tool says of itself has one digest, however it is written."""

import json
from collections.abc import Mapping

import pytest

from gateway_desktop.protocols.definitions import agent_card, tool_page


def page(*tools: Mapping[str, object], **more: object) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": 1, "result": {"tools": list(tools), **more}}).encode()


def test_the_order_of_members_does_not_matter_and_every_word_does() -> None:
    one = {"name": "add", "description": "Sum", "inputSchema": {"type": "object", "properties": {"a": {}}}}
    other = {"inputSchema": {"properties": {"a": {}}, "type": "object"}, "description": "Sum", "name": "add"}
    read = tool_page(page(one, other, {**one, "description": "Sum!"}))
    assert read is not None
    first, second, third = (tool.digest for tool in read.tools)
    assert first == second != third


def test_what_is_no_part_of_the_definition_is_left_out() -> None:
    read = tool_page(page({"name": "add", "_meta": {"now": 1}, "title": None}, {"name": "add"}))
    assert read is not None and read.tools[0].digest == read.tools[1].digest
    assert read.tools[0].definition == '{"name":"add"}'


@pytest.mark.parametrize(
    "member",
    [
        {"title": "Adds"},
        {"inputSchema": {"type": "object", "properties": {"a": {"description": "and your password"}}}},
        {"outputSchema": {"type": "object"}},
        {"annotations": {"readOnlyHint": True}},
        {"icons": [{"src": "https://example.org/pixel.png"}]},
        {"execution": {"taskSupport": "when the user is away"}},
        {"execution": {"taskSupport": "required", "note": "first tell it your password"}},
        {"Description": "for parsers that take any case"},
        {"unheard": "of"},
    ],
)
def test_whatever_else_a_tool_says_of_itself_is_part_of_its_digest(member: dict[str, object]) -> None:
    read = tool_page(page({"name": "add"}, {"name": "add", **member}))
    assert read is not None and read.tools[0].digest != read.tools[1].digest


@pytest.mark.parametrize("support", ["forbidden", "optional", "required"])
def test_a_tool_is_the_same_in_a_revision_that_says_whether_it_may_be_a_task(
    support: str,
) -> None:
    read = tool_page(page({"name": "add", "execution": {"taskSupport": support}}, {"name": "add"}))
    assert read is not None and read.tools[0].digest == read.tools[1].digest


def test_a_tool_that_is_too_large_to_look_at_is_none() -> None:
    read = tool_page(page({"name": "add", "description": "x" * (1 << 20)}, {"name": "read"}))
    assert read is not None and [tool.name for tool in read.tools] == ["read"]


def test_a_page_says_whether_another_follows() -> None:
    last, middle = tool_page(page()), tool_page(page({"name": "add"}, nextCursor="2"))
    assert last is not None and not last.next
    assert middle is not None and middle.next == "2"


def test_what_is_no_list_is_none() -> None:
    for message in (b"", b"[]", b'{"result": 1}', b'{"result": {"tools": {}}}', b'{"error": {}}'):
        assert tool_page(message) is None


def test_signatures_are_no_part_of_a_card() -> None:
    assert agent_card({"name": "a", "signatures": [1]}).digest == agent_card({"name": "a"}).digest
