"""Verdict: what the policies decided; the strictest action wins."""

from dataclasses import dataclass, replace
from typing import NamedTuple

from gateway_desktop.core.finding import Finding, Level
from gateway_desktop.core.policy import Action, Direction


class Noted(NamedTuple):
    """A finding, and what is known of it beyond the text it stands in."""

    finding: Finding
    direction: Direction  # request or answer
    value: str = ""  # keyed hash of what was found, for exceptions and for merging repeats
    seen: bool = False  # in an earlier turn of the same conversation: it is not told again


@dataclass(frozen=True, slots=True)
class Hit:
    """One rule whose conditions held."""

    policy: str
    version: int
    rule: str
    action: Action
    severity: Level
    message: str = ""  # to the caller
    recommended: str = ""
    noted: tuple[Noted, ...] = ()  # the findings it is about
    fresh: bool = True  # something of it was not seen before: only then it is told again
    restore: bool = False
    hidden: bool = False  # the caller did not get what it is about, for another reason

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return the findings it is about."""
        return tuple(one.finding for one in self.noted)

    @property
    def named(self) -> str:
        """Return policy, version and rule in one word: `Guard@3/secrets`."""
        return f"{self.policy}@{self.version}/{self.rule}"

    @property
    def tells(self) -> bool:
        """Return whether people must be told: it did more than log, and it is new or was refused."""
        return self.action is Action.BLOCK or (self.fresh and self.action.rank >= Action.MONITOR.rank)


@dataclass(frozen=True, slots=True)
class Verdict:
    """All rules that held, the strictest first."""

    hits: tuple[Hit, ...] = ()

    @property
    def first(self) -> Hit | None:
        """Return the rule that decided."""
        return self.hits[0] if self.hits else None

    @property
    def action(self) -> Action | None:
        """Return what is done; None: nothing, no rule held."""
        return self.hits[0].action if self.hits else None

    @property
    def noted(self) -> tuple[Noted, ...]:
        """Return the findings of all rules, each once."""
        return tuple(dict.fromkeys(one for hit in self.hits for one in hit.noted))

    @property
    def masks(self) -> dict[Finding, bool]:
        """Return what is to be masked, and whether the caller gets it back; stricter rules or not."""
        found: dict[Finding, bool] = {}
        for hit in self.hits:
            if hit.action is Action.REDACT:
                for finding in hit.findings:
                    found[finding] = found.get(finding, True) and hit.restore
        return found

    def told_only(self, *, hidden: bool = False) -> "Verdict":
        """Return the verdict on what passed already, or is `hidden` anyway: nothing is refused for it."""
        mild = Action.MONITOR
        hits = (
            replace(hit, action=min(hit.action, mild, key=lambda action: action.rank), hidden=hidden)
            for hit in self.hits
        )
        return Verdict(tuple(hits))

    def refused(self, message: str) -> "Verdict":
        """Return the verdict with what would be masked refused, for this reason."""
        hits = (
            replace(hit, action=Action.BLOCK, message=message) if hit.action is Action.REDACT else hit
            for hit in self.hits
        )
        return Verdict(tuple(sorted(hits, key=lambda hit: -hit.action.rank)))

    def joined(self, other: "Verdict") -> "Verdict":
        """Return both verdicts as one: that on the request and that on the answer."""
        if not other.hits:
            return self
        return Verdict(tuple(sorted((*self.hits, *other.hits), key=lambda hit: -hit.action.rank)))


ALLOWED = Verdict()
