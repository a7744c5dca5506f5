"""Identity providers: add, change, remove, try; and the rules that put people into groups."""

import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from peewee import fn

from gateway_desktop.core.audit import Category, Severity, SystemEvent
from gateway_desktop.core.errors import ConfigurationError, Unavailable
from gateway_desktop.core.ids import new_id
from gateway_desktop.core.oauth import LOCAL, IdentityProvider, SignInRule
from gateway_desktop.core.secret import Secret
from gateway_desktop.core.status import Diagnosis
from gateway_desktop.identity.provider_kinds import PROVIDER_KINDS, ProviderKind, kind_named
from gateway_desktop.identity.sealing import Sealer
from gateway_desktop.identity.sign_in_rules import LOOKS_AT
from gateway_desktop.services.administration import Administration, Change
from gateway_desktop.services.chaining import follow
from gateway_desktop.services.lookup import the_group
from gateway_desktop.services.ports import ProviderProbe
from gateway_desktop.services.setting_values import beyond_this_machine
from gateway_desktop.services.vault import forget, opened, seal
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.identity_provider import IdentityProviderRow
from gateway_desktop.store.models.oauth import ProxyOAuthRow
from gateway_desktop.store.models.people import GroupRow
from gateway_desktop.store.models.proxy import ProxyRow
from gateway_desktop.store.queries.identity_providers import provider_of
from gateway_desktop.store.reader import Reader

