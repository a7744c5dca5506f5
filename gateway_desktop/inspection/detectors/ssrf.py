"""Ssrf: addresses that lead inside, in arguments that a tool would fetch (CWE-918)."""

import ipaddress
from urllib.parse import SplitResult, unquote, urlsplit

from gateway_desktop.core.finding import Context, Evidence, Family, Finding, Level, Passage
from gateway_desktop.inspection.arguments import Role, role_of
from gateway_desktop.inspection.expression import compiled
from gateway_desktop.inspection.kind import Kind
from gateway_desktop.inspection.normalize import Normal
from gateway_desktop.inspection.patterns import PatternSet

_LONGEST = 4_000
_MOST = 20


def _kind(name: str, severity: Level, confidence: float, why: str) -> Kind:
    return Kind(Family.SSRF, name, severity, confidence, Evidence.STRUCTURE, why)


_METADATA = _kind(
    "metadata_service", Level.CRITICAL, 0.97, "It asks a cloud's metadata service, which gives credentials"
)
_INSIDE = _kind("private_address", Level.LOW, 0.45, "It leads to an address of this machine or network")
_DISGUISED = _kind("disguised_address", Level.HIGH, 0.94, "It hides that it leads to this machine or network")
_SCHEME = _kind(
    "odd_scheme", Level.HIGH, 0.9, "A scheme by which a fetcher talks to other services or reads files"
)
_REBINDING = _kind("rebinding_name", Level.MEDIUM, 0.8, "A public name that means an inner address")
_CONFUSED = _kind(
    "confused_host", Level.HIGH, 0.85, "Two readers of this address would go to different hosts"
)

_ENTITY = _kind(
    "external_entity", Level.HIGH, 0.93, "XML that has a file or an address read, or grows without end"
)

_CONTROL = _kind(
    "inner_service",
    Level.HIGH,
    0.85,
    "It leads to an inner service that is no website, or gives control to whoever asks",
)

_ENTITIES = PatternSet(
    [
        # `SYSTEM "note.dtd"` and the public names of document types are everyday; another host's are not.
        r"<!(?:entity\s+(?:%\s+)?\S{1,40}|doctype\s+\S{1,40})\s+(?:system|public)\s+[\"'][^>]{0,200}(?:file:|php:|expect:|/etc/|https?://(?:\d|localhost|\[))"
        r"|<!doctype\s+\S{1,40}\s+system\s+[\"'](?:\w{2,10}:)?//"
        r"|<!entity\s+%?\s*\S{1,40}\s+system\b|<!entity\s+\S{1,40}\s+[\"'](?:&\w{1,20};){2}|<xi:include\b[^>]{0,200}\bhref\s*="
    ]
)
_ESCAPED = compiled(r"^[^\[]*%[0-9a-fA-F]{2}")  # in a host's name; zones of IPv6 stand in brackets
_SLASHES = compiled(r"^(https?|wss?|ftp):[/\\\\]*")  # as browsers and Node read them (WHATWG URL, 4.4)
_PASSED_ON = PatternSet([r"[?&][\w.-]{1,40}=([a-z]{2,10}(?::|%3a)(?:/|%2f){2}[^\s&#]{2,300})"])
_ADDRESS = PatternSet([r"\b([a-z][a-z0-9+.-]{1,20}:/{0,3}[^\s\"'<>]{2,500})"])
_SCHEMES = frozenset("gopher dict ldap ldaps tftp jar netdoc sftp imap smb phar expect ogg php".split())
_METADATA_HOSTS = frozenset(
    {"169.254.169.254", "metadata.google.internal", "metadata", "100.100.100.200", "169.254.170.2", "fd00:ec2::254",
     "metadata.azure.com", "192.0.0.192", "instance-data", "rancher-metadata", "metadata.goog", "metadata.tencentyun.com",
     "169.254.0.23", "169.254.42.42", "169.254.170.23", "168.63.129.16"}
)  # fmt: skip
_REBINDERS = tuple(".nip.io .xip.io .sslip.io .localtest.me .lvh.me .vcap.me .rbndr.us .1u.ms".split())
_THIS_MACHINE = frozenset({"localtest.me", "lvh.me"})  # themselves, too: they have no page of their own
_TOP = frozenset(
    {"com", "org", "net", "io", "dev", "app", "ai", "gov", "edu", "de", "uk", *"fr it es nl tr".split()}
)
# SSH, mail, Docker's API, databases, kubelet, memcached, Redis: no page of a developer is there.
_NO_PAGES = frozenset({22, 23, 25, 445, 2375, 2376, 3306, 3389, 5432, 6379, 10250, 10255, 11211, 27017})
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_TRANSLATED = ipaddress.IPv6Network("::ffff:0:0:0/96")
_FEW = 0xFFFF  # of IPv6's own: `::1`
_INNER = ("local", "internal", "localhost", "intranet", "svc")  # names that mean nothing outside


class Ssrf:
    """Looks at arguments that are addresses, or hold one."""

    contexts = frozenset({Context.TOOL_ARGUMENT})

    def find(self, passage: Passage, normal: Normal) -> list[Finding]:
        """Return the addresses that lead inside."""
        if len(passage.text) > _LONGEST or role_of(passage) not in (Role.URL, Role.VALUE, Role.PATH):
            return []
        found: dict[str, Finding] = {}
        for view in normal.views:
            if "<" in view.text and _ENTITIES.matching(view.data):
                start, end = next(_ENTITIES.spans(0, view.data))
                found.setdefault(_ENTITY.name, _ENTITY.found(passage, view, *view.characters(start, end)))
            if ":" not in view.text:
                continue
            for start, end in list(_ADDRESS.spans(0, view.data))[:_MOST]:
                url = view.data[start:end].decode("utf-8", "replace")
                kind = _passed_on(url) if _is_public(url) else judged(url) or _passed_on(url)
                if kind is not None:
                    begin, stop = view.characters(start, end)
                    if kind is _INSIDE and not passage.text[begin:stop].isascii():
                        kind = _DISGUISED  # letters and digits of other shapes that are read as these
                    found.setdefault(kind.name, kind.found(passage, view, begin, stop))
        return list(found.values())

    def warm(self) -> None:
        """Build the patterns."""
        _ADDRESS.warm()
        _ENTITIES.warm()
        _PASSED_ON.warm()


