"""What a detector saw in a text, where, and how sure it is."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

Span = tuple[int, int]  # characters of a text
_AROUND = 200  # characters around a span that say what it is
_MOST_ASKED = 20


class Context(StrEnum):
    """Where a text stands: the same words are harmless in one place and dangerous in another."""

    HARNESS = "harness"  # what the tool's maker wrote: system prompts, reminders
    USER_PROMPT = "user_prompt"  # the person's newest message
    TOOL_RESULT = "tool_result"  # what came from outside: results, fetched pages, files, agents' replies
    TOOL_DESCRIPTION = "tool_description"  # tools/list, agent cards
    TOOL_ARGUMENT = "tool_argument"  # what a tool is called with
    ANSWER = "answer"  # what a model or agent says


class Level(StrEnum):
    """How bad it is; of findings, alerts and risk scores."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """Return 0 to 3, for comparing."""
        return _RANKS[self]

    @classmethod
    def of_score(cls, score: int) -> "Level":
        """Return the level of a risk score from 0 to 100."""
        return list(Level)[min(score, 99) // 25]


_RANKS = {level: rank for rank, level in enumerate(Level)}


class Family(StrEnum):
    """Kinds of danger; the words policies and alerts are written with."""

    SQL_INJECTION = "sql_injection"
    COMMAND_INJECTION = "command_injection"
    PATH_TRAVERSAL = "path_traversal"
    SSRF = "ssrf"
    PROMPT_INJECTION = "prompt_injection"  # said by a person, jailbreaks included
    INDIRECT_INJECTION = "indirect_injection"  # standing in data
    TOOL_POISONING = "tool_poisoning"
    INVISIBLE_TEXT = "invisible_text"
    SECRET = "secret"
    PERSONAL_DATA = "personal_data"
    DATA_LEAK = "data_leak"  # links and images that carry data out
    PROVENANCE = "provenance"  # a sensitive call's argument that came from an untrusted result
    CUSTOM = "custom"  # what a rule of one's own looks for
    CHECK_FAILED = "check_failed"  # a detector could not run


class Evidence(StrEnum):
    """What a finding rests on; a lone statistical one is never high."""

    STATISTICAL = "statistical"
    RULE = "rule"
    STRUCTURE = "structure"
    CHECKSUM = "checksum"
    TAINT = "taint"


@dataclass(frozen=True, slots=True)
class Passage:
    """One text to look at, with all that is known of where it stands."""

    text: str
    context: Context
    place: str = ""  # JSON Pointer (RFC 6901) into the body
    tool: str = ""  # the tool that is called, described, or answered
    argument: str = ""  # of an argument: its name
    seams: tuple[int, ...] = ()  # where pieces meet that were looked at alone: only what crosses counts
    offset: int = 0  # of a piece: where it begins in the text at the place

    def across(self, spans: Iterable[Span], look: Callable[[str], Iterable[Span]]) -> list[Span]:
        """Return those of the spans that cross a seam and that the pieces do not show by themselves.

        `look` finds spans in a text. Where an address ends one piece and a word begins the next, the address
        is known. Beyond 20 spans all that cross count.
        """
        found = [span for span in spans if self._first_seam(span) is not None]
        return [span for at, span in enumerate(found) if at >= _MOST_ASKED or not self._known(span, look)]

    def _first_seam(self, span: Span) -> int | None:
        at = bisect_right(self.seams, span[0])
        return self.seams[at] if at < len(self.seams) and self.seams[at] < span[1] else None

    def _known(self, span: Span, look: Callable[[str], Iterable[Span]]) -> bool:
        """Return whether what comes before the first seam begins alike, or what follows the last ends so."""
        first, last = self._first_seam(span), self.seams[bisect_left(self.seams, span[1]) - 1]
        begins, ends = max(0, span[0] - _AROUND), span[1] + _AROUND
        before, after = look(self.text[begins:first]), look(self.text[last:ends])
        return any(begins + start == span[0] for start, _ in before) or any(
            last + end == span[1] for _, end in after
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """One place in a passage. `start` and `end` count characters of the passage's text as it stands there."""

    family: Family
    kind: str  # "sql_injection.tautology", "secret.openai_key", ...: detector's own name for it
    severity: Level
    confidence: float  # 0 to 1
    evidence: Evidence
    context: Context
    place: str
    start: int
    end: int
    excerpt: str  # at most 200 characters around it, secrets masked
    why: str = ""  # a sentence for people
    tool: str = ""


@dataclass(frozen=True, slots=True)
class Contribution:
    """One line of a risk score."""

    points: int
    why: str


def capped(points: Iterable[int], score: int | None) -> str:
    """Return what a score is of its contributions' points, where they come to more; "" where they do not."""
    together = sum(points)
    return f"{together} together, capped at {score}" if score is not None and together > score else ""


@dataclass(frozen=True, slots=True)
class Scan:
    """What was found in one exchange; without a `score` nothing was looked at, `not_scanned` says why."""

    findings: tuple[Finding, ...] = ()
    score: int | None = None
    contributions: tuple[Contribution, ...] = ()
    not_scanned: str = ""
