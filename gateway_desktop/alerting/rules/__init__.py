"""RULES: what people are told about."""

from collections.abc import Callable

from gateway_desktop.alerting.rule import AlertRule
from gateway_desktop.alerting.rules.budget import Budget
from gateway_desktop.alerting.rules.configuration import Configuration
from gateway_desktop.alerting.rules.failed_sign_ins import FailedSignIns
from gateway_desktop.alerting.rules.first_seen import FirstSeen
from gateway_desktop.alerting.rules.policy_hit import PolicyHit
from gateway_desktop.alerting.rules.rate_limit import RateLimit
from gateway_desktop.alerting.rules.token_reuse import TokenReuse
from gateway_desktop.alerting.rules.tool_changed import ToolChanged
from gateway_desktop.alerting.rules.unauthorized import Unauthorized
from gateway_desktop.alerting.rules.volume import Volume
from gateway_desktop.alerting.rules.way_past import WayPast

RULES: tuple[Callable[[], AlertRule], ...] = (
    PolicyHit,
    Unauthorized,
    WayPast,
    FailedSignIns,
    TokenReuse,
    RateLimit,
    Budget,
    ToolChanged,
    Volume,
    FirstSeen,
    Configuration,
)
