"""A tool or an agent's card is not what it was when it was approved."""

from collections.abc import Iterable

from gateway_desktop.alerting.rule import Quiet
from gateway_desktop.core.alert import AlertType, Occurrence, Remedy, Subject
from gateway_desktop.core.audit import SystemEvent
from gateway_desktop.core.finding import Level

_EVENTS = frozenset({"tool changed", "card changed"})


class ToolChanged(Quiet):
    """One alert per proxy and tool."""

    def of_event(self, event: SystemEvent, now_us: int) -> Iterable[Occurrence]:
        """Return an occurrence for each change."""
        if event.event not in _EVENTS:
            return ()
        return (
            Occurrence(
                rule=event.event,
                type=AlertType.TOOL_CHANGED,
                severity=Level.HIGH,
                title=f"{event.event.capitalize()}: {event.resource}",
                description=(
                    "What it says of itself is not what was approved; it is refused until that is approved. "
                    f"{event.details}"
                ).strip(),
                subject=Subject(),
                proxy=event.proxy,
                recommended="Compare both versions on Tools, then approve or disable it.",
                remedy=Remedy.OPEN_TOOL,
                evidence=tuple(
                    {"before": before, "after": after}
                    for before, after in [(event.before, event.after)]
                    if before or after
                ),
                merged_by=(event.resource,),
                at_us=now_us,
                details={"target": event.resource.partition(": ")[2]},
            ),
        )
