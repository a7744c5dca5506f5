"""Redaction: a text with placeholders where secrets stood."""

from gateway_desktop.inspection.detectors import DETECTORS


def redact(text: str) -> tuple[str, int]:
    """Return the text with every secret masked by a placeholder of its kind, and how many there were."""
    data = text.encode("utf-8", "replace")
    masked = 0
    for detector in DETECTORS:
        if found := detector.find(data):
            pieces: list[bytes] = []
            at = 0
            for finding in found:
                pieces += (data[at : finding.start], b"<", finding.kind.encode(), b">")
                at = finding.end
            data = b"".join((*pieces, data[at:]))
            masked += len(found)
    return (data.decode("utf-8", "replace"), masked) if masked else (text, 0)


def warm() -> None:
    """Build the searching machines before the first text comes."""
    for detector in DETECTORS:
        detector.warm()
