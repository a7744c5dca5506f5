"""A record as JSON: what webhooks, syslog and OTLP have in common."""

from gateway_desktop.core.clock import datetime_of
from gateway_desktop.core.sink import OutboxRecord


def document(record: OutboxRecord) -> dict[str, object]:
    """Return the record for machines; ids are text, since JavaScript rounds numbers of 63 bits."""
    return {
        "id": str(record.id),
        "gateway": record.gateway,
        "seq": record.seq,
        "time": iso(record.at_us),
        "kind": record.kind,
        "severity": record.severity,
        "summary": record.summary,
        **record.fields,
    }


def iso(at_us: int) -> str:
    """Return a moment as RFC 3339 in UTC, to the microsecond."""
    return datetime_of(at_us).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
