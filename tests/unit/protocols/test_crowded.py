"""How much JSON is read in passing."""

import pytest

from gateway_desktop.core.errors import Malformed
from gateway_desktop.protocols.crowded import MOST_LISTS, MOST_VALUES, crowded
from gateway_desktop.protocols.json_body import JsonBody, decoded, lenient
from gateway_desktop.protocols.json_rpc import read
from gateway_desktop.protocols.llm.adapter import LlmAdapter
from tests.makers import a_head

LISTS = b'{"id":1,"result":{},"x":[' + b"[]," * MOST_LISTS + b"1]}"
NUMBERS = b'{"input":[' + b"1," * MOST_VALUES + b"1]}"


def test_lists_objects_and_values_are_counted_and_texts_are_not() -> None:
    assert crowded(LISTS)
    assert crowded(LISTS.replace(b"[]", b"{}"))
    assert crowded(b'{"x":["' + b'a","' * (MOST_VALUES + 1) + b'"]}', MOST_VALUES)
    assert not crowded(NUMBERS[:2_000_000] + b"1]}", MOST_VALUES)
    assert not crowded(b'{"x":"' + b"[,{" * MOST_VALUES + b'"}', MOST_VALUES)
    assert not crowded(b'{"x":"' + b'\\\\\\"[,{' * MOST_VALUES + b'"}', MOST_VALUES)
    assert crowded(b'{"x":"\\\\","y":[' + b"[]," * MOST_LISTS + b'"\\""]}')
    assert crowded(b"\xef\xbb\xbf" + LISTS)
    assert not crowded(b"--x" + LISTS)  # no JSON is not taken apart


def test_an_answer_may_hold_millions_of_numbers_and_not_of_lists() -> None:
    assert len(decoded(NUMBERS)["input"]) == MOST_VALUES + 1
    with pytest.raises(ValueError, match="200,000 lists"):
        decoded(LISTS)
    assert lenient(LISTS) is None
    assert read(LISTS) is None


@pytest.mark.parametrize(
    ("path", "answer"),
    [("/v1/chat/completions", LISTS), ("/v1beta/models/g:streamGenerateContent", b"[" + LISTS + b"]")],
)
def test_an_answer_of_more_lists_passes_as_not_read(path: str, answer: bytes) -> None:
    call = LlmAdapter().decode(a_head(path=path), b'{"model":"g","messages":[],"contents":[]}', "openai")
    reader = LlmAdapter().read_reply(call, 200, "application/json")
    assert reader.feed(answer) + reader.end() == answer
    assert "too many lists" in str(reader.reply.detail["not_read"])


def test_the_first_level_is_followed_member_by_member_and_so_has_few() -> None:
    members = b",".join(b'"%d":1' % number for number in range(10_001))
    with pytest.raises(Malformed, match="10,000 members"):
        JsonBody(b"{" + members + b"}")
    assert len(list(JsonBody(b"{" + members + b"}", checked=False))) == 10_001
