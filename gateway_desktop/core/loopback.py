"""Which addresses only this machine can reach, and which are of the public internet."""

import ipaddress
from urllib.parse import SplitResult

# Those whose last 32 bits are an address of IPv4: RFC 6052, and RFC 4291 section 2.5.5.1.
_WITH_IPV4 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("::/96"))
# A network's own translation (RFC 8215), and site-local addresses (RFC 3879), which Python takes for global.
_LOCAL = (ipaddress.ip_network("64:ff9b:1::/48"), ipaddress.ip_network("fec0::/10"))


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach that address."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def is_confidential(address: SplitResult) -> bool:
    """Return whether nobody on the way reads what is sent there: https, or http to this machine."""
    return address.scheme == "https" or (address.scheme == "http" and is_loopback(address.hostname or ""))


def is_public(address: str) -> bool:
    """Return whether an address is of the public internet, also inside IPv6's wrappings of IPv4.

    Raises:
        ValueError: it is a name, or nothing at all.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner is not None:
            return is_public(str(inner))
        if any(ip in network for network in _WITH_IPV4):
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        if any(ip in network for network in _LOCAL):
            return False
    return ip.is_global and not ip.is_multicast
