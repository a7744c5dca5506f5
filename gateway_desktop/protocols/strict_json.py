"""JSON of which no two parsers can think differently: UTF-8, no key twice at any depth, no NaN."""

import json
from typing import Any

from gateway_desktop.core.errors import Malformed
from gateway_desktop.core.spelling import without_halves

_MOST_DIGITS = 1_000  # of a number: reading one takes as long as its length, squared


def strict(body: bytes) -> Any:
    """Return the decoded body; raise Malformed naming the place.

    At every depth, unlike `JsonBody`: the second `name` of a tool's call, or an address for notifications in
    a second `configuration`, would be checked by nobody and obeyed by some.
    """
    try:
        value = _decoder.decode(body.decode())
        return without_halves(value) if b"\\ud" in body or b"\\uD" in body else value
    except UnicodeDecodeError as error:
        raise Malformed("The request is not valid JSON: not UTF-8", f"byte {error.start}") from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno} column {error.colno}"
        raise Malformed(f"The request is not valid JSON: {error.msg}", place) from error
    except ValueError as error:  # a number of a thousand digits
        raise Malformed("The request is not valid JSON: a number is too long") from error
    except RecursionError as error:
        raise Malformed("The request is nested too deeply") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:  # once through: a body may hold a million keys
            if name in seen:
                raise Malformed("A key stands twice in the request", f"'{name[:80]}'")
            seen.add(name)
    return found


def _integer(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise ValueError(digits[:_MOST_DIGITS])
    return int(digits)


def _constant(constant: str) -> None:
    raise Malformed(f"The request is not valid JSON: {constant}")


_decoder = json.JSONDecoder(object_pairs_hook=_object, parse_int=_integer, parse_constant=_constant)
