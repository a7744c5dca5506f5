"""A refresh token, or a code, was used a second time: somebody may have stolen it (RFC 9700 section 4.14)."""

from collections.abc import Iterable

from gateway_desktop.alerting.rule import Quiet, named, subject_of
from gateway_desktop.core.alert import AlertType, Occurrence, Remedy
from gateway_desktop.core.audit import SystemEvent
from gateway_desktop.core.finding import Level

_EVENTS = frozenset({"refresh token reuse detected", "authorization code reuse detected"})


class TokenReuse(Quiet):
    """One alert per user and proxy."""

    def of_event(self, event: SystemEvent, now_us: int) -> Iterable[Occurrence]:
        """Return an occurrence for each reuse."""
        if event.event not in _EVENTS:
            return ()
        subject = subject_of(event.actor, event.client_ip)
        return (
            Occurrence(
                rule="token reuse",
                type=AlertType.UNAUTHORIZED,
                severity=Level.CRITICAL,
                title=f"{event.event.capitalize()}: {named(subject)}",
                description=(
                    f"A token of {event.resource or 'a client'} that had been used was presented again. "
                    f"The whole sign-in was ended; nothing was issued. {event.details}"
                ).strip(),
                subject=subject,
                proxy=event.proxy,
                recommended="Have the user sign in again, and look for what stored the token.",
                remedy=Remedy.DEACTIVATE_USER if subject.user_id else None,
                at_us=now_us,
            ),
        )
