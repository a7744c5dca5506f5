"""Alert: what somebody must be told; repeats are merged and counted."""

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum

from gateway_desktop.core.finding import Level


class AlertState(StrEnum):
    """Where an alert stands, as stored in `alert.state`."""

    NEW = "new"
    REVIEW = "under_review"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"

    @property
    def closed(self) -> bool:
        """Whether nobody has to look at it any more."""
        return self not in OPEN

    @property
    def next(self) -> "tuple[AlertState, ...]":
        """Return where it may be moved from here by a person."""
        return _NEXT[self]


OPEN = (AlertState.NEW, AlertState.REVIEW)  # somebody has to look at them
_NEXT = {
    AlertState.NEW: (AlertState.REVIEW, AlertState.RESOLVED, AlertState.DISMISSED),
    AlertState.REVIEW: (AlertState.RESOLVED, AlertState.DISMISSED),
    AlertState.RESOLVED: (AlertState.REVIEW,),
    AlertState.DISMISSED: (AlertState.REVIEW,),
}


class Dismissal(StrEnum):
    """Why an alert was dismissed."""

    FALSE_POSITIVE = "false_positive"
    ACCEPTED_RISK = "accepted_risk"
    DUPLICATE = "duplicate"


class AlertType(StrEnum):
    """What an alert is about, as stored in `alert.type`."""

    INJECTION = "injection_attempt"
    POLICY = "policy_violation"
    RATE_LIMIT = "rate_limit_exceeded"
    UNAUTHORIZED = "unauthorized_access"
    SUSPICIOUS = "suspicious_pattern"
    DATA_LEAK = "data_leak"
    TOOL_CHANGED = "tool_changed"
    BUDGET = "budget"


class Remedy(StrEnum):
    """What the window offers to do about an alert, with one button."""

    REVOKE_KEY = "revoke_key"
    REVOKE_SESSION = "revoke_session"
    DEACTIVATE_USER = "deactivate_user"
    DISABLE_TOOL = "disable_tool"
    OPEN_TOOL = "open_tool"
    CHANGE_LIMIT = "change_limit"
    CHANGE_ACCESS = "change_access"


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom an alert is about, with names as they were at the time."""

    user_id: str = ""
    actor: str = ""
    display_name: str = ""
    group: str = ""
    api_key_id: str = ""
    client_id: str = ""
    session: str = ""
    address: str = ""

    @property
    def identity(self) -> str:
        """Return what makes two of them the same: the owner, else the address."""
        return self.user_id or self.actor or self.address


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One reason to tell somebody; those with the same fingerprint are one alert."""

    rule: str  # name of the alert rule
    type: AlertType
    severity: Level
    title: str
    description: str
    subject: Subject
    proxy: str = ""
    policy: str = ""  # name@version/rule, if a policy decided
    recommended: str = ""
    remedy: Remedy | None = None
    evidence: tuple[dict[str, object], ...] = ()
    merged_by: tuple[str, ...] = ()  # what else than rule, principal and proxy tells two alerts apart
    exchange_id: str = ""  # evaluation; "" for what did not happen in an exchange
    kind: str = ""  # evaluation: the tab of the audit where the record stands
    risk: int | None = None
    at_us: int = 0  # microseconds since 1970 UTC
    details: dict[str, object] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """Return what repeats have in common."""
        parts = (self.rule, self.subject.identity, self.proxy, *self.merged_by)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
