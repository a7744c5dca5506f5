"""CONDITIONS: what a rule can look at. One line each; they do not know each other."""

from gateway_desktop.policies.condition import ConditionType
from gateway_desktop.policies.conditions.argument import Argument
from gateway_desktop.policies.conditions.confidence import Confidence
from gateway_desktop.policies.conditions.context import TextContext
from gateway_desktop.policies.conditions.finding import FindingKind
from gateway_desktop.policies.conditions.model import Model
from gateway_desktop.policies.conditions.not_scanned import NotScanned
from gateway_desktop.policies.conditions.pattern import Pattern
from gateway_desktop.policies.conditions.risk import Risk
from gateway_desktop.policies.conditions.severity import Severity
from gateway_desktop.policies.conditions.size import Size
from gateway_desktop.policies.conditions.time import Time
from gateway_desktop.policies.conditions.tool import Tool
from gateway_desktop.policies.conditions.upstream import Upstream

CONDITIONS: tuple[ConditionType, ...] = (
    FindingKind(),
    Severity(),
    Confidence(),
    TextContext(),
    Risk(),
    NotScanned(),
    Tool(),
    Argument(),
    Pattern(),
    Model(),
    Upstream(),
    Size(),
    Time(),
)
