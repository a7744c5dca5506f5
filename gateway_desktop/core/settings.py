"""Settings: every setting once, with type, default, label, help and limits.

Those with `machine=True` live in DIR/settings.toml (they are needed before the database opens, or belong to
this machine); all others are rows of the `setting` table.
Command line > environment > file > table > default.
"""

import dataclasses
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from gateway_desktop.core.setting import days, setting


@dataclass(frozen=True, slots=True)
class Listen:
    """Listening"""

    host: str = setting(
        "127.0.0.1",
        "Address",
        help="Only this machine, unless you say otherwise.",
        machine=True,
    )
    port: int = setting(8899, "Port", minimum=1, maximum=65535, machine=True)
    tls_ends_in_front: bool = setting(
        False,
        "TLS ends in front of the gateway",
        help="Only if something you trust in front of it speaks TLS. Without this, an address other than "
        "this machine's own is served with TLS.",
        machine=True,
    )
    certificate: str = setting(
        "",
        "Certificate file",
        help="PEM. Empty: a self-signed one is made for addresses beyond this machine.",
        file=True,
        machine=True,
    )
    certificate_key: str = setting("", "Certificate key file", help="PEM.", file=True, machine=True)
    trusted_proxies: str = setting(
        "",
        "Trusted forwarders",
        help="Addresses or networks, separated by spaces, whose Forwarded headers count.",
        machine=True,
    )
    allowed_hosts: str = setting(
        "",
        "Further host names",
        help="Names, separated by spaces, under which tools may reach the gateway, besides its address and "
        "public URL.",
        machine=True,
    )


@dataclass(frozen=True, slots=True)
class Upstream:
    """Upstream calls"""

    max_body_mb: int = setting(64, "Largest request body", minimum=1, maximum=512, unit="MB")
    connect_timeout: int = setting(10, "Time to connect", minimum=1, maximum=300, unit="s")
    read_timeout: int = setting(
        600,
        "Longest silence",
        help="Between two pieces of an answer.",
        minimum=1,
        maximum=7200,
        unit="s",
    )
    ca_file: str = setting(
        "",
        "Extra certificate authorities",
        help="PEM file, beside the system's own.",
        file=True,
        machine=True,
    )


@dataclass(frozen=True, slots=True)
class Agents:
    """Agents"""

    push_hosts: str = setting(
        "",
        "Hosts for push notifications",
        help="Names, separated by spaces, that agents may be told to call past the gateway. Empty: none. "
        "Private addresses are refused, unless notifications come through the gateway.",
    )
    push_through: bool = setting(
        False,
        "Notifications come through the gateway",
        help="Agents are told an address of this gateway, which they must be able to reach. What they send "
        "there is looked at, recorded, and passed on to the host that the caller named, if it is listed.",
    )
    sign_cards: bool = setting(
        False,
        "Sign agent cards",
        help="Cards lead back through the gateway, so the agent's own signature no longer fits. On: they are "
        "signed by a key of this gateway, unless the agent's signature is wrong. Off: they are unsigned.",
    )


@dataclass(frozen=True, slots=True)
class Audit:
    """Logging"""

    enabled: bool = setting(
        True,
        "Audit logging",
        help="Off stops new rows and payloads of exchanges and nothing else; System events go on.",
    )
    wait_for_commit: bool = setting(
        True,
        "Answer only what is written down",
        help="The end of every answer waits until its row is on disk (about half a millisecond).",
    )
    when_unwritable: str = setting(
        "refuse",
        "When the audit cannot be written",
        help="'pass' lets exchanges through unrecorded, and uncounted by limits and budgets of a team whose "
        "database is away. Fail closed is 'refuse'.",
        choices=("refuse", "pass"),
    )
    payload_kb: int = setting(
        256,
        "Stored text per exchange",
        help="New text only; head and tail are kept beyond it.",
        minimum=1,
        maximum=65536,
        unit="KB",
    )


@dataclass(frozen=True, slots=True)
class Inspection:
    """Inspection"""

    enabled: bool = setting(
        True,
        "Look at what passes",
        help="Off: nothing is looked at, no policy about contents holds, and rows say so.",
    )
    largest_kb: int = setting(
        2048,
        "Looked at per request",
        help="Of more text, head, middle and tail are looked at, and the row says so.",
        minimum=16,
        maximum=65536,
        unit="KB",
    )
    held_characters: int = setting(
        256,
        "Held back of a stream",
        help="Where answers are held back: how much of the newest text waits. Words are never cut.",
        minimum=64,
        maximum=8192,
        unit="characters",
    )


@dataclass(frozen=True, slots=True)
class Tools:
    """Tools of MCP servers, and agents' cards."""

    first_listing: str = setting(
        "trust",
        "Tools seen for the first time",
        choices=("trust", "approve"),
        help="trust: they may be called, and are pinned as they are. approve: a person looks at them first. "
        "What changes later is refused until a person approves it, either way.",
    )


@dataclass(frozen=True, slots=True)
class OAuth:
    """OAuth"""

    sweep_days: int = setting(
        7,
        "Forget unused clients after",
        help="Applications that registered themselves and never signed anybody in.",
        minimum=1,
        maximum=365,
        unit="days",
    )
    invited_only: bool = setting(
        False,
        "Only invited people may sign in",
        help="Off: the first sign-in at an identity provider adds the person. On: only who was added before.",
    )
    registrations_per_hour: int = setting(
        60,
        "Registrations per hour",
        help="From one address; ten times as many from all together.",
        minimum=1,
        maximum=10_000,
    )


