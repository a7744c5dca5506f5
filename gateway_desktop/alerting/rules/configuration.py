"""The program itself could not do what it was told."""

from collections.abc import Iterable

from gateway_desktop.alerting.rule import Quiet
from gateway_desktop.core.alert import AlertType, Occurrence, Subject
from gateway_desktop.core.audit import Severity, SystemEvent
from gateway_desktop.core.finding import Level

_EVENTS = frozenset(
    {
        "audit could not be written",
        "configuration not loaded",
        "disk low",
        "integrity check failed",
        "notification failed",
        "retention held",
        "sink failed",
    }
)


class Configuration(Quiet):
    """One alert per kind of failure."""

    def of_event(self, event: SystemEvent, now_us: int) -> Iterable[Occurrence]:
        """Return an occurrence for each failure that people must see to."""
        if event.event not in _EVENTS:
            return ()
        return (
            Occurrence(
                rule=event.event,
                type=AlertType.SUSPICIOUS,
                severity=Level.HIGH if event.severity is Severity.CRITICAL else Level.MEDIUM,
                title=f"{event.event.capitalize()} {event.resource}".strip(),
                description=event.details,
                subject=Subject(),
                proxy=event.proxy,
                recommended="See to it; the details say what failed.",
                merged_by=(event.resource,),
                at_us=now_us,
            ),
        )
