"""CONDITIONS: what a rule can look at. One line each; they do not know each other."""

from gateway_desktop.policies.condition import ConditionType
from gateway_desktop.policies.conditions.argument import ARGUMENT
from gateway_desktop.policies.conditions.confidence import CONFIDENCE
from gateway_desktop.policies.conditions.context import CONTEXT
from gateway_desktop.policies.conditions.finding import FINDING
from gateway_desktop.policies.conditions.model import MODEL
from gateway_desktop.policies.conditions.not_scanned import NOT_SCANNED
from gateway_desktop.policies.conditions.pattern import PATTERN
from gateway_desktop.policies.conditions.risk import RISK
from gateway_desktop.policies.conditions.severity import SEVERITY
from gateway_desktop.policies.conditions.size import SIZE
from gateway_desktop.policies.conditions.time import TIME
from gateway_desktop.policies.conditions.tool import TOOL
from gateway_desktop.policies.conditions.upstream import UPSTREAM

CONDITIONS: tuple[ConditionType, ...] = (
    FINDING,
    SEVERITY,
    CONFIDENCE,
    CONTEXT,
    RISK,
    NOT_SCANNED,
    TOOL,
    ARGUMENT,
    PATTERN,
    MODEL,
    UPSTREAM,
    SIZE,
    TIME,
)
