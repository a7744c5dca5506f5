"""What an application says about itself when it registers (RFC 7591), or in its client-id document."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from gateway_desktop.core.ids import new_id
from gateway_desktop.core.oauth import OAuthClient, Registered
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.identity.oauth_error import OAuthError
from gateway_desktop.identity.redirects import checked_redirect

AUTHORIZATION_CODE = "authorization_code"
REFRESH_TOKEN = "refresh_token"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
GRANT_TYPES = (AUTHORIZATION_CODE, REFRESH_TOKEN, DEVICE_CODE)
NAMELESS = "claude-code"  # the client of programs that name none, and sign in by device code only
AUTH_METHODS = ("none", "client_secret_basic", "client_secret_post")

_MOST_REDIRECTS = 10
_LONGEST_NAME = 100


def registered_client(
    document: Mapping[str, object], proxy: Proxy, secret_digest: bytes, now_us: int
) -> OAuthClient:
    """Return the client that registers itself; it has the secret only if its method needs one.

    Raises OAuthError (invalid_client_metadata or invalid_redirect_uri, section 3.2.2).
    """
    method = document.get("token_endpoint_auth_method", "client_secret_basic")
    if method not in AUTH_METHODS:
        raise _invalid(f"token_endpoint_auth_method is one of {', '.join(AUTH_METHODS)}")
    grants = _grants(document)
    return OAuthClient(
        id=new_id(),
        proxy_id=proxy.id,
        name=_name(document),
        redirect_uris=_redirects(document, needed=AUTHORIZATION_CODE in grants),
        how=Registered.DYNAMIC,
        registered_us=now_us,
        auth_method=str(method),
        secret_digest=None if method == "none" else secret_digest,
        grant_types=grants,
    )


def nameless_client(proxy: Proxy, now_us: int) -> OAuthClient:
    """Return the client that a program is which names none: Claude Code, whose sign-in this is made for."""
    return OAuthClient(
        id=NAMELESS,
        proxy_id=proxy.id,
        name="Claude Code",
        redirect_uris=(),
        how=Registered.DYNAMIC,
        registered_us=now_us,
        grant_types=(REFRESH_TOKEN, DEVICE_CODE),
    )


def is_document_address(client_id: str) -> bool:
    """Return whether a client id is the address of a document: https, with a path, without tricks."""
    if not client_id.startswith("https://") or len(client_id) > 1000 or not client_id.isascii():
        return False
    try:
        url = urlsplit(client_id)
        _ = url.port
    except ValueError:
        return False
    segments = url.path.lower().replace("%2e", ".").split("/")  # RFC 3986 section 6.2.2.2
    tricks = "@" in url.netloc or url.fragment or "\\" in client_id or {".", ".."} & set(segments)
    return bool(url.hostname) and url.path not in ("", "/") and not tricks


def documented_client(document: object, address: str, proxy: Proxy, now_us: int) -> OAuthClient:
    """Return the client of a client-id document (draft-ietf-oauth-client-id-metadata-document section 4)."""
    if not isinstance(document, Mapping):
        raise _invalid("The client-id document is not a JSON object")
    if document.get("client_id") != address:
        raise _invalid("The client-id document names another client_id than its own address")
    if document.get("token_endpoint_auth_method", "none") != "none" or "client_secret" in document:
        raise _invalid("A client-id document may use token_endpoint_auth_method 'none' only")
    return OAuthClient(
        id=address,
        proxy_id=proxy.id,
        name=_name(document) or str(urlsplit(address).hostname),
        redirect_uris=_redirects(document, needed=True),
        how=Registered.DOCUMENT,
        registered_us=now_us,
        grant_types=_grants(document),
    )


def _grants(document: Mapping[str, object]) -> tuple[str, ...]:
    asked = _texts(document, "grant_types") or (AUTHORIZATION_CODE, REFRESH_TOKEN)
    known = tuple(grant for grant in GRANT_TYPES if grant in asked)
    if not set(known) - {REFRESH_TOKEN}:
        raise _invalid("grant_types holds neither authorization_code nor the device code's")
    responses = _texts(document, "response_types")
    if AUTHORIZATION_CODE in known and responses and "code" not in responses:
        raise _invalid("response_types must hold 'code'")
    return known


def _redirects(document: Mapping[str, object], needed: bool) -> tuple[str, ...]:
    uris = _texts(document, "redirect_uris")
    if len(uris) > _MOST_REDIRECTS or (needed and not uris):
        raise OAuthError("invalid_redirect_uri", f"1 to {_MOST_REDIRECTS} redirect_uris are needed")
    return tuple(checked_redirect(uri) for uri in uris)


def _name(document: Mapping[str, object]) -> str:
    name = document.get("client_name", "")
    if not isinstance(name, str):
        raise _invalid("client_name is a text")
    return "".join(letter for letter in name if letter.isprintable()).strip()[:_LONGEST_NAME]


def _texts(document: Mapping[str, object], name: str) -> tuple[str, ...]:
    values = document.get(name, [])
    if not isinstance(values, Sequence) or isinstance(values, str):
        raise _invalid(f"{name} is a list of texts")
    if not all(isinstance(value, str) for value in values):
        raise _invalid(f"{name} is a list of texts")
    return tuple(dict.fromkeys(str(value) for value in values))


def _invalid(message: str) -> OAuthError:
    return OAuthError("invalid_client_metadata", message)
