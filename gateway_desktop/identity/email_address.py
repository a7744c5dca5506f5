"""E-mail addresses: which text is one, and how it is compared."""

from unicodedata import normalize

_LONGEST = 254  # RFC 5321 section 4.5.3.1.3


def address_of(given: object) -> str:
    """Return the address in lower case, or nothing where it is none.

    A letter may be written as one or with its accents apart (NFC, NFD: RFC 6532 section 3.1). Letters that
    stand for others are of another mailbox than the one they look like: the Kelvin sign becomes a `k`.
    """
    text = given.strip() if isinstance(given, str) and len(given) <= 2 * _LONGEST else ""
    local, _, domain = text.partition("@")
    fits = local and domain and "@" not in domain and len(text) <= _LONGEST
    composed = normalize("NFC", text)
    if not fits or " " in text or not text.isprintable() or normalize("NFKC", text) != composed:
        return ""
    if text not in (composed, normalize("NFD", composed)):
        return ""
    return composed.lower()
