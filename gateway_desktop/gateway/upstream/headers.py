"""Which headers travel on, and which stay (RFC 9110 section 7.6.1)."""

from collections.abc import Iterable

from gateway_desktop.core.exchange import RequestHead
from gateway_desktop.gateway.upstream.client import RawHeaders
from gateway_desktop.gateway.upstream.compression import readable_encodings
from gateway_desktop.identity.credentials import CREDENTIAL_HEADERS, holds_ours

# Of whom signs in: no upstream gets it, or gives one of that name.
BROWSER_COOKIE = b"gateway_desktop_browser"
HOP_BY_HOP = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
_STAY = frozenset(
    name.encode() for name in HOP_BY_HOP | {"host", "content-length", "expect", "user_agent"}
) | frozenset(CREDENTIAL_HEADERS)
# What these say a message is, it is for its last reader as well: no `Connection` takes them away there.
_MEANING = (b"content-", b"a2a-", b"mcp-")

_OF_RANGES = (b"range", b"if-range")
# What an upstream says of its own address as a whole, and ours is another.
_OF_ORIGIN = frozenset(
    {b"alt-svc", b"clear-site-data", b"service-worker-allowed", b"strict-transport-security"}
)
_NO_PAGES = frozenset(
    {
        *(b"application/json", b"text/event-stream", b"text/plain", b"application/octet-stream"),
        *(b"application/x-ndjson", b"application/jsonl", b"application/pdf"),
    }
)
_STAY_OF_ANSWER = _OF_ORIGIN | frozenset(
    name.encode() for name in HOP_BY_HOP | {"content-length", "x-gateway-request-id"}
)
_STAY_WITH_CHALLENGES = _STAY_OF_ANSWER | {b"www-authenticate"}
_OF_MEDIA = (b"audio/", b"video/", b"image/", b"font/")


def request_headers(
    head: RequestHead, credential: Iterable[tuple[str, str]], *, compressed: bool, plain: bool
) -> RawHeaders:
    """Return what goes upstream: all as received but the caller's credential, hop-by-hop headers and framing.

    Our keys and tokens stay here in any header, also in cookies.

    `compressed`: the body still has the client's Content-Encoding. `plain`: the answer must come without one,
    and whole: a word that is fetched in two ranges stands in neither (RFC 9110 section 14.2).
    """
    named = _named_by(head.headers.get("Connection", ""))
    stay = _STAY | named if named else _STAY
    kept: RawHeaders = []
    for header in head.raw_headers:
        lower = header[0].lower()
        if lower in stay or (b"gw" in header[1] and holds_ours(header[1].decode("latin-1"))):
            continue
        if plain and lower in _OF_RANGES:
            continue
        if lower == b"cookie" and BROWSER_COOKIE in header[1]:
            continue
        if lower == b"accept-encoding":
            accepted = "identity" if plain else readable_encodings(header[1].decode("latin-1"))
            kept.append((header[0], accepted.encode("latin-1")))
        elif compressed or lower != b"content-encoding":
            kept.append(header)
    kept.extend((name.encode(), value.encode()) for name, value in credential)
    return kept


def answer_headers(
    headers: Iterable[tuple[bytes, bytes]], connection: str, *, challenges: bool = False
) -> list[tuple[str, str]]:
    """Return what goes back to the caller.

    `challenges`: the upstream signs people in itself. Elsewhere it may ask us, but would lead callers to a
    sign-in of its own.

    A page of an upstream is in a browser a page of the gateway, as those are at which people sign in: its
    scripts do not run, and it gives no cookie the name of theirs.
    """
    named = _named_by(connection)
    stay = _STAY_OF_ANSWER if challenges else _STAY_WITH_CHALLENGES
    stay = stay | named if named else stay
    kept, kind = [], b""
    for name, value in headers:
        lower = name.lower()
        if lower not in stay and not (lower == b"set-cookie" and BROWSER_COOKIE in value.partition(b"=")[0]):
            kept.append((name.decode(), value.decode("utf-8", "surrogateescape")))
        if lower == b"content-type":
            kind = value
    if _is_page(kind):
        kept.append(("Content-Security-Policy", "sandbox"))
    return kept


def _is_page(content_type: bytes) -> bool:
    """Return whether a browser might show it as a page, also by guessing where it does not say."""
    kind = content_type.partition(b";")[0].strip().lower()
    if kind in _NO_PAGES or kind.endswith(b"+json"):
        return False
    return not kind.startswith(_OF_MEDIA) or kind.endswith(b"+xml")


def _named_by(connection: str) -> frozenset[bytes]:
    if not connection or connection.lower() in ("keep-alive", "close"):
        return frozenset()
    named = {name.strip().lower().encode("utf-8", "replace") for name in connection.split(",")}
    return frozenset(name for name in named if not name.startswith(_MEANING))
