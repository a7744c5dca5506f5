"""once: an attribute that is made when it is first asked for.

As `functools.cached_property`, which until Python 3.12 takes a lock of 3 µs each time.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class once(Generic[T]):  # noqa: N801 - used as a decorator
    """Call the method once, and keep what it returns in the object. Two threads may both make it."""

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make = make
        self._name = make.__name__
        self.__doc__ = make.__doc__

    @overload
    def __get__(self, instance: None, owner: type) -> "once[T]": ...

    @overload
    def __get__(self, instance: object, owner: type) -> T: ...

    def __get__(self, instance: object | None, owner: type) -> "T | once[T]":
        """Return what the method makes."""
        if instance is None:
            return self
        value = instance.__dict__[self._name] = self._make(instance)
        return value
