"""Memory: what was found in texts looked at before, so that a conversation costs its newest turn."""

from collections import OrderedDict
from dataclasses import replace

from gateway_desktop.core.call import TextPart
from gateway_desktop.core.finding import Finding

MOST = 65_536  # parts remembered
_Entry = tuple[str, tuple[Finding, ...]]


class Memory:
    """By owner, role, tool and text. The text itself is not kept: its hash is keyed by this process."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._entries: OrderedDict[int, _Entry] = OrderedDict()

    def recall(self, owner: str, part: TextPart) -> tuple[Finding, ...] | None:
        """Return what was found in this text for the same owner, placed where it stands now; None if new."""
        key = hash((owner, part.role, part.tool, part.text))
        entry = self._entries.get(key)
        if entry is None:
            return None
        self._entries.move_to_end(key)
        place, findings = entry
        if not findings or place == part.place:
            return findings
        return tuple(replace(one, place=part.place + one.place[len(place) :]) for one in findings)

    def keep(self, owner: str, part: TextPart, findings: tuple[Finding, ...]) -> None:
        """Remember what was found; the part not met for the longest time is forgotten."""
        key = hash((owner, part.role, part.tool, part.text))
        self._entries[key] = part.place, findings
        if len(self._entries) > self._most:
            self._entries.popitem(last=False)
