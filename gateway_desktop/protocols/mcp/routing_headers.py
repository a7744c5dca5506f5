"""Headers that mirror the body (MCP 2026-07-28, transports): where they disagree, nobody is believed."""

import base64
import binascii

from gateway_desktop.core.exchange import RequestHead
from gateway_desktop.protocols.json_rpc import Message, RpcMalformed
from gateway_desktop.protocols.mcp.methods import NAMED_BY

MODERN = "2026-07-28"
HEADER_MISMATCH = -32020
VERSION_META = "io.modelcontextprotocol/protocolVersion"
CAPABILITIES_META = "io.modelcontextprotocol/clientCapabilities"
MIRRORED = ("tools/call", "resources/read", "prompts/get", "tasks/get", "tasks/update", "tasks/cancel")


def version_of(head: RequestHead, message: Message | None) -> str:
    """Return the protocol version that a request names: header, `_meta` or `initialize`; "" if none."""
    if version := head.headers.get("MCP-Protocol-Version", ""):
        return version.strip()
    if message is None:
        return ""
    named = meta_version(message) or message.params.get("protocolVersion")
    return named if isinstance(named, str) else ""


def meta_version(message: Message) -> object:
    """Return the version in a request's `_meta`."""
    meta = message.params.get("_meta")
    return meta.get(VERSION_META) if isinstance(meta, dict) else None


def is_modern(version: str) -> bool:
    """Return whether a revision is stateless; dates compare as texts."""
    return len(version) == 10 and version >= MODERN


def check(head: RequestHead, message: Message) -> None:
    """Raise RpcMalformed (-32020) where a header says another thing than the body."""
    id = message.id or "null"
    if (method := head.headers.get("Mcp-Method", "")) and decoded_value(method) != message.method:
        raise _mismatch("Mcp-Method", "method", id)
    name = head.headers.get("Mcp-Name", "")
    if (
        name
        and message.method in MIRRORED
        and decoded_value(name) != message.params.get(NAMED_BY[message.method])
    ):
        raise _mismatch("Mcp-Name", f"params/{NAMED_BY[message.method]}", id)
    version = head.headers.get("MCP-Protocol-Version", "").strip()
    within = meta_version(message)
    if version and isinstance(within, str) and within != version:
        raise _mismatch("MCP-Protocol-Version", "params/_meta", id)


def decoded_value(value: str) -> str | None:
    """Return a header's value, `=?base64?...?=` decoded; None if that cannot be."""
    value = value.strip()
    if not (value.startswith("=?base64?") and value.endswith("?=") and len(value) >= 11):
        return value
    inner = value[9:-2]
    try:
        found = base64.b64decode(inner, validate=True)
        return found.decode() if base64.b64encode(found).decode() == inner else None
    except (binascii.Error, ValueError):
        return None


def _mismatch(header: str, place: str, id: str) -> RpcMalformed:
    return RpcMalformed(HEADER_MISMATCH, f"The header {header} and the body disagree", f"/{place}", id=id)
