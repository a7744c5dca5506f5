"""A budget is spent to a threshold, or refused somebody."""

from collections.abc import Iterable

from gateway_desktop.alerting.rule import Quiet, named, subject_of
from gateway_desktop.core.alert import AlertType, Occurrence, Remedy, Subject
from gateway_desktop.core.audit import AuditRecord, SystemEvent
from gateway_desktop.core.errors import Reason
from gateway_desktop.core.finding import Level

THRESHOLD = "budget threshold"  # the System event; `after` has threshold, budget, period


class Budget(Quiet):
    """One alert per budget, period and threshold; refusals are merged per principal."""

    refusals_only = True

    def of_exchange(self, record: AuditRecord, now_us: int) -> Iterable[Occurrence]:
        """Return an occurrence for each refusal."""
        if record.block_reason != Reason.BUDGET:
            return ()
        subject = subject_of(record.principal, record.client_ip, record.session)
        return (
            Occurrence(
                rule="budget refused",
                type=AlertType.BUDGET,
                severity=Level.MEDIUM,
                title=f"{named(subject)} was refused by a budget",
                description=record.error or "A budget is spent.",
                subject=subject,
                proxy=record.proxy,
                recommended="Raise the budget, reset it, or wait for its next period.",
                remedy=Remedy.CHANGE_LIMIT,
                at_us=now_us,
                details={"budget": record.detail.get("budget")},
            ),
        )

    def of_event(self, event: SystemEvent, now_us: int) -> Iterable[Occurrence]:
        """Return an occurrence for each threshold that was passed."""
        if event.event != THRESHOLD:
            return ()
        after = event.after or {}
        share = int(str(after.get("threshold", 0)))
        near = share >= 90 or after.get("own") is True  # somebody chose to be warned there
        return (
            Occurrence(
                rule="budget threshold",
                type=AlertType.BUDGET,
                severity=Level.HIGH if share >= 100 else Level.MEDIUM if near else Level.LOW,
                title=f"Budget at {share}%: {event.resource}",
                description=event.details,
                subject=Subject(),
                proxy=event.proxy,
                recommended="Look at the top users and models; raise the budget if the use is meant.",
                remedy=Remedy.CHANGE_LIMIT,
                merged_by=(event.resource, str(after.get("period", "")), str(share)),
                at_us=now_us,
                details=dict(after),
            ),
        )