@dataclass(frozen=True, slots=True)
class Budgets:
    """Budgets"""

    unknown_prices: str = setting(
        "block",
        "Where the price is not known",
        choices=("block", "flag"),
        help="block: who has a budget that blocks may not call models without a price. "
        "flag: they may, and the budget counts the calls of unknown cost beside the sum.",
    )
    assumed_output: int = setting(
        8192,
        "Output where a call names no limit",
        help="Tokens that are set aside until the real number is known.",
        minimum=1,
        maximum=1_000_000,
    )


@dataclass(frozen=True, slots=True)
class Retention:
    """Retention"""

    llm_days: int = days(365, "Keep LLM requests", "Whole days in UTC; counts of whole days stay.")
    mcp_days: int = days(365, "Keep MCP requests", "As above.")
    a2a_days: int = days(365, "Keep Agent2Agent requests", "As above.")
    system_days: int = days(0, "Keep System events", "As above.")
    texts_days: int = days(90, "Keep stored texts", "Of requests and answers; the rows stay.")
    max_mb: int = setting(
        0,
        "Largest database",
        help="Of SQLite. Beyond it the oldest days of requests go, but for the last two. 0: no limit.",
        minimum=0,
        maximum=10_000_000,
        unit="MB",
    )
    low_disk_mb: int = setting(
        1024,
        "Warn of a full disk below",
        help="Of what is free on the disk with the data folder. It is a System event, and stands on "
        "Observability.",
        minimum=0,
        maximum=1_000_000,
        unit="MB",
    )


@dataclass(frozen=True, slots=True)
class Telemetry:
    """Traces and metrics"""

    endpoint: str = setting(
        "",
        "OTLP collector",
        help="https://collector.example.com:4318 gets traces and metrics. Empty: none. A credential goes "
        "into the environment variable OTEL_EXPORTER_OTLP_HEADERS.",
    )
    traces: bool = setting(True, "Traces", help="A span for each request, and one for its call upstream.")
    metrics: bool = setting(True, "Metrics", help="Durations and tokens by operation, provider and model.")


@dataclass(frozen=True, slots=True)
class Team:
    """General"""

    time_zone: str = setting(
        "",
        "Team time zone",
        help="IANA name; days of charts and budgets are this zone's days. Empty: this machine's.",
    )

    @property
    def zone(self) -> tzinfo | None:
        """The zone; None is this machine's."""
        return ZoneInfo(self.time_zone) if self.time_zone else None


@dataclass(frozen=True, slots=True)
class Window:
    """Window"""

    theme: str = setting("system", "Theme", choices=("system", "light", "dark"), machine=True)
    start_gateway: bool = setting(True, "Start the gateway with the window", machine=True)
    at_login: bool = setting(
        False, "Start at login", help="Opens this window when you sign in.", machine=True
    )
    close: str = setting(
        "ask",
        "Closing the window",
        choices=("ask", "tray", "quit"),
        help="tray: the gateway goes on, and the icon beside the clock opens the window again. Where the "
        "desktop has no such icons, closing quits. ask: the first time.",
        machine=True,
    )
    times: str = setting("local", "Show times in", choices=("local", "utc"), machine=True)


@dataclass(frozen=True, slots=True)
class Notifications:
    """What this machine tells of alerts while the window runs."""

    desktop: bool = setting(True, "Desktop notifications", machine=True)
    least: str = setting(
        "high",
        "Notify from severity",
        choices=("high", "critical"),
        help="At most one notification in 30 seconds; what comes meanwhile is told together.",
        machine=True,
    )
    sound: bool = setting(False, "With a sound", machine=True)


@dataclass(frozen=True, slots=True)
class Log:
    """Log files"""

    level: str = setting("info", "Log level", choices=("debug", "info", "warning", "error"), machine=True)


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, by section. `public_url` and `database` stand alone."""

    listen: Listen = field(default_factory=Listen)
    upstream: Upstream = field(default_factory=Upstream)
    a2a: Agents = field(default_factory=Agents)
    audit: Audit = field(default_factory=Audit)
    inspection: Inspection = field(default_factory=Inspection)
    tools: Tools = field(default_factory=Tools)
    oauth: OAuth = field(default_factory=OAuth)
    budgets: Budgets = field(default_factory=Budgets)
    retention: Retention = field(default_factory=Retention)
    telemetry: Telemetry = field(default_factory=Telemetry)
    team: Team = field(default_factory=Team)
    window: Window = field(default_factory=Window)
    notifications: Notifications = field(default_factory=Notifications)
    log: Log = field(default_factory=Log)
    public_url: str = setting(
        "",
        "Public URL",
        help="How tools reach the gateway from elsewhere, if not by its address.",
        machine=True,
    )
    database: str = setting(
        "",
        "Database",
        help="Empty: SQLite in the data folder. For a team: postgresql://user@host/name.",
        machine=True,
        restart=True,
    )


def entries() -> dict[str, dataclasses.Field[Any]]:
    """Return every setting's declaration by its dotted key, in the order of the page."""
    found: dict[str, dataclasses.Field[Any]] = {}
    for section in dataclasses.fields(Settings):
        if section.metadata:
            found[section.name] = section
        else:
            for entry in dataclasses.fields(section.default_factory):  # type: ignore[arg-type]  # sections are dataclasses
                found[f"{section.name}.{entry.name}"] = entry
    return found


def value_of(settings: Settings, key: str) -> Any:
    """Return one setting by its dotted key."""
    value: Any = settings
    for name in key.split("."):
        value = getattr(value, name)
    return value
