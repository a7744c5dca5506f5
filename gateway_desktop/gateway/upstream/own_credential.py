"""The credential that we show to an upstream: kept out of what comes back, should it be repeated there."""

from typing import TypeGuard

from gateway_desktop.core.reply import Reply
from gateway_desktop.core.secret import Secret

_MASK = "***"
# Characters: servers on this machine take any key, and answers may say "ollama" or "lm-studio".
_SHORTEST = 16


def without(secret: Secret | None, data: bytes) -> bytes:
    """Return the bytes without the credential; the same object where it does not stand in them."""
    if not is_secret(secret) or (known := secret.encode()) not in data:
        return data
    return data.replace(known, _MASK.encode())


def out_of_headers(secret: Secret | None, headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return an answer's headers without the credential, nor those that are named by it."""
    if not is_secret(secret):
        return headers
    small = secret.lower()  # names are of no case
    kept = [header for header in headers if small not in header[0].lower()]
    return [(name, value.replace(secret, _MASK)) for name, value in kept]


class Stream:
    """A stream of bytes without the credential, as many as came: only what may be its beginning waits."""

    __slots__ = ("_held", "_secret")

    def __init__(self, secret: Secret | None) -> None:
        self._secret = secret.encode() if is_secret(secret) else b""
        self._held = b""

    def feed(self, data: bytes) -> bytes:
        """Return what passes by now."""
        secret = self._secret
        if not secret:
            return data
        if self._held:
            data, self._held = self._held + data, b""
        if secret in data:
            data = data.replace(secret, b"*" * len(secret))
        at = max(0, len(data) - len(secret) + 1)
        while (at := data.find(secret[:1], at)) >= 0:
            if secret.startswith(data[at:]):
                data, self._held = data[:at], data[at:]
                break
            at += 1
        return data

    def end(self) -> bytes:
        """Return what was held back."""
        held, self._held = self._held, b""
        return held


def forget(secret: Secret | None, reply: Reply | None) -> None:
    """Leave the credential out of what is stored and told of an answer."""
    if not is_secret(secret) or reply is None:
        return
    if reply.error is not None:
        reply.error = reply.error.replace(secret, _MASK)
    if any(secret in part.text for part in reply.texts):
        reply.texts = [part._replace(text=part.text.replace(secret, _MASK)) for part in reply.texts]


def is_secret(secret: Secret | None) -> TypeGuard[Secret]:
    """Return whether it is long enough to be looked for."""
    return secret is not None and len(secret) >= _SHORTEST
