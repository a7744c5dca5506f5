"""InvisibleText: characters that a model reads and a person does not see, or takes for others."""

import re2

from gateway_desktop.core.finding import Context, Evidence, Family, Finding, Level, Passage
from gateway_desktop.inspection.expression import compiled
from gateway_desktop.inspection.kind import Kind
from gateway_desktop.inspection.normalize import Normal, View

_MOST = 5  # findings of one kind in one passage


def _kind(name: str, severity: Level, confidence: float, why: str) -> Kind:
    return Kind(Family.INVISIBLE_TEXT, name, severity, confidence, Evidence.STRUCTURE, why)


# Flags of regions are a black flag with tag letters and an end: the one honest use of them.
_FLAG = "\U0001f3f4[\U000e0061-\U000e007a\U000e0030-\U000e0039]{2,6}\U000e007f"
_KINDS: tuple[tuple[str, Kind], ...] = (
    (
        _FLAG + "|([\U000e0001-\U000e007f]{2,})",
        _kind("tags", Level.HIGH, 0.97, "Unicode tag characters: text that no person can see"),
    ),
    (
        "([\ufe00-\ufe0f\U000e0100-\U000e01ef]{4,})",
        _kind("variation_selectors", Level.HIGH, 0.95, "A run of variation selectors, as used to hide bytes"),
    ),
    (
        "([\u200b-\u200f\u2060-\u2064\ufeff\u00ad\u180e]{8,})",
        _kind("zero_width_run", Level.HIGH, 0.9, "A run of characters without width, as used to hide bytes"),
    ),
    (
        "((?:[a-zA-Z][\u200b\u200c\u200d\u2060-\u2064\ufeff]+[a-zA-Z][^\n]{0,40}?){3})",
        _kind("zero_width", Level.MEDIUM, 0.6, "Characters without width inside words"),
    ),
    (
        "((?:[a-zA-Z]+[аеорсухіјѕԁһкмтвАВЕКМНОРСТУХІЈЅαορνικτυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ]{1,3}){1,8}[a-zA-Z]+)",
        _kind(
            "mixed_alphabets", Level.MEDIUM, 0.7, "Letters of another alphabet look like those they stand for"
        ),
    ),
    (
        "([\u202d\u202e][^\u202c\n]{0,200}[a-zA-Z])",
        _kind("bidi_override", Level.MEDIUM, 0.7, "Letters whose order on the screen is not their order"),
    ),
)


class InvisibleText:
    """Tags, selectors, characters without width, letters of other alphabets, or put into another order."""

    contexts = frozenset(Context)

    def __init__(self) -> None:
        self._single = [compiled(expression) for expression, _ in _KINDS]

    def find(self, passage: Passage, normal: Normal) -> list[Finding]:  # noqa: ARG002 - it looks at what normal takes away
        """Return the hidden places of the text as it stands; ASCII has none."""
        text = passage.text
        if text.isascii():
            return []
        data = text.encode("utf-8", "replace")
        found: list[Finding] = []
        for (_, kind), single in zip(_KINDS, self._single, strict=True):
            spans = [match.span(1) for match in _some(single, data)]
            found += [kind.found(passage, View(text), *_characters(data, span)) for span in spans]
        return found

    def warm(self) -> None:
        """Nothing is built late."""


def _some(single: "re2._Regexp", data: bytes) -> "list[re2._Match]":
    matches = []
    for match in single.finditer(data):
        if match.group(1):
            matches.append(match)
            if len(matches) == _MOST:
                break
    return matches


def _characters(data: bytes, span: tuple[int, int]) -> tuple[int, int]:
    """Return a span of bytes as one of characters."""
    start = len(data[: span[0]].decode("utf-8"))
    return start, start + len(data[span[0] : span[1]].decode("utf-8"))
