"""Sink: where records go besides the audit, and a record on its way there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gateway_desktop.core.secret import Secret


class SinkKind(StrEnum):
    """What is spoken there."""

    OTLP = "otlp"
    SYSLOG = "syslog"
    WEBHOOK = "webhook"
    SLACK = "slack"


class Records(StrEnum):
    """Which records a sink is given."""

    EXCHANGES = "exchanges"
    SYSTEM = "system"  # System events, those of alerts among them
    ALERTS = "alerts"  # of System events only those that an alert is new


@dataclass(frozen=True, slots=True)
class Sink:
    """One place that records are sent to."""

    id: str
    name: str
    kind: SinkKind
    address: str
    records: frozenset[Records]
    ca_file: str = ""  # certificate authorities besides the system's
    secret: Secret | None = None  # what it is depends on the kind

    @property
    def shown(self) -> str:
        """The address without path and query: at Teams, Discord and others who knows them may write there."""
        scheme, mark, rest = self.address.partition("://")
        host, slash, path = rest.replace("?", "/", 1).partition("/")
        return scheme + mark + host + ("/..." if slash and path else "")


@dataclass(frozen=True, slots=True)
class SinkState:
    """How a sink keeps up."""

    sink: Sink
    waiting: int  # records that are not delivered yet, up to `MOST_COUNTED`
    oldest_us: int | None  # since when the first of them waits
    delivered_us: int | None
    problem: str = ""  # why the latest attempt failed; empty: it did not
    problem_us: int | None = None  # since when


MOST_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class OutboxRecord:
    """One record as sinks tell it; texts of requests and answers are not in it."""

    id: int
    gateway: int
    seq: int
    at_us: int  # when it was recorded
    kind: str  # llm | mcp | a2a | system | anchor | test
    severity: str  # info | warning | critical
    summary: str  # one line for people
    fields: Mapping[str, object] = field(default_factory=dict)
    trace_id: str | None = None
