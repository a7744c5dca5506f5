"""What of a stream's text may leave, and what stays until more of it is known."""

from gateway_desktop.policies.held_text import LONGEST_WORD, HeldText

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
