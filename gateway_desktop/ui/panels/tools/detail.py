"""One tool in words: its state, and what it says, with what changed since it was approved marked."""

import json
from collections.abc import Iterable
from html import escape

from gateway_desktop.services.word_diff import Piece, word_diff
from gateway_desktop.store.queries.tool_pins import PinItem
from gateway_desktop.ui.display import moment
from gateway_desktop.ui.panels.tools.columns import WHY, title
from gateway_desktop.ui.theme import fixed_font, theme

_FIRST = ("title", "description")


def told(row: PinItem) -> Iterable[str]:
    """Tell of one tool, with a diff by words where it is not what was approved; as HTML."""
    pin, muted = row.pin, theme().hex("muted")
    heading = f"{escape(title(pin))} <span style='color:{muted}'>of {escape(row.proxy)}</span>"
    yield f"<h3 style='margin:0 0 6px 0'>{heading}</h3><p>{WHY[pin.state]}.</p>"
    before, after = _members(pin.definition), _members(pin.seen_definition)
    names = [*_FIRST, *sorted({*before, *after} - {*_FIRST, "name"})]
    for name in names:
        if name in before or name in after:
            yield f"<p style='color:{muted}; margin:14px 0 4px 0'><b>{escape(name)}</b></p>"
            old, new = before.get(name, ""), after.get(name, "")
            pieces = word_diff(old, new) if pin.definition else [Piece("=", new)]
            ground = theme().hex("background")
            text = "".join(map(_marked, pieces))
            font = "" if name in _FIRST else f'font-family:"{fixed_font().family()}"; font-size:12px; '
            yield f"<p style='{font}background:{ground}; white-space:pre-wrap; margin:2px 0'>{text}</p>"
    decided = f", decided by {escape(pin.decided_by)}" if pin.decided_by else ""
    times = f"First listed {moment(pin.first_seen_us)}, changed {moment(pin.changed_us)}{decided}"
    yield f"<p style='color:{muted}; margin-top:14px'>{times}<br>SHA-256 {pin.seen_digest}</p>"


def _members(definition: str) -> dict[str, str]:
    """Return the members of a definition as texts."""
    found = json.loads(definition) if definition else {}
    return {
        str(name): value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
        for name, value in found.items()
    }


def _marked(piece: Piece) -> str:
    text = escape(piece.text)
    if piece.sign == "=":
        return text
    if piece.sign == "+":
        ink, ground = theme().hex("success"), theme().hex("success background")
        return f"<span style='color:{ink}; background:{ground}'>{text}</span>"
    ink, ground = theme().hex("critical"), theme().hex("critical background")
    return f"<span style='color:{ink}; background:{ground}; text-decoration:line-through'>{text}</span>"
