"""Signatures of heads and exports: Ed25519, with a key derived from the master key."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gateway_desktop.identity.sealing import Sealer

HEADS = "signatures of the audit"  # what their key is derived for


class Signer:
    """Signs for one master key."""

    def __init__(self, sealer: Sealer) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(sealer.derive(HEADS))

    @property
    def public_key(self) -> bytes:
        """Return the 32 bytes that others check signatures with."""
        return self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def sign(self, data: bytes) -> bytes:
        """Return the signature of these bytes."""
        return self._key.sign(data)


def is_signed(public_key: bytes, data: bytes, signature: bytes) -> bool:
    """Return whether the signature is that key's of these bytes."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True
