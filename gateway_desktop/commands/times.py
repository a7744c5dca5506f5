"""Times as the command line writes them: ISO 8601 in UTC."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def iso(at_us: int | None) -> str | None:
    """Return microseconds since 1970 as ISO 8601 to the second, or None for never."""
    if at_us is None:
        return None
    return (_EPOCH + timedelta(microseconds=at_us)).strftime("%Y-%m-%dT%H:%M:%SZ")
