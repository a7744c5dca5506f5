"""Settings of the traffic: where the gateway listens, how it calls upstreams, what agents may do."""

from dataclasses import dataclass

from gateway_desktop.core.setting import setting


@dataclass(frozen=True, slots=True)
class Listen:
    """Listening"""

    host: str = setting(
        "127.0.0.1", "Address", help="Only this machine, unless you say otherwise.", machine=True
    )
    port: int = setting(8899, "Port", minimum=1, maximum=65535, machine=True)
    tls_ends_in_front: bool = setting(
        False,
        "TLS ends in front of the gateway",
        help="Only if something you trust in front of it speaks TLS. Without this, an address other than "
        "this machine's own is served with TLS.",
        machine=True,
    )
    certificate: str = setting(
        "",
        "Certificate file",
        help="PEM. Empty: a self-signed one is made for addresses beyond this machine.",
        file=True,
        machine=True,
    )
    certificate_key: str = setting("", "Certificate key file", help="PEM.", file=True, machine=True)
    trusted_proxies: str = setting(
        "",
        "Trusted forwarders",
        help="Addresses or networks, separated by spaces, whose Forwarded headers count.",
        machine=True,
    )
    allowed_hosts: str = setting(
        "",
        "Further host names",
        help="Names, separated by spaces, under which tools may reach the gateway, besides its address and "
        "public URL.",
        machine=True,
    )


@dataclass(frozen=True, slots=True)
class Upstream:
    """Upstream calls"""

    max_body_mb: int = setting(64, "Largest request body", minimum=1, maximum=512, unit="MB")
    connect_timeout: int = setting(10, "Time to connect", minimum=1, maximum=300, unit="s")
    read_timeout: int = setting(
        600,
        "Longest silence",
        help="Between two pieces of an answer, or of a request, where it is a minute at most.",
        minimum=1,
        maximum=7200,
        unit="s",
    )
    ca_file: str = setting(
        "",
        "Extra certificate authorities",
        help="PEM file, beside the system's own.",
        file=True,
        machine=True,
    )


@dataclass(frozen=True, slots=True)
class Agents:
    """Agents"""

    push_hosts: str = setting(
        "",
        "Hosts for push notifications",
        help="Names, separated by spaces, that agents may be told to call past the gateway. Empty: none. "
        "Private addresses are refused, unless notifications come through the gateway.",
    )
    push_through: bool = setting(
        False,
        "Notifications come through the gateway",
        help="Agents are told an address of this gateway, which they must be able to reach. What they send "
        "there is looked at, recorded, and passed on to the host that the caller named, if it is listed.",
    )
    sign_cards: bool = setting(
        False,
        "Sign agent cards",
        help="Cards lead back through the gateway, so the agent's own signature no longer fits. On: they are "
        "signed by a key of this gateway, unless the agent's signature is wrong. Off: they are unsigned.",
    )
