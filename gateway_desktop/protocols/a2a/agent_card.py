"""Agent cards: read one, and write the one that we serve, whose addresses lead back through the gateway.

Sources: A2A 0.3.0 section 5.5, A2A 1.0 sections 4.4 and 8; cards may be of both shapes at once.
"""

import copy
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from gateway_desktop.core.call import TextPart
from gateway_desktop.protocols.a2a.methods import WELL_KNOWN
from gateway_desktop.protocols.a2a.parts import rest_texts
from gateway_desktop.protocols.json_body import compact, decoded
from gateway_desktop.protocols.unread import holds_text

KEY_SCHEME = "gatewayKey"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})
_PORTS = {"http": 80, "https": 443}
_TOKEN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_")


@dataclass(frozen=True, slots=True)
class Interface:
    """One way to call an agent."""

    url: str
    transport: str  # JSONRPC, HTTP+JSON, GRPC, or something of their own
    path: str | None  # below the upstream, where the gateway can call it


@dataclass(frozen=True, slots=True)
class AgentCard:
    """An agent's card as it came, and what we need to know of it."""

    document: dict[str, Any]
    name: str
    skills: tuple[str, ...]
    interfaces: tuple[Interface, ...]
    signature: str = "none"  # none, valid, invalid, or why it could not be checked

    @property
    def paths(self) -> tuple[str, ...]:
        """Where below the upstream the agent can be called."""
        return tuple(interface.path or "" for interface in self.interfaces if _usable(interface))

    @property
    def left_out(self) -> tuple[str, ...]:
        """What the served card does not offer, in sentences."""
        return tuple(
            f"{interface.transport} at {interface.url}: {_why(interface)}"
            for interface in self.interfaces
            if not _usable(interface)
        )

    @property
    def key_header(self) -> str:
        """The header in which the agent wants an API key, or "" where a bearer token is what it takes."""
        schemes = self.document.get("securitySchemes")
        found = [_key_header(scheme) for scheme in schemes.values()] if isinstance(schemes, dict) else []
        return found[0] if found and all(found) else ""


def read_card(body: bytes, upstream: str) -> AgentCard:
    """Return the card; raise ValueError for what is none. `upstream` is the proxy's, as entered."""
    document = decoded(body)
    if not isinstance(document, dict) or not isinstance(document.get("name"), str):
        raise ValueError("it is not an agent card: a JSON object with a name")
    return card_of(document, upstream)


def card_of(document: dict[str, Any], upstream: str) -> AgentCard:
    """Return a card that was decoded already."""
    base = base_of(upstream)
    skills = document.get("skills")
    names = [
        str(skill.get("name") or skill.get("id") or "")
        for skill in (skills if isinstance(skills, list) else ())
        if isinstance(skill, dict)
    ]
    interfaces = tuple(
        Interface(url, transport, path_below(base, url)) for url, transport in _interfaces(document)
    )
    return AgentCard(document, str(document.get("name", "")), tuple(names), interfaces)


def base_of(upstream: str) -> str:
    """Return the base that an upstream entered as base or as address of a card means."""
    for known in WELL_KNOWN:
        if upstream.endswith(known):
            return upstream.removesuffix(known)
    return upstream.rpartition("/")[0] if upstream.endswith(".json") else upstream.rstrip("/")


def card_urls(upstream: str) -> tuple[str, ...]:
    """Return where the card may be, best first."""
    if upstream.endswith(".json"):
        return (upstream,)
    return tuple(upstream.rstrip("/") + known for known in WELL_KNOWN)


def same_origin(base: str, url: str) -> bool:
    """Return whether two addresses are of the same scheme, host and port."""
    try:
        at, to = urlsplit(base), urlsplit(url)
        return _origin(at.scheme, at.hostname, at.port) == _origin(to.scheme, to.hostname, to.port)
    except ValueError:
        return False


