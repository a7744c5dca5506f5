"""one_of(): what a person entered, where only some words mean something."""

from collections.abc import Iterable
from typing import TypeVar

from gateway_desktop.core.errors import ConfigurationError

Word = TypeVar("Word", bound=str)


def one_of(words: Iterable[Word], entered: object, place: str) -> Word:
    """Return the word that was entered; raise ConfigurationError, which names the others, for another."""
    known = list(words)
    for word in known:
        if word == entered:
            return word
    raise ConfigurationError(place, f"'{entered}' is none of {', '.join(known)}")
