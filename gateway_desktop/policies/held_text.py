"""HeldText: one text of a stream, of which only as much may leave as is known to be harmless."""

from collections.abc import Sequence

from gateway_desktop.policies.redaction import Replacement, apart, half_a_placeholder, piece

LONGEST_WORD = 16_384  # characters that are held back for one unbroken word
OVERLAP = 512  # characters before the part that is looked at, for what is written around it
_IN_WORDS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+/=.~-%:@&?#")


class HeldText:
    """Text comes in at one end; up to `safe` it may leave, with the replacements made.

    Why a window holds whatever is longer than it, too: a secret is one word, or it says what it is within its
    first characters (`-----BEGIN ... KEY-----`, `password = `). So the window reaches back to where the word
    begins that it would cut, and what has been recognised and still grows is held from its beginning.
    """

    def __init__(self, *, tool: bool, waits: bool) -> None:
        self.text = ""
        self.safe = 0
        self.ended = False
        self.tool = tool  # arguments in JSON
        self._waits = waits  # until it is complete: as arguments do, which are of no use before
        self._looked = 0
        self._replacements: list[Replacement] = []

    def add(self, text: str) -> tuple[int, int]:
        """Take a piece; return where it stands."""
        start = len(self.text)
        self.text += text
        return start, len(self.text)

    def due(self, window: int) -> bool:
        """Return whether it is worth looking: enough came since, or the end did."""
        if self.safe == len(self.text):
            return False
        return self.ended or (not self._waits and len(self.text) - self._looked >= window)

    def view(self) -> tuple[int, str]:
        """Return what is to be looked at: from a little before the held part on, and where that begins."""
        begin = 0 if self._waits else max(0, self.safe - OVERLAP)
        return begin, self.text[begin:]

    def settle(self, masks: Sequence[Replacement], restored: Sequence[Replacement], window: int) -> None:
        """Move `safe` on: `masks` and `restored` are what was found in all of the held part."""
        self._looked = len(self.text)
        safe = self._limit(window)
        found = apart(
            one._replace(start=max(one.start, self.safe))
            for one in (*masks, *restored)
            if one.end > self.safe
        )
        for one in found:
            growing = one.end >= len(self.text) and not self.ended
            if one.start < safe and (one.end > safe or growing):
                safe = one.start
        safe = max(self.safe, safe)
        self._replacements += [one for one in found if one.start < safe]
        self.safe = safe

    def pass_on(self, restored: Sequence[Replacement]) -> None:
        """Move `safe` on where nothing is looked for but placeholders."""
        safe = len(self.text) if self.ended else half_a_placeholder(self.text)
        found = [one for one in restored if self.safe <= one.start < safe]
        self._replacements += found
        self.safe = max(self.safe, safe)

    def out(self, start: int, end: int) -> str:
        """Return what becomes of a piece that is safe."""
        return piece(self.text, start, end, self._replacements)

    def _limit(self, window: int) -> int:
        if self.ended:
            return len(self.text)
        if self._waits:
            return self.safe
        limit = min(len(self.text) - window, half_a_placeholder(self.text))
        lowest = max(self.safe, limit - LONGEST_WORD)
        at = limit
        while at > lowest and self.text[at - 1] in _IN_WORDS:
            at -= 1
        return at if at > lowest or lowest == self.safe else limit
