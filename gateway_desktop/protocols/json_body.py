"""Parse a JSON object once, keep every byte of it, and know where its members stand.

Only the first level is taken apart at first; members are decoded when somebody asks for them. A key that
stands twice, at any depth of what is asked for, is refused: each parser chooses which of them counts, so one
could be checked, the other obeyed.
"""

import json
from collections.abc import Iterator
from typing import Any

import msgspec

from gateway_desktop.core.errors import Malformed
from gateway_desktop.core.spelling import without_halves
from gateway_desktop.protocols.crowded import MOST_LISTS, TOO_MUCH, crowded
from gateway_desktop.protocols.strict_json import strict

_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ANY = msgspec.json.Decoder()
_SPACE = b" \t\n\r"
_MOST_MEMBERS = 10_000  # of the first level, which is followed member by member


def is_json(body: bytes) -> bool:
    """Return whether the body is JSON, if only for the most generous client (NaN)."""
    try:
        msgspec.json.decode(body, type=msgspec.Raw)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return lenient(body) is not None
    return True


def decoded(data: bytes | msgspec.Raw) -> Any:
    """Return the decoded value, also where only lenient parsers take it.

    Raises ValueError for no JSON, and for more of it than can be read in passing.
    """
    if len(memoryview(data)) >= MOST_LISTS and crowded(bytes(data)):
        raise ValueError(f"it {TOO_MUCH}")
    try:
        return _ANY.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raw = bytes(data)
        if not _may_hold_lone_surrogates(raw):
            raise ValueError(str(error)) from error
        return _ANY.decode(_repaired(raw)[0])
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def lenient(data: bytes) -> Any:
    """Return the decoded value as the most generous client reads it (NaN, any characters), or None.

    It is None, too, for more than can be read in passing.
    """
    try:
        return decoded(data)
    except ValueError:
        if crowded(data):
            return None
        try:
            text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
            return without_halves(json.loads(text, strict=False))
        except (ValueError, RecursionError):
            return None


def compact(value: object) -> str:
    """Return a decoded value as JSON text without spaces."""
    return msgspec.json.encode(value).decode()


class JsonBody:
    """The members of a JSON object, each decoded when asked for.

    By an answer (`checked=False`) nothing is allowed or refused, so keys that stand twice are not looked for:
    the walk that finds them is half of what it costs to read a short body.
    """

    __slots__ = ("_body", "_checked", "_exact", "_members")

    def __init__(self, body: bytes, *, checked: bool = True) -> None:
        self._body = body
        self._checked = checked
        self._exact = True  # the members are slices of the body
        try:
            self._members = _MEMBERS.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            self._members = self._lenient(error)
        else:
            if checked:
                self._check_keys()

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def get(self, name: str) -> Any:
        """Return the decoded member, or None; raise Malformed where it is not JSON after all."""
        raw = self._members.get(name)
        if raw is None:
            return None
        try:
            value = decoded(raw)
        except ValueError as error:
            raise Malformed(f"The request is not valid JSON: {error}", f"/{name}") from error
        if self._checked and isinstance(value, dict | list):
            _check_within(value, bytes(raw))
        return value

    def others(self, known: frozenset[str]) -> list[str]:
        """Return the names of the members that are none of these."""
        return [] if known.issuperset(self._members) else [name for name in self if name not in known]

    def size(self, name: str) -> int:
        """Return how many bytes a member's value has."""
        return len(memoryview(self._members[name]))

    def string(self, name: str) -> str:
        """Return the member if it is a string, else ""."""
        value = self.get(name)
        return value if isinstance(value, str) else ""

    def members(self, *names: str) -> dict[str, Any]:
        """Return those of the members that are there, decoded."""
        return {name: self.get(name) for name in names if name in self._members}

    def span(self, name: str) -> tuple[int, int] | None:
        """Return where the value of the member starts and ends in the body, if that is known."""
        if not self._exact or name not in self._members:
            return None
        start = _walk(self._body, self._members, until=name)
        return start, start + len(bytes(self._members[name]))

    def _check_keys(self) -> None:
        members = self._members
        # Two quotes, colon and comma a member: if that is the whole, there is no room for a second key.
        least = 1 + 4 * len(members)
        if len(members) > _MOST_MEMBERS:
            raise Malformed(f"The request has more than {_MOST_MEMBERS:,} members", "body", 413)
        for key, raw in members.items():
            least += len(key) + len(memoryview(raw))
            if len(key) == 5 and key != "model" and key.lower() == "model":
                # Go's encoding/json (Ollama) takes any case for the same key.
                raise Malformed("The key 'model' must be written in small letters", f"/{key}")
        if least != len(self._body) and members:
            _walk(self._body, members)

    def _lenient(self, error: Exception) -> dict[str, msgspec.Raw]:
        """Read what msgspec refuses and JavaScript writes: half of a surrogate pair in a cut string."""
        if not isinstance(error, msgspec.ValidationError) and _may_hold_lone_surrogates(self._body):
            try:
                strict(self._body)
                repaired, pairs = _repaired(self._body)
                members = _MEMBERS.decode(repaired)
            except (ValueError, RecursionError):
                raise _malformed(self._body, error) from error
            names = [name.lower() if name.lower() == "model" else name for name, _ in pairs]
            if len(set(names)) != len(names):
                raise Malformed("A key stands twice in the request") from error
            self._exact = False
            return members
        raise _malformed(self._body, error) from error


