"""Unsealer, unsealed(): sealed secrets are read."""

from typing import Protocol

from gateway_desktop.core.secret import Secret
from gateway_desktop.store.models.proxy import SecretRow


class Unsealer(Protocol):
    """Opens what was sealed; `identity.sealing.Sealer` is one."""

    def open(self, owner: str, nonce: bytes, ciphertext: bytes, /) -> str:
        """Return the sealed text."""


def unsealed(row: SecretRow, unsealer: Unsealer) -> Secret:
    """Return the secret of a row."""
    return Secret(unsealer.open(row.owner, bytes(row.nonce), bytes(row.ciphertext)))
