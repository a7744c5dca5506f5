"""POST to a sink: TLS beyond this machine, no redirects, the system's outgoing proxies."""

import http.client
import ssl
import urllib.request
from collections.abc import Mapping
from email.message import Message
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from gateway_desktop.core.errors import ConfigurationError, in_words
from gateway_desktop.core.loopback import is_confidential, is_loopback
from gateway_desktop.delivery.sink import Undelivered

SECONDS = 10.0


def checked_url(place: str, address: str) -> str:
    """Return the address, or raise ConfigurationError."""
    try:
        parts = urlsplit(address.strip())
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        raise ConfigurationError(place, "it is not an address") from None  # which may be a secret
    if parts.scheme not in ("http", "https") or not host:
        raise ConfigurationError(place, "the address starts with https://")
    if not is_confidential(parts):
        raise ConfigurationError(place, "other machines need https://: http can be read on the way")
    if parts.username or parts.password:
        raise ConfigurationError(place, "no user name or password in the address; they would be shown")
    if not address.strip().isascii() or not address.isprintable() or " " in address.strip():
        raise ConfigurationError(
            place, "no spaces and no letters beyond ASCII: %20 and %C3%A9 stand for them"
        )
    return address.strip()


def trust(ca_file: str) -> ssl.SSLContext:
    """Return whom to trust: the system's authorities, and those of the file."""
    context = ssl.create_default_context()
    if ca_file:
        try:
            context.load_verify_locations(ca_file)
        except OSError as error:
            raise Undelivered(
                f"The file of certificate authorities {ca_file} cannot be read: {in_words(error)}"
            ) from None
    return context


def post(url: str, body: bytes, headers: Mapping[str, str], ca_file: str) -> None:
    """Send it; anything but an answer of success is Undelivered, without the path of the address."""
    host = urlsplit(url).netloc
    handlers: list[urllib.request.BaseHandler] = [
        urllib.request.HTTPSHandler(context=trust(ca_file)),
        _NoRedirects(),
    ]
    if is_loopback(urlsplit(url).hostname or ""):
        handlers.append(urllib.request.ProxyHandler({}))
    opener = urllib.request.build_opener(*handlers)
    request = urllib.request.Request(url, body, {"User-Agent": "gateway-desktop", **headers}, method="POST")
    try:
        with opener.open(request, timeout=SECONDS) as answer:
            answer.read(1 << 16)
    except HTTPError as error:
        with error:
            raise Undelivered(f"{host} answered {error.code}", _retry_after(error.headers)) from None
    except (http.client.InvalidURL, ValueError):  # whose words repeat the address
        raise Undelivered(f"{host}: the address, or a header, cannot be sent as it is written") from None
    except (URLError, OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        why = in_words(reason) if isinstance(reason, Exception) else reason
        raise Undelivered(f"{host} cannot be reached: {why}") from None


def _retry_after(headers: Message) -> float:
    text = headers.get("Retry-After", "")
    return float(text) if text.isascii() and text.isdigit() else 0.0


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer like others: records go where a person said, and nowhere else."""

    def redirect_request(self, *_: object) -> None:
        return None
