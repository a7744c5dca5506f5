"""Memory: what was found in texts looked at before, so that a conversation costs its newest turn."""

from dataclasses import replace

from gateway_desktop.core.call import TextPart
from gateway_desktop.core.finding import Finding
from gateway_desktop.core.lru_cache import LruCache

MOST = 65_536  # parts remembered
_SHARE = 8  # of them, one in so many with findings
_Entry = tuple[str, tuple[Finding, ...]]


class Memory:
    """By owner, role, tool and text. The text itself is not kept: its hash is keyed by this process."""

    def __init__(self, most: int = MOST) -> None:
        self._clean: LruCache[int, bool] = LruCache(most)
        self._entries: LruCache[int, _Entry] = LruCache(most // _SHARE)

    def recall(self, owner: str, part: TextPart) -> tuple[Finding, ...] | None:
        """Return what was found in this text for the same owner, placed where it stands now; None if new."""
        key = hash((owner, part.role, part.tool, part.text, part.seams))
        if self._clean.get(key):
            return ()
        entry = self._entries.get(key)
        if entry is None:
            return None
        place, findings = entry
        if place == part.place:
            return findings
        return tuple(replace(one, place=part.place + one.place[len(place) :]) for one in findings)

    def keep(self, owner: str, part: TextPart, findings: tuple[Finding, ...]) -> None:
        """Remember what was found; the parts not met for the longest time are forgotten."""
        key = hash((owner, part.role, part.tool, part.text, part.seams))
        if findings:
            self._entries.put(key, (part.place, findings))
        else:
            self._clean.put(key, True)
