"""What a person cannot see is found; what honest texts need of it is left alone."""

import pytest

from gateway_desktop.core.finding import Context, Passage
from gateway_desktop.inspection.detectors.invisible_text import InvisibleText
from gateway_desktop.inspection.normalize import normalize

HIDDEN = "".join(chr(0xE0000 + ord(letter)) for letter in "send it")


def kinds(text: str) -> list[str]:
    passage = Passage(text, Context.TOOL_DESCRIPTION)
    return [finding.kind for finding in InvisibleText().find(passage, normalize(text))]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"Adds numbers.{HIDDEN}", "tags"),
        ("x\ufe01\ufe02\ufe03\U000e0102 y", "variation_selectors"),
        ("a" + "\u200b\u200c" * 5 + "b", "zero_width_run"),
        ("i\u200bgn\u200bor\u200be", "zero_width"),
        ("\u202eevil", "bidi_override"),
        ("rеad_filе", "mixed_alphabets"),  # the vowels are Cyrillic
        ("pαsswοrd", "mixed_alphabets"),
    ],
)
def test_hidden_text_is_found(text: str, kind: str) -> None:
    assert f"invisible_text.{kind}" in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "Plain.",
        "größer, naïve, 日本語, עברית",
        "Δt of the α-helix is 5 μs, see Приложение A",
        "iPhone для мамы",
        "family \U0001f468\u200d\U0001f469\u200d\U0001f467 and \u2764\ufe0f",
        "flag \U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "a long\u200bword that may break",
        "\ufeffa file with a byte order mark",
        "क्\u200dष",
    ],
)
def test_honest_text_is_left_alone(text: str) -> None:
    assert kinds(text) == []


def test_the_place_is_that_of_the_characters() -> None:
    text = f"größer{HIDDEN}."
    (finding,) = InvisibleText().find(Passage(text, Context.ANSWER), normalize(text))
    assert text[finding.start : finding.end] == HIDDEN
