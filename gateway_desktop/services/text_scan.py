"""Scanning a text that a person tries: what would be found in it, and what it would score."""

from collections.abc import Mapping
from dataclasses import asdict

import msgspec

from gateway_desktop.core.finding import Context, Finding, Level, Passage, Scan
from gateway_desktop.inspection.passages import passages_of
from gateway_desktop.services.request_parts import parts_of

# What a person can say that a text is.
CONTEXTS = (
    Context.USER_PROMPT,
    Context.TOOL_RESULT,
    Context.TOOL_DESCRIPTION,
    Context.TOOL_ARGUMENT,
    Context.ANSWER,
)


class Line(msgspec.Struct):
    """One line of a file of texts."""

    text: str
    tool: str = ""
    argument: str = ""

    def passage(self, context: Context) -> Passage:
        """Return the text where it stands."""
        return Passage(self.text, context, tool=self.tool, argument=self.argument)


def passages_in(given: Passage) -> list[Passage]:
    """Return the text, or if it is a request or answer in JSON its texts, each where it stands."""
    parts = parts_of(given.text)
    if parts is None:
        return [given]
    return [passage for part in parts for passage in passages_of(part)]


def document_of(result: Scan) -> dict[str, object]:
    """Return a scan as JSON: score, level, contributions, findings."""
    document: dict[str, object] = {
        "score": result.score,
        "level": None if result.score is None else str(Level.of_score(result.score)),
        "contributions": [asdict(one) for one in result.contributions],
        "findings": [finding_of(one) for one in result.findings],
    }
    if result.not_scanned:
        document["not_scanned"] = result.not_scanned
    return document


def finding_of(finding: Finding) -> Mapping[str, object]:
    """Return a finding as JSON."""
    return {name: value for name, value in asdict(finding).items() if value != ""}
