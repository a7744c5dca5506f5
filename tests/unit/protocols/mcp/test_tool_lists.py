"""Lists of tools without some of them."""

import json

from gateway_desktop.protocols.mcp.tool_lists import without_tools

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


def test_what_needs_no_change_is_the_same_object() -> None:
    for message in (
        b'{"result":{"tools":[{"name":"a"}]}}',
        b'{"error":{"code":1}}',
        b"nonsense",
        b'{"result":[]}',
    ):
        assert without_tools(message, lambda _name: True) is message
