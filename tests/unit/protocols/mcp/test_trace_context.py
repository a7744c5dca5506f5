"""A request gets its trace context in `_meta`, and nothing else of it changes."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway_desktop.protocols.mcp.trace_context import with_context

CONTEXT = {"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "tracestate": 'a="1"'}
VALUES = st.recursive(
    st.none() | st.booleans() | st.floats(-9, 9) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
MEMBERS = st.dictionaries(st.text(max_size=4), VALUES, max_size=3)


@given(
    MEMBERS,
    st.none() | st.tuples(MEMBERS, st.none() | MEMBERS),
    st.sampled_from([None, 1, "\t"]),
    st.booleans(),
)
def test_the_context_is_added_and_every_other_byte_stays(
    more: dict[str, Any],
    params: tuple[dict[str, Any], dict[str, Any] | None] | None,
    indent: Any,
    plain: bool,
) -> None:
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call"} | more
    if params is not None:
        named, meta = params
        message["params"] = named if meta is None else {**named, "_meta": meta}
    body = json.dumps(message, indent=indent, ensure_ascii=plain).encode()
    new = with_context(body, CONTEXT)
    wanted = json.loads(body)
    wanted["params"] = wanted.get("params", {})
    wanted["params"]["_meta"] = {**wanted["params"].get("_meta", {}), **CONTEXT}
    assert json.loads(new) == wanted
    split = next(at for at in range(len(new)) if body[at : at + 1] != new[at : at + 1])
    assert new.endswith(body[split:]) and len(new) > len(body)  # one piece was put in, and nothing taken out


@pytest.mark.parametrize(
    "params",
    [
        '["by", "position"]',
        "null",
        '{"_meta":{"traceparent":"nonsense"}}',
        '{"_meta":{"tracestate":"of=another"}}',
        '{"_meta":[]}',
        '{"_meta":null}',
        r'{"cut":"\ud83d"}',
    ],
)
def test_what_says_something_itself_or_has_no_place_for_it_stays_as_it_is(params: str) -> None:
    body = f'{{"jsonrpc":"2.0","id":1,"method":"ping","params":{params}}}'.encode()
    assert with_context(body, CONTEXT) is body
