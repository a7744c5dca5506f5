"""Calls that results steered: what no text shows by itself, but the conversation it stands in."""

from collections.abc import Sequence

from gateway_desktop.core.call import TextPart
from gateway_desktop.core.finding import Context, Finding, Passage
from gateway_desktop.inspection.passages import context_of, passages_of
from gateway_desktop.inspection.provenance import acts, provenance

_BACKGROUND = frozenset({Context.TOOL_RESULT, Context.USER_PROMPT, Context.HARNESS})


def steered(conversation: Sequence[TextPart], new: Sequence[TextPart]) -> list[tuple[TextPart, Finding]]:
    """Return what is wrong with the new calls of a conversation; both stand in its order."""
    calls = {id(part) for part in new if context_of(part) is Context.TOOL_ARGUMENT and acts(part.tool)}
    if not calls or not any(context_of(part) is Context.TOOL_RESULT for part in conversation):
        return []
    passages: list[Passage] = []
    part_at: dict[str, TextPart] = {}
    for part in conversation:
        if id(part) in calls:
            for passage in passages_of(part):
                passages.append(passage)
                part_at[passage.place] = part
        elif context_of(part) in _BACKGROUND:
            passages.append(Passage(part.text, context_of(part), part.place, part.tool))
    return [(part_at[finding.place], finding) for finding in provenance(passages)]
