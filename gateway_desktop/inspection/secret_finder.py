"""SecretFinder: credentials in texts. One pass of all patterns tells which need a search of their own."""

import math
import string
from collections import Counter
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from itertools import pairwise
from typing import NamedTuple

import re2

from gateway_desktop.inspection.credential_patterns import PATTERNS
from gateway_desktop.inspection.expression import compiled, options
from gateway_desktop.inspection.patterns import PatternSet

_MEMORY = 64 << 20
_REMEMBERED = 4_096  # texts without a secret
_RANDOM, _VERY_RANDOM = 3.0, 4.2  # bits a character
_ADDRESS = 42  # characters of one of Ethereum, which everybody knows
# Words by which people say that here a secret would stand.
_STAND_INS = (
    b"example",
    b"placeholder",
    b"your",
    b"xxxx",
    b"changeme",
    b"redacted",
    b"dummy",
    b"****",
    b"....",
    b"1234567890",
)
# Samples of RFC 5849, 6749, 6750 and of manuals for one-time passwords, as whole manuals quote them.
_PUBLISHED = (
    b"tGzv3JOkF0XG5Qx2TlKWIA", b"2YotnFZFEjr1zCsicMWpAA", b"czZCaGRSa3F0MzpnWDFmQmF0M2JW", b"mF_9.B5f-4.1JqM",
    b"hh5s93j4hdidpola", b"nnch734d00sl2jdk", b"SplxlOBeZQQYbYS6WxSbIA", b"JBSWY3DPEHPK3PXP",
    b"GEZDGNBVGY3TQOJQ",
)  # fmt: skip
# Runs that stand for something left out.
_BLANKS = (b"xxxxxxxx", b"XXXXXXXX")
_PAGES = (b"pagetoken", b"continuationtoken", b"nexttoken", b"synctoken", b"cursortoken", b"resumetoken")
_JOINING = frozenset(
    b"the and for are was were had have with from your not but can this that will when which its our".split()
)
_BASE58 = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_DIGITS, _LETTERS = string.digits.encode(), string.ascii_letters.encode()
_OF_CODE = (b"()", b"://", b"](", b"->", b"=>", b"</", b"${", b"{{", b".get(", b"::", b"|")
_WORDS = frozenset(
    {
        b"password",
        b"passwd",
        b"secret",
        b"string",
        b"required",
        b"optional",
        b"undefined",
        b"disabled",
        b"sample",
        b"enabled",
    }
)
_SAMPLES = frozenset(
    {
        b"postgres",
        b"guestguest",
        b"adminadmin",
        b"rootroot",
        b"username",
        b"plaintext",
        b"varchar",
        b"nullable",
    }
)
# What names of settings and types are made of.
_PARTS_OF_NAMES = tuple(
    b"pass string value secret field input hash config encod encrypt provider token type credential".split()
)
_REFERENCES = (
    b"$",
    b"{",
    b"%",
    b"<",
    b"process.env",
    b"os.environ",
    b"getenv",
    b"env.",
    b"self.",
    b"this.",
    b"config.",
    b"settings.",
)


IN_COMMON = PatternSet([pattern.expression for pattern in PATTERNS], ignore_case=False, in_common=True)
_SAMPLE = """def warm(self) -> None:
    return {"key": 'value', "Number": 0.123456789, **options}  # Why not? See https://example.com/a-b_c?d=e&f=1.
SELECT COUNT(*) FROM users WHERE id >= 42; <div class="token">Authorization header, password field</div>
$ git commit -m "Fix: 3 of 4 tests (50%)" && ls -la ~/.config | grep secret\n\t@decorator [1, 2] ^~`|\\
The quick brown fox jumps over the lazy dog. PLEASE EXPLAIN HOW THIS FUNCTION WORKS! Größe, naïve.
"""


class Place(NamedTuple):
    """One credential in a text, as bytes of its UTF-8."""

    start: int
    end: int
    kind: str  # OPENAI_KEY, PRIVATE_KEY, ...: the words of the placeholder


