"""Too many failed sign-ins, or unknown credentials, from one place or for one name."""

from collections import OrderedDict, deque
from collections.abc import Iterable

from gateway_desktop.alerting.rule import Quiet, subject_of
from gateway_desktop.core.alert import AlertType, Occurrence, Subject
from gateway_desktop.core.audit import AuditRecord, SystemEvent
from gateway_desktop.core.clock import MINUTE_US
from gateway_desktop.core.errors import Reason
from gateway_desktop.core.finding import Level

SIGN_INS = 5  # of one name or address
CREDENTIALS = 20  # from one address
WINDOW_US = 10 * MINUTE_US
_MOST_PLACES = 10_000


class FailedSignIns(Quiet):
    """Counts failures of the last ten minutes; an alert says how many there were and how many are usual."""

    refusals_only = True

    def __init__(self) -> None:
        self._failures: OrderedDict[tuple[str, str], deque[int]] = OrderedDict()

    def of_exchange(self, record: AuditRecord, now_us: int) -> Iterable[Occurrence]:
        """Count refused credentials by address."""
        if record.block_reason != Reason.CREDENTIAL or not record.client_ip:
            return ()
        count = self._count("credential", record.client_ip, now_us)
        if count < CREDENTIALS:
            return ()
        subject = subject_of(record.principal, record.client_ip)
        title = f"Many refused credentials from {record.client_ip}"
        said = record.principal.no_user_reason or record.error or ""
        return (_burst(title, "refused credentials", count, CREDENTIALS, subject, now_us, said, record),)

    def of_event(self, event: SystemEvent, now_us: int) -> Iterable[Occurrence]:
        """Count failed sign-ins by name and by address."""
        if event.event == "account locked":
            return (_locked(event, now_us),)
        if event.event != "login failed":
            return ()
        found = []
        for place in {event.resource, event.client_ip or ""} - {""}:
            count = self._count("sign-in", place, now_us)
            if count >= SIGN_INS:
                address = event.client_ip or ""
                subject = Subject(actor=event.resource if place == event.resource else "", address=address)
                title = f"Many failed sign-ins: {place}"
                found.append(
                    _burst(title, "failed sign-ins", count, SIGN_INS, subject, now_us, event.details)
                )
        return found

    def _count(self, what: str, place: str, now_us: int) -> int:
        times = self._failures.setdefault((what, place), deque(maxlen=1000))
        self._failures.move_to_end((what, place))
        if len(self._failures) > _MOST_PLACES:
            self._failures.popitem(last=False)
        times.append(now_us)
        while times and times[0] <= now_us - WINDOW_US:
            times.popleft()
        return len(times)


def _burst(  # noqa: PLR0913 - the numbers of one sentence
    title: str,
    what: str,
    count: int,
    limit: int,
    subject: Subject,
    now_us: int,
    said: str,
    record: AuditRecord | None = None,
) -> Occurrence:
    return Occurrence(
        rule=f"burst of {what}",
        type=AlertType.UNAUTHORIZED,
        severity=Level.HIGH,
        title=title,
        description=f"{count} {what} within 10 minutes; fewer than {limit} are usual. {said}".strip(),
        subject=subject,
        proxy=record.proxy if record else "",
        recommended="Find out who sits at that address; an attack shows many names or keys from one place.",
        at_us=now_us,
        details={"observed": count, "expected": f"fewer than {limit}", "window": "10 minutes"},
    )


def _locked(event: SystemEvent, now_us: int) -> Occurrence:
    return Occurrence(
        rule="account locked",
        type=AlertType.UNAUTHORIZED,
        severity=Level.HIGH,
        title=f"Account locked: {event.resource}",
        description=f"Too many wrong passwords. {event.details}".strip(),
        subject=Subject(actor=event.resource, address=event.client_ip or ""),
        proxy=event.proxy,
        recommended="Ask the user; set a new password if somebody else tried.",
        at_us=now_us,
    )
