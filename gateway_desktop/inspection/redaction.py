"""Redaction: a text with placeholders where secrets stood."""

from gateway_desktop.inspection.secret_finder import SecretFinder

FINDER = SecretFinder()


def redact(text: str) -> tuple[str, int]:
    """Return the text with every secret masked by a placeholder of its kind, and how many there were."""
    data = text.encode("utf-8", "replace")
    found = FINDER.find(data)
    if not found:
        return text, 0
    pieces: list[bytes] = []
    at = 0
    for place in found:
        pieces += (data[at : place.start], b"<", place.kind.encode(), b">")
        at = place.end
    return b"".join((*pieces, data[at:])).decode("utf-8", "replace"), len(found)


def warm() -> None:
    """Build the searching machines before the first text comes."""
    FINDER.warm()
