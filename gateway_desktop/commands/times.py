"""Times as the command line writes them: ISO 8601 in UTC."""

import argparse

from gateway_desktop.core.clock import datetime_of
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.store.queries.paging import parse_filter


def since_until(arguments: argparse.Namespace) -> str:
    """Return `--since` and `--until`, if they are given, as words of a filter; in that order."""
    given = ((name, getattr(arguments, name)) for name in ("since", "until"))
    words = " ".join(f'{name}:"{value}"' for name, value in given if value)
    span = parse_filter("system", words)
    if span.since_us is not None and span.until_us is not None and span.until_us <= span.since_us:
        problem = f"'{arguments.until}' is not after '{arguments.since}', where the range begins"
        raise ConfigurationError("until", problem)
    return words


def iso(at_us: int | None) -> str | None:
    """Return microseconds since 1970 as ISO 8601 to the second, or None for never."""
    if at_us is None:
        return None
    return datetime_of(at_us).strftime("%Y-%m-%dT%H:%M:%SZ")
