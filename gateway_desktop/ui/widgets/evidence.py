"""Evidence: what was found in a text, with its place marked, and what it added to the risk; as HTML."""

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from gateway_desktop.core.finding import capped
from gateway_desktop.inspection.kind import begin_of_excerpt
from gateway_desktop.ui.theme import theme

_MASKED = re.compile("<[A-Z][A-Z0-9_]*>")
_AROUND = 160  # characters shown before and after the marked place


def evidence(one: Mapping[str, Any], text: str | None = None) -> str:
    """Return a finding as it was recorded: what and where, the words around it, and why it matters.

    With the `text` in which it stands more of the words around it are shown than were recorded with it.
    """
    where = f"{one.get('kind', '')} in {one.get('direction', 'request')} at {one.get('place', '')}"
    said = f"<p style='color:{theme().hex('muted')}; margin:8px 0 2px 0'>{escape(where)}</p>"
    why = f"<p style='margin:2px 0'>{escape(str(one.get('why', '')))}</p>"
    start, end = int(one.get("start", 0)), int(one.get("end", 0))
    if text is not None and end <= len(text):
        shown = _marked(text, start, _end(text, start, end))
    else:
        shown = _marked_excerpt(str(one["excerpt"]), start, end)
    ground = theme().hex("background")
    return f"{said}<p style='background:{ground}; white-space:pre-wrap; margin:2px 0'>{shown}</p>{why}"


def points(contributions: Sequence[Mapping[str, Any]], score: int | None) -> str:
    """Return what a risk score is the sum of, and where it is capped."""
    told = table((f"+{part['points']}", escape(str(part["why"]))) for part in contributions)
    less = capped((int(part["points"]) for part in contributions), score)
    return f"{told}<p style='margin:2px 0'>{less}</p>" if less else told


def head(words: str) -> str:
    """Return a heading."""
    return f"<p style='color:{theme().hex('muted')}; margin:14px 0 4px 0'><b>{escape(words)}</b></p>"


def table(lines: Iterable[tuple[str, str]]) -> str:
    """Return names and values (HTML) below each other."""
    muted = theme().hex("muted")
    rows = "".join(
        f"<tr><td style='color:{muted}; padding:1px 12px 1px 0'>{name}</td>"
        f"<td style='padding:1px 0'>{value}</td></tr>"
        for name, value in lines
    )
    return f"<table cellspacing='0'>{rows}</table>"


def _marked_excerpt(excerpt: str, start: int, end: int) -> str:
    """Return an excerpt, the place marked unless something before it was masked, which moves it."""
    begin = begin_of_excerpt(start, end)
    place = start - begin
    end = _end(excerpt, place, end - begin)
    if end > len(excerpt) or "<" in excerpt[:place]:
        return escape(excerpt)
    return _marked(excerpt, place, end)


def _end(text: str, start: int, end: int) -> int:
    """Return where a place ends in a text in which it may be masked, and so have another length."""
    masked = _MASKED.match(text, start)
    return masked.end() if masked else end


def _marked(text: str, start: int, end: int) -> str:
    """Return the text around a place, the place itself marked."""
    before = text[max(0, start - _AROUND) : start]
    after = text[end : end + _AROUND]
    ink, ground = theme().hex("critical"), theme().hex("critical background")
    lead, tail = "…" if start > _AROUND else "", "…" if end + _AROUND < len(text) else ""
    place = (
        f"<span style='color:{ink}; background:{ground}; font-weight:600'>{escape(text[start:end])}</span>"
    )
    return f"{lead}{escape(before)}{place}{escape(after)}{tail}"
