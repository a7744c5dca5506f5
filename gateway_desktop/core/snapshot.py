"""Snapshot: all that the gateway obeys at one moment; replaced whole, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway_desktop.core.budget import Budget, TermKey, TermSum
from gateway_desktop.core.model_price import ModelPrice
from gateway_desktop.core.oauth import IdentityProvider
from gateway_desktop.core.people import ApiKey, Group, User
from gateway_desktop.core.policy import Policy, PolicyException
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.core.rate_limit import RateLimit
from gateway_desktop.core.scope import Scope
from gateway_desktop.core.secret import Secret
from gateway_desktop.core.settings import Settings
from gateway_desktop.core.tool_pin import Pinned


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The configuration of one `config_version`."""

    version: int = 0
    settings: Settings = field(default_factory=Settings)
    proxies: Mapping[str, Proxy] = field(default_factory=dict)  # by name
    credentials: Mapping[str, Secret] = field(default_factory=dict)  # upstream credentials by proxy id
    environments: Mapping[str, Mapping[str, Secret]] = field(default_factory=dict)  # of commands, by proxy id
    keys: Mapping[bytes, ApiKey] = field(default_factory=dict)  # by SHA-256 of the key
    users: Mapping[str, User] = field(default_factory=dict)  # by id
    groups: Mapping[str, Group] = field(default_factory=dict)  # by id
    identity_providers: Mapping[str, IdentityProvider] = field(default_factory=dict)  # by id
    provider_secrets: Mapping[str, Secret] = field(default_factory=dict)  # client secrets by provider id
    introspection_secrets: Mapping[str, Secret] = field(default_factory=dict)  # by proxy id
    pins: Mapping[str, Mapping[str, Pinned]] = field(default_factory=dict)  # by proxy id and tool
    policies: tuple[Policy, ...] = ()  # those that are enabled, in the order of their names
    exceptions: tuple[PolicyException, ...] = ()  # that are not revoked
    limits: Mapping[tuple[Scope, str], RateLimit] = field(default_factory=dict)  # by what they are of
    budgets: Mapping[tuple[Scope, str], tuple[Budget, ...]] = field(default_factory=dict)  # by whose they are
    spent: Mapping[TermKey, TermSum] = field(default_factory=dict)  # of present terms, as written down
    agent_key: bytes = field(default=b"", repr=False)  # what cards of agents are signed by derives from it
    token_key: bytes = field(default=b"", repr=False)  # renewed OAuth tokens derive from it and the former
    prices: tuple[ModelPrice, ...] = ()  # the team's own
    value_key: bytes = field(default=b"", repr=False)  # by which values of findings are hashed
