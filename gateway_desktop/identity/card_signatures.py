"""Signatures of agent cards (A2A 1.0 section 8.4): JWS over the card in canonical JSON (RFC 8785)."""

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

ALGORITHMS = ["ES256", "ES384", "ES512", "RS256", "PS256", "EdDSA"]
# What 0.3 put beside the fields of 1.0: cards of both shapes are signed in the newer one only.
_OLDER = frozenset(
    (
        "url",
        "additionalInterfaces",
        "preferredTransport",
        "protocolVersion",
        "supportsAuthenticatedExtendedCard",
        "security",
    )
)
_PUBLIC = frozenset(("EC", "RSA", "OKP"))  # kinds of keys; what everybody knows cannot be a shared secret
_DEEPEST = 60
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256 (SP 800-186)


def key_address(card: Mapping[str, Any]) -> str:
    """Return where the key of the first signature is said to be (`jku`), or ""."""
    for header, _, _ in _signatures(card):
        if isinstance(header.get("jku"), str):
            return str(header["jku"])
    return ""


def is_signed(card: Mapping[str, Any]) -> bool:
    """Return whether the card claims to be signed."""
    return bool(card.get("signatures"))


def verified(card: Mapping[str, Any], keys: Mapping[str, Any]) -> bool:
    """Return whether one of these keys (a JWK set) made one of the card's signatures."""
    try:
        public = [key for key in keys["keys"] if key.get("kty") in _PUBLIC]
        known = KeySet.import_key_set({"keys": public})
        payloads = [canonical(shape) for shape in _shapes(card)]
    except (JoseError, AttributeError, KeyError, TypeError, ValueError):
        return False
    return any(
        _fits(f"{protected}.{_base64(payload)}.{signature}", known)
        for _, protected, signature in _signatures(card)
        for payload in payloads
    )


class CardSigner:
    """Signs cards (ES256) by a key that derives from 32 secret bytes."""

    def __init__(self, secret: bytes) -> None:
        number = int.from_bytes(secret, "big") % (_ORDER - 1) + 1
        private = ec.derive_private_key(number, ec.SECP256R1())
        self._key = ECKey.import_key(private)
        self.key_id = self._key.thumbprint()

    def keys(self) -> dict[str, Any]:
        """Return the public key as a JWK set."""
        public = self._key.as_dict(private=False)
        return {"keys": [{**public, "kid": self.key_id, "alg": "ES256", "use": "sig"}]}

    def signed(self, card: Mapping[str, Any], address: str) -> dict[str, Any]:
        """Return the card with our signature only; `address` is where the keys are."""
        unsigned = {name: value for name, value in card.items() if name != "signatures"}
        *_, shape = _shapes(unsigned)
        header = {"alg": "ES256", "typ": "JOSE", "kid": self.key_id, "jku": address}
        token = jws.serialize_compact(header, canonical(shape), self._key, algorithms=["ES256"])
        protected, _, signature = token.split(".")
        return {**unsigned, "signatures": [{"protected": protected, "signature": signature}]}


@lru_cache(maxsize=4)
def card_signer(secret: bytes) -> CardSigner:
    """Return the signer of these secret bytes."""
    return CardSigner(secret)


def canonical(value: object) -> bytes:
    """Return the value as RFC 8785 writes it; raise ValueError for numbers and depths it has no form for."""
    return json.dumps(_ordered(value, 0), ensure_ascii=False, separators=(",", ":")).encode()


def _fits(token: str, keys: KeySet) -> bool:
    try:
        jws.deserialize_compact(token, keys, algorithms=ALGORITHMS)
    except (JoseError, ValueError):
        return False
    return True


def _signatures(card: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], str, str]]:
    """Yield protected header, the same encoded, and signature of each that can be read."""
    listed = card.get("signatures")
    for entry in listed if isinstance(listed, list) else ():
        if not isinstance(entry, dict):
            continue
        protected, signature = entry.get("protected"), entry.get("signature")
        if not isinstance(protected, str) or not isinstance(signature, str):
            continue
        try:
            header = json.loads(base64.urlsafe_b64decode(protected + "=" * (-len(protected) % 4)))
        except (binascii.Error, ValueError):
            continue
        if isinstance(header, dict):
            yield header, protected, signature


def _shapes(card: Mapping[str, Any]) -> Iterator[object]:
    """Yield what may have been signed: the card as it is, and the part of it that 1.0 knows."""
    whole = {name: value for name, value in card.items() if name != "signatures"}
    yield _without_empty(whole)
    if "supportedInterfaces" in whole:
        yield _without_empty(_newer(whole))


def _newer(card: Mapping[str, Any]) -> dict[str, Any]:
    """Return what 1.0 knows of a card: without what 0.3 has beside it, and without what has its default.

    Of the fields whose default is not empty but false, these two are left out (section 8.4.1).
    """
    newer = {name: value for name, value in card.items() if name not in _OLDER}
    if isinstance(schemes := newer.get("securitySchemes"), dict):
        newer["securitySchemes"] = {name: _newer_scheme(scheme) for name, scheme in schemes.items()}
    if isinstance(skills := newer.get("skills"), list):
        newer["skills"] = [_without(skill, "security") for skill in skills]
    capabilities = newer.get("capabilities")
    if isinstance(capabilities, dict) and isinstance(extensions := capabilities.get("extensions"), list):
        clear = [_without(extension, "required", False) for extension in extensions]
        newer["capabilities"] = {**capabilities, "extensions": clear}
    return newer


def _newer_scheme(scheme: object) -> object:
    if not isinstance(scheme, dict):
        return scheme
    kept = {name: value for name, value in scheme.items() if name.endswith("SecurityScheme")} or dict(scheme)
    at: object = kept
    for name in ("oauth2SecurityScheme", "flows", "authorizationCode"):
        inner = at.get(name) if isinstance(at, dict) else None
        if isinstance(at, dict) and isinstance(inner, dict):
            at[name] = inner = _without(inner, "pkceRequired", False)
        at = inner
    return kept


def _without(value: object, name: str, *only: object) -> Any:
    """Return a copy of an object without a member, or without it where it has just this value."""
    if not isinstance(value, dict):
        return value
    return {key: inner for key, inner in value.items() if key != name or (only and inner is not only[0])}


def _without_empty(value: object, depth: int = 0) -> object:
    """Leave out empty texts, lists and objects: senders differ in whether they write them."""
    if depth > _DEEPEST:
        raise ValueError("nested too deeply")
    if isinstance(value, dict):
        kept = {name: _without_empty(inner, depth + 1) for name, inner in value.items()}
        return {name: inner for name, inner in kept.items() if inner is not None} or None
    if isinstance(value, list):
        listed = [_without_empty(inner, depth + 1) for inner in value]
        return [inner for inner in listed if inner is not None] or None
    return None if value == "" else value


def _ordered(value: object, depth: int) -> object:
    if depth > _DEEPEST:
        raise ValueError("nested too deeply")
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return {name: _ordered(value[name], depth + 1) for name in names}
    if isinstance(value, list):
        return [_ordered(inner, depth + 1) for inner in value]
    if isinstance(value, float):
        if value.is_integer() and abs(value) < 2**53:
            return int(value)
        if not 1e-4 <= abs(value) < 1e16:  # where Python and ECMAScript write numbers in different ways
            raise ValueError("a number without a common form")
    return value


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
