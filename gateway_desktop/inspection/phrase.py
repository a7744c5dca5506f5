"""Phrase: one thing that is said to a model, or that an attack is made of, as a pattern."""

from typing import NamedTuple


class Phrase(NamedTuple):
    """One thing that is said."""

    name: str
    expression: str
    strength: tuple[float, float, float]  # by a person, in data, in a description
    why: str
    outright: bool = False  # in a description it is structure: nothing else looks like it
    unless: str = ""  # a pattern that stands in the phrase where people talk of their own words
