"""Settings: every setting once, with type, default, label, help and limits.

Those with `machine=True` live in DIR/settings.toml (they are needed before the database opens, or belong to
this machine); all others are rows of the `setting` table.
Command line > environment > file > table > default.
"""

import dataclasses
from dataclasses import dataclass, field
from typing import Any

from gateway_desktop.core.control_settings import Budgets, Inspection, OAuth, Tools
from gateway_desktop.core.record_settings import Audit, Retention, Telemetry
from gateway_desktop.core.setting import setting
from gateway_desktop.core.traffic_settings import Agents, Listen, Upstream
from gateway_desktop.core.window_settings import Log, Notifications, Team, Window


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
