"""What a detector says of a text."""

from collections.abc import Sequence

from gateway_desktop.core.finding import Context, Evidence, Finding, Level, Passage
from gateway_desktop.inspection.detector import Detector
from gateway_desktop.inspection.normalize import normalize
from gateway_desktop.inspection.scan import scan


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


def level(text: str, context: Context) -> Level:
    """Return how dangerous all detectors together say it is."""
    score = scan([Passage(text, context)]).score
    assert score is not None
    return Level.of_score(score)


def assert_rules_show_their_words(detector: Detector, text: str, context: Context) -> None:
    """Check that what phrases find stands at the place they name."""
    phrases = [one for one in found(detector, text, context=context) if one.evidence is Evidence.RULE]
    assert phrases
    for one in phrases:
        assert text[one.start : one.end].split()[0] in one.excerpt


def assert_agreement_is_high(
    detector: Detector, attack: str, harmless: Sequence[str], context: Context
) -> None:
    """Check that words and phrases together are HIGH in the attack, and in no harmless text."""

    def severities(text: str) -> set[Level]:
        seen = found(detector, text, context=context)
        return {one.severity for one in seen if one.kind.endswith(".words")}

    assert Level.HIGH in severities(attack)
    assert not any(Level.HIGH in severities(text) for text in harmless)
