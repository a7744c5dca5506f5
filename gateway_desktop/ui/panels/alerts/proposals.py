"""What an alert proposes: the rule that would stop what it tells of, and the tool it is about."""

from gateway_desktop.core.finding import Level
from gateway_desktop.core.policy import Action, Condition, Rule
from gateway_desktop.store.queries.alerts import AlertDetail

_ROOM = 0.1  # that the rule's confidence lies below that of what was found


def tool_of(found: AlertDetail) -> str:
    """Return the tool of the evidence, "" if there is none."""
    return next((str(one["tool"]) for one in found.evidence if one.get("tool")), "")


def rule_for(found: AlertDetail | None) -> Rule | None:
    """Return a rule that blocks this kind of finding at this place of this tool; None without findings."""
    worst = next((one for one in found.evidence if "kind" in one), None) if found is not None else None
    if found is None or worst is None:
        return None
    kind, tool = str(worst["kind"]), tool_of(found)
    conditions = [Condition("finding", kind)]
    if sure := round(float(worst.get("confidence", 0)) - _ROOM, 2):
        conditions.append(Condition("confidence", min(max(sure, 0.1), 1.0)))
    if context := str(worst.get("context", "")):
        conditions.append(Condition("context", [context]))
    if tool:
        conditions.append(Condition("tool", [tool]))
    name = kind.replace(".", "-").replace("_", "-") + (f"-{tool}" if tool else "")
    return Rule(
        name.replace("@", "-").replace("/", "-")[:80],
        Action.BLOCK,
        tuple(conditions),
        severity=Level.HIGH,
        message="It holds what was found to be dangerous here before.",
    )
