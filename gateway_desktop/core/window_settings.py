"""Settings of the window, notifications and log files of one machine; the time zone of the team."""

from dataclasses import dataclass
from datetime import tzinfo
from zoneinfo import ZoneInfo

from gateway_desktop.core.setting import setting


@dataclass(frozen=True, slots=True)
class Team:
    """General"""

    time_zone: str = setting(
        "",
        "Team time zone",
        help="Such as Europe/Vienna; days of charts and budgets are this zone's days. Empty: this machine's.",
    )

    @property
    def zone(self) -> tzinfo | None:
        """The zone; None is this machine's."""
        return ZoneInfo(self.time_zone) if self.time_zone else None


@dataclass(frozen=True, slots=True)
class Window:
    """Window"""

    theme: str = setting("system", "Theme", choices=("system", "light", "dark"), personal=True)
    start_gateway: bool = setting(True, "Start the gateway with the window", machine=True)
    at_login: bool = setting(
        False, "Start at login", help="Opens this window when you sign in.", personal=True
    )
    close: str = setting(
        "ask",
        "Closing the window",
        choices=("ask", "tray", "quit"),
        help="In the tray the gateway goes on, and the icon beside the clock opens the window again. Where "
        "the desktop has no such icons, closing quits.",
        personal=True,
    )
    times: str = setting("local", "Show times in", choices=("local", "utc"), personal=True)


@dataclass(frozen=True, slots=True)
class Notifications:
    """What this machine tells of alerts while the window runs."""

    desktop: bool = setting(True, "Desktop notifications", personal=True)
    least: str = setting(
        "high",
        "Notify from severity",
        choices=("high", "critical"),
        help="At most one notification in 30 seconds; what comes meanwhile is told together.",
        personal=True,
    )
    sound: bool = setting(False, "With a sound", personal=True)


@dataclass(frozen=True, slots=True)
class Log:
    """Log files"""

    level: str = setting("info", "Log level", choices=("debug", "info", "warning", "error"), machine=True)
