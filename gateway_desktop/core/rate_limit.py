"""How much somebody may ask, and through which proxy, in a minute and at once."""

from dataclasses import dataclass
from enum import StrEnum

from gateway_desktop.core.scope import Scope, named


class Measure(StrEnum):
    """What is counted."""

    REQUESTS = "requests"
    TOKENS = "tokens"
    CONCURRENT = "concurrent"


@dataclass(frozen=True, slots=True)
class RateLimit:
    """The limit of one subject; None does not limit."""

    id: str
    scope: Scope
    subject_id: str
    subject: str  # as shown: the name, the e-mail address, the start of a key
    requests: int | None = None  # a minute
    tokens: int | None = None  # a minute, of input and output
    concurrent: int | None = None

    @property
    def named(self) -> str:
        """Return whose it is, in two words: `group lab`."""
        return named(self.scope, self.subject)


@dataclass(frozen=True, slots=True)
class RateUse:
    """How much of a limit is used at this moment."""

    requests: int = 0  # of those a minute
    tokens: int = 0
    concurrent: int = 0
