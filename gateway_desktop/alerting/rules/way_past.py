"""An upstream gave somebody a key of its own, or began a conversation, that goes past the gateway."""

from collections.abc import Iterable
from urllib.parse import unquote

from gateway_desktop.alerting.rule import Quiet, named, subject_of
from gateway_desktop.core.alert import AlertType, Occurrence, Remedy
from gateway_desktop.core.audit import AuditRecord
from gateway_desktop.core.finding import Level

# OpenAI's and Azure's for WebRTC and WebSockets, and Gemini's for its Live API.
_PATHS = (
    *("/realtime/client_secrets", "/realtime/sessions", "/realtime/transcription_sessions"),
    *("/realtime/calls", "/realtimeapi/sessions", "/auth_tokens", "/realtime/translations/client_secrets"),
    *("/live/sessions", "/chatkit/sessions"),
)
# The same for calls that come to OpenAI by telephone, and for conversations that go on in a second one.
_OF_CALLS = (("/realtime/calls/", "/accept"), ("/live/sessions/", "/accept"), ("/live/sessions/", "/fork"))


class WayPast(Quiet):
    """One alert for each person and proxy; what is done with such a key is seen by nobody here."""

    def of_exchange(self, record: AuditRecord, now_us: int) -> Iterable[Occurrence]:
        """Return an occurrence where the upstream said yes."""
        if record.kind != "llm" or record.method != "other" or not 200 <= (record.http_status or 0) < 300:
            return ()
        method, _, path = (record.endpoint or "").partition(" ")
        if method != "POST" or not _leads_past(unquote(path).rstrip("/")):
            return ()
        subject = subject_of(record.principal, record.client_ip, record.session)
        return (
            Occurrence(
                rule="way past the gateway",
                type=AlertType.SUSPICIOUS,
                severity=Level.MEDIUM,
                title=f"{named(subject)} was let past the gateway by {record.proxy}",
                description=(
                    f"The answer to {path} is good for a conversation with the upstream itself. "
                    "It is not counted, charged, looked at or refused here."
                ),
                subject=subject,
                proxy=record.proxy,
                recommended="If it is not meant, allow the group only models that are none of real time.",
                remedy=Remedy.CHANGE_ACCESS,
                at_us=now_us,
            ),
        )


def _leads_past(path: str) -> bool:
    return path.endswith(_PATHS) or any(begin in path and path.endswith(end) for begin, end in _OF_CALLS)
