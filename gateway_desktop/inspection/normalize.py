"""Normal: the readings of a passage with encodings and Unicode tricks undone, each knowing the way back."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, repeat

from gateway_desktop.core.once import once
from gateway_desktop.inspection.encodings import CODES, without_leet
from gateway_desktop.inspection.letters import LETTERS, read, without_breaks
from gateway_desktop.inspection.patterns import COMMON

_LEVELS = 2
_SMALL = 2_000  # characters that may be decoded of any text


@dataclass(frozen=True)
class View:
    """One reading of a text. `how` is "" for the text itself, else what was undone: "base64", ..."""

    text: str
    how: str = ""
    source: str | None = None  # the text it was read from, letter by letter; None: it is that text
    within: tuple[int, int] | None = None  # of what is decoded: where the code of it stands, as a whole

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return where characters `start` to `end` of this reading stand in the passage's text."""
        if self.within is not None:
            return self.within
        if self.source is None:
            return start, end
        last = len(self._origins) - 1
        if last < 0:
            return 0, len(self.source)
        begin = self._origins[min(start, last)]
        return begin, max(begin, self._origins[max(min(end - 1, last), 0)] + 1)

    @once
    def data(self) -> bytes:
        """The reading as UTF-8."""
        return self.text.encode("utf-8", "replace")

    @once
    def met(self) -> list[int]:
        """The patterns that stand in it, of those that are looked for together."""
        return COMMON.matching(self.data) if self.data else []

    @once
    def sentences(self) -> bytes:
        """The same with line breaks that are written as backslash and letter as spaces: places stay."""
        plain = without_breaks(self.text)
        return self.data if plain is self.text else plain.encode("utf-8", "replace")

    def characters(self, start: int, end: int) -> tuple[int, int]:
        """Return a span of bytes of `data` as one of characters."""
        if len(self.data) == len(self.text):
            return start, end
        begin = len(self.data[:start].decode("utf-8", "ignore"))
        return begin, begin + len(self.data[start:end].decode("utf-8", "ignore"))

    @once
    def _origins(self) -> list[int]:
        """Of each character its place in the source; only made when something was found."""
        assert self.source is not None
        lengths = {letter: len(LETTERS[ord(letter)]) for letter in set(self.source)}
        if max(lengths.values(), default=1) <= 1:
            return [index for index, letter in enumerate(self.source) if lengths[letter]]
        each = map(repeat, range(len(self.source)), map(lengths.__getitem__, self.source))
        return list(chain.from_iterable(each))


@dataclass(frozen=True, slots=True)
class Normal:
    """A passage as people and models read it."""

    views: tuple[View, ...]  # the text itself first, then what is decoded from pieces of it

    @property
    def text(self) -> str:
        """The text itself, without its tricks."""
        return self.views[0].text


def normalize(text: str) -> Normal:
    """Return the readings of a text; decoded pieces are together at most as long as it, or 2,000 characters.

    Digits that stand for letters take nothing from that: else a few would hide every code beside them.

    Takes linear time and never raises.
    """
    if text.isascii():
        first = View(text)
    else:
        plain = read(text)
        first = View(plain, source=None if plain == text else text)
    codes = CODES.met(first.text, first.met)
    plain = without_leet(first.text)
    return Normal((first, *_further(first, codes, plain))) if codes or plain else Normal((first,))


def _further(first: View, codes: list[int], plain: str) -> Iterator[View]:
    """Yield what is decoded from pieces of a view in these codes, and from those pieces."""
    room = max(len(first.text), _SMALL)
    if plain:
        yield View(plain, "digits for letters", first.source)
    level = [(first, codes)]
    for _ in range(_LEVELS):
        following: list[tuple[View, list[int]]] = []
        for view, those in level:
            for inner in CODES.find(view.text, those):
                if len(inner.text) > room:
                    continue
                room -= len(inner.text)
                span = view.within or first.place(inner.start, inner.end)
                how = f"{inner.how} in {view.how}" if view.how else inner.how
                found = View(inner.text, how, within=span)
                yield found
                following.append((found, CODES.met(found.text, found.met)))
        level = following
