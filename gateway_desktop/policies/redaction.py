"""Vault: what was masked in a session, by typed placeholders that stay the same, and the way back."""

from collections import OrderedDict
from collections.abc import Iterable
from typing import NamedTuple

from gateway_desktop.core.finding import Finding

LONGEST_LABEL = 40
LONGEST = LONGEST_LABEL + 12  # characters of a placeholder
_MOST_VALUES = 2_000  # of one session
_MOST_SESSIONS = 2_000


class Replacement(NamedTuple):
    """Characters `start` to `end` of a text become `text`."""

    start: int
    end: int
    text: str


class Vault:
    """One session's values and placeholders. Only what a rule lets come back is put back."""

    def __init__(self) -> None:
        self._placeholders: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._values: dict[str, str] = {}  # of what may come back, by placeholder
        self._counts: dict[str, int] = {}

    @property
    def restores(self) -> bool:
        """Return whether anything may come back."""
        return bool(self._values)

    def placeholder(self, label: str, value: str, *, restore: bool) -> str:
        """Return `<LABEL_n>`: the same for the same value as long as the session lasts."""
        key = (label, value)
        placeholder = self._placeholders.get(key)
        if placeholder is None:
            number = self._counts[label] = self._counts.get(label, 0) + 1
            placeholder = self._placeholders[key] = f"<{label}_{number}>"
            if len(self._placeholders) > _MOST_VALUES:
                _, oldest = self._placeholders.popitem(last=False)
                self._values.pop(oldest, None)
        if restore:
            self._values[placeholder] = value
        return placeholder

    def restorations(self, text: str, start: int = 0) -> list[Replacement]:
        """Return what of a text, from a character on, is a placeholder that becomes its value again."""
        found: list[Replacement] = []
        at = text.find("<", start)
        while at >= 0:
            end = text.find(">", at, at + LONGEST)
            value = self._values.get(text[at : end + 1]) if end > 0 else None
            if value is not None:
                found.append(Replacement(at, end + 1, value))
            at = text.find("<", at + 1)
        return found

    def restored(self, text: str) -> str:
        """Return the text with the values in place of their placeholders."""
        return replaced(text, self.restorations(text)) if self._values and "<" in text else text


class Vaults:
    """The vaults of all sessions; that of the session not heard of for the longest time is forgotten."""

    def __init__(self, most: int = _MOST_SESSIONS) -> None:
        self._most = most
        self._vaults: OrderedDict[str, Vault] = OrderedDict()

    def of(self, owner: str) -> Vault:
        """Return the vault of one principal's session."""
        vault = self._vaults.get(owner)
        if vault is None:
            vault = self._vaults[owner] = Vault()
            if len(self._vaults) > self._most:
                self._vaults.popitem(last=False)
        else:
            self._vaults.move_to_end(owner)
        return vault

    def known(self, owner: str) -> Vault | None:
        """Return the vault of a session if there is one."""
        return self._vaults.get(owner)


def label_of(finding: Finding) -> str:
    """Return the type of a placeholder: `personal_data.email` becomes EMAIL."""
    word = finding.kind.rpartition(".")[2].upper()
    kept = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in word)
    return kept[:LONGEST_LABEL].strip("_") or "MASKED"


def half_a_placeholder(text: str) -> int:
    """Return where a placeholder may have begun that the end of the text cuts off; else its length."""
    at = text.rfind("<", max(0, len(text) - LONGEST))
    if at < 0:
        return len(text)
    rest = text[at + 1 :]
    begun = all(
        letter.isascii() and (letter.isupper() or letter.isdigit() or letter == "_") for letter in rest
    )
    return at if begun else len(text)


def apart(replacements: Iterable[Replacement]) -> list[Replacement]:
    """Return them in order; those that overlap become one, with the text of the first."""
    kept: list[Replacement] = []
    for one in sorted(replacements, key=lambda one: (one.start, -one.end)):
        if kept and one.start < kept[-1].end:
            if one.end > kept[-1].end:
                kept[-1] = kept[-1]._replace(end=one.end)
            continue
        kept.append(one)
    return kept


def replaced(text: str, replacements: Iterable[Replacement]) -> str:
    """Return the text with the replacements made."""
    pieces: list[str] = []
    at = 0
    for start, end, new in apart(replacements):
        pieces += (text[at:start], new)
        at = end
    return "".join((*pieces, text[at:]))


def piece(text: str, start: int, end: int, replacements: Iterable[Replacement]) -> str:
    """Return what becomes of characters `start` to `end`; a replacement stands where its beginning stood."""
    pieces: list[str] = []
    at = start
    for one in replacements:  # in order, and apart
        if one.end <= start or one.start >= end:
            continue
        pieces.append(text[at : max(at, one.start)])
        if one.start >= start:
            pieces.append(one.text)
        at = max(at, one.end)
    return "".join((*pieces, text[at:end]))
