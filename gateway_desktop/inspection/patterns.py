"""PatternSet: which of many patterns stand in a text, on Hyperscan, or on RE2 where it has no wheel.

Why built machines are kept: Hyperscan compiles all patterns in 5 s of CPU, and reads them in 1 ms.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from importlib import metadata
from typing import Any

import re2

from gateway_desktop.inspection.expression import compiled, options

try:
    import hyperscan
except ImportError:  # no wheel for this platform: RE2 does it alone
    hyperscan = None  # type: ignore[assignment]

_MEMORY = 32 << 20
_DIGEST = 32  # bytes of SHA-256 before what is kept


class Shelf:
    """Where machines that were built once are kept. Where that is, whoever starts the program says."""

    def __init__(self) -> None:
        self._get: Callable[[str], bytes | None] = lambda _name: None
        self._put: Callable[[str, bytes], None] = lambda _name, _content: None

    def lie(self, get: Callable[[str], bytes | None], put: Callable[[str, bytes], None]) -> None:
        """Say how what has a name is read (None: there is nothing) and kept."""
        self._get, self._put = get, put

    def take(self, name: str) -> bytes | None:
        """Return what was kept, unless it is damaged."""
        kept = self._get(name)
        if kept is None or hashlib.sha256(kept[_DIGEST:]).digest() != kept[:_DIGEST]:
            return None
        return kept[_DIGEST:]

    def keep(self, name: str, content: bytes) -> None:
        """Keep it for the next start."""
        self._put(name, hashlib.sha256(content).digest() + content)


SHELF = Shelf()


class OnePass:
    """Sets of patterns that are looked for in one pass: each pass has its price, whatever it looks for.

    Sets of many slow patterns do not belong here: together they would be slower than one after another.
    """

    def __init__(self) -> None:
        self._sets: list[PatternSet] = []

    def join(self, some: "PatternSet") -> int:
        """Look for this set, too; return the number of its first pattern."""
        first = sum(map(len, self._sets))
        self._sets.append(some)
        self.__dict__.pop("matching", None)
        return first

    @cached_property
    def matching(self) -> Callable[[bytes], list[int]]:
        """What returns the numbers of the patterns that stand in a text given as UTF-8, ascending."""
        return self._with_re2() if hyperscan is None else self._with_hyperscan()

    def _with_hyperscan(self) -> Callable[[bytes], list[int]]:
        return _searching([one for some in self._sets for one in some.sought()])

    def _with_re2(self) -> Callable[[bytes], list[int]]:
        return lambda data: [some.first + index for some in self._sets for index in some.matching(data)]

    def warm(self) -> None:
        """Build what the first text would otherwise wait for."""
        self.matching(b"warm")


COMMON = OnePass()


class PatternSet:
    """Patterns in the syntax that RE2 and Hyperscan share: no look-around, no references, bounded repeats.

    It is built when it is first used; `warm` does that before the first text comes. `hints` are looked for
    instead ("": the pattern itself): they are quicker, and stand in every text that has the pattern. A set
    `in_common` is looked for by COMMON, too, in one pass with others.
    """

    def __init__(
        self,
        expressions: Sequence[str],
        *,
        ignore_case: bool = True,
        hints: Sequence[str] = (),
        in_common: bool = False,
    ) -> None:
        self._expressions = [expression.encode() for expression in expressions]
        self._sought = [
            (hint or one).encode() for hint, one in zip(hints or expressions, expressions, strict=True)
        ]
        self._ignore_case = ignore_case
        self._single: dict[int, tuple[re2._Regexp, int]] = {}
        self.first = COMMON.join(self) if in_common else -1

    def __len__(self) -> int:
        return len(self._sought)

    def among(self, met: list[int]) -> list[int]:
        """Return which of these patterns are among what COMMON has met in a text, ascending."""
        first = self.first
        return [number - first for number in met if 0 <= number - first < len(self._sought)] if met else met

    def matching(self, data: bytes) -> list[int]:
        """Return the indices of the patterns that stand in a text given as UTF-8, ascending.

        Of those with a hint it is only likely: `spans` tells.
        """
        return self._search(data) if data else []

    def spans(self, index: int, data: bytes) -> Iterator[tuple[int, int]]:
        """Yield where a pattern stands, as bytes: its group 1 if it has one, else the whole."""
        known = self._single.get(index)
        if known is None:
            expression = self._expressions[index]
            single = compiled(expression, ignore_case=self._ignore_case, dot_nl=True, memory=_MEMORY)
            known = self._single[index] = single, 1 if single.groups else 0
        single, group = known
        for match in single.finditer(data):
            span = match.span(group)
            if span[0] >= 0:
                yield span

    def warm(self) -> None:
        """Build what the first text would otherwise wait for."""
        self._search(b"warm")

    @cached_property
    def _search(self) -> Callable[[bytes], list[int]]:
        return self._with_re2() if hyperscan is None else self._with_hyperscan()

    def _with_hyperscan(self) -> Callable[[bytes], list[int]]:
        return _searching(self.sought())

    def sought(self) -> list[tuple[bytes, int]]:
        """Return what Hyperscan looks for, each with its flags."""
        flags = hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_DOTALL
        if self._ignore_case:
            flags |= hyperscan.HS_FLAG_CASELESS
        return [(one, flags) for one in self._sought]

    def _with_re2(self) -> Callable[[bytes], list[int]]:
        together = re2.Set.SearchSet(options(ignore_case=self._ignore_case, dot_nl=True, memory=_MEMORY))
        for expression in self._sought:
            together.Add(expression)
        together.Compile()
        return lambda data: sorted(together.Match(data) or ())


def _searching(sought: Sequence[tuple[bytes, int]]) -> Callable[[bytes], list[int]]:
    """Return what looks for all of these with Hyperscan."""
    database = _built(sought)

    def search(data: bytes) -> list[int]:
        found: list[int] = []

        def met(index: int, _start: int, _end: int, _flags: int, _context: object) -> None:
            found.append(index)

        database.scan(data, match_event_handler=met)
        if len(found) > 1:
            found.sort()
        return found

    return search


def _built(sought: Sequence[tuple[bytes, int]]) -> Any:
    """Return Hyperscan's machine for these patterns, as it was kept or new."""
    name = _name(sought)
    kept = SHELF.take(name)
    if kept is not None:
        try:
            database = hyperscan.loadb(kept, hyperscan.HS_MODE_BLOCK)
            database.scratch = hyperscan.Scratch(database)
            return database
        except hyperscan.HyperscanError:  # of another processor or version: it is built anew
            pass
    database = hyperscan.Database()
    expressions, flags = zip(*sought, strict=True)
    database.compile(expressions=list(expressions), ids=list(range(len(sought))), flags=list(flags))
    SHELF.keep(name, hyperscan.dumpb(database))
    return database


def _name(sought: Sequence[tuple[bytes, int]]) -> str:
    """Return a name that changes with the patterns, what is asked of them, and Hyperscan."""
    said = [
        metadata.version("hyperscan").encode(),
        *(b"%d:%d:" % (flags, len(one)) + one for one, flags in sought),
    ]
    return hashlib.sha256(b"".join(said)).hexdigest()[:32]
