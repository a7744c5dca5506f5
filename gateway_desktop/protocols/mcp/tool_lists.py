"""Lists that servers give of themselves with entries left out; the bytes of all others stay as they are."""

from collections.abc import Callable

import msgspec

from gateway_desktop.core.errors import Failure, Malformed, UpstreamFailed
from gateway_desktop.protocols.json_body import JsonBody, decoded

_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])
_LIST = msgspec.json.Decoder(list[msgspec.Raw])
NAMED_BY = {
    "tools": "name",
    "prompts": "name",
    "resources": "uri",
    "resourceTemplates": "uriTemplate",
    "tasks": "taskId",
}


def without_tools(message: bytes, may_see: Callable[[str], bool]) -> bytes:
    """Return the answer to `tools/list` with those tools only; the same object if none is left out."""
    return sifted(message, "tools", may_see)


def sifted(message: bytes, member: str, may_see: Callable[[str], bool]) -> bytes:
    """Return the answer with those entries of `result[member]` only; the same object if none is left out.

    An entry without a name that can be read is left out, and what stands in place of a list. Raises
    UpstreamFailed where the answer cannot be read: what cannot be sifted does not pass.
    """
    try:
        members, plain = _read_once(message, "result")
        if not _is_object(members.get("result")):
            return message if plain else msgspec.json.encode(members)
        result, plain_inside = _read_once(bytes(members["result"]), member)
        listed = _LIST.decode(result[member]) if member in result else None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _sifted_leniently(message, member, may_see)
    kept = [one for one in listed or () if (name := _name(one, member)) is not None and may_see(name)]
    if len(kept) == len(listed or ()) and plain and plain_inside:
        return message
    if listed is not None:
        result[member] = msgspec.Raw(msgspec.json.encode(kept))
    members["result"] = msgspec.Raw(msgspec.json.encode(result))
    return msgspec.json.encode(members)


def _read_once(data: bytes, member: str) -> tuple[dict[str, msgspec.Raw], bool]:
    """Return the members of an object, and whether every parser finds them so.

    Some take the first of two keys, some take `Tools` for `tools`: a list nobody sifted could hide there.
    """
    found = _OBJECT.decode(data)
    others = [name for name in found if name != member and name.lower() == member.lower()]
    for name in others:
        del found[name]
    try:
        JsonBody(data)
    except Malformed:  # a key stands twice
        return found, False
    return found, not others


def _sifted_leniently(message: bytes, member: str, may_see: Callable[[str], bool]) -> bytes:
    """Do the same where the bytes are not what the standard asks for, as halves of surrogate pairs are."""
    try:
        value = decoded(message)
    except ValueError as error:
        raise UpstreamFailed(Failure.BROKEN, "The server's list cannot be read") from error
    result = value.get("result") if isinstance(value, dict) else None
    if isinstance(result, dict) and member in result:
        listed = result[member]
        named = [(one, name_of(one, member)) for one in listed] if isinstance(listed, list) else []
        result[member] = [one for one, name in named if name is not None and may_see(name)]
    return msgspec.json.encode(value)


def name_of(entry: object, member: str) -> str | None:
    """Return what an entry is asked for by, or None where that cannot be read."""
    name = entry.get(NAMED_BY[member]) if isinstance(entry, dict) else None
    return name if isinstance(name, str) else None


def _is_object(raw: msgspec.Raw | None) -> bool:
    return raw is not None and bytes(raw).lstrip()[:1] == b"{"


def _name(entry: msgspec.Raw, member: str) -> str | None:
    try:
        return name_of(msgspec.json.decode(entry), member)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
