"""Unsealer: what the store needs to read sealed secrets."""

from typing import Protocol


class Unsealer(Protocol):
    """Opens what was sealed; `identity.sealing.Sealer` is one."""

    def open(self, owner: str, nonce: bytes, ciphertext: bytes, /) -> str:
        """Return the sealed text."""
