"""Addresses of ours that agents call in place of a webhook: who asked for it is sealed in the address."""

import base64
import binascii
import json
import os
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gateway_desktop.core.principal import Principal, PrincipalKind

_NONCE = 12
_KEPT = ("user_id", "api_key_id", "client_id", "session")


class PushTarget(NamedTuple):
    """Where a notification goes, and who asked for it: by ids alone, for what they may do can change."""

    url: str
    principal: Principal


def sealed(secret: bytes, proxy_id: str, url: str, principal: Principal) -> str:
    """Return the last part of the address; nobody can make one, and it is good at this proxy only."""
    names = {name: getattr(principal, name) for name in _KEPT}
    document = {"url": url, "kind": str(principal.kind), **names}
    nonce = os.urandom(_NONCE)
    packed = nonce + _cipher(secret).encrypt(nonce, json.dumps(document).encode(), proxy_id.encode())
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def opened(secret: bytes, proxy_id: str, text: str) -> PushTarget | None:
    """Return what was sealed for this proxy, or None."""
    try:
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        plain = _cipher(secret).decrypt(packed[:_NONCE], packed[_NONCE:], proxy_id.encode())
    except (binascii.Error, InvalidTag, ValueError):
        return None
    document = json.loads(plain)
    names = {name: document.get(name) for name in _KEPT}
    return PushTarget(document["url"], Principal(PrincipalKind(document["kind"]), **names))


def _cipher(secret: bytes) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=b"push addresses").derive(secret))
