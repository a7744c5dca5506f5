"""Names in other spellings: what a server might take for the same. Texts that are none: halves of letters."""

import unicodedata
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=4096)
def alike(name: str) -> str:
    """Return the name without what servers may overlook: case, width, characters that nobody sees."""
    seen = "".join(letter for letter in name if unicodedata.category(letter) not in ("Cf", "Cc"))
    return unicodedata.normalize("NFKC", seen).casefold().strip()


def without_halves(value: Any) -> Any:
    """Return a value of JSON whose texts can be written as UTF-8.

    Halves of surrogate pairs come from clients that cut a text, and from bytes in headers that are no ASCII.
    """
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {without_halves(key): without_halves(inner) for key, inner in value.items()}
    return [without_halves(inner) for inner in value] if isinstance(value, list | tuple) else value
