"""From a credential to the principal behind it."""

from dataclasses import replace

from gateway_desktop.core.errors import Reason, Refused
from gateway_desktop.core.people import ApiKey, User
from gateway_desktop.core.principal import ANONYMOUS, Principal, PrincipalKind, principal_of
from gateway_desktop.core.secret import Secret
from gateway_desktop.core.snapshot import Snapshot
from gateway_desktop.identity.api_keys import MARK, prefix, same
from gateway_desktop.identity.tokens import digest

Answer = tuple[Principal, Refused | None]


def authenticate(snapshot: Snapshot, credential: Secret | None, now_us: int) -> Answer:
    """Return who is asking, as far as it is known, and why they are refused, if they are.

    The owner is named even in a refusal, so that an expired key shows whose it was.
    """
    if credential is None:
        return ANONYMOUS, _unknown("Send an API key of this gateway, as `Authorization: Bearer gwd_...`")
    presented = digest(credential)
    key = snapshot.keys.get(presented)
    if key is None or not same(presented, key.digest):
        return _stranger(credential)
    user = snapshot.users.get(key.user_id)
    principal = _principal(snapshot, key, user)
    return principal, _problem(snapshot, key, user, now_us)


def owner_of_key(snapshot: Snapshot, key_id: str, now_us: int) -> Answer:
    """Return who asked for something with that key, and why they get it no longer, if so."""
    key = next((one for one in snapshot.keys.values() if one.id == key_id), None)
    if key is None:
        return Principal(PrincipalKind.API_KEY, api_key_id=key_id), _unknown("The key is gone")
    user = snapshot.users.get(key.user_id)
    return _principal(snapshot, key, user), _problem(snapshot, key, user, now_us)


def _stranger(credential: Secret) -> Answer:
    if credential.startswith(MARK):
        reason = f"Unknown key {prefix(credential)}..."
        hint = "look whether it was copied whole, and made here"
    else:  # perhaps the upstream's own secret: not even a part of it is shown
        reason = "The credential is not a key of this gateway"
        hint = f"its keys start with {MARK}"
    principal = Principal(PrincipalKind.ANONYMOUS, no_user_reason=reason)
    return principal, _unknown(f"{reason}; {hint}")


def _principal(snapshot: Snapshot, key: ApiKey, user: User | None) -> Principal:
    group = snapshot.groups.get(key.group_id)
    if user is None:
        reason = f"The owner of key {key.prefix}... is gone"
        return Principal(PrincipalKind.API_KEY, api_key_id=key.id, no_user_reason=reason)
    return replace(principal_of(PrincipalKind.API_KEY, user, group), api_key_id=key.id)


def _problem(snapshot: Snapshot, key: ApiKey, user: User | None, now_us: int) -> Refused | None:
    if key.revoked_us is not None and key.revoked_us <= now_us:
        return _unknown(f"Key {key.prefix}... was revoked")
    if key.expires_us is not None and key.expires_us <= now_us:
        return _unknown(f"Key {key.prefix}... has expired")
    if user is None or not user.active:
        return Refused(Reason.ACCESS, f"The owner of key {key.prefix}... is not active")
    if key.group_id not in snapshot.groups:
        return Refused(Reason.ACCESS, f"The group of key {key.prefix}... is gone")
    return None


def _unknown(message: str) -> Refused:
    return Refused(Reason.CREDENTIAL, message, 401)