def _is_public(url: str) -> bool:
    """Return whether it is plain that an address has a public name; most have, and need no second look."""
    scheme, _, rest = url.lower().partition("://")
    host = rest.partition("/")[0]
    if scheme not in ("http", "https") or not host.replace("-", "").replace(".", "").isalnum():
        return False
    if host in _METADATA_HOSTS:
        return False
    first, _, last = host.rpartition(".")
    return bool(first) and last.isalpha() and last not in _INNER and not _rebinds(host)


def _passed_on(url: str) -> Kind | None:
    """Return what is wrong with an address that another one is given, to fetch it or to lead there.

    That a sign-in leads back to this machine is everyday.
    """
    data = url.encode("utf-8", "replace") if "?" in url else b""
    for start, end in _PASSED_ON.spans(0, data):
        kind = judged(unquote(data[start:end].decode("utf-8", "replace")))
        if kind in (_METADATA, _DISGUISED, _SCHEME):
            return kind
    return None


def judged(url: str) -> Kind | None:
    """Return what is wrong with an address."""
    url = _SLASHES.sub(r"\1://", url)
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").replace("\u3002", ".").rstrip(".")  # as IDNA reads it (RFC 3490, 3.1)
    except ValueError:
        return _CONFUSED if "@" in url or "[" in url else None
    if parts.scheme in _SCHEMES:
        return _SCHEME
    if parts.scheme == "file":
        return (
            _SCHEME
            if parts.netloc not in ("", "localhost") or parts.path.startswith(("/etc", "/proc", "/root"))
            else None
        )
    if parts.scheme not in ("http", "https", "ftp", "ws", "wss") or not host:
        return None
    if parts.fragment.startswith("@") and "." in parts.fragment:
        return _CONFUSED
    kind = _of_host(host, parts.netloc)
    return _CONTROL if kind is _INSIDE and _controls(parts) else kind


def _controls(parts: SplitResult) -> bool:
    """Return whether an inner address is one of a service that speaks no HTTP, or that obeys whoever asks."""
    try:
        port = parts.port
    except ValueError:
        return False
    path = parts.path.lower()
    in_cluster = "kubernetes" in parts.netloc and path.startswith("/api/")
    return port in _NO_PAGES or in_cluster or path.startswith("/latest/meta-data")


def _of_host(host: str, netloc: str) -> Kind | None:
    if host in _METADATA_HOSTS:
        return _METADATA
    user = netloc.rpartition("@")[0].partition(":")[0].lower()
    if (
        "\\" in netloc
        or netloc.count("@") > 1
        or _is_host(user)
        or _ESCAPED.search(netloc.rpartition("@")[2])
    ):
        return _CONFUSED
    if _rebinds(host):
        return _METADATA if "169.254.169.254" in host.replace("-", ".") else _REBINDING
    address, plain = _address(host)
    if address is None:
        return _INSIDE if host == "localhost" or host.rpartition(".")[2] in _INNER else None
    if str(address) in _METADATA_HOSTS:
        return _METADATA
    inner = address.is_private or address.is_loopback or address.is_link_local or address.is_unspecified
    if not inner:
        return None
    return _INSIDE if plain else _DISGUISED


def _rebinds(host: str) -> bool:
    """Return whether a public name means whatever address its owner or its own letters say."""
    return host in _THIS_MACHINE or host.endswith(_REBINDERS)


def _is_host(user: str) -> bool:
    """Return whether what stands before an @ is the name of a host: `http://localhost@evil.tld/`."""
    return (
        user == "localhost"
        or user in _METADATA_HOSTS
        or _address(user)[0] is not None
        or (user.count(".") > 0 and user.rpartition(".")[2] in _TOP)
    )


def _address(host: str) -> tuple[ipaddress.IPv4Address | ipaddress.IPv6Address | None, bool]:
    """Return the IP address that a host means, and whether it is written as everybody writes it."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return _as_numbers(host), False
    within = _within(address) if address.version == 6 else None
    return (within, False) if within is not None else (address, True)


def _within(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that one of IPv6 leads to (RFC 4291, 2.5.5; RFC 2765, 2.1; RFC 3056; RFC 6052, 2.1)."""
    number = int(address)
    if address in _NAT64 or address in _TRANSLATED or (number >> 32 == 0 and number > _FEW):
        return ipaddress.IPv4Address(number & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def _as_numbers(host: str) -> ipaddress.IPv4Address | None:
    """Return what inet_aton makes of a host: up to four numbers, decimal, octal or hexadecimal."""
    pieces = host.split(".")
    if len(pieces) > 4 or not all(pieces):
        return None
    try:
        numbers = [
            int(piece, 0)
            if piece[:1] != "0" or len(piece) == 1
            else int(piece, 16 if piece[1] in "xX" else 8)
            for piece in pieces
        ]
    except ValueError:
        return None
    value = numbers[-1]
    for place, number in enumerate(numbers[:-1]):
        if number > 255:
            return None
        value += number << (24 - 8 * place)
    return ipaddress.IPv4Address(value) if 0 <= value < 1 << 32 else None
