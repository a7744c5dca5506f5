"""Texts inside JSON are changed where a pointer says, and nothing else is."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway_desktop.core.errors import Malformed
from gateway_desktop.protocols.json_text import edited, rewritten

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=12,
)


def pointers(value: Any, here: str = "") -> list[tuple[str, str]]:
    if isinstance(value, str):
        return [(here, value)]
    found = []
    if isinstance(value, dict):
        for key, inner in value.items():
            found += pointers(inner, f"{here}/{key.replace('~', '~0').replace('/', '~1')}")
    if isinstance(value, list):
        for index, inner in enumerate(value):
            found += pointers(inner, f"{here}/{index}")
    return found


def at(value: Any, pointer: str) -> Any:
    for step in pointer.split("/")[1:]:
        value = value[int(step) if isinstance(value, list) else step.replace("~1", "/").replace("~0", "~")]
    return value


@given(st.dictionaries(st.text(max_size=4), VALUES, max_size=4), st.sampled_from([None, 1, "\t"]), st.data())
def test_exactly_the_named_texts_change(value: dict[str, Any], indent: Any, data: st.DataObject) -> None:
    body = json.dumps(value, indent=indent, ensure_ascii=data.draw(st.booleans())).encode()
    places = pointers(value)
    chosen = data.draw(st.lists(st.sampled_from(places), unique=True)) if places else []
    new = edited(body, {place: lambda text: f"<{text}>" for place, _ in chosen})
    if not chosen:
        assert new == body
    after = json.loads(new)
    for place, text in places:
        assert at(after, place) == (f"<{text}>" if (place, text) in chosen else text)


def test_bytes_around_stay_as_they_are() -> None:
    body = b'{ "a" : "x\\u00e9" ,\n"n": 1.50, "b":["\\/", {"c":"secret"} ] }'
    new = edited(body, {"/b/1/c": lambda text: text.upper()})
    assert new == body.replace(b"secret", b"SECRET")


def test_a_pointer_leads_on_through_json_in_a_string() -> None:
    inner = json.dumps({"q": 'say "hi"', "n": 1})
    body = json.dumps({"function": {"arguments": inner}}).encode()
    new = json.loads(edited(body, {"/function/arguments/q": lambda text: text + '"\\'}))
    assert json.loads(new["function"]["arguments"]) == {"q": 'say "hi""\\', "n": 1}


def test_the_whole_body_may_be_the_text() -> None:
    new = edited(b'{"a": {"b": "x@y.zz"}}', {"": lambda text: text.replace("x@y.zz", "<EMAIL_1>")})
    assert json.loads(new) == {"a": {"b": "<EMAIL_1>"}}


def test_a_value_that_is_no_text_is_changed_as_its_json_and_stays_json() -> None:
    body = b'{"response": {"a": "x@y.zz", "b": [1, 2]}}'
    new = edited(body, {"/response": lambda text: text.replace("x@y.zz", "<EMAIL_1>")})
    assert json.loads(new) == {"response": {"a": "<EMAIL_1>", "b": [1, 2]}}
    with pytest.raises(Malformed):
        edited(body, {"/response": lambda text: text.replace('"a"', "<A>")})


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b'{"a": "x"}', "/b"),
        (b'{"a": ["x"]}', "/a/1"),
        (b'{"a": ["x"]}', "/a/b"),
        (b'{"a": 1}', "/a/b"),
        (b'{"a": "x", "a": "y"}', "/a"),
        (b'{"o": {"a": "x", "b": 1, "a": "y"}}', "/o/b"),
        (b'{"a": "x"', "/a"),
        (b"[" * 200 + b"]" * 200, "/0" * 100),
    ],
)
def test_what_cannot_be_changed_for_certain_is_an_error(body: bytes, pointer: str) -> None:
    with pytest.raises(Malformed):
        edited(body, {pointer: str.upper})


@given(VALUES)
def test_texts_are_rewritten_wherever_they_stand(value: Any) -> None:
    body = json.dumps({"v": value, "known": "find me"}).encode()
    new = rewritten(body, lambda text: text.replace("find me", 'fo"und'))
    assert json.loads(new) == {"v": value, "known": 'fo"und'}


def test_json_in_texts_is_rewritten_within_and_escapes_hold_at_each_level() -> None:
    inner = json.dumps({"to": "<EMAIL_1>"})
    body = json.dumps({"arguments": inner, "text": "\u003cEMAIL_1\u003e"}).encode()
    new = json.loads(rewritten(body, lambda text: text.replace("<EMAIL_1>", 'a"b\\c')))
    assert json.loads(new["arguments"]) == {"to": 'a"b\\c'} and new["text"] == 'a"b\\c'
