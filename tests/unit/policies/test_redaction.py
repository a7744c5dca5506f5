"""Placeholders: typed, the same for the same value, and back again only where a rule lets them."""

from hypothesis import given
from hypothesis import strategies as st

from gateway_desktop.policies.redaction import (
    Replacement,
    Vault,
    Vaults,
    apart,
    half_a_placeholder,
    label_of,
    piece,
    replaced,
)
from tests.makers import a_finding

TEXTS = st.text(max_size=60)


def test_the_same_value_has_the_same_placeholder_and_another_value_another() -> None:
    vault = Vault()
    first = vault.placeholder("EMAIL", "ana@example.com", restore=True)
    assert first == "<EMAIL_1>" == vault.placeholder("EMAIL", "ana@example.com", restore=True)
    assert vault.placeholder("EMAIL", "bo@example.com", restore=True) == "<EMAIL_2>"
    assert vault.placeholder("PHONE", "ana@example.com", restore=True) == "<PHONE_1>"


def test_only_what_may_come_back_is_put_back() -> None:
    vault = Vault()
    vault.placeholder("EMAIL", "ana@example.com", restore=True)
    vault.placeholder("OPENAI_KEY", "sk-1", restore=False)
    text = "<EMAIL_1> <OPENAI_KEY_1> <EMAIL_2> <EMAIL_1"
    assert vault.restored(text) == "ana@example.com <OPENAI_KEY_1> <EMAIL_2> <EMAIL_1"


def test_a_session_and_the_number_of_sessions_are_bounded() -> None:
    vaults = Vaults(most=2)
    one = vaults.of("one")
    assert vaults.of("two") is not one and vaults.of("one") is one
    vaults.of("three")
    assert vaults.known("two") is None and vaults.known("one") is one
    for number in range(3000):
        one.placeholder("N", str(number), restore=True)
    assert one.restored("<N_1>") == "<N_1>" and one.restored("<N_3000>") == "2999"


def test_labels_are_the_kinds_of_findings() -> None:
    assert label_of(a_finding(kind="personal_data.email")) == "EMAIL"
    assert label_of(a_finding(kind="custom.our birds!")) == "OUR_BIRDS"
    assert label_of(a_finding(kind="custom.---")) == "MASKED"


@given(TEXTS, st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=6))
def test_pieces_of_a_text_with_replacements_are_the_replaced_text(
    text: str, spans: list[tuple[int, int]]
) -> None:
    made = [Replacement(a, b, "<X_1>") for a, b in spans if a < b <= len(text)]
    whole = replaced(text, made)
    ordered = apart(made)
    for cut in range(len(text) + 1):
        assert piece(text, 0, cut, ordered) + piece(text, cut, len(text), ordered) == whole


@given(st.text(max_size=20), st.integers(1, 9))
def test_a_placeholder_that_is_cut_off_is_held_from_its_beginning(before: str, cut: int) -> None:
    text = before + "<EMAIL_1>"[:cut]
    assert half_a_placeholder(text) <= (len(before) if cut < 9 else len(text))
