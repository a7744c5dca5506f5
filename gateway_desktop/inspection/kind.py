"""Kind: one sort of finding a detector makes, and how a finding of it is written down."""

from dataclasses import dataclass

from gateway_desktop.core.finding import Evidence, Family, Finding, Level, Passage
from gateway_desktop.inspection.normalize import View
from gateway_desktop.inspection.redaction import redact

LONGEST_EXCERPT = 200
_KEPT = 20_000  # characters whose look is remembered
_BEFORE = 60  # characters shown before what was found


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of finding."""

    family: Family
    name: str
    severity: Level
    confidence: float
    evidence: Evidence
    why: str  # a sentence for people

    def found(
        self,
        passage: Passage,
        view: View,
        start: int,
        end: int,
        *,
        confidence: float | None = None,
        why: str = "",
    ) -> Finding:
        """Return the finding of characters `start` to `end` of a view, placed in the passage's text."""
        begin, stop = view.place(start, end)
        reason = why or self.why
        return Finding(
            family=self.family,
            kind=f"{self.family}.{self.name}",
            severity=self.severity,
            confidence=self.confidence if confidence is None else round(confidence, 4),
            evidence=self.evidence,
            context=passage.context,
            place=passage.place,
            start=begin,
            end=stop,
            excerpt=excerpt(view.text, start, end),
            why=f"{reason} (written as {view.how})" if view.how else reason,
            tool=passage.tool,
        )

    def counted(self, passage: Passage, confidence: float) -> Finding:
        """Return the finding of a whole passage that nobody is shown: it only counts for the score."""
        return Finding(
            family=self.family,
            kind=f"{self.family}.{self.name}",
            severity=self.severity,
            confidence=round(confidence, 4),
            evidence=self.evidence,
            context=passage.context,
            place=passage.place,
            start=0,
            end=len(passage.text),
            excerpt="",
            tool=passage.tool,
        )


def begin_of_excerpt(start: int, end: int) -> int:
    """Return where the excerpt around a place begins."""
    room = max(0, LONGEST_EXCERPT - (end - start))
    return max(0, start - min(_BEFORE, room // 2))


def excerpt(text: str, start: int, end: int) -> str:
    """Return at most 200 characters around a place on one line, secrets masked, the invisible as codes."""
    begin = begin_of_excerpt(start, end)
    masked, _ = redact(text[begin : begin + LONGEST_EXCERPT])
    if masked.isprintable():
        return masked[:LONGEST_EXCERPT]
    return masked.translate(_SHOWN)[:LONGEST_EXCERPT]


class _Shown(dict[int, str]):
    """How each character is shown, filled as they come."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        shown = letter if letter.isprintable() else " " if letter.isspace() else f"\\u{code:04x}"
        if len(self) < _KEPT:
            self[code] = shown
        return shown


_SHOWN = _Shown()
