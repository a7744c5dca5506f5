"""What a detector says of a text."""

from gateway_desktop.core.finding import Context, Finding, Passage
from gateway_desktop.inspection.detector import Detector
from gateway_desktop.inspection.normalize import normalize


def found(
    detector: Detector,
    text: str,
    tool: str = "",
    argument: str = "",
    context: Context = Context.TOOL_ARGUMENT,
) -> list[Finding]:
    return detector.find(Passage(text, context, "/a", tool, argument), normalize(text))


def kinds(detector: Detector, text: str, tool: str = "", argument: str = "") -> set[str]:
    return {finding.kind.rpartition(".")[2] for finding in found(detector, text, tool, argument)}
