"""Encodings: pieces of a text that say something else when decoded."""

import base64
import binascii
import codecs
import html
import quopri
import string
from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple
from urllib.parse import unquote

import re2

from gateway_desktop.inspection.expression import compiled
from gateway_desktop.inspection.patterns import PatternSet

_LONGEST = 8_192  # characters of one piece that are decoded
_FEWEST = 8  # characters that mean something
_READABLE = 0.9
_JOINTS = 3  # between words that are joined
_SIGNS_OF_MORSE = (
    ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- "
    "-.-- --.. ----- .---- ..--- ...-- ....- ..... -.... --... ---.. ----. .-.-.- --..-- ---... -..-. .--.-."
)  # fmt: skip
_MORSE = dict(zip(_SIGNS_OF_MORSE.split(), "abcdefghijklmnopqrstuvwxyz0123456789.,:/@", strict=True))
_WOVEN = "words with markup within"
_TIMES = 4  # that markup stands within words, as emphasis now and then does
_MOST_MARKS = 100  # in a text, of which each kind is taken out
_INLINE = r"(?:b|i|u|s|em|strong|span|font|mark|small|big|code|wbr)"
_WITHIN = r"(?:\*\*|</?" + _INLINE + r"(?:\s[^<>]{0,60})?/?>|<!--[^<>]{0,60}-->)"
_MARKUP, _MARKUP_WITHIN = compiled(_WITHIN), compiled(r"\w" + _WITHIN + r"\w")
_SHIFTS = [
    str.maketrans(
        string.ascii_letters,
        "".join(letters[by:] + letters[:by] for letters in (string.ascii_lowercase, string.ascii_uppercase)),
    )
    for by in range(26)
]
_QUOTES_AS_SPACES = str.maketrans("\"'`:(", "     ")
_LEET = str.maketrans("013457@$!|", "oieastasii")


class Decoded(NamedTuple):
    """What a piece of a text says."""

    start: int
    end: int
    text: str
    how: str


def _base64(code: str) -> str:
    code = code.rstrip("=").replace("-", "+").replace("_", "/")
    code = code[: len(code) - (len(code) % 4 == 1)]
    return base64.b64decode(code + "=" * (-len(code) % 4)).decode("utf-8", "replace")


