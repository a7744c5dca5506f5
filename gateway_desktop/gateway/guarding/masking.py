"""Masking: what stands for a value that must not pass, wherever the value stands."""

from gateway_desktop.core.call import TextPart
from gateway_desktop.core.finding import Finding, Passage
from gateway_desktop.gateway.guarding.inspector import Looked
from gateway_desktop.gateway.refusals.policy import refused_by
from gateway_desktop.inspection.passages import passages_of
from gateway_desktop.policies.redaction import Replacement, Vault, label_of, replaced
from gateway_desktop.protocols.json_body import compact, decoded
from gateway_desktop.protocols.json_text import rewritten


def masked_values(looked: Looked, vault: Vault) -> dict[str, str]:
    """Return what must not pass of an answer, with the placeholders that stand for it."""
    values: dict[str, str] = {}
    for finding in looked.verdict.masks:
        value = value_of(looked.passages, finding)
        if value:
            values[value] = vault.placeholder(label_of(finding), value, restore=False)
    return values


def value_of(passages: dict[str, Passage], finding: Finding) -> str:
    """Return what was found."""
    passage = passages.get(finding.place)
    return passage.text[finding.start : finding.end] if passage is not None else ""


def without(text: str, values: dict[str, str]) -> str:
    """Return a text with placeholders in place of the values."""
    for value, placeholder in values.items():
        if value in text:
            text = text.replace(value, placeholder)
    return text


def changed_within(text: str, values: dict[str, str], vault: Vault) -> str:
    """Return a whole text with values masked and placeholders put back, within JSON where it is JSON."""
    if text[:1] in ("{", "["):
        data = text.encode("utf-8", "replace")
        try:
            decoded(data)
        except ValueError:
            pass
        else:
            return rewritten(data, lambda inner: vault.restored(without(inner, values))).decode()
    return vault.restored(without(text, values))


def places(looked: Looked, view: str, begin: int, values: dict[str, str]) -> list[Replacement]:
    """Return where in a held text the values stand; of arguments in JSON, as JSON writes them."""
    found: list[Replacement] = []
    for value, placeholder in values.items():
        for written in {value, compact(value)[1:-1]}:
            at = view.find(written)
            while at >= 0:
                found.append(Replacement(begin + at, begin + at + len(written), placeholder))
                at = view.find(written, at + len(written))
    left = replaced(view, [Replacement(one.start - begin, one.end - begin, "") for one in found])
    said = [passage.text for passage in passages_of(TextPart("", "tool_call", left))]
    if any(value in text for value in values for text in said):
        raise refused_by(looked.verdict)  # one stands in another spelling: it cannot be masked for certain
    return found
