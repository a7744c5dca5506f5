"""AlertRule: the shape of every rule; records in, occurrences out, each with its own small memory."""

from collections.abc import Iterable
from typing import Protocol

from gateway_desktop.core.alert import Occurrence, Subject
from gateway_desktop.core.audit import AuditRecord, SystemEvent
from gateway_desktop.core.principal import Principal


class AlertRule(Protocol):
    """Looks at everything that is written down; used by one thread."""

    name: str  # under which what it learns is kept; "" for a rule that learns nothing
    refusals_only: bool  # whether exchanges that we did not refuse say nothing to it

    def of_exchange(self, record: AuditRecord, now_us: int) -> Iterable[Occurrence]:
        """Return what must be told of an exchange."""

    def of_event(self, event: SystemEvent, now_us: int) -> Iterable[Occurrence]:
        """Return what must be told of a System event."""


class Quiet:
    """What a rule says of the kind of record that it does not look at."""

    name = ""
    refusals_only = False

    def of_exchange(self, record: AuditRecord, now_us: int) -> Iterable[Occurrence]:  # noqa: ARG002
        """Return nothing."""
        return ()

    def of_event(self, event: SystemEvent, now_us: int) -> Iterable[Occurrence]:  # noqa: ARG002
        """Return nothing."""
        return ()


def subject_of(principal: Principal | None, address: str | None, session: str | None = None) -> Subject:
    """Return whom a record is about."""
    if principal is None:
        return Subject(address=address or "")
    return Subject(
        user_id=principal.user_id or "",
        actor=principal.actor,
        display_name=principal.display_name,
        group=principal.group,
        api_key_id=principal.api_key_id or "",
        client_id=principal.client_id or "",
        session=principal.session or session or "",  # what can be revoked, before what a client calls its own
        address=address or "",
    )


def named(subject: Subject) -> str:
    """Return how lists call them."""
    return subject.actor or subject.display_name or subject.address or "Somebody unnamed"
