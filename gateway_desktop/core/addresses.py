"""Addresses that others wrote: taken apart without an accident, whatever stands there."""

from urllib.parse import SplitResult, urljoin, urlsplit

NO_ADDRESS = SplitResult("", "", "", "", "")


def parts_of(address: str) -> SplitResult:
    """Return the parts of an address; of one that is none, as `http://[`, there are none."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return NO_ADDRESS
    return parts


def joined(base: str, address: str) -> str:
    """Return an address as it is meant on a page at the base; "" where it is none."""
    try:
        return urljoin(base, address)
    except ValueError:
        return ""
