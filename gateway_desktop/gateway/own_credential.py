"""The credential that we show to an upstream: kept out of what comes back, should it be repeated there."""

from typing import TypeGuard

from gateway_desktop.core.reply import Reply
from gateway_desktop.core.secret import Secret

_MASK = "***"
_SHORTEST = (
    16  # characters: servers on this machine take any key, and answers may say "ollama" or "lm-studio"
)


def without(secret: Secret | None, data: bytes) -> bytes:
    """Return the bytes without the credential; the same object where it does not stand in them."""
    if not _is_secret(secret) or (known := secret.encode()) not in data:
        return data
    return data.replace(known, _MASK.encode())


def forget(secret: Secret | None, reply: Reply | None) -> None:
    """Leave the credential out of what is stored and told of an answer."""
    if not _is_secret(secret) or reply is None:
        return
    if reply.error is not None:
        reply.error = reply.error.replace(secret, _MASK)
    if any(secret in part.text for part in reply.texts):
        reply.texts = [part._replace(text=part.text.replace(secret, _MASK)) for part in reply.texts]


def _is_secret(secret: Secret | None) -> TypeGuard[Secret]:
    return secret is not None and len(secret) >= _SHORTEST
