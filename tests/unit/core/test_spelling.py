"""Texts that are none."""

from gateway_desktop.core.spelling import without_halves


def test_what_cannot_be_written_as_utf_8_is_replaced_wherever_it_stands() -> None:
    value = {"a\ud83d": ["x\udcff", 1, None, {"b": "caf\xe9"}]}
    assert without_halves(value) == {"a?": ["x?", 1, None, {"b": "caf\xe9"}]}
