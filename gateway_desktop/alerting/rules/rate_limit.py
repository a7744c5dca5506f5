"""A rate limit refused somebody."""

from collections.abc import Iterable

from gateway_desktop.alerting.rule import Quiet, named, subject_of
from gateway_desktop.core.alert import AlertType, Occurrence, Remedy
from gateway_desktop.core.audit import AuditRecord
from gateway_desktop.core.errors import Reason
from gateway_desktop.core.finding import Level


class RateLimit(Quiet):
    """Merged per principal and proxy: the count says how often."""

    refusals_only = True

    def of_exchange(self, record: AuditRecord, now_us: int) -> Iterable[Occurrence]:
        """Return an occurrence for each refusal."""
        if record.block_reason != Reason.RATE_LIMIT:
            return ()
        subject = subject_of(record.principal, record.client_ip, record.session)
        return (
            Occurrence(
                rule="rate limit",
                type=AlertType.RATE_LIMIT,
                severity=Level.LOW,
                title=f"{named(subject)} reached a rate limit",
                description=f"{record.error or 'A rate limit was reached.'}",
                subject=subject,
                proxy=record.proxy,
                recommended="Raise the limit if the use is meant.",
                remedy=Remedy.CHANGE_LIMIT,
                at_us=now_us,
                details={"rate_limit": record.detail.get("rate_limit")},
            ),
        )
