"""context: where a text stands."""

from gateway_desktop.core.finding import Context
from gateway_desktop.core.one_of import one_of
from gateway_desktop.policies.condition import Check, ConditionType, OfFinding, texts


def _parse(value: object) -> Check:
    wanted = frozenset(one_of(Context, word, "") for word in texts(value))
    return OfFinding(lambda finding: finding.context in wanted)


CONTEXT = ConditionType("context", f"one or more of {', '.join(Context)}", _parse)
