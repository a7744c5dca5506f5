"""What a browser asks before a page of this machine may call, and read the answer (CORS, Fetch standard).

The doorway lets in no origin but our own names; no cookie is a credential here, a page needs a key as all do.
"""

from collections.abc import Iterable

from aiohttp import web
from multidict import CIMultiDict

from gateway_desktop.core.exchange import Headers

_OURS = ("access-control-allow-origin", "access-control-allow-credentials", "access-control-expose-headers")


def preflight(request: web.BaseRequest) -> web.Response | None:
    """Return the answer to a browser that asks whether a page may call; None for any other request."""
    headers = request.headers
    method = headers.get("Access-Control-Request-Method", "")
    if request.method != "OPTIONS" or not from_page(headers) or not _plain(method):
        return None
    allowed = [("Access-Control-Allow-Methods", method), ("Access-Control-Max-Age", "600")]
    wanted = headers.get("Access-Control-Request-Headers", "")
    if _plain(wanted):
        allowed.append(("Access-Control-Allow-Headers", wanted))
    return web.Response(status=204, headers=CIMultiDict(readable(headers, allowed)))


def from_page(headers: Headers) -> bool:
    """Return whether a browser says which page is asking."""
    return _plain(headers.get("Origin", ""))


def readable(headers: Headers, answer: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return an answer's headers with those that let the page read it, in place of the upstream's own."""
    return [
        *(header for header in answer if header[0].lower() not in _OURS),
        ("Access-Control-Allow-Origin", headers.get("Origin", "")),
        ("Access-Control-Expose-Headers", "*"),
        ("Vary", "Origin"),
    ]


def _plain(value: str) -> bool:
    return bool(value) and value.isascii() and value.isprintable()