def _hexadecimal(code: str) -> str:
    digits = code.replace("\\x", "").replace("0x", "").replace(" ", "").replace(":", "").replace(",", "")
    return bytes.fromhex(digits[: len(digits) // 2 * 2]).decode("utf-8", "replace")


def _escapes(code: str) -> str:
    units = [int(unit[:4], 16) for unit in code.split("\\u") if unit]
    return b"".join(unit.to_bytes(2, "big") for unit in units).decode("utf-16-be", "replace")


def _spaced(code: str) -> str:
    """Put letters together that stand apart; what parts them twice parts words."""
    gap = code[1]
    return " ".join(word.replace(gap, "") for word in code.split(gap * 3 if gap != " " else "  "))


def _from_end(code: str) -> str:
    return code[::-1]


def _turned(code: str) -> str:
    return codecs.decode(code, "rot13")


def _shifted(code: str) -> str:
    """Return what a text says whose letters are all moved by some places, if that holds words of orders."""
    for shift in range(1, 26):
        said = code.translate(_SHIFTS[shift])
        if any(words in said.lower() for words in _ORDERS):
            return said
    return ""


def _named_base64(code: str) -> str:
    return _base64(code.translate(_QUOTES_AS_SPACES).split()[-1])


def _quoted_printable(code: str) -> str:
    return quopri.decodestring(code.encode()).decode("utf-8", "replace")


def _base32(code: str) -> str:
    code = code.rstrip("=")
    code = code[: len(code) - {1: 1, 3: 1, 6: 1}.get(len(code) % 8, 0)]
    return base64.b32decode(code + "=" * (-len(code) % 8)).decode("utf-8", "replace")


def _base85(code: str) -> str:
    """Return what stands between `<~` and `~>`, or behind the name of the code; of either alphabet."""
    if code.startswith("<~"):
        return base64.a85decode(code, adobe=True).decode("utf-8", "replace")
    letters = code.rpartition(code.split()[-1])[1].strip("'\"`")
    read = [_reading(one, letters) for one in (base64.b85decode, base64.a85decode)]
    return next((said for said in read if said and _reads(said)), "")


def _reading(read: Callable[[str], bytes], letters: str) -> str:
    try:
        return read(letters).decode("utf-8", "replace")
    except ValueError:
        return ""


def _morse(code: str) -> str:
    """Return what International Morse code (ITU-R M.1677-1) says; a slash parts words."""
    return " ".join("".join(_MORSE.get(sign, "") for sign in word.split()) for word in code.split("/"))


def _octal(code: str) -> str:
    return bytes(int(digits, 8) & 0xFF for digits in code.split("\\") if digits).decode("utf-8", "replace")


def _unjoined(code: str) -> str:
    """Return the words of a name that is a sentence; those of ordinary names are few."""
    words = code.replace("_", " ").replace("-", " ")
    return words if words.count(" ") >= _JOINTS else ""


def _uncrested(code: str) -> str:
    """Return the words of a name in camel case that is a sentence."""
    words = "".join(f" {sign.lower()}" if sign.isupper() else sign for sign in code).strip()
    return words if words.count(" ") >= _JOINTS else ""


def _unpointed(code: str) -> str:
    return code.replace(code[1], "")


def _unwoven(text: str) -> str:
    """Return a text without its markup where that stands within words, "" if hardly any does."""
    times = sum(1 for _ in islice(_MARKUP_WITHIN.finditer(text), _TIMES))
    if times < _TIMES:
        return ""
    for mark in {match.group() for match in islice(_MARKUP.finditer(text), _MOST_MARKS)}:
        text = text.replace(mark, "")
    return text


def _comment(code: str) -> str:
    return code[4:-3]


# Words of orders, which no text holds by chance where they are read from their end, or turned by 13 letters.
_ORDERS = (
    "instruction", "previous", "disregard", "everything", "system prompt", "password", "credential",
    "conversation", "guidelines", "restrictions", "api key", "http://", "https://", "the user",
)  # fmt: skip
_BACKWARDS = "(?i:" + "|".join(words[::-1] for words in _ORDERS) + ")"
_TURNED = "(?i:" + "|".join(codecs.encode(words, "rot13") for words in _ORDERS) + ")"
_JOINED = (
    r"(?i:ignore|disregard|forget|override|bypass|obey|always|never|must|secretly|silently|exfiltrate|attacker|reveal|instead"
    r"|do_not|do-not|before)"
)
_LED = (
    *("ignore", "disregard", "forget", "override", "bypass", "obey", "always"),
    *("never", "must", "secretly", "silently", "exfil", "reveal", "doNot"),
)
_CRESTS = "(?:" + "|".join(word[0].upper() + word[1:] for word in _LED) + ")"
_CREST = f"(?:{'|'.join(_LED)}|{_CRESTS})"
_HINTS = {
    "hexadecimal": r"[0-9a-fA-F ,:x\\]{24}",  # what stands in every text with such a code
    "joined words": _JOINED + r"[_-]|[_-]" + _JOINED,
    "words in camel case": "[a-z]" + _CRESTS + "|" + _CREST + "[A-Z]",
}
# How it is called, how it looks, how it is read, whether what comes out must read like a text.
_CODES: tuple[tuple[str, str, Callable[[str], str], bool], ...] = (
    ("base64", r"[A-Za-z0-9+/_-]{24,}={0,2}", _base64, True),
    (
        "base64",  # too short to be told from a word, but called so
        r"(?i:base ?-?64|\bb64|\bdecode)[^\n]{0,40}[\s:\"'`(][A-Za-z0-9+/_-]{11,23}={0,2}",
        _named_base64,
        True,
    ),
    ("hexadecimal", r"(?:\b|\\x)(?:(?:\\x|0x)?[0-9a-fA-F]{2}[ :,]?){12,}", _hexadecimal, True),
    ("percent", r"[^\s%]{0,64}(?:%[0-9a-fA-F]{2}[^\s%]{0,64}){2,}", unquote, False),
    (
        "quoted-printable",
        r"[^\s=]{0,64}(?:=[0-9A-F]{2}[^\s=]{0,64}(?:=\r?\n[^\s=]{0,64})?){4,}",
        _quoted_printable,
        True,
    ),
    ("entities", r"(?:&(?:#x?[0-9a-fA-F]{1,6}|[a-z]{2,8});[^\s&]{0,8}\s?){4,}", html.unescape, True),
    ("unicode escapes", r"(?:\\u[0-9a-fA-F]{4}){6,}", _escapes, True),
    ("a comment", r"<!--[^>]{24,1000}-->", _comment, False),
    (
        "spaced letters",
        r"[!-~](?: {1,3}[!-~]){9,}|\b[A-Za-z0-9@$](?:(?:-{1,3}[A-Za-z0-9@$]\b){7,}"
        r"|(?:\.{1,3}[A-Za-z0-9@$]\b){7,}|(?:_{1,3}[A-Za-z0-9@$]){7,}|(?:\*{1,3}[A-Za-z0-9@$]\b){7,})",
        _spaced,
        False,
    ),
    (
        "pointed letters",
        r"\b[A-Za-z](?:(?:[.][A-Za-z]\b)+(?: [A-Za-z](?:[.][A-Za-z]\b)*){3,}"
        r"|(?:-[A-Za-z]\b)+(?: [A-Za-z](?:-[A-Za-z]\b)*){3,})",
        _unpointed,
        False,
    ),
    ("base32", r"\b[A-Z2-7]{40,}={0,6}", _base32, True),
    (
        "base85",
        r"<~[!-uz\s]{20,}~>|(?i:base ?85|ascii ?85|\b[ab]85)[^\n]{0,30}[\s:][\"'`]?[!-~]{24,}",
        _base85,
        True,
    ),
    ("morse", r"(?:[.-]{1,6}[ /|]{1,3}){12,}[.-]{1,6}", _morse, False),
    ("octal escapes", r"(?:\\[0-3]?[0-7]{2}){12,}", _octal, True),
    ("letters from the end", _BACKWARDS, _from_end, False),
    ("letters turned by 13", _TURNED, _turned, False),
    (
        "letters moved",
        r"(?i:\bcaesar|\brot-?\d{1,2}\b|\bciphers?\b|\bshift(?:ed)?\b)[^\n]{24,400}",
        _shifted,
        False,
    ),
    (
        "joined words",
        r"\b(?:[A-Za-z]{1,15}[_-]){1,20}" + _JOINED + r"(?:[_-][A-Za-z]{1,15}){0,20}\b"
        r"|\b" + _JOINED + r"(?:[_-][A-Za-z]{1,15}){1,20}\b",
        _unjoined,
        False,
    ),
    (
        "words in camel case",
        r"\b[A-Z]?[a-z]{1,15}(?:[A-Z][a-z]{1,15}){0,20}" + _CRESTS + r"(?:[A-Z][a-z]{0,15}){0,20}\b"
        r"|\b" + _CREST + r"(?:[A-Z][a-z]{0,15}){1,20}\b",
        _uncrested,
        False,
    ),
    (_WOVEN, r"\w" + _WITHIN + r"\w", _unwoven, False),
)


# Found by a word of what is written so.
_OF_A_LINE = frozenset({"letters from the end", "letters turned by 13"})
_AROUND = 400  # characters before and after it that are read, too
_MEMORY = 16 << 20  # bytes for one expression


class Codes:
    """All codes at once tell which of them need a search of their own."""

    def __init__(self) -> None:
        expressions = [expression for _, expression, _, _ in _CODES]
        hints = [_HINTS.get(how, "") for how, *_ in _CODES]
        self._all = PatternSet(expressions, ignore_case=False, hints=hints, in_common=True)
        self._single = [compiled(expression.encode(), memory=_MEMORY) for _, expression, _, _ in _CODES]

    def met(self, text: str, met: list[int]) -> list[int]:
        """Return which codes may stand in a text, given what COMMON has met in it."""
        return self._all.among(met) if text.isascii() else self._all.matching(_one_byte_each(text))

    def find(self, text: str, codes: list[int]) -> Iterator[Decoded]:
        """Yield what pieces of the text in these codes say."""
        data = _one_byte_each(text) if codes else b""
        for index in codes:
            how, _, read, strict = _CODES[index]
            reached = 0
            for match in self._single[index].finditer(data):
                start, end = match.span()
                if start < reached:
                    continue
                if how == _WOVEN:
                    start, end = 0, len(text)
                    reached = end
                if how in _OF_A_LINE:
                    start, end = _line(text, max(reached, start - _AROUND), start, end)
                    reached = end
                said = _said(read, text[start : min(end, start + _LONGEST)], strict)
                if said:
                    yield Decoded(start, end, said, how)
                if how == _WOVEN:
                    break


def _line(text: str, first: int, start: int, end: int) -> tuple[int, int]:
    """Return a place with what stands around it in its line, from `first` on at most."""
    after = text[end : end + _AROUND].partition("\n")[0]
    return max(first, text.rfind("\n", first, start) + 1), end + len(after)


def _one_byte_each(text: str) -> bytes:
    """Return a byte for each character: places stay."""
    return text.encode("ascii", "replace")


def _said(read: Callable[[str], str], code: str, strict: bool) -> str:
    """Return what a code says, "" if it says nothing that can be read."""
    try:
        if strict and len(code) > 512 and not _says(read(code[:256])):
            return ""  # an image, a key: not worth decoding
        said = read(code)
    except (ValueError, binascii.Error):
        return ""
    if len(said) < _FEWEST or said == code or (strict and not _says(said)):
        return ""
    return said


def _says(said: str) -> bool:
    """Return whether it is a text, or another code: what is no text decodes to signs that no code has."""
    return _reads(said) or (said.isascii() and said.isprintable())


def _reads(said: str) -> bool:
    """Return whether it is a text: mostly letters that can be shown, with spaces or marks between words."""
    shown = sum(map(str.isprintable, said)) + sum(map(said.count, "\r\n\t"))
    letters = sum(map(str.isalpha, said)) + said.count(" ")
    return shown >= _READABLE * len(said) and "\ufffd" not in said[:-3] and letters >= 0.6 * len(said)


def decoded_value(value: str) -> str:
    """Return what one short value says in base64 or hexadecimal, "" if it is no text in such a code."""
    if not _FEWEST + 4 <= len(value) <= _LONGEST or not value.isascii():
        return ""
    code = value.replace(" ", "+")  # what an address makes of a plus
    letters = code.rstrip("=").replace("+", "").replace("-", "").replace("_", "").replace("/", "")
    if not letters.isalnum() or letters.islower() or letters.isdigit():
        said = ""
    else:
        said = _said(_base64, code, strict=False)
    if not said and letters == value and len(value) % 2 == 0 and value.strip("0123456789abcdefABCDEF") == "":
        said = _said(_hexadecimal, value, strict=False)
    return said if said.isascii() and (_reads(said) or _lists(said)) else ""


def _lists(said: str) -> bool:
    """Return whether it is a record or a row of values, which need not hold many letters."""
    return said.isprintable() and (said.startswith(('{"', '["')) or " " in said or "=" in said)


CODES = Codes()
_MIXED = compiled(rb"\b[A-Za-z@$]{0,12}[013457@$!|][A-Za-z]{1,12}[013457@$!|A-Za-z]{0,12}", memory=_MEMORY)
_SIGNS = b"013457@$!|"
# Signs that stand for themselves: those of a model's own marks (`<|end|>`) and of addresses of e-mail.
_THEMSELVES = (("<|", "<\0"), ("|>", "\0>"))
_ADDRESS = re2.compile(r"(\w)@([\w-]{1,63}\.\w)")
_MANY = 3
_SHARE = 0.15  # of all words
_SPACED = bytes(ord(" " if chr(byte).isspace() else "x") for byte in range(256))


def _words(text: str, data: bytes) -> int:
    """Return how many words `split` makes of a text."""
    if not text.isascii():
        return len(text.split())
    spaced = data.translate(_SPACED)
    return spaced.count(b"x ") + spaced.endswith(b"x")


def without_leet(text: str) -> str:
    """Return the text with digits that stand for letters as letters, "" if it is not written so."""
    data = _one_byte_each(text)
    signs = len(data) - len(data.translate(None, _SIGNS))
    if signs < _MANY:
        return ""
    enough = max(_MANY, _SHARE * _words(text, data))
    if signs < enough:
        return ""
    for mixed, _ in enumerate(_MIXED.finditer(data), 1):
        if mixed >= enough:
            return _as_letters(text)
    return ""


def _as_letters(text: str) -> str:
    for sign, stand_in in _THEMSELVES:
        text = text.replace(sign, stand_in)
    plain: str = _ADDRESS.sub("\\1\1\\2", text).translate(_LEET)
    return plain.replace("\0", "|").replace("\1", "@")
