"""Who may knock: Host and Origin (DNS rebinding), and who stands behind a trusted forwarder (RFC 7239)."""

import ipaddress
import socket
from collections.abc import Iterator
from functools import cache
from urllib.parse import urlsplit

from gateway_desktop.core.addresses import parts_of
from gateway_desktop.core.exchange import Headers
from gateway_desktop.core.loopback import is_loopback
from gateway_desktop.core.settings import Settings

UNKNOWN = "unknown"  # RFC 7239 section 6.2
# Forwarders and tunnels say with these for whom they ask, whether they are trusted or not.
_FORWARDED = frozenset({"forwarded", "x-forwarded-for", "x-real-ip", "cf-connecting-ip", "true-client-ip"})
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})


def host_name(authority: str) -> str:
    """Return the host of `host:port`, in lower case, with the brackets of IPv6."""
    authority = authority.strip().lower()
    if authority.startswith("["):
        return authority.partition("]")[0] + "]"
    return authority.partition(":")[0]


@cache
def own_names() -> frozenset[str]:
    """Return this machine's names; the name server that is asked for them the first time may take seconds."""
    return frozenset({socket.gethostname().lower(), socket.getfqdn().lower()})


class Doorway:
    """The checks that one state of the settings asks for."""

    def __init__(self, settings: Settings) -> None:
        listen = settings.listen
        self.local = is_loopback(listen.host)
        names = {*LOOPBACK_NAMES, listen.host.lower(), *listen.allowed_hosts.lower().split()}
        if settings.public_url:
            names.add(host_name(urlsplit(settings.public_url).netloc))
        if not self.local:
            names |= own_names()
        self._names = frozenset(names)
        self._forwarders = [
            ipaddress.ip_network(text, strict=False) for text in listen.trusted_proxies.split()
        ]

    def problem(self, headers: Headers) -> str | None:
        """Return why a request with these headers is refused, or None.

        A web page can make a browser send requests here under its own name; tools and SDKs cannot be made to.
        """
        host = headers.get("Host", "")
        if not self._known(host_name(host)):
            return f"Host {host!r} is not a name of this gateway; Settings > Listening can add it"
        origin = headers.get("Origin", "")
        if origin and not self._known(host_name(parts_of(origin).netloc)):
            return f"Origin {origin!r} may not use this gateway from a browser"
        return None

    def inside(self, target: str) -> str:
        """Return what a request target asks for below our root; "" if it is for another host.

        Clients that take us for their forward proxy send the whole address (RFC 9112 section 3.2.2).
        """
        scheme, found, rest = target.partition("://")
        if not found or scheme.lower() not in ("http", "https"):
            return target
        end = min((rest.index(mark) for mark in "/?#" if mark in rest), default=len(rest))
        authority, rest = rest[:end], rest[end:]
        if "@" in authority or not self._known(host_name(authority)):
            return ""
        return rest if rest.startswith("/") else f"/{rest}"

    def _known(self, name: str) -> bool:
        if name in self._names:
            return True
        if self.local or not name:
            return False
        try:  # an address cannot be rebound, only names can
            ipaddress.ip_address(name.strip("[]"))
        except ValueError:
            return False
        return True

    def peer(self, address: str | None, headers: Headers) -> str | None:
        """Return the caller's address: the connection's, or what a trusted forwarder says.

        Forwarders pass on what callers wrote, in the line before their own or in the header that is not
        theirs: the last address counts, and where both headers are there and differ, neither.
        """
        if not address or not self._forwarders or not self._trusted(address):
            return address
        found = {self._nearest(hops) or address for hops in _told(headers)}
        return found.pop() if len(found) == 1 else UNKNOWN if found else address

    def here(self, address: str | None, headers: Headers) -> bool:
        """Return whether a caller is on this machine, and nobody stands in between who may let others in."""
        if not self.local or not is_loopback(address or ""):
            return False
        if host_name(headers.get("Host", "")) not in LOOPBACK_NAMES:  # by a name that others may have, too
            return False
        return _FORWARDED.isdisjoint(name.lower() for name, _ in headers.items())

    def _nearest(self, hops: list[str]) -> str | None:
        """Return the nearest hop that is not one of ours."""
        return next((hop for hop in reversed(hops) if not self._trusted(hop)), None)

    def _trusted(self, address: str) -> bool:
        try:
            parsed = ipaddress.ip_address(address.strip("[]"))
        except ValueError:
            return False
        return any(parsed in network for network in self._forwarders)


def _told(headers: Headers) -> Iterator[list[str]]:
    """Yield for whom a request is forwarded, the nearest last, by each of the headers that tell."""
    lines: dict[str, list[str]] = {}
    for name, value in headers.items():
        lines.setdefault(name.lower(), []).append(value)
    if "forwarded" in lines:
        yield list(_forwarded_for(",".join(lines["forwarded"])))
    if "x-forwarded-for" in lines:
        hops = ",".join(lines["x-forwarded-for"]).split(",")
        yield [_without_port(hop.strip()) for hop in hops if hop.strip()]


def _forwarded_for(header: str) -> Iterator[str]:
    """Yield the addresses of `for=` in a Forwarded header, without ports and brackets."""
    for pair in header.replace(",", ";").split(";"):
        name, _, value = pair.strip().partition("=")
        if name.lower() == "for":
            yield _without_port(value.strip().strip('"'))


def _without_port(hop: str) -> str:
    """Return the address of a hop without port and brackets: one caller is one, from whichever port."""
    return hop if hop.count(":") > 1 and not hop.startswith("[") else host_name(hop).strip("[]")
