"""Many patterns at once, the same on both engines."""

import re

from hypothesis import given
from hypothesis import strategies as st

from gateway_desktop.inspection.patterns import PatternSet
from gateway_desktop.inspection.phrases import PHRASES

EXPRESSIONS = [phrase.expression for phrase in PHRASES]
WORDS = re.findall(
    r"\S+",
    "ignore forget all the previous instructions system prompt you are now without restrictions send "
    "password to http://a.example/x <system> user do not tell mention anyone before using this tool read "
    "~/.ssh/id_rsa first",
)
SHIPPED = PatternSet(EXPRESSIONS)
ALONE = PatternSet(EXPRESSIONS)._with_re2()


@given(st.lists(st.sampled_from(WORDS)).map(" ".join))
def test_both_engines_find_the_same(text: str) -> None:
    assert SHIPPED.matching(text.encode()) == ALONE(text.encode())


def test_a_place_is_that_of_the_first_group() -> None:
    found = PatternSet([r"a(b)c", r"d+"])
    assert found.matching(b"xABCdd") == [0, 1]
    assert list(found.spans(0, b"xABCdd")) == [(2, 3)]
    assert list(found.spans(1, b"xABCdd")) == [(4, 6)]


def test_nothing_stands_in_nothing() -> None:
    assert SHIPPED.matching(b"") == []
    assert SHIPPED.matching(b"\xff\x00") == []
