"""E-mail addresses: which text is one, and how it is compared."""

from unicodedata import normalize

_LONGEST = 254  # RFC 5321 section 4.5.3.1.3


def address_of(given: object) -> str:
    """Return the address in lower case, or nothing where it is none.

    Letters that stand for others (NFKC) are of another mailbox than the one they look like: in lower case
    the Kelvin sign is a `k`.
    """
    text = given.strip() if isinstance(given, str) and len(given) <= 2 * _LONGEST else ""
    local, _, domain = text.partition("@")
    fits = local and domain and "@" not in domain and len(text) <= _LONGEST
    if not fits or " " in text or not text.isprintable() or normalize("NFKC", text) != text:
        return ""
    return text.lower()
