"""Asking identity providers: TLS except on this machine, no redirects or cookies, bounded size and time."""

import json
import ssl
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from gateway_desktop.core.errors import GatewayError
from gateway_desktop.core.loopback import is_confidential
from gateway_desktop.gateway.upstream.calls import outgoing_proxy

_LARGEST = 512 << 10
_SECONDS = 10.0
_LONGEST_CODE = 80
# The authorities that are trusted by the task that asks.
trusted: ContextVar[ssl.SSLContext | bool] = ContextVar("trusted", default=True)


class ProviderFailed(GatewayError):
    """An identity provider cannot be asked, or its answer does not fit; the message is a diagnosis."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message, 502)
        self.code = code  # the OAuth error that the provider named


def check_address(address: str, what: str) -> None:
    """Raise ProviderFailed unless what is sent to the address stays between us and the provider."""
    try:
        parts = urlsplit(address)
    except ValueError:
        raise ProviderFailed(f"The provider's {what} is no address") from None
    if not parts.hostname or not is_confidential(parts):
        raise ProviderFailed(f"The provider's {what} '{address}' is not an https address")


async def ask(
    address: str,
    what: str,
    *,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Any:
    """Return the JSON at an address; `form` is posted. `what` names the address in a diagnosis.

    Raises:
        ProviderFailed: with what went wrong: name, connection, TLS, status, size or form.
    """
    status, body = await _fetch(address, what, form, headers, _LARGEST)
    return _read(body, status, what, address)


async def status_of(address: str, what: str) -> int:
    """Return the status with which an address answers a browser; redirects are not followed.

    Raises:
        ProviderFailed: with what went wrong: name, connection, TLS.
    """
    status, _ = await _fetch(address, what, None, {"Accept": "text/html"}, 0)
    return status


async def _fetch(
    address: str, what: str, form: Mapping[str, str] | None, headers: Mapping[str, str] | None, largest: int
) -> tuple[int, bytes]:
    """Return status and body; none of the body is read if it may hold nothing."""
    check_address(address, what)
    parts = urlsplit(address)
    given = {"Accept": "application/json", "Accept-Encoding": "identity", **(headers or {})}
    try:
        async with (
            aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=_SECONDS), cookie_jar=aiohttp.DummyCookieJar()
            ) as session,
            session.request(
                "GET" if form is None else "POST",
                address,
                data=form,
                headers=given,
                allow_redirects=False,
                ssl=trusted.get(),
                proxy=outgoing_proxy(parts.scheme, parts.hostname or ""),
            ) as answer,
        ):
            body = bytearray()
            while largest and (chunk := await answer.content.readany()):
                body += chunk
                if len(body) > largest:
                    raise ProviderFailed(f"The {what} at {address} is larger than {largest >> 10} KB")
            return answer.status, bytes(body)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:  # of odd headers, the last
        raise ProviderFailed(_why(error, what, parts.netloc)) from error


def error_code(given: object) -> str:
    """Return the OAuth error that a provider names; "" for what is none: it may repeat what it was sent."""
    code = given if isinstance(given, str) and len(given) <= _LONGEST_CODE else ""
    return code if code.isascii() and code.replace("_", "").isalpha() else ""


def _read(body: bytes, status: int, what: str, address: str) -> Any:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if status != 200:
        code = error_code(found.get("error") if isinstance(found, dict) else None)
        told = f" ({code})" if code else ""
        raise ProviderFailed(f"The {what} at {address} answered with status {status}{told}", code)
    if found is None:
        raise ProviderFailed(f"The {what} at {address} is not JSON")
    return found


def _why(error: BaseException, what: str, host: str) -> str:
    if isinstance(error, TimeoutError):
        return f"The {what}: {host} did not answer within {_SECONDS:.0f} seconds"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return f"The {what}: the name of {host} cannot be resolved"
    if isinstance(error, (aiohttp.ClientConnectorCertificateError, aiohttp.ClientSSLError)):
        return f"The {what}: the TLS certificate of {host} is not trusted, or TLS failed"
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"The {what}: no connection to {host}"
    return f"The {what}: {host} broke off ({type(error).__name__})"
