"""Figures: what the running gateway counts of itself, for Observability, `status` and /metrics."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ProxyFigures:
    """How one proxy did in the last hour; percentiles are within 2%, and None without requests."""

    proxy: str
    kind: str
    requests: int = 0
    failed: int = 0
    blocked: int = 0
    abandoned: int = 0
    per_minute: float = 0.0  # of the last five minutes
    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None
    first_p50_ms: float | None = None  # until the first piece of the answer
    first_p95_ms: float | None = None
    upstream: Mapping[str, int] = field(default_factory=dict)  # answers by class of their status: "2xx"
    active: int = 0
    last_error: str = ""
    last_error_us: int = 0


@dataclass(frozen=True, slots=True)
class PolicyFigures:
    """What one policy did since the gateway started."""

    policy: str
    evaluations: int
    matches: int
    total_ms: float


@dataclass(frozen=True, slots=True)
class QueryFigures:
    """How long one kind of question to the database took since the program started."""

    name: str
    times: int
    total_ms: float
    slowest_ms: float
    slowest_us: int  # when that was


@dataclass(frozen=True, slots=True)
class StoreFigures:
    """How the store keeps up."""

    backlog_rows: int = 0
    backlog_bytes: int = 0
    lag_ms: float = 0.0  # from queued to committed, of the latest batch
    size_bytes: int = 0  # of the database and its log
    queries: tuple[QueryFigures, ...] = ()


@dataclass(frozen=True, slots=True)
class Machine:
    """What the process takes of the machine, and what is left; shares are 0 to 100."""

    cpu_share: float  # of all processors, by everything
    process_cpu_share: float  # of one processor, by this program: more than 100 with several
    processors: int
    memory_bytes: int
    memory_free_bytes: int
    process_memory_bytes: int
    threads: int
    disk_bytes: int  # of the disk with the data folder
    disk_free_bytes: int


@dataclass(frozen=True, slots=True)
class Figures:
    """One moment of the running gateway."""

    since_us: int = 0
    active: int = 0
    requests_per_second: float = 0.0
    proxies: tuple[ProxyFigures, ...] = ()
    policies: tuple[PolicyFigures, ...] = ()
    store: StoreFigures = field(default_factory=StoreFigures)