def _check_within(value: object, raw: bytes) -> None:
    """Refuse a key that stands twice at any depth: what has each key once is the same when written anew.

    But for spaces; and where escapes are written otherwise, all is read once more by the slower parser.
    """
    anew = msgspec.json.encode(value)
    if anew != raw and anew != msgspec.json.format(raw, indent=-1):
        strict(raw)


def _walk(body: bytes, members: dict[str, msgspec.Raw], until: str | None = None) -> int:
    """Follow the members through the body, to the value of `until` or the end; refuse a second key.

    A dict keeps each key where it first stood, with the value that stood last: only where keys are unique,
    both agree with the body all the way.
    """
    at = after_space(body, body.index(b"{") + 1)
    for key, raw in members.items():
        end = string_end(body, at)
        if (literal := _ANY.decode(body[at:end])) != key:
            raise Malformed("A key stands twice in the request", f"/{literal}")
        at = after_space(body, after_space(body, end) + 1)
        if key == until:
            return at
        value = bytes(raw)
        if not body.startswith(value, at):
            raise Malformed("A key stands twice in the request", f"/{key}")
        at = after_space(body, at + len(value))
        at = after_space(body, at + 1) if body[at] == 0x2C else at
    if body[at] != 0x7D:
        raise Malformed(
            "A key stands twice in the request", f"/{_ANY.decode(body[at : string_end(body, at)])}"
        )
    return at


def string_end(body: bytes, start: int) -> int:
    """Return where the string literal that starts here ends, behind its quote; raise ValueError for none."""
    end = body.index(b'"', start + 1)
    while _escaped(body, end):
        end = body.index(b'"', end + 1)
    return end + 1


def _escaped(body: bytes, at: int) -> bool:
    slashes = 0
    while body[at - 1 - slashes] == 0x5C:
        slashes += 1
    return slashes % 2 == 1


def after_space(body: bytes, at: int) -> int:
    """Return where something stands again, from there on."""
    while at < len(body) and body[at] in _SPACE:
        at += 1
    return at


def _may_hold_lone_surrogates(body: bytes) -> bool:
    return b"\\ud" in body or b"\\uD" in body


def _repaired(body: bytes) -> tuple[bytes, list[tuple[str, Any]]]:
    """Return the JSON with halves of surrogate pairs replaced, and the pairs of its outermost object."""
    outermost: list[tuple[str, Any]] = []

    def remember(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal outermost
        outermost = pairs  # the outermost object is closed last
        return dict(pairs)

    value = json.loads(body, object_pairs_hook=remember, parse_constant=_refuse)
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"), outermost


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _malformed(body: bytes, error: Exception) -> Malformed:
    """Say what is wrong with the body, and where."""
    if isinstance(error, msgspec.ValidationError):
        return Malformed("The request must be a JSON object")
    if isinstance(error, RecursionError):
        return Malformed("The request is nested too deeply")
    at = _error_offset(body, error)
    line = body.count(b"\n", 0, at) + 1
    column = at - body.rfind(b"\n", 0, at)
    what = str(error).split(" (byte ")[0].removeprefix("JSON is malformed: ")
    if isinstance(error, UnicodeDecodeError):
        what = "not UTF-8"
    return Malformed(f"The request is not valid JSON: {what}", f"line {line} column {column}")


def _error_offset(body: bytes, error: Exception) -> int:
    _, found, rest = str(error).rpartition("(byte ")
    if found:
        return int(rest.rstrip(")"))
    try:
        body.decode()
    except UnicodeDecodeError as bad:
        return bad.start
    return len(body)