def path_below(base: str, url: str) -> str | None:
    """Return the path of an address below the base, or None for another host, or beside the base."""
    try:
        at, to = urlsplit(base), urlsplit(urljoin(base + "/", url))
        same = _origin(at.scheme, at.hostname, at.port) == _origin(to.scheme, to.hostname, to.port)
    except ValueError:
        return None
    inside = to.path == at.path or to.path.startswith(at.path.rstrip("/") + "/")
    if not same or not inside or to.username is not None or ".." in to.path.split("/"):
        return None
    path = to.path[len(at.path.rstrip("/")) :]
    return f"{path}?{to.query}" if to.query else path


def upstream_url(upstream: str, paths: tuple[str, ...], path: str, query: str) -> str:
    """Return where a request for this path goes: an agent's own spelling of its address counts, with or
    without a slash at the end.
    """
    bare = path.rstrip("/")
    if path not in paths:
        path = next((known for known in paths if "?" not in known and known.rstrip("/") == bare), path)
    url = base_of(upstream) + path
    return f"{url}?{query}" if query else url


def served(card: AgentCard, address: str, *, push: bool, keyed: bool) -> dict[str, Any]:
    """Return the card that callers get. `address` is the proxy's, without a slash at its end.

    Unsigned: the agent's signature is about other addresses than these. `keyed`: a key of ours is wanted,
    instead of whatever the agent wants, which we add.
    """
    document = copy.deepcopy(card.document)
    document.pop("signatures", None)
    usable = [interface for interface in card.interfaces if _usable(interface)]
    mapped = {interface.url: f"{address}{interface.path}" for interface in usable}
    newer = isinstance(document.get("supportedInterfaces"), list)
    if newer:
        document["supportedInterfaces"] = _rewritten(
            document["supportedInterfaces"], mapped, "protocolBinding"
        )
    if isinstance(document.get("additionalInterfaces"), list):
        document["additionalInterfaces"] = _rewritten(document["additionalInterfaces"], mapped, "transport")
    older = "url" in document
    if older:
        _rewrite_main(document, mapped, usable)
    capabilities = document.get("capabilities")
    if not push and isinstance(capabilities, dict):
        capabilities["pushNotifications"] = False
    # Agents that give callers of each version a card of its own give us 0.3's, which says it elsewhere.
    if newer and document.get("supportsAuthenticatedExtendedCard") is True and isinstance(capabilities, dict):
        capabilities.setdefault("extendedAgentCard", True)
    _announce(document, newer=newer, older=older or not newer, keyed=keyed)
    return document


