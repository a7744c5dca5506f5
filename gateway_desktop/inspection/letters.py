"""Letters: what each character is read as, by NFKC (UAX 15) and look-alikes (UTS 39)."""

import unicodedata

import re2

from gateway_desktop.core.spelling import LOOK_ALIKES

_KEPT = 20_000  # characters whose reading is remembered
_INVISIBLE = frozenset(
    chr(code)
    for first, last in (
        (0x00AD, 0x00AD),
        (0x034F, 0x034F),
        (0x061C, 0x061C),
        (0x115F, 0x1160),
        (0x17B4, 0x17B5),
        (0x180B, 0x180F),
        (0x200B, 0x200F),
        (0x202A, 0x202E),
        (0x2060, 0x206F),
        (0x3164, 0x3164),
        (0xFE00, 0xFE0F),
        (0xFEFF, 0xFEFF),
        (0xFFA0, 0xFFA0),
        (0xFFF9, 0xFFFB),
        (0xE0001, 0xE001F),
        (0xE007F, 0xE007F),
        (0xE0100, 0xE01EF),
    )
    for code in range(first, last + 1)
)
_DASHES = "‐‑‒–—―−﹘﹣－"
_QUOTES = {"‘": "'", "’": "'", "‚": "'", "‛": "'", "“": '"', "”": '"', "„": '"', "′": "'", "″": '"'}
_FEW = 24
_TAG = 0xE0000
_REGIONAL = 0x1F1E6  # the first of the letters that flags are made of
# Letters of other scripts, and with hooks and strokes that no alphabet of today has, put in the place of
# Latin ones for their looks (UTS 39); and white ones on black circles and squares, which NFKC leaves.
_DRESSED = dict(
    zip(
        "ᎪᏴᏟᎠᎬᎱᏀᎻᎥᎫᏦᏞᎷᏢᎡᏚᎢᏙᏔᎩᏃꓮꓐꓚꓓꓰꓝꓖꓧꓲꓙꓗꓡꓟꓠꓳꓑꓣꓢꓔꓴꓦꓪꓫꓬꓜᑌᗩᗪᒪᗰᑎᖇᔕᐯ᙭ⲟⲣⲥⲭⲁⲓⲉⲛⲏⲕⲧⵔⵙⵏⵝ𐐄𐐬𐐛ԍ"
        "ƖſʋƅƄɦɱɵɾʂƭʉⱱʍʐɨꞡɇɆɍɌɏɎƀƈƇƑƒƓƤƥƬƲȤȥɠɳʠꝑꝓꝗ₳₵₣₲₭₥₦₱₴₮ⱠⱧⱤꜱ",
        "abcdefghijklmprstvwyzabcdefghijklmnoprstuvwxyzuadlmnrsvxopcxaienhktoonooolg"
        "lsvbbhmorstuvwziGeErRyYbcCFfGPpTVZzgnqppqACFGKMNPSTLHRs",
        strict=True,
    )
) | {chr(first + at): chr(ord("A") + at) for first in (0x1F150, 0x1F170) for at in range(26)}


class Letters(dict[int, str]):
    """A table for `str.translate`, filled as characters come."""

    def __missing__(self, code: int) -> str:
        """Return what a character is read as; it may be nothing, or several characters."""
        read = _read(chr(code))
        if len(self) < _KEPT:
            self[code] = read
        return read


def _read(letter: str) -> str:
    code = ord(letter)
    if code < 128:
        return letter
    if letter in _INVISIBLE or 0x300 <= code <= 0x36F:
        return ""
    if _TAG + 0x20 <= code < _TAG + 0x7F:
        return chr(code - _TAG)
    if _REGIONAL <= code < _REGIONAL + 26:
        return chr(code - _REGIONAL + ord("a"))
    if letter in _DASHES:
        return "-"
    known = LOOK_ALIKES.get(letter) or _DRESSED.get(letter) or _QUOTES.get(letter)
    if known:
        return known
    plain = unicodedata.normalize("NFKC", letter)
    if len(plain) > 4:  # one ligature of Arabic is eighteen letters: the text must not grow
        return letter
    return "".join(_bare(one) for one in plain)


def _bare(letter: str) -> str:
    """Return a Latin letter without its accents, others as they are."""
    base = unicodedata.normalize("NFD", letter)[0]
    if base in LOOK_ALIKES and letter not in LOOK_ALIKES and base != letter:
        return letter  # й is not и
    return base if base.isascii() else LOOK_ALIKES.get(letter, letter)


LETTERS = Letters()


_BREAKS = re2.compile(r"(?:\\[nrt]){2,}|\\[nrt]([A-Z])")


def without_breaks(text: str) -> str:
    """Return the text with line breaks that are written as backslash and letter as spaces; places stay.

    `C:\\new` is none: a break is followed by a sentence, or by another break.
    """
    if "\\" not in text or ("\\n" not in text and "\\t" not in text and "\\r" not in text):
        return text
    return str(
        _BREAKS.sub(lambda found: "  " + found.group(1) if found.group(1) else " " * len(found.group()), text)
    )


def read(text: str) -> str:
    """Return the text as it is read. Few strange letters are replaced one by one, which is faster."""
    strange = [letter for letter in set(text) if letter > "\x7f"]
    if len(strange) > _FEW:
        return text.translate(LETTERS)
    for letter in strange:
        text = text.replace(letter, LETTERS[ord(letter)])
    return text
