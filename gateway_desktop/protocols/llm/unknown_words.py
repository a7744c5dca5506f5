"""What answers say whose shape nobody knows: all words in them that are more than ids and kinds."""

from collections.abc import Mapping
from itertools import islice
from typing import Any

from gateway_desktop.core.call import TextPart
from gateway_desktop.core.json_pointer import escaped
from gateway_desktop.protocols.llm.deltas import Step, pieces_of, words_of
from gateway_desktop.protocols.unread import is_order, unpacked

_MOST = 4_000  # texts of one answer
_REPEATED = 16  # characters with which a piece of a text begins like the one before by no chance
_LONG = 1000  # characters: what is packed in base64 and longer is a file
# Where one word is what was said, and no label.
_SAID = frozenset({"text", "content", "delta", "output", "response", "transcript", "message", "answer"})


class UnknownWords:
    """The texts of one answer, whole or in events."""

    def __init__(self) -> None:
        self._pieces: dict[tuple[Step, ...], list[str]] = {}
        self._whole: dict[str, tuple[Step, ...]] = {}  # by the text, which may come with every event

    def whole(self, value: object) -> None:
        """Read a decoded answer, or one that is a text."""
        for steps, text in islice(words_of(value), _MOST):
            self._add(steps, text)

    def event(self, value: Mapping[str, Any]) -> None:
        """Read a decoded event."""
        found = pieces_of(value)
        for piece in found.pieces:
            if piece.channel in self._pieces or len(self._pieces) < _MOST:
                pieces = self._pieces.setdefault(piece.channel, [])
                if pieces and len(pieces[-1]) >= _REPEATED and piece.text.startswith(pieces[-1]):
                    pieces.clear()  # each event of SGLang says all from the beginning
                pieces.append(piece.text)
        for steps, text in found.whole:
            self._add(steps, text)

    def texts(self) -> list[TextPart]:
        """Return all of them; a text that came in pieces and once more as a whole is one."""
        found: dict[str, tuple[Step, ...]] = {}
        for channel, pieces in self._pieces.items():
            text = "".join(pieces)
            if channel[0] != "elsewhere" or _is_said(channel) or not _is_label(text):
                found[text] = channel
        for text, steps in self._whole.items():
            found.setdefault(text, steps)
        return [
            TextPart("".join(f"/{escaped(str(step))}" for step in steps), "assistant", text)
            for text, steps in found.items()
        ]

    def _add(self, steps: tuple[Step, ...], text: str) -> None:
        if _is_label(text) and not _is_said(steps):
            return
        if len(text) > _LONG:
            text = unpacked(text)
        if text and len(self._whole) < _MOST:
            self._whole.setdefault(text, steps)


def _is_said(steps: tuple[Step, ...]) -> bool:
    """Return whether this is where words are said: no name leads there, or one of those."""
    return next((step for step in reversed(steps) if isinstance(step, str)), "text") in _SAID


def _is_label(text: str) -> bool:
    """Return whether a text is one word, as ids, kinds and addresses are."""
    return text.isascii() and len(text.split()) < 2 and not is_order(text)
