"""Lists of tools without some of them."""

import json

import pytest

from gateway_desktop.core.errors import UpstreamFailed
from gateway_desktop.protocols.mcp.tool_lists import sifted, without_tools

MESSAGE = (
    b'{"jsonrpc": "2.0", "id": 1, "result": {"tools": [{"name": "read",  "x": 1.0}, '
    b'{"name": "delete"}, {"title": "no name"}], "nextCursor": "c", "_meta": {"a": 1}}}'
)


def test_the_others_stay_to_the_byte_and_so_does_all_beside_them() -> None:
    left = without_tools(MESSAGE, lambda name: name != "delete")
    assert b'{"name": "read",  "x": 1.0}' in left
    assert json.loads(left)["result"] == {
        "tools": [{"name": "read", "x": 1.0}],
        "nextCursor": "c",
        "_meta": {"a": 1},
    }


@pytest.mark.parametrize(
    ("member", "named_by"),
    [("prompts", "name"), ("resources", "uri"), ("resourceTemplates", "uriTemplate")],
)
def test_other_lists_are_sifted_by_what_their_entries_are_asked_for_by(member: str, named_by: str) -> None:
    one, other = f'{{"{named_by}":  "a://1", "title": 1.0}}', f'{{"{named_by}": "a://2"}}'
    message = f'{{"id":1,"result":{{"{member}":[{one},{other}]}}}}'.encode()
    left = sifted(message, member, lambda name: name != "a://2")
    assert left == f'{{"id":1,"result":{{"{member}":[{one}]}}}}'.encode()


def test_what_needs_no_change_is_the_same_object() -> None:
    for message in (
        b'{"result":{"tools":[{"name":"a"}]}}',
        b'{"error":{"code":1}}',
        b'{"result":[]}',
    ):
        assert without_tools(message, lambda _name: True) is message


def test_a_list_that_only_lenient_parsers_read_is_sifted_too() -> None:
    message = (
        b'{"id": 1, "result": {"tools": [{"name": "read", "title": "\\ud800"}, {"name": "delete"}, "x"]}}'
    )
    left = json.loads(without_tools(message, lambda name: name != "delete"))
    assert [tool["name"] for tool in left["result"]["tools"]] == ["read"]


def test_what_cannot_be_sifted_does_not_pass() -> None:
    with pytest.raises(UpstreamFailed):
        without_tools(b'{"result": {"tools": [{"name": "delete"}], "x": NaN}}', lambda _name: False)
    left = without_tools(b'{"result": {"tools": {"name": "delete"}}}', lambda _name: False)
    assert json.loads(left)["result"]["tools"] == []


@pytest.mark.parametrize(
    "message",
    [
        b'{"result": {"tools": [{"name": "delete"}], "tools": [{"name": "read"}]}}',
        b'{"result": {"tool\\u0073": [{"name": "delete"}], "tools": [{"name": "read"}]}}',
        b'{"result": {"tools": [{"name": "delete"}]}, "result": {"tools": [{"name": "read"}]}}',
        b'{"result": {"tools": [{"name": "read"}], "Tools": [{"name": "delete"}]}}',
        b'{"result": {"tools": [{"name": "read"}]}, "Result": {"tools": [{"name": "delete"}]}}',
    ],
)
def test_no_list_hides_behind_a_key_that_parsers_read_differently(message: bytes) -> None:
    left = without_tools(message, lambda name: name != "delete")
    assert b"delete" not in left
    assert json.loads(left)["result"]["tools"] == [{"name": "read"}]


def test_an_error_stays_one() -> None:
    left = json.loads(without_tools(b'{"id": 1, "error": {"code": 1}, "Result": {"tools": [1]}}', bool))
    assert left == {"id": 1, "error": {"code": 1}}