class SecretFinder:
    """Known shapes of credentials, and what is assigned to names like password."""

    def __init__(self) -> None:
        self._all = re2.Set.SearchSet(options(memory=_MEMORY))
        for pattern in PATTERNS:
            self._all.Add(pattern.expression)
        self._all.Compile()
        self._single = [compiled(pattern.expression.encode(), memory=_MEMORY) for pattern in PATTERNS]
        self._clean: set[int] = set()  # keyed by this process, as Python's hashes of bytes are

    def find(self, data: bytes, met: list[int] | None = None) -> list[Place]:
        """Return the credentials; where two overlap, the one whose pattern stands first.

        Of a text that COMMON looked at, what it has met there spares a search of its own.
        """
        key = hash(data)  # a text that was looked at is masked next
        if key in self._clean:
            return []
        # What the two engines take for spaces and for one letter is the same only in plain texts.
        clean = met is not None and not IN_COMMON.among(met) and data.isascii() and b"\v" not in data
        matched = () if clean else self._all.Match(data)
        if not matched:
            if len(self._clean) >= _REMEMBERED:
                self._clean.clear()
            self._clean.add(key)
            return []
        found: list[tuple[int, int, int]] = []
        for index in matched:
            pattern, single = PATTERNS[index], self._single[index]
            group = 1 if single.groups else 0
            for match in single.finditer(data):
                start, end = match.span(group)
                if _holds(pattern.checked, data[start:end]) and not _turns_pages(pattern.kind, data, start):
                    found.append((start, index, end))
        return _apart(sorted(found))

    def warm(self) -> None:
        """Search the usual kinds of text once, so that the automaton has their states."""
        for text in (__doc__, _SAMPLE):
            self._all.Match((text or "").encode() * 2)


def _apart(found: list[tuple[int, int, int]]) -> list[Place]:
    """Return those that do not overlap: the earlier, and of two at one place that of the earlier pattern."""
    kept: list[Place] = []
    at = 0
    for start, index, end in found:
        if start >= at:
            kept.append(Place(start, end, PATTERNS[index].kind))
            at = end
    return kept


def _holds(check: str, value: bytes) -> bool:
    """Return whether what was found is a value and not the name of one."""
    if not check:
        # Keys in the manuals of AWS end in EXAMPLE, or EXAMPLEKEY.
        return not any(run in value for run in _BLANKS) and b"EXAMPLE" not in value[-10:]
    small = value.lower()
    if (
        small in _WORDS
        or small in _SAMPLES
        or small.startswith(_REFERENCES)
        or any(word in small for word in _STAND_INS)
    ):
        return False
    if value.startswith(_PUBLISHED) or (value.startswith(b"0x") and len(value) == _ADDRESS):
        return False
    if check in _CHECKS:
        return _CHECKS[check](value)
    if check == "bare password" and _is_reference(value, small):
        return False
    if check in ("line", "mixed", "random password", "short value"):
        return _mixed(value, check)
    if check != "value":
        is_path = value.startswith(b"/") and value.count(b"/") > 1  # "PWD": "/home/me"
        return len(set(value)) > 3 and not is_path
    return any(48 <= byte <= 57 for byte in value) and _bits(value) >= _RANDOM


def _turns_pages(kind: str, data: bytes, start: int) -> bool:
    """Return whether a value is where a list goes on: nextPageToken, continuation_token."""
    name = data[max(0, start - 30) : start].lower().replace(b"_", b"").replace(b"-", b"")
    return kind == "SECRET" and any(word in name for word in _PAGES)


def _of_wallet(value: bytes) -> bool:
    """Return whether it is no sentence: none of the words that hold one together, and 12 to 24 of them."""
    words = value.replace(b",", b" ").split()
    return len(words) % 3 == 0 and not _JOINING.intersection(words)


def _is_wallet_key(value: bytes) -> bool:
    """Return whether it satisfies the check of Base58Check, as the keys of Bitcoin do."""
    number = 0
    for sign in value:
        number = number * 58 + _BASE58.index(sign)
    content = number.to_bytes(39, "big").lstrip(b"\0")
    return sha256(sha256(content[:-4]).digest()).digest()[:4] == content[-4:]


