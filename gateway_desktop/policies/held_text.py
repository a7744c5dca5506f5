"""HeldText: one text of a stream, of which only as much may leave as is known to be harmless."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from operator import attrgetter

from gateway_desktop.policies.redaction import Replacement, Vault, apart, half_a_placeholder, piece

LONGEST_WORD = 16_384  # characters that are held back for one unbroken word
OVERLAP = 512  # characters before the part that is looked at, for what is written around it
_START, _END = attrgetter("start"), attrgetter("end")
_IN_WORDS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+/=.~-%:@&?#")


class HeldText:
    """Text comes in at one end; up to `safe` it may leave, with the replacements made.

    Why a window holds whatever is longer than it, too: a secret is one word, or it says what it is within its
    first characters (`-----BEGIN ... KEY-----`, `password = `). So the window reaches back to where the word
    begins that it would cut, and what has been recognised and still grows is held from its beginning.
    """

    def __init__(self, *, tool: bool, waits: bool) -> None:
        self.safe = 0
        self.ended = False
        self.tool = tool  # arguments in JSON
        self._waits = waits  # until it is complete: as arguments do, which are of no use before
        self._kept = ""  # of the text: what is not forgotten
        self._gone = 0  # characters that are
        self._new: list[str] = []  # what came since
        self._length = 0
        self._looked = 0
        self._replacements: list[Replacement] = []

    def add(self, text: str) -> tuple[int, int]:
        """Take a piece; return where it stands."""
        start = self._length
        self._new.append(text)
        self._length += len(text)
        return start, self._length

    def forget(self, before: int) -> None:
        """Forget what is safe and stands before a character, but for what is looked at with the rest."""
        gone = min(before, self.safe - OVERLAP)
        if gone > self._gone:
            self._kept = self.kept[gone - self._gone :]
            self._gone = gone
        self._replacements = [one for one in self._replacements if one.end > before]

    @property
    def kept(self) -> str:
        """The text without what is forgotten: the last `OVERLAP` characters are never."""
        if self._new:
            self._kept = "".join((self._kept, *self._new))
            self._new.clear()
        return self._kept

    def due(self, window: int) -> bool:
        """Return whether it is worth looking: enough came since, or the end did."""
        if self.safe == self._length:
            return False
        return self.ended or (not self._waits and self._length - self._looked >= window)

    def view(self) -> tuple[int, str]:
        """Return what is to be looked at: from a little before the held part on, and where that begins."""
        begin = 0 if self._waits else max(self._gone, self.safe - OVERLAP)
        return begin, self.kept[begin - self._gone :]

    def placeholders(self, vault: Vault) -> list[Replacement]:
        """Return what of the held part is a placeholder that becomes its value again."""
        found = vault.restorations(self.kept, self.safe - self._gone)
        return [one._replace(start=one.start + self._gone, end=one.end + self._gone) for one in found]

    def settle(self, masks: Sequence[Replacement], restored: Sequence[Replacement], window: int) -> None:
        """Move `safe` on: `masks` and `restored` are what was found in all of the held part."""
        self._looked = self._length
        safe = self._limit(window)
        found = apart(
            one._replace(start=max(one.start, self.safe))
            for one in (*masks, *restored)
            if one.end > self.safe
        )
        for one in found:
            growing = one.end >= self._length and not self.ended
            if one.start < safe and (one.end > safe or growing):
                safe = one.start
        safe = max(self.safe, safe)
        self._replacements += [one for one in found if one.start < safe]
        self.safe = safe

    def pass_on(self, restored: Sequence[Replacement]) -> None:
        """Move `safe` on where nothing is looked for but placeholders."""
        safe = self._length if self.ended else self._gone + half_a_placeholder(self.kept)
        found = [one for one in restored if self.safe <= one.start < safe]
        self._replacements += found
        self.safe = max(self.safe, safe)

    def out(self, start: int, end: int) -> str:
        """Return what becomes of a piece that is safe."""
        every, gone = self._replacements, self._gone  # in order, and apart
        first, last = bisect_right(every, start, key=_END), bisect_left(every, end, key=_START)
        moved = [one._replace(start=one.start - gone, end=one.end - gone) for one in every[first:last]]
        return piece(self.kept, start - gone, end - gone, moved)

    def _limit(self, window: int) -> int:
        if self.ended:
            return self._length
        if self._waits:
            return self.safe
        text, gone = self.kept, self._gone
        limit = min(self._length - window, gone + half_a_placeholder(text))
        lowest = max(self.safe, limit - LONGEST_WORD)
        at = limit
        while at > lowest and text[at - 1 - gone] in _IN_WORDS:
            at -= 1
        return at if at > lowest or lowest == self.safe else limit
