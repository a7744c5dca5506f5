"""Work in slices: generators that yield where others may have their turn, and whose value is the result."""

from collections.abc import Generator
from typing import TypeVar

Result = TypeVar("Result")
Slices = Generator[None, None, Result]
AT_ONCE = 500  # things of microseconds each that are done without a pause


def at_once(work: Slices[Result]) -> Result:
    """Return the result of work that is done without a pause."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: Result = end.value
            return result
