"""What happened: the record of one exchange, and of one thing a person or the system did."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from gateway_desktop.core.budget import Term
from gateway_desktop.core.call import TextPart
from gateway_desktop.core.principal import Principal


class Outcome(StrEnum):
    """How an exchange ended, as stored in `event.outcome`."""

    SUCCESS = "success"
    FAILED = "failed"
    BLOCKED = "blocked"
    ABANDONED = "abandoned"


class Severity(StrEnum):
    """How much a System event matters."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class Category(StrEnum):
    """The six categories of System events."""

    AUTHENTICATION = "Authentication"
    AUTHORIZATION = "Authorization"
    PROXIES = "Proxy Management"
    USERS = "User Management"
    SECURITY = "Security"
    SYSTEM = "System"


@dataclass(slots=True)
class Payload:
    """One text part to store, already redacted by its place."""

    direction: str  # request | response
    part: TextPart
    cut: bool = False


class KnownPayload(Payload):
    """A part that comes with every request of a conversation: the store notes on it where it is stored."""

    __slots__ = ("stored",)

    def __init__(self, direction: str, part: TextPart) -> None:
        super().__init__(direction, part)
        self.stored: tuple[object, Any] | None = None


@dataclass(slots=True)
class AuditRecord:
    """One exchange as the writer stores it: a row of `event` and its parts. Times in µs since 1970 UTC."""

    exchange_id: str
    kind: str  # llm | mcp | a2a
    started_us: int
    duration_ms: int
    outcome: Outcome
    proxy: str
    principal: Principal
    policy_action: str = "none"
    block_reason: str | None = None
    session: str | None = None
    app: str | None = None
    claimed_user: str | None = None
    client_ip: str | None = None
    trace_id: str | None = None
    method: str | None = None
    target: str | None = None
    endpoint: str | None = None
    provider: str | None = None
    response_model: str | None = None
    http_status: int | None = None
    error: str | None = None
    policy: str | None = None
    risk: int | None = None
    tokens_in: int | None = None
    tokens_cached: int | None = None
    tokens_cache_write: int | None = None
    tokens_out: int | None = None
    tokens_reasoning: int | None = None
    cost_nano: int | None = None
    cost_basis: str | None = None
    finish: str | None = None
    ttft_ms: int | None = None
    request_bytes: int | None = None
    response_bytes: int | None = None
    detail: dict[str, object] = field(default_factory=dict)
    payloads: list[Payload] = field(default_factory=list)
    kept: bool = True  # False: no row is written (`audit.enabled`); alerts are computed all the same
    charges: tuple[Term, ...] = ()  # budgets that are charged, in the transaction that writes the row
    charged_nano: int = 0  # the cost; where it is not known, what was set aside for an answer that came
    settles: bool = False  # that corrects what was charged for a call before, whose cost is known now


@dataclass(frozen=True, slots=True)
class SystemEvent:
    """One thing that a person or the system did. `before` and `after` never hold secrets."""

    category: Category
    event: str  # "created", "key revoked", ...: the words of the System tab
    resource: str = ""  # what was acted on, as shown
    severity: Severity = Severity.INFO
    result: str = "success"  # success | failure | partial
    before: dict[str, object] | None = None
    after: dict[str, object] | None = None
    details: str = ""
    proxy: str = ""
    actor: Principal | None = None  # None: the system itself
    client_ip: str | None = None


class Recorded:
    """Microseconds since 1970 of 2024-01-01 UTC, and how `event.id` is made of time and gateway."""

    EPOCH_US = 1_704_067_200_000_000
    GATEWAY_BITS = 10

    @classmethod
    def first_id(cls, at_us: int) -> int:
        """Return the lowest event id that a row recorded at this time can have: one of 63 bits."""
        return min(max(0, at_us - cls.EPOCH_US) << cls.GATEWAY_BITS, (1 << 63) - 1)

    @classmethod
    def time_us(cls, event_id: int) -> int:
        """Return when the row with this id was recorded."""
        return (event_id >> cls.GATEWAY_BITS) + cls.EPOCH_US