def _are_codes(value: bytes) -> bool:
    """Return whether several of the codes hold letters and digits, as no dates do."""
    return sum(map(_is_mixed, value.split())) > 1


def _is_reference(value: bytes, small: bytes) -> bool:
    """Return whether it names what holds a password: form.password.data, get_password, pwd=/home/me."""
    if value.startswith(b"/"):
        return True
    is_name = value.replace(b".", b"").replace(b"_", b"").isalpha()
    return is_name and (b"." in value or (b"pass" in small and b"_" in value))


def _is_seed(value: bytes) -> bool:
    """Return whether it is random base32, and neither one name nor words of four letters."""
    groups = value.replace(b"-", b" ").split()
    if len(groups) > 1:
        return sum(map(_is_mixed, groups)) > 1
    return sum(48 <= one < 58 <= two for one, two in pairwise(value)) > 1  # of a name one number is the end


def _is_mixed(value: bytes) -> bool:
    """Return whether it holds letters and digits."""
    return value.translate(None, _DIGITS) != value and value.translate(None, _LETTERS) != value


def _chosen(value: bytes, *, odd: bool) -> bool:
    """Return whether words without digits are a password that somebody chose, and no type, name or sample.

    In a sentence they must be put together as no word is: by signs, by two hyphens, or by capitals within.
    """
    small = value.lower()
    if value[:1] in b"/.-*(" or any(sign in value for sign in _OF_CODE) or len(set(small)) < 6:
        return False
    if small in _SAMPLES or any(part in small for part in _PARTS_OF_NAMES):
        return False
    if not odd:
        return not any(sign in value for sign in b"_[]:`")
    word = value.rstrip(b".?)!:")
    capitals = sum(one.islower() and two.isupper() for one, two in pairwise(word.decode("utf-8", "replace")))
    signs = len(word) - len(word.translate(None, b"!#%&+~^@"))
    joined = word.count(b"-") >= 2 and len(word) >= 16 and word.replace(b"-", b"").isalpha()
    return not word.endswith(b"]") and (joined or (signs > 0 and word.find(b"=") < 0) or capitals >= 2)


def _mixed(value: bytes, check: str) -> bool:
    """Return whether a value holds letters and digits as no name, path or call does.

    In a sentence ("random password") large and small letters are asked for, too; of a "short value" unless
    its digits stand among its letters.
    """
    digits, letters = (len(value) - len(value.translate(None, some)) for some in (_DIGITS, _LETTERS))
    name, begun, _ = value.partition(b"(")
    is_call = begun and name.replace(b"_", b"").replace(b".", b"").isalpha()
    if (
        not digits
        or not letters
        or is_call
        or value[:1] in b"/.-*("
        or any(sign in value for sign in _OF_CODE)
    ):
        return False
    if check in ("line", "mixed"):
        return len(set(value)) > 4 and not (check == "line" and (b"&" in value or value[-1:] in b"];,"))
    both = not value.isupper() and not value.islower()
    if check == "short value":
        among = bool(value.strip(_DIGITS).translate(None, _LETTERS))
        return digits > 1 and (both or among) and _bits(value) >= _RANDOM
    return both and (len(set(value)) > 7) and not value[:1].isdigit()


def _bits(value: bytes) -> float:
    """Return the Shannon entropy in bits a byte."""
    return -sum(n / len(value) * math.log2(n / len(value)) for n in Counter(value).values())


def _is_random(value: bytes) -> bool:
    """Return whether it holds digits, large and small letters, more mixed than any name."""
    both = not value.isupper() and not value.islower()
    return both and _is_mixed(value) and _bits(value) >= _VERY_RANDOM


_CHECKS: dict[str, Callable[[bytes], bool]] = {
    "random": _is_random,
    "seed": _is_seed,
    "codes": _are_codes,
    "key of a wallet": _is_wallet_key,
    "words of a wallet": _of_wallet,
    "words": partial(_chosen, odd=False),
    "odd words": partial(_chosen, odd=True),
}
