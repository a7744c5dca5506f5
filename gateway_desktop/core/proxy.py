"""Proxy: one thing that the gateway stands in front of."""

import re
from dataclasses import dataclass
from enum import StrEnum

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.oauth import ProxyOAuth
from gateway_desktop.core.policy import AnswerMode
from gateway_desktop.core.stdio_command import StdioCommand


class Kind(StrEnum):
    """Which protocol a proxy speaks, as stored in `event.kind`."""

    LLM = "llm"
    MCP = "mcp"
    A2A = "a2a"


class PayloadLevel(StrEnum):
    """How much of requests and answers is stored."""

    NOTHING = "nothing"  # no texts, and neither tool parameters nor other content in `detail`
    METADATA = "metadata"  # roles and sizes, no texts
    REDACTED = "redacted"  # texts with secrets masked
    FULL = "full"  # texts as they passed


@dataclass(frozen=True, slots=True)
class Access:
    """One group that may use a proxy, and which models or tools of it (wildcards `*`, `?`; `!` forbids)."""

    group_id: str
    models: tuple[str, ...] = ("*",)


@dataclass(frozen=True, slots=True)
class Proxy:
    """A name, a protocol, an upstream, and who may use it: `http://127.0.0.1:8899/<name>/...`."""

    id: str
    name: str
    kind: Kind
    upstream: str  # base URL, without a trailing slash
    provider: str = "openai-like"  # a name in protocols.llm.providers.PROVIDERS
    credential_env: str | None = None  # environment variable that holds the upstream's credential
    credential_secret: str | None = None  # id of the sealed secret that holds it
    running: bool = True
    anonymous: bool = False  # requests without a credential pass; only on loopback
    restricted: bool = False  # only the groups in `access`, else every active principal
    access: tuple[Access, ...] = ()
    payloads: PayloadLevel = PayloadLevel.REDACTED
    verify_tls: bool = True
    sandbox: bool = False  # our own practice upstream
    answers: AnswerMode = AnswerMode.AUTO  # how answers pass while they are looked at
    oauth: ProxyOAuth | None = None  # None: people never signed in here
    stdio: StdioCommand | None = None  # the upstream is a command; then `upstream` is empty

    @property
    def passes_through(self) -> bool:
        """Whether the upstream's own authorization server signs people in here now."""
        return self.oauth is not None and self.oauth.passes_through

    @property
    def signs_in(self) -> bool:
        """Whether our authorization server signs people in here now."""
        return self.oauth is not None and self.oauth.ours


NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
RESERVED = frozenset({"oauth", "healthz", "readyz", "metrics"})


def checked_name(name: str) -> str:
    """Return the name if a proxy may have it, else raise ConfigurationError."""
    if not NAME.fullmatch(name):
        raise ConfigurationError("name", "1 to 63 of a-z, 0-9 and '-', starting with a letter or digit")
    if name in RESERVED:
        raise ConfigurationError("name", f"'{name}' is an address of the gateway itself")
    return name
