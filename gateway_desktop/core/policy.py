"""Policies: what a person wrote about what may pass."""

from dataclasses import dataclass, field
from enum import StrEnum

from gateway_desktop.core.finding import Level


class Action(StrEnum):
    """What a rule does, from mild to strict."""

    LOG = "log"  # the record says so
    MONITOR = "monitor"  # an alert; it passes
    REDACT = "redact"  # what was found is masked; the rest passes
    BLOCK = "block"  # it does not pass

    @property
    def rank(self) -> int:
        """Return 0 to 3, for comparing: the strictest wins."""
        return _RANKS[self]

    @property
    def done(self) -> str:
        """Return the word that the audit records: logged, monitored, redacted, blocked."""
        return _DONE[self]


_RANKS = {action: rank for rank, action in enumerate(Action)}
_DONE = {
    Action.LOG: "logged",
    Action.MONITOR: "monitored",
    Action.REDACT: "redacted",
    Action.BLOCK: "blocked",
}


class Direction(StrEnum):
    """Which way a rule looks."""

    REQUEST = "request"
    ANSWER = "answer"
    BOTH = "both"

    def covers(self, other: "Direction") -> bool:
        """Return whether a rule of this direction looks at texts going that way.

        What is neither request nor answer, as a server's own messages, is looked at by rules of both.
        """
        return Direction.BOTH in (self, other) or self is other


class OnError(StrEnum):
    """What becomes of an exchange when a detector or a condition could not run."""

    REFUSE = "refuse"
    ALLOW = "allow"


class AnswerMode(StrEnum):
    """How a proxy treats answers while they are looked at."""

    AUTO = "auto"  # hold where a policy may mask or refuse answers, else pass
    PASS = "pass"  # they pass as they come; what is found afterwards raises alerts
    HOLD = "hold"  # a window of the newest text waits until it has been looked at
    BUFFER = "buffer"  # nothing leaves before all of it has been looked at


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing a rule looks at: `kind` is a name in policies.conditions, `value` as a document writes it."""

    kind: str
    value: object  # JSON-like: strings, numbers, booleans, lists and mappings of them


@dataclass(frozen=True, slots=True)
class Rule:
    """If all conditions hold, the action is taken."""

    name: str
    action: Action
    conditions: tuple[Condition, ...] = ()
    direction: Direction = Direction.BOTH
    severity: Level = Level.MEDIUM
    message: str = ""  # to the caller
    recommended: str = ""  # to those who look at the alert
    restore: bool = False  # of what is masked: the caller gets the original back in the answer


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a policy holds: wildcards (`*`, `?`); nothing named means everywhere."""

    proxies: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()  # llm, mcp, a2a
    groups: tuple[str, ...] = ()  # names
    users: tuple[str, ...] = ()  # e-mails, or service accounts' names
    tools: tuple[str, ...] = ()
    models: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """Named rules. `version` counts its changes; assigned to proxies, it holds for those only."""

    name: str
    rules: tuple[Rule, ...] = ()
    description: str = ""
    enabled: bool = True
    scope: Scope = field(default_factory=Scope)
    direction: Direction = Direction.BOTH
    on_error: OnError = OnError.REFUSE
    id: str = ""
    version: int = 0
    assigned: frozenset[str] = frozenset()  # ids of proxies; none: wherever the scope says


@dataclass(frozen=True, slots=True)
class PolicyException:
    """What a rule leaves alone for a time: as narrow as one tool and one value. Times: µs since 1970 UTC."""

    id: str
    policy_id: str
    policy: str  # its name
    rule: str
    tool: str  # "": any
    value: str  # keyed hash of the text that was found, as `Finding`s in the audit show it; "": any
    expires_us: int
    owner: str
    reason: str
    created_us: int = 0
    revoked_us: int | None = None
