"""Redirect addresses of clients: which may be registered, and which one presented is one of them.

Equal to the letter (RFC 9700 section 2.1), but for the port of `localhost`, `127.0.0.1` and `[::1]` over
http, which a native application gets from its system (RFC 8252 section 7.3).
"""

from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit

from gateway_desktop.identity.oauth_error import OAuthError

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_DANGEROUS = frozenset(  # of browsers and systems: no application of a person gets what is sent there
    {
        *("about", "blob", "chrome", "chrome-extension", "content", "data", "edge", "file", "filesystem"),
        *("intent", "jar", "javascript", "mhtml", "moz-extension", "res", "resource", "vbscript"),
        *("view-source", "ws", "wss", "afp", "feed", "ftp", "git", "ldap", "ldaps", "nfs", "rdp", "sftp"),
        *("smb", "ssh", "telnet", "tftp", "vnc", "webcal", "callto", "facetime", "facetime-audio", "mailto"),
        *("message", "sip", "sips", "sms", "tel", "applescript", "hcp", "help", "itms", "itms-apps"),
        *("itms-services", "magnet", "onenote", "onenote-cmd", "search", "search-ms", "shell", "shortcuts"),
    }
)
# ms-msdt:, ms-settings:, microsoft-edge: ...: they start programs with what stands in the address
_OF_SYSTEMS = ("ms-", "microsoft", "windows", "x-apple")
_LONGEST = 2000


def checked_redirect(uri: str) -> str:
    """Return an address that may be registered, or raise OAuthError (invalid_redirect_uri)."""
    problem = _problem(uri)
    if problem:
        raise OAuthError("invalid_redirect_uri", problem)
    return uri


def is_registered(presented: str, registered: Iterable[str]) -> bool:
    """Return whether a code may be sent there."""
    if _problem(presented):
        return False
    return any(presented == uri or _same_but_port(presented, uri) for uri in registered)


def is_of_this_machine(uri: str) -> bool:
    """Return whether only a program on the person's own machine gets what is sent there."""
    return _is_loopback(urlsplit(uri))


def shown_target(uri: str) -> str:
    """Return what a person is told about where they will be sent: host, or the application's own scheme."""
    url = urlsplit(uri)
    if url.scheme in ("http", "https"):
        if url.hostname in _LOOPBACK:
            return "a program on this computer"
        return url.netloc
    return f"an application on this computer ({url.scheme}:)"


def origin_source(uri: str) -> str:
    """Return the address's origin or scheme as a source of a Content-Security-Policy."""
    url = urlsplit(uri)
    return f"{url.scheme}://{url.netloc}" if url.scheme in ("http", "https") else f"{url.scheme}:"


def _problem(uri: str) -> str:
    if len(uri) > _LONGEST or not uri.isascii() or any(c <= " " or c in "\\\"'<>`{}|^\x7f;," for c in uri):
        return "A redirect address is a URI without spaces, quotes, ';' or ','"
    try:
        url = urlsplit(uri)
        _ = url.port
    except ValueError:
        return "The redirect address is not a URI"
    if "#" in uri:
        return "A redirect address has no fragment (RFC 6749 section 3.1.2)"
    if {"@", "*"} & set(url.netloc):
        return "A redirect address names one host and no user"
    if url.scheme in _DANGEROUS or not url.scheme or url.scheme.startswith(_OF_SYSTEMS):
        return "A redirect address is https, http on this machine, or an application's own scheme"
    if url.scheme == "https":
        return "" if url.hostname else "The redirect address has no host"
    if url.scheme == "http" and url.hostname not in _LOOPBACK:
        return "A redirect address with http is for localhost, 127.0.0.1 and [::1] only"
    return ""


def _same_but_port(presented: str, registered: str) -> bool:
    given, known = urlsplit(presented), urlsplit(registered)
    return _is_loopback(given) and _is_loopback(known) and _without_port(given) == _without_port(known)


def _is_loopback(url: SplitResult) -> bool:
    return url.scheme == "http" and url.hostname in _LOOPBACK


def _without_port(url: SplitResult) -> tuple[str | None, str, str]:
    return url.hostname, url.path or "/", url.query
