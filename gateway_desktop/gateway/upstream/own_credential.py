"""The credential that we show to an upstream: kept out of what comes back, should it be repeated there.

As it is, or as who repeats what they were sent writes it: in JSON with escapes, in an address, in base64.
"""

import asyncio
import base64
import json
from functools import lru_cache
from typing import TypeGuard
from urllib.parse import quote

from gateway_desktop.core.reply import Reply
from gateway_desktop.core.secret import Secret
from gateway_desktop.gateway.beside import beside

_MASK = "***"
# Characters: servers on this machine take any key, and answers may say "ollama" or "lm-studio".
_SHORTEST = 16
_LONG = 1 << 20  # bytes: to look through them for every form takes milliseconds
_MANY = 1000  # texts: so do these


def without(secret: Secret | None, data: bytes) -> bytes:
    """Return the bytes without the credential; the same object where it does not stand in them."""
    for form in _forms(secret) if is_secret(secret) else ():
        if form in data:
            data = data.replace(form, _MASK.encode())
    return data


async def sifted(secret: Secret | None, data: bytes) -> bytes:
    """Return the bytes as `without` does; long ones are looked through beside the loop."""
    long = len(data) > _LONG and is_secret(secret)
    return await beside(without, secret, data) if long else without(secret, data)


def out_of_headers(secret: Secret | None, headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return an answer's headers without the credential, nor those that are named by it."""
    if not is_secret(secret):
        return headers
    small = secret.lower()  # names are of no case
    kept = [header for header in headers if small not in header[0].lower()]
    return [(name, masked(secret, value)) for name, value in kept]


class Stream:
    """A stream of bytes without the credential, as many as came: only what may be its beginning waits."""

    __slots__ = ("_forms", "_held")

    def __init__(self, secret: Secret | None) -> None:
        self._forms = _forms(secret) if is_secret(secret) else ()
        self._held = b""

    def feed(self, data: bytes) -> bytes:
        """Return what passes by now."""
        if not self._forms:
            return data
        if self._held:
            data, self._held = self._held + data, b""
        for form in self._forms:
            if form in data:
                data = data.replace(form, b"*" * len(form))
        passes = len(data)
        for form in self._forms:
            at = max(0, len(data) - len(form) + 1)
            while (at := data.find(form[:1], at, passes)) >= 0:
                if form.startswith(data[at:]):
                    passes = at
                    break
                at += 1
        data, self._held = data[:passes], data[passes:]
        return data

    async def piece(self, data: bytes) -> bytes:
        """Return what `feed` does; a long piece is looked through beside the loop."""
        return await beside(self.feed, data) if self._forms and len(data) > _LONG else self.feed(data)

    def end(self) -> bytes:
        """Return what was held back."""
        held, self._held = self._held, b""
        return held


async def forget(secret: Secret | None, reply: Reply | None) -> None:
    """Leave the credential out of what is stored and told of an answer; of long texts beside the loop."""
    if not is_secret(secret) or reply is None:
        return
    if len(reply.texts) <= _MANY and sum(len(part.text) for part in reply.texts) <= _LONG:
        _leave_out(secret, reply)
        return
    try:
        await beside(_leave_out, secret, reply)
    except asyncio.CancelledError:  # maybe before it had begun: what comes next stores the texts
        _leave_out(secret, reply)
        raise


def _leave_out(secret: Secret, reply: Reply) -> None:
    if reply.error is not None:
        reply.error = masked(secret, reply.error)
    texts = [masked(secret, part.text) for part in reply.texts]
    if any(text is not part.text for text, part in zip(texts, reply.texts, strict=True)):
        reply.texts = [part._replace(text=text) for text, part in zip(texts, reply.texts, strict=True)]


def is_secret(secret: Secret | None) -> TypeGuard[Secret]:
    """Return whether it is long enough to be looked for."""
    return secret is not None and len(secret) >= _SHORTEST


def masked(secret: Secret, text: str) -> str:
    """Return a text without it, however short it is."""
    for form in _texts(secret):
        if form in text:
            text = text.replace(form, _MASK)
    return text


@lru_cache(maxsize=64)
def _forms(secret: Secret) -> tuple[bytes, ...]:
    return tuple(form.encode() for form in _texts(secret))


@lru_cache(maxsize=64)
def _texts(secret: Secret) -> tuple[str, ...]:
    """Return how it may be written; of most credentials, JSON and addresses change nothing."""
    plain = json.dumps(str(secret))[1:-1]
    escaped = (plain, plain.replace("/", "\\/"), _with_numbers(plain, "X"), _with_numbers(plain, "x"))
    coded = [text for shift in range(3) for text in _base64(secret.encode(), shift)]
    return tuple(dict.fromkeys((str(secret), *escaped, quote(secret, safe=""), *coded)))


def _with_numbers(text: str, case: str) -> str:
    """Return JSON as .NET and Go write it, safe for pages."""
    return "".join(f"\\u{ord(one):04{case}}" if one in "+&<>'" else one for one in text)


def _base64(data: bytes, shift: int) -> tuple[str, str]:
    """Return what stands of it in base64, of both alphabets, whatever comes before and after it."""
    coded = base64.b64encode(bytes(shift) + data)
    sure = coded[(shift * 8 + 5) // 6 : (shift + len(data)) * 8 // 6]
    text = sure.decode()
    return text, text.replace("+", "-").replace("/", "_")
