"""media_type(): what kind of body a Content-Type names; those that come in pieces."""

EVENTS = "text/event-stream"
LINES = ("application/x-ndjson", "application/stream+json")  # of JSON: Ollama's, Cohere's first version


def media_type(content_type: str) -> str:
    """Return it in small letters and without parameters (RFC 9110 section 8.3.1)."""
    return content_type.partition(";")[0].strip().lower()
