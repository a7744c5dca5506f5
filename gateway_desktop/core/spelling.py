"""Names in other spellings: what a server might take for the same."""

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=4096)
def alike(name: str) -> str:
    """Return the name without what servers may overlook: case, width, characters that nobody sees."""
    seen = "".join(letter for letter in name if unicodedata.category(letter) not in ("Cf", "Cc"))
    return unicodedata.normalize("NFKC", seen).casefold().strip()
