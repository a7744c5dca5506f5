"""What a person enters about a proxy, checked."""

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.one_of import one_of
from gateway_desktop.core.policy import AnswerMode
from gateway_desktop.core.proxy import Kind, PayloadLevel, Proxy, checked_name
from gateway_desktop.core.stdio_command import StdioCommand
from gateway_desktop.protocols.llm.known_provider import provider_for
from gateway_desktop.protocols.llm.providers import PROVIDERS

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
OF_COMMANDS = ("command", "cwd", "env")
_SWITCHES = {"on": True, "true": True, "yes": True, "off": False, "false": False, "no": False}


@dataclass(frozen=True, slots=True)
class NewProxy:
    """A proxy that does not exist yet; an empty provider is guessed from the upstream."""

    name: str
    upstream: str
    kind: str = Kind.LLM
    provider: str = ""
    credential_env: str = ""
    credential: str = ""  # sealed when it is saved; never shown again
    payloads: str = PayloadLevel.REDACTED
    anonymous: bool = False
    verify_tls: bool = True
    access: tuple[tuple[str, tuple[str, ...]], ...] = ()  # groups, their models; none: everybody with a key
    sandbox: bool = False
    stdio: StdioCommand | None = None  # a command instead of an upstream

    def proxy(self) -> Proxy:
        """Return the proxy that this would be."""
        return Proxy(
            id="",
            name=self.name,
            kind=Kind(self.kind),
            upstream=self.upstream,
            provider=self.provider,
            credential_env=self.credential_env or None,
            anonymous=self.anonymous,
            restricted=bool(self.access),
            payloads=PayloadLevel(self.payloads),
            verify_tls=self.verify_tls,
            sandbox=self.sandbox,
            stdio=self.stdio,
        )


def checked_new(new: NewProxy) -> NewProxy:
    """Return what was entered, in order, or raise ConfigurationError naming the field."""
    if new.stdio is not None:
        return _checked_stdio(new)
    kind = one_of(Kind, new.kind, "kind")
    upstream = checked_endpoint(new.upstream) if kind is Kind.MCP else checked_upstream(new.upstream)
    credential_env = checked_variable(new.credential_env)
    if credential_env and new.credential:
        raise ConfigurationError("credential", "either an environment variable or a credential, not both")
    return replace(
        new,
        name=checked_name(new.name.strip()),
        kind=kind,
        upstream=upstream,
        provider=_provider(new.provider, kind, upstream),
        credential_env=credential_env or "",
        credential=checked_credential(new.credential),
        payloads=checked_payloads(new.payloads),
    )


def _checked_stdio(new: NewProxy) -> NewProxy:
    """Return a proxy in front of a command: no address, no credential but its environment."""
    if new.kind != Kind.MCP:
        raise ConfigurationError("kind", "a command speaks MCP: --kind mcp")
    if new.upstream or new.credential or new.credential_env:
        raise ConfigurationError("upstream", "a command has neither an address nor a credential")
    name, payloads = checked_name(new.name.strip()), checked_payloads(new.payloads)
    return replace(new, name=name, kind=Kind.MCP, provider="", payloads=payloads)


def checked_changes(changes: Mapping[str, object], kind: Kind) -> dict[str, object]:
    """Return the changes by column; values may be typed or text, as on the command line."""
    checked: dict[str, object] = {}
    for name, value in changes.items():
        field = name.replace("-", "_")
        if field not in _FIELDS:
            near = difflib.get_close_matches(field, _FIELDS, n=1)
            known = f"did you mean '{near[0]}'?" if near else f"there are {', '.join(_FIELDS)}"
            raise ConfigurationError(name, f"a proxy has no such setting; {known}")
        check = checked_endpoint if field == "upstream" and kind is Kind.MCP else _FIELDS[field]
        checked[field] = check(value)
    return checked


def _provider(provider: str, kind: Kind, upstream: str) -> str:
    """Return whose API it is; MCP servers and agents have no providers."""
    if kind is not Kind.LLM:
        return ""
    return checked_provider(provider) if provider else provider_for(upstream).name


def checked_endpoint(upstream: object) -> str:
    """Return the very address of an MCP server, which may have a query."""
    text = str(upstream).strip()
    checked_upstream(text.partition("?")[0])
    if "#" in text or any(character.isspace() for character in text):
        raise ConfigurationError("upstream", f"'{upstream}' is not an address like https://example.com/mcp")
    return text


def checked_upstream(upstream: object) -> str:
    """Return a base URL without a slash at its end."""
    text = str(upstream).strip().rstrip("/")
    try:
        parts = urlsplit(text)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        valid = valid and text.isprintable() and " " not in text  # urlsplit passes over line ends
    except ValueError:
        valid = False
    if not valid:
        raise ConfigurationError("upstream", f"'{upstream}' is not an address like https://api.openai.com")
    if parts.username is not None or parts.password is not None:
        raise ConfigurationError(
            "upstream", "no credentials in the address: they would be shown; store one instead"
        )
    if parts.query or parts.fragment:
        raise ConfigurationError("upstream", "a base address has neither ? nor #")
    return text


def checked_provider(provider: object) -> str:
    """Return the name of a known provider."""
    return one_of([known.name for known in PROVIDERS], provider, "provider")


def checked_payloads(level: object) -> PayloadLevel:
    """Return how much of requests and answers is stored."""
    return one_of(PayloadLevel, level, "payloads")


def checked_credential(credential: str) -> str:
    """Return a credential that a header can carry, without the space around it."""
    text = credential.strip()
    if not text.isprintable():
        raise ConfigurationError("credential", "a line ends within it, or it has an unseen character")
    return text


def checked_variable(name: object) -> str | None:
    """Return the name of an environment variable, or None for an empty one."""
    text = str(name or "").strip()
    if text and not _VARIABLE.fullmatch(text):
        raise ConfigurationError("credential_env", f"'{text}' is not the name of an environment variable")
    return text or None


def checked_patterns(models: Sequence[str]) -> list[str]:
    """Return the wildcards of models or tools; none is all of them, but those that begin with `!`."""
    patterns = list(dict.fromkeys(model.strip() for model in models if model.strip().strip("!")))
    forbidden = [pattern for pattern in patterns if pattern.startswith("!")]
    allowed = [pattern for pattern in patterns if not pattern.startswith("!")]
    return (["*"] if not allowed or "*" in allowed else allowed) + forbidden


def _switch(name: str, value: object) -> bool:
    if isinstance(value, bool):
        return value
    if (word := str(value).strip().lower()) not in _SWITCHES:
        raise ConfigurationError(name, f"'{value}' is neither on nor off")
    return _SWITCHES[word]


_FIELDS: dict[str, Callable[[object], object]] = {
    "name": lambda value: checked_name(str(value).strip()),
    "upstream": checked_upstream,
    "provider": checked_provider,
    "payloads": checked_payloads,
    "anonymous": lambda value: _switch("anonymous", value),
    "verify_tls": lambda value: _switch("verify_tls", value),
    "credential_env": checked_variable,
    "answers": lambda value: one_of(AnswerMode, value, "answers"),
    "open": lambda value: _switch("open", value),
    **dict.fromkeys(OF_COMMANDS, str),
}
