"""The credential in a request."""

import timeit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from gateway_desktop.identity.credentials import CREDENTIAL_HEADERS, read_credential
from tests.makers import HeaderList

OURS = "gwd_" + "a" * 43


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Authorization", f"Bearer {OURS}"),
        ("authorization", f"bearer  {OURS} "),
        ("Authorization", f"BEARER {OURS}"),
        ("x-api-key", OURS),
        ("api-key", OURS),
        ("x-goog-api-key", f" {OURS}"),
    ],
)
def test_a_key_is_found_where_sdks_put_it(name: str, value: str) -> None:
    assert read_credential(CIMultiDict({name: value}), "beta=true") == (OURS, "beta=true")


def test_without_a_credential_there_is_none() -> None:
    assert read_credential(CIMultiDict(), "alt=sse") == (None, "alt=sse")
    assert read_credential(CIMultiDict({"Authorization": "Basic YTpi", "x-api-key": " "}), "") == (None, "")


def test_where_several_are_sent_ours_is_taken() -> None:
    headers = CIMultiDict({"Authorization": "Bearer sk-theirs", "x-api-key": OURS})
    assert read_credential(headers, "")[0] == OURS
    headers = CIMultiDict({"Authorization": f"Bearer {OURS}", "x-api-key": "sk-theirs"})
    assert read_credential(headers, "")[0] == OURS


def test_where_none_is_ours_the_first_is_presented_so_that_the_refusal_can_say_so() -> None:
    headers = CIMultiDict({"Authorization": "Bearer sk-1", "api-key": "sk-2"})
    assert read_credential(headers, "key=sk-3")[0] == "sk-1"


@pytest.mark.parametrize(
    ("query", "rest"),
    [
        (f"key={OURS}", ""),
        (f"alt=sse&key={OURS}", "alt=sse"),
        (f"key={OURS}&alt=sse", "alt=sse"),
        (f"a=%20+&key={OURS}&b=%E4%B8%AD&&c", "a=%20+&b=%E4%B8%AD&&c"),
        (f"monkey=1&%6Bey={OURS}&keys=2", "monkey=1&keys=2"),
        (f"key=gwd%5F{'a' * 43}&key=again", ""),
    ],
)
def test_a_key_in_the_query_is_taken_out_and_nothing_else(query: str, rest: str) -> None:
    assert read_credential(CIMultiDict(), query) == (OURS, rest)


def test_a_key_in_the_query_goes_also_when_a_header_has_the_credential() -> None:
    assert read_credential(CIMultiDict({"x-api-key": OURS}), "a=1&key=sk-theirs&b") == (OURS, "a=1&b")


_FIELD = st.text(st.characters(codec="ascii", exclude_characters="&#"), max_size=8)


@given(
    st.lists(_FIELD.filter(lambda field: "key" not in field and "%" not in field), max_size=6),
    st.integers(0, 6),
)
def test_whatever_else_stands_in_the_query_survives_byte_for_byte(fields: list[str], place: int) -> None:
    query = "&".join([*fields[:place], f"key={OURS}", *fields[place:]])
    assert read_credential(HeaderList(), query) == (OURS, "&".join(fields))


def test_the_credential_does_not_show_itself() -> None:
    credential, _ = read_credential(CIMultiDict({"x-api-key": OURS}), "")
    assert OURS not in repr(credential)


def test_every_header_that_is_read_is_kept_from_the_upstream() -> None:
    assert {b"authorization", b"x-api-key", b"api-key", b"x-goog-api-key"} == CREDENTIAL_HEADERS


def test_the_common_case_costs_microseconds() -> None:
    headers = CIMultiDict({"Host": "localhost", "Content-Type": "x", "Authorization": f"Bearer {OURS}"})
    best = min(timeit.repeat(lambda: read_credential(headers, ""), number=1000, repeat=20)) / 1000
    assert best < 10e-6  # about 1 us on a quiet machine
