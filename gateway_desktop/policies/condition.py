"""ConditionType: what every condition of a rule can do; Case: what it looks at."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from functools import lru_cache

from gateway_desktop.core.clock import datetime_of
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.finding import Finding, Level, Passage
from gateway_desktop.core.policy import Direction
from gateway_desktop.core.principal import Principal
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.policies.access import matches, means


@dataclass(frozen=True, slots=True)
class Case:
    """One request or one answer, as far as rules may ask about it."""

    proxy: Proxy
    principal: Principal
    direction: Direction
    target: str  # the model, tool or agent
    passages: Sequence[Passage]
    tools: frozenset[str]  # that are called, described or answered in it
    score: int | None  # None: nothing was looked at
    size: int  # bytes of the body
    now_us: int  # since 1970 UTC
    zone: tzinfo | None = None  # the team's; None: this machine's
    old: frozenset[str] = frozenset()  # places of passages that stood in earlier turns
    unscanned: bool = False  # not all of it was looked at

    def of(
        self,
        passages: Sequence[Passage],
        tools: frozenset[str],
        score: int | None,
        old: frozenset[str],
        *,
        unscanned: bool = False,
    ) -> "Case":
        """Return the same case with what is known once its texts have been looked at."""
        return replace(self, passages=passages, tools=tools, score=score, old=old, unscanned=unscanned)

    def local_time(self) -> datetime:
        """Return the time on the team's clock."""
        return datetime_of(self.now_us, self.zone)


@dataclass(frozen=True, slots=True)
class OfCase:
    """Holds for all of a request or answer, or not at all."""

    holds: Callable[[Case], bool]


@dataclass(frozen=True, slots=True)
class OfFinding:
    """Holds for single findings: the rule is about those."""

    holds: Callable[[Finding], bool]


@dataclass(frozen=True, slots=True)
class OfText:
    """Looks into texts by itself: the rule is about the places it returns, as characters of the text."""

    places: Callable[[Passage], list[tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class OfTool:
    """Holds where such a tool is concerned; of findings and places, only those that belong to it count."""

    fits: Callable[[str], bool]


Check = OfCase | OfFinding | OfText | OfTool


@dataclass(frozen=True, slots=True)
class ConditionType:
    """One kind of condition; `parse` raises ConfigurationError whose place is "" or inside the value."""

    name: str  # the word of it in documents
    summary: str  # what may be written there, in a line
    parse: Callable[[object], Check]


def wildcards(value: object) -> Callable[[str], bool]:
    """Return whether a name fits one of the wildcards (a text, or a list of texts)."""
    patterns = texts(value)
    return lru_cache(maxsize=1024)(lambda name: any(matches(pattern, name) for pattern in patterns))


def spelt(value: object) -> Callable[[str], bool]:
    """Return whether a server might take a name for one of the wildcards: of tools and models.

    Rules only make stricter, so what is meant counts, as where access forbids it.
    """
    patterns = texts(value)
    return lru_cache(maxsize=1024)(lambda name: any(means(pattern, name) for pattern in patterns))


def texts(value: object) -> tuple[str, ...]:
    """Return a text, or a list of texts, as a tuple of at least one."""
    given = value if isinstance(value, list | tuple) else [value]
    if not given:
        raise ConfigurationError("", "names nothing")
    for item in given:
        if not isinstance(item, str) or not item:
            raise ConfigurationError("", f"{item!r} is not a text")
    return tuple(given)


def number(value: object, least: float, most: float) -> float:
    """Return a number within its limits."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ConfigurationError("", f"{value!r} is not a number")
    if not least <= value <= most:
        raise ConfigurationError("", f"{value} is not between {least:g} and {most:g}")
    return float(value)


def level(value: object) -> Level:
    """Return a level by its word."""
    if not isinstance(value, str) or value not in list(Level):
        raise ConfigurationError("", f"{value!r} is none of {', '.join(Level)}")
    return Level(value)


def members(value: object, known: Sequence[str]) -> dict[str, object]:
    """Return a mapping that has known keys only."""
    if not isinstance(value, dict) or not value:
        raise ConfigurationError("", f"should have some of {', '.join(known)}")
    for key in value:
        if key not in known:
            raise ConfigurationError(str(key), f"is none of {', '.join(known)}")
    return value
