import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway_desktop.store.queries.paging import parse_filter
from gateway_desktop.ui.tables.query_text import also, quoted, terms, unquoted, value_of, with_term


def test_words_are_told_apart_with_quotes_and_exact_values() -> None:
    found = terms('user:="Ana B" status:blocked,failed "free text" Model:gpt*')
    assert [(term.name, term.value) for term in found] == [
        ("user", "=Ana B"),
        ("status", "blocked,failed"),
        ("", "free text"),
        ("model", "gpt*"),
    ]


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("user:ana status:failed", "bea", "user:bea status:failed"),
        ("status:failed", "bea", "status:failed user:bea"),
        ("user:ana status:failed user:mei", "bea", "user:bea status:failed"),
        ("user:ana status:failed", "", "status:failed"),
        ("", "=Bea M", 'user:="Bea M"'),
    ],
)
def test_one_word_is_set_and_the_others_stay(text: str, value: str, expected: str) -> None:
    assert with_term(text, "user", value) == expected


def test_a_word_that_is_there_is_not_added_twice() -> None:
    assert also("model:a", "model", "a") == "model:a"
    assert also("model:a", "proxy", "b c") == 'model:a proxy:"b c"'


@given(
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["C", "Z"]) | st.just(" "), min_size=1)
)
def test_every_value_survives_writing_and_reading(value: str) -> None:
    assert unquoted(quoted(value)) == value


@given(st.text(alphabet='abc "=\\:.*@', min_size=1, max_size=12).filter(lambda v: v.strip("= ") == v and v))
def test_what_the_window_writes_the_store_reads_the_same(value: str) -> None:
    text = with_term("status:failed", "proxy", value)
    assert parse_filter("llm", text).proxy == value
    assert value_of(text, "proxy") == value
