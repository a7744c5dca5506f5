"""The addresses that OAuth is about: bases, issuers, resources.

A proxy's issuer is `BASE/{proxy}`, its resource `BASE/{proxy}/mcp` for MCP and `BASE/{proxy}` otherwise,
without a slash at the end. BASE is the public URL, or else the address of this machine that the caller used.
The browser part lives at one base only, the canonical one, so that its cookie and callback have one origin.
"""

from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit

from gateway_desktop.core.proxy import Kind, Proxy
from gateway_desktop.core.settings import Settings


def canonical_base(settings: Settings, port: int) -> str:
    """Return where the browser part lives."""
    return _public(settings) or f"http://127.0.0.1:{port}"


def bases(settings: Settings, port: int) -> tuple[str, ...]:
    """Return every base under which this gateway may be addressed, the canonical one first."""
    local = tuple(f"http://{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]"))
    public = _public(settings)
    return (public, *local) if public else local


def base_of(settings: Settings, port: int, host: str) -> str | None:
    """Return the base for a request to that Host, or None: beyond this machine it takes a public URL."""
    if public := _public(settings):
        return public
    asked = f"http://{host.strip().lower()}"
    return asked if asked in bases(settings, port) else None


def issuer(base: str, proxy: Proxy) -> str:
    """Return the issuer of a proxy (RFC 8414 section 2)."""
    return f"{base}/{proxy.name}"


def resource(base: str, proxy: Proxy) -> str:
    """Return the resource that a proxy is (RFC 9728 section 1.2)."""
    return f"{base}/{proxy.name}/mcp" if proxy.kind is Kind.MCP else f"{base}/{proxy.name}"


def names_proxy(given: str, known_bases: Iterable[str], proxy: Proxy) -> bool:
    """Return whether a resource indicator (RFC 8707) means this proxy; clients add and drop slashes."""
    try:
        url = urlsplit(given)
    except ValueError:
        return False
    if url.query or url.fragment or "@" in url.netloc:
        return False
    bare = f"{url.scheme.lower()}://{url.netloc.lower()}{url.path.rstrip('/')}"
    ends = ("", "/mcp", "/sse") if proxy.kind is Kind.MCP else ("",)
    return any(bare == f"{base.lower()}/{proxy.name}{end}" for base in known_bases for end in ends)


def covers(named: str, url: str) -> bool:
    """Return whether metadata that name this resource may be used at an address (RFC 9728 section 3.3).

    As MCP's clients compare them: the same origin, and the same path or one above it. Slashes at the end do
    not count; a fragment is no part of a resource (RFC 8707 section 2).
    """
    try:
        resource, asked = urlsplit(named), urlsplit(url)
        same = _origin(resource) == _origin(asked)
    except ValueError:
        return False
    if not same or resource.fragment or "@" in resource.netloc or resource.query not in ("", asked.query):
        return False
    return f"{asked.path.rstrip('/')}/".startswith(f"{resource.path.rstrip('/')}/")


def metadata_url(base: str, proxy: Proxy, path_below: str = "") -> str:
    """Return where the metadata of a proxy's resource stand (RFC 9728 section 3.1: path insertion).

    `path_below`: what was asked for below the proxy; who comes by MCP's `/sse` finds that in its metadata.
    """
    root = urlsplit(base)
    legacy = proxy.kind is Kind.MCP and path_below.rstrip("/") == "/sse"
    path = f"{root.path}/{proxy.name}/sse" if legacy else urlsplit(resource(base, proxy)).path
    return f"{root.scheme}://{root.netloc}/.well-known/oauth-protected-resource{path}"


def _origin(url: SplitResult) -> tuple[str, str, int | None]:
    usual = {"http": 80, "https": 443}.get(url.scheme)
    return url.scheme, url.hostname or "", url.port or usual


def _public(settings: Settings) -> str:
    return settings.public_url.rstrip("/")
