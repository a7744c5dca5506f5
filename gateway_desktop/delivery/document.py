"""A record as JSON: what webhooks, syslog and OTLP have in common."""

from gateway_desktop.core.clock import iso
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
