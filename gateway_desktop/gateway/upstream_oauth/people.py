"""People: whose tokens of an upstream's own authorization server are, where they tell."""

import time
from collections import OrderedDict
from dataclasses import dataclass

from gateway_desktop.core.errors import Reason, Refused, UpstreamFailed
from gateway_desktop.core.people import User
from gateway_desktop.core.principal import Principal, PrincipalKind
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.core.secret import Secret
from gateway_desktop.core.snapshot import Snapshot
from gateway_desktop.gateway.upstream.calls import Upstream
from gateway_desktop.gateway.upstream_oauth.documents import Documents
from gateway_desktop.identity.bearer import signed_in
from gateway_desktop.identity.tokens import digest
from gateway_desktop.identity.upstream_tokens import (
    NotVerified,
    Vouched,
    claimed_issuer,
    is_signed,
    verified,
    vouched,
)

Answer = tuple[Principal, Refused | None]
_MOST = 4096
_KEPT = 60.0  # seconds for which what was found out about a token is believed without asking again
_FAILED = 10.0


@dataclass(frozen=True, slots=True)
class _Known:
    until: float  # time.time()
    vouched: Vouched | None
    reason: str  # why nobody vouches for anything


class UpstreamPeople:
    """Reads tokens as far as they can be verified; on the gateway's loop."""

    def __init__(self, upstream: Upstream) -> None:
        self.documents = Documents(upstream)
        self._known: OrderedDict[tuple[str, bytes], _Known] = OrderedDict()
        self._emails: dict[str, User] = {}
        self._version = -1

    async def who(self, snapshot: Snapshot, proxy: Proxy, token: Secret) -> Answer:
        """Return who is asking and why they are refused, if they are. What a token is good for, and whether
        it is any good, the upstream says.
        """
        assert proxy.oauth is not None
        mark = digest(token)
        known = await self._look(snapshot, proxy, token, mark)
        said = known.vouched
        user = self._users(snapshot).get(said.email) if said is not None and said.email else None
        owner = f"{said.issuer} {said.subject}" if said is not None and said.subject else ""
        session = f"upstream:{(digest(owner) if owner else mark).hex()[:16]}"
        client_id = (said.client_id if said is not None else "") or None
        audience = said.audience if said is not None else ()
        if user is None:
            reason = _reason(known)
            stranger = Principal(
                PrincipalKind.OAUTH,
                client_id=client_id,
                session=session,
                audience=audience,
                no_user_reason=reason,
            )
            return stranger, _unattributed(proxy, reason)
        principal = signed_in(snapshot, user, client_id, session, audience)
        if not user.active:
            return principal, Refused(Reason.ACCESS, f"The account of {user.shown} is not active")
        if proxy.oauth.groups and not principal.groups.intersection(proxy.oauth.groups):
            problem = f"{user.shown} is in none of the groups that may sign in here"
            return principal, Refused(Reason.ACCESS, problem)
        return principal, None

    async def _look(self, snapshot: Snapshot, proxy: Proxy, token: Secret, mark: bytes) -> _Known:
        key, now = (proxy.id, mark), time.time()
        known = self._known.get(key)
        if known is not None and known.until > now:
            self._known.move_to_end(key)
            return known
        try:
            said = await self._said(snapshot, proxy, token)
            ends = said.expires if said.expires is not None else now + _KEPT
            known = _Known(min(now + _KEPT, ends), said, "")
        except NotVerified as error:
            known = _Known(now + _FAILED, None, str(error))
        self._known[key] = known
        if len(self._known) > _MOST:
            self._known.popitem(last=False)
        return known

    async def _said(self, snapshot: Snapshot, proxy: Proxy, token: Secret) -> Vouched:
        assert proxy.oauth is not None
        if proxy.oauth.introspection_url:
            return await self._introspected(snapshot, proxy, token)
        if not is_signed(token):
            raise NotVerified(
                "The upstream's token is opaque, and no introspection is configured for this proxy "
                "(`oauth enable --introspect-url`)"
            )
        issuer = claimed_issuer(token)
        try:
            named = {one.rstrip("/") for one in await self.documents.issuers(proxy)}  # some add a slash
        except UpstreamFailed as error:
            raise NotVerified(error.message) from error
        if issuer.rstrip("/") not in named:
            raise NotVerified("The upstream's token is of an issuer that the upstream's metadata do not name")
        for newest in (False, True):
            keys = await self.documents.keys(proxy, issuer, newest=newest)
            if keys is None:
                raise NotVerified("The keys of the upstream's authorization server cannot be had")
            try:
                return verified(token, keys, issuer, int(time.time()))
            except KeyError:
                continue
        raise NotVerified("The upstream's token is signed with a key that its issuer does not publish")

    async def _introspected(self, snapshot: Snapshot, proxy: Proxy, token: Secret) -> Vouched:
        secret = snapshot.introspection_secrets.get(proxy.id)
        if secret is None:
            raise NotVerified("The secret for introspecting the upstream's tokens is not set here")
        answer = await self.documents.introspect(proxy, secret, token)
        if answer is None:
            raise NotVerified("The upstream's authorization server does not answer introspection")
        if answer.get("active") is not True:
            raise NotVerified("The upstream's authorization server says that the token is not active")
        issuer = answer.get("iss")
        assert proxy.oauth is not None
        return vouched(answer, issuer if isinstance(issuer, str) else proxy.oauth.introspection_url)

    def _users(self, snapshot: Snapshot) -> dict[str, User]:
        """Return the users by e-mail address."""
        if snapshot.version != self._version:
            self._emails = {user.email.lower(): user for user in snapshot.users.values() if user.email}
            self._version = snapshot.version
        return self._emails


def _reason(known: _Known) -> str:
    said = known.vouched
    if said is None:
        return known.reason
    if not said.email:
        return "The upstream's token vouches for no e-mail address (`email` with `email_verified`)"
    return f"The upstream's token is of {said.email}, who is no user here"


def _unattributed(proxy: Proxy, reason: str) -> Refused | None:
    oauth = proxy.oauth
    assert oauth is not None
    if oauth.unattributed and not oauth.groups:
        return None
    return Refused(Reason.ACCESS, f"Only known users may use '{proxy.name}'. {reason}")
