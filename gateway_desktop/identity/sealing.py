"""Secrets at rest: sealed with AES-GCM under the data folder's master key."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gateway_desktop.core.errors import Unavailable
from gateway_desktop.core.secret import Secret

KEY_BYTES = 32
_NONCE_BYTES = 12


class Sealer:
    """Seals and opens secrets; keys for other purposes derive from the same master key."""

    def __init__(self, master: bytes) -> None:
        if len(master) != KEY_BYTES:
            raise Unavailable(f"The master key has {len(master)} bytes instead of {KEY_BYTES}")
        self._master = master
        self._cipher = AESGCM(self.derive("sealing"))

    def seal(self, owner: str, plain: str) -> tuple[bytes, bytes]:
        """Return nonce and ciphertext; the owner is authenticated too, so that rows cannot be swapped."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce, self._cipher.encrypt(nonce, plain.encode(), owner.encode())

    def open(self, owner: str, nonce: bytes, ciphertext: bytes) -> Secret:
        """Return what was sealed for that owner."""
        try:
            return Secret(self._cipher.decrypt(nonce, ciphertext, owner.encode()).decode())
        except InvalidTag:
            raise Unavailable(
                f"The secret of {owner} was sealed with another master key, or was changed"
            ) from None

    def derive(self, purpose: str) -> bytes:
        """Return a key of 32 bytes for one purpose (RFC 5869)."""
        info = f"gateway-desktop {purpose}".encode()
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(self._master)
