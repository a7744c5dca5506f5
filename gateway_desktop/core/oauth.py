"""OAuth: who may sign in where, with which application, and what an identity provider says of a person."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from gateway_desktop.core.people import User
from gateway_desktop.core.secret import Secret

SCOPE_LETTERS = frozenset(chr(code) for code in range(0x21, 0x7F)) - {'"', "\\"}  # RFC 6749 section 3.3
LOCAL = "local"  # the provider that is our own directory of passwords

ACCESS_SECONDS = 3600
REFRESH_SECONDS = 30 * 24 * 3600


class OAuthMode(StrEnum):
    """Whose authorization server signs people in at a proxy."""

    GATEWAY = "gateway"  # ours
    UPSTREAM = "upstream"  # the upstream's own: metadata and tokens pass through


class Registration(StrEnum):
    """Which applications may become clients of a proxy."""

    ANYONE = "anyone"  # by themselves (RFC 7591), by client-id document, or by hand
    DOCUMENTS = "documents"  # by client-id document, or by hand
    NOBODY = "nobody"  # by hand only


class Admission(StrEnum):
    """Whom an identity provider may sign in here, of the people that it vouches for."""

    ANYONE = "anyone"  # all of them; the first sign-in adds the person
    MATCHED = "matched"  # those whom a sign-in rule matches
    INVITED = "invited"  # those who are users here already


class Registered(StrEnum):
    """How a client came to be known."""

    DYNAMIC = "dynamic"
    DOCUMENT = "document"
    BY_HAND = "by hand"


@dataclass(frozen=True, slots=True)
class ProxyOAuth:
    """How people sign in at one proxy."""

    enabled: bool = True
    mode: OAuthMode = OAuthMode.GATEWAY
    providers: tuple[str, ...] = (LOCAL,)  # ids of identity providers; `local` is our own directory
    scopes: tuple[str, ...] = ("use",)
    groups: tuple[str, ...] = ()  # ids of the groups that may sign in; none: whoever may use the proxy
    access_seconds: int = ACCESS_SECONDS
    refresh_seconds: int = REFRESH_SECONDS
    registration: Registration = Registration.ANYONE
    keys: bool = True  # API keys are good beside tokens
    claude_settings: str = ""  # JSON that Claude Code obeys once its person has signed in here
    unattributed: bool = True  # mode upstream: tokens that tell no user of ours may pass
    introspection_url: str = ""  # mode upstream: who is asked whose a token is (RFC 7662)
    introspection_client: str = ""
    introspection_env: str = ""  # the environment variable that holds the client's secret

    @property
    def passes_through(self) -> bool:
        """Whether the upstream's own authorization server signs people in here now."""
        return self.enabled and self.mode is OAuthMode.UPSTREAM

    @property
    def ours(self) -> bool:
        """Whether our authorization server signs people in here now."""
        return self.enabled and self.mode is OAuthMode.GATEWAY


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """An application registered at one proxy. Times are microseconds since 1970 UTC."""

    id: str  # a UUID, or the address of its client-id document
    proxy_id: str
    name: str
    redirect_uris: tuple[str, ...]
    how: Registered
    registered_us: int
    auth_method: str = "none"  # none | client_secret_basic | client_secret_post
    secret_digest: bytes | None = field(default=None, repr=False)  # SHA-256
    grant_types: tuple[str, ...] = ("authorization_code", "refresh_token")
    last_used_us: int | None = None
    revoked_us: int | None = None


@dataclass(frozen=True, slots=True)
class OAuthSession:
    """One sign-in of one user with one client at one proxy. Times are microseconds since 1970 UTC."""

    id: str
    proxy_id: str
    client_id: str
    user_id: str
    provider: str  # id of the identity provider, or `local`
    scopes: tuple[str, ...]
    created_us: int
    expires_us: int  # when it ends unless it is refreshed
    last_used_us: int | None = None
    revoked_us: int | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Token:
    """What a valid access token stands for; only its SHA-256 is kept."""

    session: str
    proxy_id: str  # the audience: it is good at this proxy only
    client_id: str
    user_id: str
    scopes: tuple[str, ...]
    issued_us: int
    expires_us: int
    ended: bool = False  # its session or client was revoked: it names a person and opens nothing


@dataclass(frozen=True, slots=True)
class NewTokens:
    """What is stored of tokens that are about to be handed out: SHA-256 digests and times."""

    access: bytes
    refresh: bytes | None
    scopes: tuple[str, ...]
    issued_us: int
    access_expires_us: int
    refresh_expires_us: int

    def until(self, end_us: int) -> "NewTokens":
        """Return the tokens, none of them good for longer than that."""
        return replace(
            self,
            access_expires_us=min(self.access_expires_us, end_us),
            refresh_expires_us=min(self.refresh_expires_us, end_us),
        )


@dataclass(frozen=True, slots=True)
class Rotation:
    """What became of a refresh token that was presented: a session with new tokens, or a problem."""

    session: OAuthSession | None = None
    problem: str = ""
    tokens: NewTokens | None = None  # as they are stored
    revoked: bool = False  # the session was ended because of it


@dataclass(frozen=True, slots=True)
class StoredPassword:
    """What the local directory knows of a person who signs in."""

    user: User
    hash: str
    totp_seed: Secret | None
    totp_step: int  # of the last one-time code that was accepted


@dataclass(frozen=True, slots=True)
class Profile:
    """Who an identity provider says that the person is."""

    issuer: str
    subject: str
    email: str = ""
    email_verified: bool = False
    name: str = ""
    username: str = ""
    groups: tuple[str, ...] = ()
    claims: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SignInRule:
    """Who matches joins the group. The first word says what is looked at: email_domain, claim or group."""

    looks_at: str
    claim: str  # the claim's name where a claim is looked at
    value: str
    group_id: str


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """A service that knows people: an OpenID Connect issuer, or GitHub."""

    id: str
    name: str
    kind: str  # a name in gateway.oauth.identity_providers.IDENTITY_PROVIDERS
    issuer: str
    client_id: str
    secret_env: str = ""  # the environment variable with the client secret
    secret_id: str | None = None  # of the sealed client secret, where the variable is not set
    scopes: tuple[str, ...] = ("openid", "email", "profile")
    rules: tuple[SignInRule, ...] = ()
    admits: Admission = Admission.ANYONE
