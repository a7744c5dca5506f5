"""Calls that results steered: what no text shows by itself, but the conversation it stands in."""

from collections.abc import Generator, Sequence

from gateway_desktop.core.call import TextPart
from gateway_desktop.core.finding import Context, Finding, Passage
from gateway_desktop.inspection.passages import context_of, passages_of
from gateway_desktop.inspection.provenance import acts, provenance_steps
from gateway_desktop.inspection.scan import LARGEST, within_budget

_BACKGROUND = frozenset({Context.TOOL_RESULT, Context.USER_PROMPT, Context.HARNESS})
_Step = list[tuple[TextPart, Finding]]
_MOST_CALLS = 2_000  # texts of new calls: each is looked for in all that was said


def steered(conversation: Sequence[TextPart], new: Sequence[TextPart]) -> Generator[_Step]:
    """Yield step by step what is wrong with the new calls of a conversation; both stand in its order.

    Of very many calls, and of more than 2 million characters of results or of what people said, the newest
    are known.
    """
    calls = yield from _acting(new)
    if not calls or not (yield from _holds_results(conversation)):
        return
    passages: list[Passage] = []
    part_at: dict[str, TextPart] = {}
    for part in conversation:
        if id(part) in calls:
            for passage in passages_of(part):
                passages.append(passage)
                part_at[passage.place] = part
        elif context_of(part) in _BACKGROUND:
            passages.append(Passage(part.text, context_of(part), part.place, part.tool))
        yield []
    for found in provenance_steps((yield from _newest(passages))):
        yield [(part_at[finding.place], finding) for finding in found]


def _acting(new: Sequence[TextPart]) -> Generator[_Step, None, set[int]]:
    """Return which of the new texts are arguments of calls that do something."""
    calls: set[int] = set()
    for part in new:
        if context_of(part) is Context.TOOL_ARGUMENT and acts(part.tool):
            calls.add(id(part))
        yield []
    return calls


def _holds_results(conversation: Sequence[TextPart]) -> Generator[_Step, None, bool]:
    for part in conversation:
        if context_of(part) is Context.TOOL_RESULT:
            return True
        yield []
    return False


def _newest(passages: Sequence[Passage]) -> Generator[_Step, None, list[Passage]]:
    """Return as many of the passages as can be compared with one another, in their order."""
    left = dict.fromkeys((Context.TOOL_ARGUMENT, Context.TOOL_RESULT, Context.USER_PROMPT), LARGEST)
    left[Context.TOOL_ARGUMENT] = _MOST_CALLS
    kept: list[Passage] = []
    for passage in reversed(passages):
        yield []
        kind = Context.USER_PROMPT if passage.context is Context.HARNESS else passage.context
        if kind is Context.TOOL_ARGUMENT:
            kept += [passage] if left[kind] else []
            left[kind] -= left[kind] > 0
            continue
        within, _ = within_budget([passage], left[kind])
        kept += within[::-1]
        left[kind] -= min(left[kind], len(passage.text))
    return kept[::-1]
