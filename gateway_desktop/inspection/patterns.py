"""PatternSet: which of many patterns stand in a text, on Hyperscan, or on RE2 where it has no wheel."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

import re2

try:
    import hyperscan
except ImportError:  # no wheel for this platform: RE2 does it alone
    hyperscan = None  # type: ignore[assignment]

_MEMORY = 32 << 20


def _options(*, ignore_case: bool) -> re2.Options:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    options.case_sensitive = not ignore_case
    options.dot_nl = True
    return options


class PatternSet:
    """Patterns in the syntax that RE2 and Hyperscan share: no look-around, no references, bounded repeats.

    It is built when it is first used; `warm` does that before the first text comes.
    """

    def __init__(self, expressions: Sequence[str], *, ignore_case: bool = True) -> None:
        self._expressions = [expression.encode() for expression in expressions]
        self._ignore_case = ignore_case
        self._single: dict[int, re2._Regexp] = {}

    def matching(self, data: bytes) -> list[int]:
        """Return the indices of the patterns that stand in a text given as UTF-8, ascending."""
        return self._search(data) if data else []

    def spans(self, index: int, data: bytes) -> Iterator[tuple[int, int]]:
        """Yield where a pattern stands, as bytes: its group 1 if it has one, else the whole."""
        single = self._single.get(index)
        if single is None:
            single = re2.compile(self._expressions[index], _options(ignore_case=self._ignore_case))
            self._single[index] = single
        group = 1 if single.groups else 0
        for match in single.finditer(data):
            if match.start(group) >= 0:
                yield match.span(group)

    def warm(self) -> None:
        """Build what the first text would otherwise wait for."""
        self._search(b"warm")

    @cached_property
    def _search(self) -> Callable[[bytes], list[int]]:
        return self._with_re2() if hyperscan is None else self._with_hyperscan()

    def _with_hyperscan(self) -> Callable[[bytes], list[int]]:
        flags = hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_DOTALL
        if self._ignore_case:
            flags |= hyperscan.HS_FLAG_CASELESS
        count = len(self._expressions)
        database = hyperscan.Database()
        database.compile(expressions=self._expressions, ids=list(range(count)), flags=[flags] * count)

        def search(data: bytes) -> list[int]:
            found: list[int] = []

            def met(index: int, _start: int, _end: int, _flags: int, _context: object) -> None:
                found.append(index)

            database.scan(data, match_event_handler=met)
            return sorted(found)

        return search

    def _with_re2(self) -> Callable[[bytes], list[int]]:
        together = re2.Set.SearchSet(_options(ignore_case=self._ignore_case))
        for expression in self._expressions:
            together.Add(expression)
        together.Compile()
        return lambda data: sorted(together.Match(data) or ())