_NAME = re.compile(r"[^\s].{0,62}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SCOPE = frozenset(chr(code) for code in range(0x21, 0x7F)) - {'"', "\\"}  # RFC 6749 section 3.3
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


class IdentityProviders:
    """Who may say who people are. Every method takes a provider's name or id."""

    def __init__(
        self,
        administration: Administration,
        reader: Reader,
        sealer: Callable[[], Sealer],
        probe: ProviderProbe | None,
    ) -> None:
        self._administration = administration
        self._reader = reader
        self._sealer = sealer
        self._probe = probe

    def add(self, new: NewProvider) -> Future[IdentityProvider]:
        """Add a provider; proxies use it once OAuth is enabled there with it."""

        def work(change: Change) -> IdentityProvider:
            kind = _kind(new.kind)
            if kind.needs_secret and not (new.secret or new.secret_env):
                raise ConfigurationError("secret", f"{kind.title} asks for a client secret")
            row = IdentityProviderRow(
                id=new_id(),
                name=_checked_name(new.name),
                kind=kind.name,
                issuer=_checked_issuer(new.issuer or kind.issuer, kind),
                client_id=_checked_client(new.client_id),
                scopes=json.dumps(_checked_scopes(new.scopes, kind)),
                rules=json.dumps([_listed(rule) for rule in _checked_rules(new.rules)]),
                created_us=change.now_us,
            )
            self._keep_secret(row, new.secret, new.secret_env)
            row.save(force_insert=True)
            provider = provider_of(row)
            change.record(_event("created", row.name, after=_described(provider)))
            return provider

        return self._administration.change(work)

    def update(self, provider: str, changes: Mapping[str, object]) -> Future[IdentityProvider]:
        """Change what is given of name, issuer, client_id and scopes."""

        def work(change: Change) -> IdentityProvider:
            row = the_provider(provider)
            before = _described(provider_of(row))
            kind = _kind(row.kind)
            for place, value in changes.items():
                match place:
                    case "name":
                        row.name = _checked_name(str(value), row.id)
                    case "issuer":
                        row.issuer = _checked_issuer(str(value), kind)
                    case "client_id":
                        row.client_id = _checked_client(str(value))
                    case "scopes":
                        words = str(value).split() if isinstance(value, str) else value
                        row.scopes = json.dumps(_checked_scopes(words, kind))
                    case _:
                        raise ConfigurationError(place, "one of name, issuer, client_id, scopes")
            row.save()
            return _changed(change, row, before)

        return self._administration.change(work)

    def set_secret(self, provider: str, secret: str, variable: str = "") -> Future[None]:
        """Seal another client secret, or take it from an environment variable from now on."""

        def work(change: Change) -> None:
            row = the_provider(provider)
            if not (secret.strip() or variable) and _kind(row.kind).needs_secret:
                raise ConfigurationError("secret", f"{_kind(row.kind).title} asks for a client secret")
            old = row.secret_id
            self._keep_secret(row, secret, variable)
            row.save()
            forget(old)
            kept = _described(provider_of(row))["secret"]
            change.record(_event("credential changed", row.name, after={"secret": kept}))

        return self._administration.change(work)

    def set_rules(self, provider: str, rules: Sequence[SignInRule]) -> Future[IdentityProvider]:
        """Put people into groups by these rules, in this order; groups by name or id."""

        def work(change: Change) -> IdentityProvider:
            row = the_provider(provider)
            before = _described(provider_of(row))
            row.rules = json.dumps([_listed(rule) for rule in _checked_rules(rules)])
            row.save()
            return _changed(change, row, before)

        return self._administration.change(work)

    def remove(self, provider: str) -> Future[None]:
        """Remove a provider that no proxy signs people in with; people stay, and so do their sessions."""

        def work(change: Change) -> None:
            row = the_provider(provider)
            if names := _proxies_with(row.id):
                raise ConfigurationError("provider", f"people sign in with it at {', '.join(names)}")
            before = _described(provider_of(row))
            row.delete_instance()
            forget(row.secret_id)
            change.record(_event("deleted", row.name, before))

        return self._administration.change(work)

    def test(self, provider: str) -> Future[Diagnosis]:
        """Ask the provider for all it publishes, and whether it knows us; change nothing."""
        probe = self._probe
        if probe is None:
            raise Unavailable("No gateway runs in this process to try the provider with")

        def load(_database: Database) -> tuple[IdentityProvider, Secret | None]:
            row = the_provider(provider)
            found = provider_of(row)
            given = os.environ.get(found.secret_env, "") if found.secret_env else ""
            if given:
                return found, Secret(given)
            return found, opened(self._sealer(), found.secret_id) if found.secret_id else None

        return follow(self._reader.submit(load), lambda loaded: probe(*loaded))

    def _keep_secret(self, row: IdentityProviderRow, secret: str, variable: str) -> None:
        """Seal the secret, or a copy of the variable: a program from a menu has no shell's variables."""
        if secret and variable:
            raise ConfigurationError("secret", "either an environment variable or a secret, not both")
        if variable and not _VARIABLE.fullmatch(variable):
            raise ConfigurationError("secret_env", f"'{variable}' is not the name of an environment variable")
        row.secret_env = variable
        plain = secret.strip() or (os.environ.get(variable, "") if variable else "")
        row.secret_id = seal(self._sealer(), f"client secret of {row.id}", plain) if plain else None


def the_provider(named: str, place: str = "provider") -> IdentityProviderRow:
    """Return the identity provider with this name or id."""
    wanted = (fn.LOWER(IdentityProviderRow.name) == named.strip().lower()) | (IdentityProviderRow.id == named)
    found: IdentityProviderRow | None = IdentityProviderRow.select().where(wanted).first()
    if found is None:
        names = ", ".join(row.name for row in IdentityProviderRow.select()) or "none yet"
        raise ConfigurationError(place, f"there is no identity provider '{named}'; there are: {names}")
    return found


def shown(provider: IdentityProvider, groups: Mapping[str, str]) -> dict[str, object]:
    """Return what people are told of a provider, without its secret; `groups`: names by id."""
    kept = f"environment variable {provider.secret_env}" if provider.secret_env else None
    return {
        "name": provider.name,
        "kind": provider.kind,
        "issuer": provider.issuer,
        "client_id": provider.client_id,
        "secret": kept or ("sealed" if provider.secret_id else "none"),
        "scopes": list(provider.scopes),
        "rules": [_written(rule, groups) for rule in provider.rules],
    }


def _described(provider: IdentityProvider) -> dict[str, object]:
    named = {row.id: row.name for row in GroupRow.select()}
    return shown(provider, named)


def _written(rule: SignInRule, groups: Mapping[str, str]) -> str:
    """Return a rule as the command line reads it."""
    what = f"claim:{rule.claim}" if rule.looks_at == "claim" else rule.looks_at
    return f"{what}={rule.value}>{groups.get(rule.group_id, rule.group_id)}"


def _changed(change: Change, row: IdentityProviderRow, before: dict[str, object]) -> IdentityProvider:
    provider = provider_of(row)
    after = _described(provider)
    if before != after:
        change.record(_event("updated", row.name, before, after))
    return provider


def _kind(name: str) -> ProviderKind:
    kind = kind_named(name)
    if kind is None:
        raise ConfigurationError(
            "kind", f"'{name}' is none of {', '.join(one.name for one in PROVIDER_KINDS)}"
        )
    return kind


def _checked_name(name: str, own_id: str = "") -> str:
    name = name.strip()
    if not _NAME.fullmatch(name) or not name.isprintable() or name.lower() == LOCAL:
        raise ConfigurationError("name", f"1 to 63 characters, and not '{LOCAL}'")
    taken = (fn.LOWER(IdentityProviderRow.name) == name.lower()) & (IdentityProviderRow.id != own_id)
    if IdentityProviderRow.select().where(taken).exists():
        raise ConfigurationError("name", f"there is already an identity provider '{name}'")
    return name


def _checked_issuer(issuer: str, kind: ProviderKind) -> str:
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
        safe = parts.scheme == "https" or (parts.scheme == "http" and not beyond_this_machine(host or "*"))
    if not host or not safe or "@" in parts.netloc or parts.query or parts.fragment or not issuer.isascii():
        raise ConfigurationError("issuer", f"'{issuer}' is not an https address like {kind.example}")
    return issuer.rstrip("/") if kind.name == "github" else issuer


def _checked_client(client_id: str) -> str:
    client_id = client_id.strip()
    if not client_id or len(client_id) > 300 or not client_id.isprintable():
        raise ConfigurationError("client_id", "the id under which this gateway is registered there")
    return client_id


def _checked_scopes(scopes: object, kind: ProviderKind) -> tuple[str, ...]:
    """Return the scopes to ask for: those without which the kind does not tell who it is come first."""
    words = tuple(dict.fromkeys((*kind.scopes, *scopes))) if isinstance(scopes, (list, tuple)) else ()
    if not all(isinstance(word, str) and word and set(word) <= _SCOPE for word in words):
        raise ConfigurationError("scopes", "words without spaces, quotes and backslashes")
    return words


def _checked_rules(rules: Sequence[SignInRule]) -> tuple[SignInRule, ...]:
    if len(rules) > _MOST_RULES:
        raise ConfigurationError("rules", f"{_MOST_RULES} rules at most")
    return tuple(_checked_rule(rule, f"rules[{number}]") for number, rule in enumerate(rules, 1))


def _checked_rule(rule: SignInRule, place: str) -> SignInRule:
    if rule.looks_at not in LOOKS_AT:
        raise ConfigurationError(place, f"'{rule.looks_at}' is none of {', '.join(LOOKS_AT)}")
    if not rule.value.strip() or (rule.looks_at == "claim") != bool(rule.claim.strip()):
        raise ConfigurationError(place, "a value, and a claim's name where a claim is looked at")
    group = the_group(rule.group_id, place)
    return replace(rule, claim=rule.claim.strip(), value=rule.value.strip(), group_id=group.id)


def _listed(rule: SignInRule) -> list[str]:
    return [rule.looks_at, rule.claim, rule.value, rule.group_id]


def _proxies_with(provider_id: str) -> list[str]:
    living = {row.id: str(row.name) for row in ProxyRow.select().where(ProxyRow.deleted_us.is_null())}
    rows = ProxyOAuthRow.select().where(ProxyOAuthRow.enabled == True)  # noqa: E712 - SQL
    return [
        living[row.proxy_id]
        for row in rows
        if row.proxy_id in living and provider_id in json.loads(row.providers)
    ]


def _event(
    event: str,
    resource: str,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> SystemEvent:
    return SystemEvent(
        Category.AUTHENTICATION,
        f"identity provider {event}",
        resource,
        severity=Severity.WARNING,
        before=before,
        after=after,
    )
