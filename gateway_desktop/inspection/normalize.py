"""Normal: the readings of a passage with encodings and Unicode tricks undone, each knowing the way back."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class View:
    """One reading of a text. `how` is "" for the text itself, else what was undone: "base64", ..."""

    text: str
    how: str = ""
    origins: Sequence[int] | None = None  # of each character its place in the passage's text; None: the same
    within: tuple[int, int] | None = None  # a decoded piece: where the code of it stands, as a whole

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return where characters `start` to `end` of this reading stand in the passage's text."""
        if self.within is not None:
            return self.within
        if self.origins is None or not self.origins:
            return start, end
        last = len(self.origins) - 1
        begin = self.origins[min(start, last)]
        return begin, max(begin, self.origins[min(max(end - 1, start), last)] + 1)


@dataclass(frozen=True, slots=True)
class Normal:
    """A passage as people and models read it."""

    views: tuple[View, ...]  # the text itself first, then what is decoded from pieces of it

    @property
    def text(self) -> str:
        """The text itself, without its tricks."""
        return self.views[0].text


def normalize(text: str) -> Normal:
    """Return the readings of a text. Takes time linear in its length and never raises."""
    return Normal((View(text),))