def _interfaces(document: dict[str, Any]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if isinstance(document.get("url"), str):
        found.append((document["url"], str(document.get("preferredTransport") or "JSONRPC")))
    for name, binding in (("supportedInterfaces", "protocolBinding"), ("additionalInterfaces", "transport")):
        listed = document.get(name)
        found.extend(
            (entry["url"], str(entry.get(binding) or ""))
            for entry in (listed if isinstance(listed, list) else ())
            if isinstance(entry, dict) and isinstance(entry.get("url"), str)
        )
    return list(dict.fromkeys(found))


def _usable(interface: Interface) -> bool:
    return interface.path is not None and interface.transport.upper() != "GRPC"


def _why(interface: Interface) -> str:
    if interface.transport.upper() == "GRPC":
        return "gRPC is not proxied"
    return "it is not below the proxy's upstream"


def _rewritten(listed: list[Any], mapped: dict[str, str], binding: str) -> list[Any]:
    return [
        {**entry, "url": mapped[entry["url"]]}
        for entry in listed
        if isinstance(entry, dict)
        and entry.get("url") in mapped
        and str(entry.get(binding) or "").upper() != "GRPC"
    ]


def _rewrite_main(document: dict[str, Any], mapped: dict[str, str], usable: list[Interface]) -> None:
    url, transport = document["url"], str(document.get("preferredTransport") or "JSONRPC")
    if any(interface.url == url and interface.transport == transport for interface in usable):
        document["url"] = mapped[url]
    elif usable:
        document["url"] = mapped[usable[0].url]
        document["preferredTransport"] = usable[0].transport
    else:
        document["url"] = ""


def _announce(document: dict[str, Any], *, newer: bool, older: bool, keyed: bool) -> None:
    """Say how to sign in here; of what the agent wants nothing is left, we do that."""
    for name in ("securitySchemes", "security", "securityRequirements"):
        document.pop(name, None)
        for skill in document["skills"] if isinstance(document.get("skills"), list) else ():
            if isinstance(skill, dict):
                skill.pop(name, None)
    if not keyed:
        return
    about = "A key of Gateway Desktop (gwd_...)"
    # Of both shapes always: over HTTP+JSON some clients of 0.3 read cards in the shape of 1.0.
    scheme: dict[str, Any] = {"httpAuthSecurityScheme": {"scheme": "bearer", "description": about}}
    if newer:
        document["securityRequirements"] = [{"schemes": {KEY_SCHEME: {"list": []}}}]
    if older:
        scheme |= {"type": "http", "scheme": "bearer", "description": about}
        document["security"] = [{KEY_SCHEME: []}]
    document["securitySchemes"] = {KEY_SCHEME: scheme}


def _key_header(scheme: object) -> str:
    """Return the header of an API key scheme, of either shape, if it is one that a header can have."""
    if not isinstance(scheme, dict):
        return ""
    inner = scheme.get("apiKeySecurityScheme")
    found = inner if isinstance(inner, dict) else scheme if scheme.get("type") == "apiKey" else {}
    if (found.get("location") or found.get("in")) != "header":
        return ""
    name = str(found.get("name") or "")
    fits = bool(name) and set(name.lower()) <= _TOKEN
    return name if fits and ("key" in name.lower() or "token" in name.lower()) else ""


def _origin(scheme: str, host: str | None, port: int | None) -> tuple[str, str, int | None]:
    name = (host or "").lower()
    return scheme, "loopback" if name in _LOOPBACK else name, port or _PORTS.get(scheme)


# What is read by itself, or is the language of machines.
_OF_SKILL = frozenset({"id", "name", "description", "examples", "inputModes", "outputModes", "security"})
_OF_INTERFACE = frozenset({"url", "transport", "protocolBinding", "protocolVersion", "tenant"})
_OF_CARD = frozenset(
    {"name", "description", "skills", "url", "supportedInterfaces", "additionalInterfaces", "protocolVersion"}
    | {"version", "preferredTransport", "defaultInputModes", "defaultOutputModes", "signatures", "iconUrl"}
    | {"securitySchemes", "security", "securityRequirements"}
)


def card_texts(card: dict[str, Any]) -> list[TextPart]:
    """Return what a card says of the agent and its skills: descriptions, which models read as orders."""
    texts = [
        TextPart(f"/{name}", "tool_description", _said(card.get(name))) for name in ("name", "description")
    ]
    skills = card.get("skills")
    for index, skill in enumerate(skills if isinstance(skills, list) else ()):
        if not isinstance(skill, dict):
            continue
        tool = _said(skill.get("id"))
        for name in ("name", "description"):
            place = f"/skills/{index}/{name}"
            texts.append(TextPart(place, "tool_description", _said(skill.get(name)), tool))
        for at, example in enumerate(skill["examples"] if isinstance(skill.get("examples"), list) else ()):
            texts.append(TextPart(f"/skills/{index}/examples/{at}", "tool_description", _said(example), tool))
        rest = rest_texts(skill, _OF_SKILL, f"/skills/{index}", "tool_description")
        texts += [part._replace(tool=tool) for part in rest]
    for name in ("supportedInterfaces", "additionalInterfaces"):
        for index, entry in enumerate(card[name] if isinstance(card.get(name), list) else ()):
            if isinstance(entry, dict):
                texts += rest_texts(entry, _OF_INTERFACE, f"/{name}/{index}", "tool_description")
    texts += rest_texts(card, _OF_CARD, "", "tool_description")
    return [text for text in texts if text.text]


def _said(value: object) -> str:
    return value if isinstance(value, str) else compact(value) if holds_text(value) else ""
