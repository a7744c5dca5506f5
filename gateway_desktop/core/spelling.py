"""Names in other spellings: what a server might take for the same. Texts that hide; halves of letters."""

import unicodedata
from functools import lru_cache
from typing import Any


def _escaped(code: int) -> str:
    """Return the character as JSON writes it: in halves where it needs two."""
    units = chr(code).encode("utf-16-be")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


# What moves a terminal's cursor, colours, hides or turns round what is read: controls, marks of direction,
# letters without width, and tags. Those that scripts need to join letters stay.
_HIDING = {
    code: _escaped(code)
    for codes in (
        *(range(0x09), range(0x0B, 0x20), range(0x7F, 0xA0), range(0x2028, 0x202F), range(0x2066, 0x206A)),
        *((0x200B, 0x2060, 0xFEFF), range(0xE0000, 0xE0080)),
    )
    for code in codes
}

# Letters of other scripts that look like Latin ones.
LOOK_ALIKES = dict(
    zip(
        "аеорсухіјѕԁԛԝһгпкмтвьАВЕКМНОРСТУХІЈЅαοερνκιτυηχωβγςΑΒΕΖΗΙΚΜΝΟΡΤΥΧϲϳօսոցհյզӏıȷɡɑɩʟʀɪᴀᴄᴅᴇᴊᴋᴍᴏᴘᴛᴜᴠᴡᴢꜱʙꜰɢʜɴʏ",
        "aeopcyxijsdqwhrnkmtbbABEKMHOPCTYXIJSaoepvkituhxwbysABEZHIKMNOPTYXcjounghjzlijgailriacdejkmoptuvwzsbfghny",
        strict=True,
    )
)
_SEEN = str.maketrans(LOOK_ALIKES)
NONE_INVISIBLE = "none of them invisible, as those that join emoji are"  # what names are asked for


def plainly(text: str) -> str:
    """Return a text for a terminal or a log: what would hide or pretend is escaped as JSON does."""
    return text if text.isascii() and text.isprintable() else text.translate(_HIDING)


@lru_cache(maxsize=4096)
def alike(name: str) -> str:
    """Return the name without what servers may overlook: case, width, characters that nobody sees."""
    if name.isascii() and name.isprintable():
        return name.lower().strip()
    seen = "".join(letter for letter in name if unicodedata.category(letter) not in ("Cf", "Cc"))
    return unicodedata.normalize("NFKC", seen).casefold().strip()


def seen(name: str) -> str:
    """Return the name as people see it: letters that look like Latin ones are those (UTS 39)."""
    return name if name.isascii() else name.translate(_SEEN)


def without_halves(value: Any) -> Any:
    """Return a value of JSON whose texts can be written as UTF-8.

    Halves of surrogate pairs come from clients that cut a text, and from bytes in headers that are no ASCII.
    """
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {without_halves(key): without_halves(inner) for key, inner in value.items()}
    return [without_halves(inner) for inner in value] if isinstance(value, list | tuple) else value
