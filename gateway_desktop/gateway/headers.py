"""Which headers travel on, and which stay (RFC 9110 section 7.6.1)."""

from collections.abc import Iterable

from multidict import CIMultiDict

from gateway_desktop.core.call import Call
from gateway_desktop.core.exchange import RequestHead
from gateway_desktop.gateway.compression import readable_encodings
from gateway_desktop.identity.credentials import CREDENTIAL_HEADERS

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
_STAY = HOP_BY_HOP | {name.decode() for name in CREDENTIAL_HEADERS} | {"host", "content-length", "expect"}
_STAY_OF_ANSWER = HOP_BY_HOP | {"content-length"}


def request_headers(
    head: RequestHead,
    call: Call,
    credential: Iterable[tuple[str, str]],
    *,
    compressed: bool,
) -> CIMultiDict[str]:
    """Return what goes upstream: all as received but the caller's credential, hop-by-hop headers and framing.

    `compressed`: the body still has the client's Content-Encoding.
    """
    stay = _STAY | _named_by(head.headers.get("Connection", ""))
    kept: list[tuple[str, str]] = []
    for name, value in head.headers.items():
        lower = name.lower()
        if lower in stay or (lower == "content-encoding" and not compressed):
            continue
        if lower == "accept-encoding":
            value = "identity" if call.hides_usage else readable_encodings(value)
        kept.append((name, value))
    kept.extend(credential)
    return CIMultiDict(kept)


def answer_headers(
    headers: Iterable[tuple[str, str]], connection: str
) -> list[tuple[str, str]]:
    """Return what goes back to the caller."""
    stay = _STAY_OF_ANSWER | _named_by(connection)
    return [(name, value) for name, value in headers if name.lower() not in stay]


def _named_by(connection: str) -> frozenset[str]:
    if not connection or connection.lower() in ("keep-alive", "close"):
        return frozenset()
    return frozenset(name.strip().lower() for name in connection.split(","))
