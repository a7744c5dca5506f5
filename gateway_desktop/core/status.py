"""What the gateway is doing right now, for the status bar, Overview and /readyz."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gateway_desktop.core.rate_limit import RateUse

_LONGEST_NAME = 100  # characters of a model or tool where many are shown


class State(StrEnum):
    """The gateway's life."""

    STOPPED = "stopped"
    STARTING = "starting"
    RUNNING = "running"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ProxyHealth:
    """How the last calls of one proxy went."""

    last_error: str = ""
    last_error_us: int = 0
    last_ok_us: int = 0


@dataclass(frozen=True, slots=True)
class GatewayStatus:
    """One moment of the gateway."""

    state: State = State.STOPPED
    host: str = "127.0.0.1"
    port: int = 0
    tls: bool = False
    fingerprint: str = ""  # SHA-256 of the certificate in use
    problem: str = ""  # why it is not running, in a sentence
    next_free_port: int | None = None  # offered when the port was taken
    requests_per_second: float = 0.0
    active: int = 0  # exchanges on their way
    storage_problem: str = ""  # why exchanges are refused
    storage_notice: str = ""  # why rows wait on this machine, while exchanges pass
    proxies: dict[str, ProxyHealth] = field(default_factory=dict)  # by proxy id
    rates: Mapping[str, RateUse] = field(default_factory=dict)  # by rate limit

    @property
    def refuses(self) -> bool:
        """Whether it runs, but lets nothing pass, since nothing can be written down."""
        return self.state is State.RUNNING and bool(self.storage_problem)

    @property
    def base_url(self) -> str:
        """The address that tools point at, without a trailing slash."""
        scheme = "https" if self.tls else "http"
        named = {"0.0.0.0": "localhost", "::": "::1"}.get(self.host, self.host)  # everywhere is no place
        host = f"[{named}]" if ":" in named else named
        return f"{scheme}://{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """How a try of an upstream went, step by step (name, address, TLS, answer), up to the first failure."""

    ok: bool
    summary: str  # one sentence that a person can act on
    steps: tuple[str, ...] = ()
    models: tuple[str, ...] = ()  # what the upstream offers, where it says so
    offers: str = "models"  # what those are: models, tools, skills

    def first_offers(self, most: int) -> str:
        """Return the names of what it offers on one line: so many, each cut where it is long."""
        shown = [
            name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…" for name in self.models[:most]
        ]
        more = len(self.models) - len(shown)
        return ", ".join(shown) + (f" and {more:,} more" if more else "")
