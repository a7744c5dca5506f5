"""Requests that would be other ones upstream than they are here."""

from urllib.parse import unquote

from gateway_desktop.core.errors import Malformed
from gateway_desktop.core.exchange import RequestHead

_HEADERS = frozenset({"x-http-method-override", "x-http-method", "x-method-override"})


def check_method(head: RequestHead) -> None:
    """Raise Malformed where frameworks, or Google's APIs, may take another method than the request's."""
    if any(name.lower().replace("_", "-") in _HEADERS for name, _ in head.headers.items()):
        raise Malformed(
            "Another method than the request's is not taken from a header", "X-HTTP-Method-Override"
        )
    if head.query and "$http" in unquote(head.query).lower():
        raise Malformed("Method and headers are not taken from the query", "query")
