"""Parse once, keep every byte, refuse two keys of one name."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway_desktop.core.errors import Malformed
from gateway_desktop.protocols.json_body import JsonBody, compact, decoded, is_json

SPELLINGS = [
    b'{"model":"a","model":"b"}',
    b'{"model":"a","model":"a"}',
    b'{"model":"a","\\u006dodel":"b"}',
    b'{"\\u006dodel":"a","model":"b"}',
    b'{"mod\\u0065l":"a","mod\\u0065l":"b"}',
    b'{ "model" : "a" , "x" : 1 , "model" : "b" }',
    b'{"x":{"model":"a"},"model":"b","model":"c"}',
    b'{"model":"\\ud800","model":"b"}',
    b'{"model":"\\ud800","\\u006dodel":"b"}',
    b'{"model":"a","Model":"b"}',
    b'{"MODEL":"b"}',
    b'{"messages":[],"messages":[{"role":"user"}]}',
    b'{"":1,"":2}',
    b'{"\\"":1,"\\u0022":2}',
]


@pytest.mark.parametrize("body", SPELLINGS)
def test_two_keys_of_one_name_are_refused_however_they_are_spelt(body: bytes) -> None:
    with pytest.raises(Malformed) as refused:
        JsonBody(body)
    assert refused.value.status == 400


@pytest.mark.parametrize(
    "body",
    [
        b'{"model":"a","messages":[{"model":"b"},{"model":"c"}]}',
        b'{\n  "model": "a",\r\n\t"x": {"model": "b"}\n}\n',
        b'  {"model":"a","x":"\\"model\\":\\"b\\""}',
        b'{"model":"a","\\u0078":"}"}',
        '{"model":"a","Größe":1,"größe":2,"🟢":3}'.encode(),
        b'{"model":"a","x\\\\":1,"x\\"":2}',
        b"{}",
        b'{"model":"a","\\u006dodels":"b"}',
    ],
)
def test_what_only_looks_like_it_passes(body: bytes) -> None:
    read = JsonBody(body)
    for name, value in json.loads(body).items():
        assert read.get(name) == value


MEMBERS = st.dictionaries(
    st.text(max_size=6),
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
        max_leaves=5,
    ),
    max_size=6,
).filter(lambda members: not any(name.lower() == "model" and name != "model" for name in members))
LOOKS: list[dict[str, Any]] = [{}, {"separators": (",", ":")}, {"indent": 2}, {"ensure_ascii": False}]


@given(MEMBERS, st.sampled_from(LOOKS))
def test_every_object_is_read_as_json_reads_it(members: dict[str, Any], look: dict[str, Any]) -> None:
    body = json.dumps(members, **look).encode("utf-8")
    read = JsonBody(body)
    for name, value in members.items():
        assert read.get(name) == value
        span = read.span(name)
        assert span is not None
        assert json.loads(body[slice(*span)]) == value


@given(MEMBERS.filter(bool), st.sampled_from(LOOKS), st.data())
def test_any_key_said_twice_is_refused(
    members: dict[str, Any], look: dict[str, Any], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(members)))
    value = data.draw(st.sampled_from([members[name], "other", {"a": [1]}]))
    body = json.dumps(members, **look).rstrip().removesuffix("}")
    with pytest.raises(Malformed):
        JsonBody(f"{body},{json.dumps(name)}:{json.dumps(value)}}}".encode())


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b"", "line 1 column 1"),
        (b"{", "line 1 column 2"),
        (b'{"a": 1,\n "b": nonsense}', "line 2 column 8"),
        (b'{"a": NaN}', "line 1 column 7"),
        (b'{"\xff": 1}', "line 1 column 3"),
        (b"\xef\xbb\xbf{}", "line 1 column 1"),
    ],
)
def test_the_message_says_where_the_mistake_is(body: bytes, place: str) -> None:
    with pytest.raises(Malformed) as refused:
        JsonBody(body)
    assert refused.value.place == place
    assert place in refused.value.message


@pytest.mark.parametrize("body", [b"[]", b'"x"', b"null", b"7", b'{"a":' * 100_000, b"[" * 100_000])
def test_what_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(Malformed):
        JsonBody(body)


def test_an_object_of_very_many_members_is_refused_before_they_are_looked_at() -> None:
    body = json.dumps({str(n): n for n in range(10_001)}).encode()
    with pytest.raises(Malformed, match="10,000 members") as refused:
        JsonBody(body)
    assert refused.value.status == 413


def test_half_of_a_surrogate_pair_is_read_as_a_mark_of_the_lost() -> None:
    """JavaScript cuts texts within characters and writes the half."""
    read = JsonBody(b'{"model":"a","x":["cut \\ud83d","\\ud83d\\udfe2"],"y":{"z":"\\uDC00"}}')
    assert read.get("x") == ["cut ?", "🟢"]
    assert read.get("y") == {"z": "?"}
    assert read.string("model") == "a"
    assert read.span("x") is None


def test_a_member_that_is_no_json_after_all_is_named() -> None:
    with pytest.raises(Malformed) as refused:
        JsonBody(b'{"messages":["\xff"]}').get("messages")
    assert refused.value.place == "/messages"


def test_is_json_says_what_is_json() -> None:
    assert is_json(b'{"logprob":NaN}') and is_json(b'{"logprob":-Infinity}') and not is_json(b'{"a":NaN')
    assert is_json(b' {"a": [1, "x"]} ') and is_json(b"[]") and is_json(b"1")
    assert (
        not is_json(b"") and not is_json(b"<html>") and not is_json(b'{"a":') and not is_json(b"[" * 100_000)
    )


def test_decoded_and_compact_are_each_other_s_reverse() -> None:
    assert decoded(compact({"a": ["ü", None, 1.5]}).encode()) == {"a": ["ü", None, 1.5]}
    with pytest.raises(ValueError, match="malformed"):
        decoded(b"nonsense")
    with pytest.raises(ValueError, match="deep"):
        decoded(b"[" * 100_000)
    assert decoded(msgspec.Raw(b'"\\ud800"')) == "?"
