"""Phrase: one thing that is said to a model, or that an attack is made of, as a pattern."""

from typing import NamedTuple

# "Never push without approval" asks for approval: what comes before a "without" is part of it, and tells.
_NOT = r"(?:(?:do|must|can|should|may) ?not|don't|mustn't|can't|shouldn't|never|nothing|nobody|no one)\b"
NEGATED = r"(?:\b" + _NOT + r"[^.,;:\n]{0,60}?)?"
FORBIDDEN = r"^" + _NOT + r".{0,60}\bwithout\b"
# "Never reveal", "do not send": no order to do it. What stands before a phrase is part of it then, and tells.
NOT_TO = r"(?:\b" + _NOT + r"\W{1,2}(?:ever\W)?)?"
REFUSED = r"^" + _NOT + r"\W{1,2}(?:ever\W)?\w+\W[^.,;:!?\n]*$"
# The same of several things: "do not include API keys, passwords or personal data in your query".
REFUSED_LIST = (
    r"^"
    + _NOT
    + r"\W{1,2}(?:ever\W)?\w+\W[^.;:!?\n]{0,40}\b(?:sensitive|confidential|private|secret|personal)\b[^.;:!?\n]*$"
    # And of what goes on with another "not".
    + r"|^"
    + _NOT
    + r"\W{1,2}(?:ever\W)?\w+\W[^.;:!?\n]{0,80},\W(?:and |or |nor )?"
    + _NOT
    + r"[^.;:!?\n]*$"
)
# "The password policy", "a plan for the rotation of keys": nothing that anybody would steal.
ABOUT_SECRETS = r"\b(?:credentials?|passwords?|tokens?|keys?|secrets?)(?: |-)(?:rotation|polic(?:y|ies)|managers?|hygiene|expiry|guidelines?|handling|audit|management)\b"
# "Keylogger detection" is what stands against it.
AGAINST = r"\W(?:detect|protect|defen[cs]|remov|prevent|awareness|analy|scan|signature|incident|attack)\w*$"


class Phrase(NamedTuple):
    """One thing that is said."""

    name: str
    expression: str
    strength: tuple[float, float, float]  # by a person, in data, in a description
    why: str
    outright: bool = False  # in a description it is structure: nothing else looks like it
    unless: str = ""  # a pattern that stands in the phrase where it is no order: own words, what is forbidden
