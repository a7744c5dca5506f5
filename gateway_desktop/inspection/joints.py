"""Joints: where texts of one message meet. Models read them joined, with what is split over two."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from gateway_desktop.core.call import TextPart
from gateway_desktop.core.finding import Context
from gateway_desktop.inspection.passages import context_of

_REACH = 512  # characters to both sides of where two texts meet
_LONGEST_RUN = 1_000  # neighbours that are put together at once; the last of them is the next ones' first
_SEPARATE = frozenset({Context.TOOL_ARGUMENT, Context.TOOL_DESCRIPTION})
_CONVERSATIONS = frozenset({"messages", "contents", "input"})
_Key = tuple[str, str, Context, str]


def joints(parts: Sequence[TextPart]) -> Iterator[tuple[int, TextPart]]:
    """Yield what neighbours are together, and the index of the last of them.

    Neighbours have one role and one tool, and stand in one message; of users' messages also in two, which
    some services make one. Long texts are there with both their ends. Where two words meet, a second text
    holds a space between them, as some models read it. Only what crosses a seam is news.
    """
    run: list[int] = []
    known: _Key | None = None
    for index, part in enumerate(parts):
        key = _key(part)
        if (key != known or len(run) == _LONGEST_RUN) and run:
            yield from _of_run(parts, run)
            run = run[-1:] if key == known else []
        known = key
        if key is not None:
            run.append(index)
    yield from _of_run(parts, run)


def _key(part: TextPart) -> _Key | None:
    context = context_of(part)
    if context in _SEPARATE:
        return None
    return part.role, part.tool, context, "" if context is Context.USER_PROMPT else _container(part.place)


def _container(place: str) -> str:
    """Return the list in which a text stands: of `/messages/1/content/0/text` all but its end."""
    steps = place.split("/")
    while len(steps) > 1 and not steps[-1].isdecimal():
        steps.pop()
    return "/".join(steps if steps[-2:-1] and steps[-2] in _CONVERSATIONS else steps[:-1])


def _of_run(parts: Sequence[TextPart], run: list[int]) -> Iterator[tuple[int, TextPart]]:
    """Yield the joints of neighbours, by what each is: what is said beside a text does not part it."""
    if len(run) < 2:
        return
    by_name: dict[str, list[int]] = {}
    for index in run:
        if not parts[index].text:
            continue
        name = parts[index].place.rpartition("/")[2]
        by_name.setdefault("text" if name.isdecimal() or name == "content" else name, []).append(index)
    for indices in by_name.values():
        if len(indices) > 1:
            yield from _joined(parts, indices)


def _joined(parts: Sequence[TextPart], indices: list[int]) -> Iterator[tuple[int, TextPart]]:
    first, pieces = indices[0], [parts[indices[0]].text[-_REACH:]]
    for index in indices[1:]:
        text = parts[index].text
        if len(text) <= 2 * _REACH:
            pieces.append(text)
            continue
        yield from _texts(parts, first, index, [*pieces, text[:_REACH]])
        first, pieces = index, [text[-_REACH:]]
    if len(pieces) > 1:
        yield from _texts(parts, first, indices[-1], pieces)


def _texts(
    parts: Sequence[TextPart], first: int, last: int, pieces: list[str]
) -> Iterator[tuple[int, TextPart]]:
    place = f"{parts[first].place}..{parts[last].place}"
    seams: list[int] = []
    gaps: list[int] = []  # seams of the second text: spaces between words
    plain, spaced = pieces[0], [pieces[0]]
    at = spaced_at = len(plain)
    for before, after in pairwise(pieces):
        seams.append(at)
        if before[-1].isalnum() and after[0].isalnum():
            gaps.append(spaced_at)
            spaced.append(" ")
            spaced_at += 1
        spaced.append(after)
        at += len(after)
        spaced_at += len(after)
    role, tool = parts[last].role, parts[last].tool
    yield last, TextPart(place, role, "".join(pieces), tool, tuple(seams))
    if gaps:
        yield last, TextPart(f"{place} ", role, "".join(spaced), tool, tuple(gaps))
