"""Times as the command line writes them: ISO 8601 in UTC."""

import argparse

from gateway_desktop.core.clock import datetime_of


def since_until(arguments: argparse.Namespace) -> str:
    """Return `--since` and `--until`, if they are given, as words of a filter."""
    given = ((name, getattr(arguments, name)) for name in ("since", "until"))
    return " ".join(f'{name}:"{value}"' for name, value in given if value)


def iso(at_us: int | None) -> str | None:
    """Return microseconds since 1970 as ISO 8601 to the second, or None for never."""
    if at_us is None:
        return None
    return datetime_of(at_us).strftime("%Y-%m-%dT%H:%M:%SZ")
