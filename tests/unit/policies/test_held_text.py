"""What of a stream's text may leave, and what stays until more of it is known."""

import time

import pytest

from gateway_desktop.policies.held_text import LONGEST_WORD, OVERLAP, HeldText
from gateway_desktop.policies.redaction import Replacement, Vault

WINDOW = 64


def test_a_word_longer_than_the_window_leaves_as_a_whole() -> None:
    text = HeldText(tool=False, waits=False)
    for piece in ("The key is " + "x" * 100, "x" * 100, "x" * 100):
        text.add(piece)
        text.settle((), (), WINDOW)
        assert text.out(0, text.safe) == "The key is "
    text.add(" and so on" * 10)
    text.settle((), (), WINDOW)
    assert text.safe > len("The key is ") + 300


def test_a_word_without_an_end_is_not_held_for_ever() -> None:
    text = HeldText(tool=False, waits=False)
    text.add("x" * (LONGEST_WORD + WINDOW))
    text.settle((), (), WINDOW)
    assert text.safe == 0
    text.add("x")
    text.settle((), (), WINDOW)
    assert text.safe == LONGEST_WORD + 1


def test_of_a_long_text_only_what_is_still_looked_at_is_kept() -> None:
    text = HeldText(tool=False, waits=False)
    out = ""
    for number in range(1_000):
        start, _ = text.add(f"{number} is a number; ")
        at = text.view()[1].find(" 100 is") + text.view()[0]
        masks = [Replacement(at, at + 4, " <N_1>")] if at >= text.view()[0] and text.safe <= at else []
        safe = text.safe
        text.settle(masks, (), WINDOW)
        out += text.out(safe, text.safe)
        text.forget(text.safe)
        assert len(text.kept) <= OVERLAP + 2 * WINDOW
    assert start > 10 * len(text.kept)
    text.ended = True
    safe = text.safe
    text.settle((), (), WINDOW)
    out += text.out(safe, text.safe)
    assert out == "".join(f"{number} is a number; " for number in range(1_000)).replace(
        " 100 is", " <N_1> is"
    )


def test_what_waits_for_another_text_is_not_forgotten() -> None:
    text = HeldText(tool=False, waits=False)
    start, end = text.add("First words. ")
    text.add("word " * 1000)
    text.settle((), (), WINDOW)
    text.forget(start)
    assert text.out(start, end) == "First words. "


def test_placeholders_are_put_back_where_the_beginning_is_forgotten() -> None:
    vault = Vault()
    name = vault.placeholder("NAME", "Ada", restore=True)
    text = HeldText(tool=False, waits=False)
    text.add("word " * 1000)
    text.pass_on(())
    text.forget(text.safe)
    start, end = text.add(f"by {name} now")
    text.pass_on(text.placeholders(vault))
    assert text.out(start, end) == "by Ada now"


@pytest.mark.usefixtures("no_collector")
def test_many_pieces_with_many_values_are_told_apart_without_a_search() -> None:
    """Arguments wait for their end: 5,000 values in 100,000 pieces took a minute."""

    def seconds(values: int) -> float:
        text = HeldText(tool=True, waits=True)
        pieces = [text.add("ab") for _ in range(20_000)]
        text.ended = True
        masks = [Replacement(at * 8, at * 8 + 4, "*") for at in range(values)]
        text.settle(masks, [], 64)
        began = time.thread_time()
        out = "".join(text.out(start, end) for start, end in pieces)
        took = time.thread_time() - began
        assert out == "*abab" * values + "abab" * (10_000 - 2 * values)
        return took

    assert seconds(1_000) < 5 * seconds(1)
