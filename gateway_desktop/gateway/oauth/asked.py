"""Asked: a request to the authorization server; and how it is answered."""

import asyncio
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from aiohttp import web
from authlib.oauth2.base import OAuth2Error, invalid_error_characters

from gateway_desktop.core.proxy import Proxy
from gateway_desktop.identity.oauth_error import OAuthError

MOST_BODY = 64 * 1024
_BODY_SECONDS = 10.0
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, with what is known about where it arrived."""

    request: web.BaseRequest
    query: str
    base: str  # the base that it was sent to
    address: str

    def parameters(self) -> list[tuple[str, str]]:
        """Return the query's parameters."""
        return pairs_of(self.query)


@dataclass(frozen=True, slots=True)
class AskedOf(Asked):
    """A request to the authorization server of one proxy."""

    proxy: Proxy


def pairs_of(text: str) -> list[tuple[str, str]]:
    """Return form-encoded parameters; raise OAuthError if they are none."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=50, errors="strict")
    except ValueError:
        raise OAuthError("invalid_request", "The parameters cannot be read") from None
    if any("\0" in name or "\0" in value for name, value in pairs):
        raise OAuthError("invalid_request", "A parameter holds a NUL")
    return pairs


async def read_form(request: web.BaseRequest) -> list[tuple[str, str]]:
    """Return the parameters of a posted form; a body of nothing is an empty one, whatever it says it is."""
    body = await read_body(request, MOST_BODY)
    if body and request.content_type != _FORM:
        raise OAuthError("invalid_request", f"The Content-Type must be {_FORM}")
    try:
        return pairs_of(body.decode())
    except UnicodeDecodeError:
        raise OAuthError("invalid_request", "The form is not UTF-8") from None


async def read_body(request: web.BaseRequest, limit: int) -> bytes:
    """Return the body; raise OAuthError beyond the limit (413), or where it does not come (408)."""
    body = bytearray()
    try:
        async with asyncio.timeout(_BODY_SECONDS):  # strangers may send it, and take their time
            while data := await request.content.readany():
                body += data
                if len(body) > limit:
                    raise OAuthError("invalid_request", f"The body is larger than {limit // 1024} KB", 413)
    except TimeoutError:
        raise OAuthError("invalid_request", "The body did not come in time", 408) from None
    return bytes(body)


def json_answer(
    document: Mapping[str, object], status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    """Return a JSON answer that nobody keeps (RFC 6749 section 5.1)."""
    all_headers = {
        "Content-Type": "application/json",
        "Cache-Control": "no-store",
        "Pragma": "no-cache",
        "Server": "gateway-desktop",
        **(headers or {}),
    }
    return web.Response(status=status, body=json.dumps(document).encode(), headers=all_headers)


def worded(error: OAuthError) -> OAuth2Error:
    """Return one of our errors as the standards word it, with the letters that they allow."""
    forbidden = dict.fromkeys(map(ord, invalid_error_characters(error.message)), "?")
    return OAuth2Error(error.message.translate(forbidden), status_code=error.status, error=error.code)


def error_answer(refusal: OAuthError | OAuth2Error, request: web.BaseRequest) -> web.Response:
    """Return an error of RFC 6749 section 5.2."""
    error = worded(refusal) if isinstance(refusal, OAuthError) else refusal
    headers = {}
    if error.error == "invalid_client" and "Authorization" in request.headers:
        headers["WWW-Authenticate"] = 'Basic realm="Gateway Desktop"'
    if error.status_code == 429:
        headers["Retry-After"] = "60"
    return json_answer(dict(error.get_body()), error.status_code, headers)


def redirect(uri: str, parameters: Iterable[tuple[str, str]]) -> web.Response:
    """Send the browser on by 303 (RFC 9700 section 4.12), with parameters added to the address's own."""
    added = urlencode([(name, value) for name, value in parameters if value])
    joint = "" if uri.endswith(("?", "&")) else "&" if "?" in uri else "?"
    url = f"{uri}{joint}{added}" if added else uri
    headers = {"Location": url, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return web.Response(status=303, headers=headers)
