"""Expression: a pattern that a person wrote, on RE2 in time linear in the text, or refused with a reason."""

from functools import lru_cache

import re2

from gateway_desktop.core.errors import ConfigurationError

LONGEST = 2_000
_MEMORY = 8 << 20
MOST = 200  # places in one text
_CANNOT = (
    ("(?=", "look-ahead"),
    ("(?!", "look-ahead"),
    ("(?<=", "look-behind"),
    ("(?<!", "look-behind"),
    ("(?>", "an atomic group"),
    ("(?(", "a conditional group"),
    ("(?R", "recursion"),
    *((f"\\{digit}", "a reference back to a group") for digit in range(1, 10)),
    ("(?P=", "a reference back to a group"),
)


class Expression:
    """One compiled pattern."""

    def __init__(self, pattern: str) -> None:
        self._compiled = _compiled(pattern)

    def places(self, text: str) -> list[tuple[int, int]]:
        """Return where the pattern stands, as characters; empty matches are none."""
        found: list[tuple[int, int]] = []
        for match in self._compiled.finditer(text):
            start, end = match.span()
            if end > start:
                found.append((start, end))
            if len(found) == MOST:
                break
        return found


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> "re2._Regexp":
    """Compile, or raise ConfigurationError that says why this cannot be."""
    if len(pattern) > LONGEST:
        raise ConfigurationError("", f"is longer than {LONGEST} characters")
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        said = error.args[0] if error.args else error
        words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        raise ConfigurationError("", f"cannot be used: {words}{_reason(pattern)}") from None


def _reason(pattern: str) -> str:
    for sign, name in _CANNOT:
        if sign in pattern:
            return f" ({name} is not offered: a text could make it take endless time)"
    return ""
