"""What a person enters about an identity provider, checked; asks within the running transaction."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from peewee import fn

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.loopback import is_confidential
from gateway_desktop.core.oauth import LOCAL, SCOPE_LETTERS, Admission, SignInRule
from gateway_desktop.core.one_of import one_of
from gateway_desktop.core.spelling import NONE_INVISIBLE
from gateway_desktop.identity.provider_kinds import PROVIDER_KINDS, ProviderKind, kind_named
from gateway_desktop.identity.sign_in_rules import LOOKS_AT
from gateway_desktop.services.lookup import the_group
from gateway_desktop.store.models.identity_provider import IdentityProviderRow

_NAME = re.compile(r"[^\s].{0,62}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_DOMAIN = re.compile(r"@?[^@\s/]+\.[^@\s/]+")
_MOST_RULES = 100


@dataclass(frozen=True, slots=True)
class NewProvider:
    """A provider that does not exist yet; an empty issuer is the kind's own, scopes come beside its."""

    name: str
    client_id: str
    kind: str = "oidc"
    issuer: str = ""
    secret: str = ""  # sealed when it is saved; never shown again
    secret_env: str = ""
    scopes: tuple[str, ...] = ()
    rules: tuple[SignInRule, ...] = ()  # groups by name or id
    admits: str = ""  # an Admission; empty: as is safe for the kind


def the_kind(name: str) -> ProviderKind:
    """Return the kind of that name."""
    kind = kind_named(name)
    if kind is None:
        raise ConfigurationError(
            "kind", f"'{name}' is none of {', '.join(one.name for one in PROVIDER_KINDS)}"
        )
    return kind


def checked_name(name: str, own_id: str = "") -> str:
    """Return the name, as it stands on the button that leads there; no other provider has it."""
    name = name.strip()
    if not _NAME.fullmatch(name) or not name.isprintable() or name.lower() == LOCAL:
        raise ConfigurationError("name", f"1 to 63 characters, {NONE_INVISIBLE}, and not '{LOCAL}'")
    taken = (fn.LOWER(IdentityProviderRow.name) == name.lower()) & (IdentityProviderRow.id != own_id)
    if IdentityProviderRow.select().where(taken).exists():
        raise ConfigurationError("name", f"there is already an identity provider '{name}'")
    return name


def checked_issuer(issuer: str, kind: ProviderKind) -> str:
    """Return the issuer to the character: Auth0's ends with a slash, others' do not."""
    issuer = issuer.strip()
    if not issuer:
        raise ConfigurationError("issuer", f"{kind.title}'s address, like {kind.example}")
    try:
        parts = urlsplit(issuer)
        host = parts.hostname
    except ValueError:
        host = None
    else:
        safe = is_confidential(parts)
    if not host or not safe or "@" in parts.netloc or parts.query or parts.fragment or not issuer.isascii():
        raise ConfigurationError("issuer", f"'{issuer}' is not an https address like {kind.example}")
    if issuer == kind.example:
        raise ConfigurationError("issuer", f"'{issuer}' is only the example; enter your own")
    return issuer.rstrip("/") if kind.name == "github" else issuer


def checked_client(client_id: str) -> str:
    """Return the id under which we are registered there."""
    client_id = client_id.strip()
    if not client_id or len(client_id) > 300 or not client_id.isprintable():
        raise ConfigurationError("client_id", "the id under which this gateway is registered there")
    return client_id


def checked_admission(admits: str) -> str:
    """Return whom the provider may sign in."""
    return str(one_of(Admission, admits, "admits"))


def checked_scopes(scopes: object, kind: ProviderKind) -> tuple[str, ...]:
    """Return the scopes to ask for: those without which the kind does not tell who it is come first."""
    words = tuple(dict.fromkeys((*kind.scopes, *scopes))) if isinstance(scopes, (list, tuple)) else ()
    if not all(isinstance(word, str) and word and set(word) <= SCOPE_LETTERS for word in words):
        raise ConfigurationError("scopes", "words without spaces, quotes and backslashes")
    return words


def checked_rules(rules: Sequence[SignInRule]) -> tuple[SignInRule, ...]:
    """Return the rules with the ids of their groups."""
    if len(rules) > _MOST_RULES:
        raise ConfigurationError("rules", f"{_MOST_RULES} rules at most")
    return tuple(_checked_rule(rule, f"rules[{number}]") for number, rule in enumerate(rules, 1))


def _checked_rule(rule: SignInRule, place: str) -> SignInRule:
    one_of(LOOKS_AT, rule.looks_at, place)
    if not rule.value.strip() or (rule.looks_at == "claim") != bool(rule.claim.strip()):
        raise ConfigurationError(place, "a value, and a claim's name where a claim is looked at")
    if rule.looks_at == "email_domain" and not _DOMAIN.fullmatch(rule.value.strip()):
        raise ConfigurationError(place, f"'{rule.value}' is not a domain like example.org")
    group = the_group(rule.group_id, place)
    return replace(rule, claim=rule.claim.strip(), value=rule.value.strip(), group_id=group.id)


def checked_variable(variable: str) -> str:
    """Return the environment variable's name, or nothing."""
    if variable and not _VARIABLE.fullmatch(variable):
        raise ConfigurationError("secret_env", f"'{variable}' is not the name of an environment variable")
    return variable
