"""Lists of tools with some of them left out; the bytes of all others stay as they are."""

from collections.abc import Callable
from typing import Any

import msgspec

_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])
_LIST = msgspec.json.Decoder(list[msgspec.Raw])


def without_tools(message: bytes, may_see: Callable[[str], bool]) -> bytes:
    """Return the answer to `tools/list` with those tools only; the same object if none is left out.

    A tool without a name that can be read is left out; an answer that is no list of tools passes as it is.
    """
    try:
        members = _OBJECT.decode(message)
        result = _OBJECT.decode(members["result"])
        tools = _LIST.decode(result["tools"])
    except (KeyError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return message
    kept = [tool for tool in tools if (name := _name(tool)) is not None and may_see(name)]
    if len(kept) == len(tools):
        return message
    result["tools"] = msgspec.Raw(msgspec.json.encode(kept))
    members["result"] = msgspec.Raw(msgspec.json.encode(result))
    return msgspec.json.encode(members)


def _name(tool: msgspec.Raw) -> str | None:
    try:
        value: Any = msgspec.json.decode(tool)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    name = value.get("name") if isinstance(value, dict) else None
    return name if isinstance(name, str) else None
