"""The strings of a whole statement: after a value broke out of one they do not fit together."""

import re2

from gateway_desktop.core.finding import Evidence, Family, Level
from gateway_desktop.inspection.expression import compiled
from gateway_desktop.inspection.kind import Kind

_BROKEN = Kind(
    Family.SQL_INJECTION,
    "broken_literal",
    Level.MEDIUM,
    0.8,
    Evidence.STRUCTURE,
    "A string of the statement ends where it should not",
)
_TOKENS = r"'(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.|\"\")*\"|`[^`]*`|--[^\n]*|/\*[\s\S]*?\*/"
_ODD = r"(?:<=>|<<|>>|<=|>=|<>|!=|[<>&/*^%]|&&|\bdiv\b|\bmod\b|\bxor\b|\bsounds\s+like\b|\beqv\b|\bimp\b)"
_GAP = r"[\s~!+@(-]*"
# Of what is left, strings as \x00: two in a row, one that goes on, is calculated with or is a condition.
_TORN = (
    r"\x00\s?\x00|\x00[a-z0-9_@{]|['\"]"
    r"|\x00\s*" + _ODD + _GAP + r"(?:\x00|\d|@|null\b|true\b|binary\b|column\b|current_)"
    r"|(?:<<|>>|&&|[\d\w)\s][*/^&]|\bdiv\b|\bxor\b|\beqv\b|\bimp\b|\bsounds\s+like\b)" + _GAP + r"\x00"
    r"|\x00\s*-" + _GAP + r"(?:\x00|@|0\b)|\x00\s*\*\s*\w"
    r"|\b(?:and|or|xor|where)\b\s*\x00\s*(?:and\b|or\b|xor\b|group\b|order\b|limit\b|;|\)|$)"
    r"|\x00\s+is\s+[\d\x00]|\bor\s*[+~!-]\s*\d+\s*=[+~!-]?\s*\x00"
)


def _compiled(expression: str) -> re2._Regexp:
    return compiled(expression.encode(), ignore_case=True)


_LITERALS, _WRONG = _compiled(_TOKENS), _compiled(_TORN)
_BETWEEN = _compiled(r"\bbetween\s+\x00\s+and\s+\x00")
_NAME = _compiled(r"^[\"`][a-z_][\w $.-]{0,63}[\"`]$")


def broken(data: bytes) -> Kind | None:
    """Return what is wrong if a statement's strings do not fit together."""
    if b"'" not in data and b'"' not in data:
        return None
    single = b"'" in data

    def marked(match: "re2._Match") -> bytes:
        token: bytes = match.group()
        if token[:1] in (b"-", b"/"):
            return b" "
        after = data[match.end() : match.end() + 1]
        before = data[match.start() - 1 : match.start()] if match.start() else b""
        is_key = data[max(0, match.start() - 4) : match.start()].rstrip().endswith((b"->", b"->>"))
        is_name = (
            is_key
            or token[:1] == b"`"
            or (token[:1] == b'"' and (single or b"." in (before, after)) and _NAME.search(token))
        )
        return b"x" if is_name else b"\x00"

    return _BROKEN if _WRONG.search(_BETWEEN.sub(b"x", _LITERALS.sub(marked, data))) else None
