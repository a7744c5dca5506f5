"""Somebody known asked for a proxy, model, tool or agent that they may not use."""

from collections.abc import Iterable

from gateway_desktop.alerting.rule import Quiet, named, subject_of
from gateway_desktop.core.alert import AlertType, Occurrence, Remedy
from gateway_desktop.core.audit import AuditRecord
from gateway_desktop.core.errors import Reason
from gateway_desktop.core.finding import Level


class Unauthorized(Quiet):
    """A refusal for want of access; strangers are counted by the rule of failed sign-ins."""

    refusals_only = True

    def of_exchange(self, record: AuditRecord, now_us: int) -> Iterable[Occurrence]:
        """Return an occurrence where the principal is known."""
        if record.block_reason != Reason.ACCESS or not record.principal.user_id:
            return ()
        subject = subject_of(record.principal, record.client_ip, record.session)
        target = record.target or ""
        what = f"{record.proxy}/{target}" if target else record.proxy
        return (
            Occurrence(
                rule="access refused",
                type=AlertType.UNAUTHORIZED,
                severity=Level.MEDIUM,
                title=f"{named(subject)} may not use {what}",
                description=f"{record.error or 'Access was refused'}; nothing was forwarded.",
                subject=subject,
                proxy=record.proxy,
                recommended="Give the group access if the use is meant, else ask the user.",
                remedy=Remedy.CHANGE_ACCESS,
                merged_by=(target,),
                at_us=now_us,
                details={"target": target},
            ),
        )
