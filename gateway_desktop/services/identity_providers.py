"""Identity providers: add, change, remove, try; and the rules that put people into groups."""

import json
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import Future

from peewee import fn

from gateway_desktop.core.audit import Category, Severity, SystemEvent
from gateway_desktop.core.errors import ConfigurationError, Unavailable
from gateway_desktop.core.ids import new_id
from gateway_desktop.core.oauth import IdentityProvider, SignInRule
from gateway_desktop.core.secret import Secret
from gateway_desktop.core.status import Diagnosis
from gateway_desktop.services.administration import Administration, Change, Service, transaction
from gateway_desktop.services.futures import follow
from gateway_desktop.services.lookup import missing
from gateway_desktop.services.oauth_sessions import end_sessions
from gateway_desktop.services.ports import ProviderProbe
from gateway_desktop.services.provider_values import (
    NewProvider,
    checked_admission,
    checked_client,
    checked_issuer,
    checked_name,
    checked_rules,
    checked_scopes,
    checked_variable,
    the_kind,
)
from gateway_desktop.services.vault import forget, opened, seal
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.identity_provider import IdentityProviderRow
from gateway_desktop.store.models.oauth import OAuthSessionRow, ProxyOAuthRow
from gateway_desktop.store.models.people import GroupRow
from gateway_desktop.store.models.proxy import ProxyRow
from gateway_desktop.store.queries.identity_providers import provider_of


class IdentityProviders(Service):
    """Who may say who people are. Every method takes a provider's name or id."""

    def __init__(self, administration: Administration, probe: ProviderProbe | None) -> None:
        super().__init__(administration)
        self._probe = probe

    @transaction()
    def add(self, change: Change, new: NewProvider) -> IdentityProvider:
        """Add a provider; proxies use it once OAuth is enabled there with it."""
        kind = the_kind(new.kind)
        row = IdentityProviderRow(
            id=new_id(),
            name=checked_name(new.name),
            kind=kind.name,
            issuer=checked_issuer(new.issuer or kind.issuer, kind),
            client_id=checked_client(new.client_id),
            scopes=json.dumps(checked_scopes(new.scopes, kind)),
            rules=json.dumps([_listed(rule) for rule in checked_rules(new.rules)]),
            created_us=change.now_us,
            admits=checked_admission(new.admits or kind.admits),
        )
        self._keep_secret(row, new.secret, new.secret_env)
        row.save(force_insert=True)
        provider = provider_of(row)
        change.record(_event("created", row.name, after=_described(provider)))
        return provider

    @transaction()
    def update(self, change: Change, provider: str, changes: Mapping[str, object]) -> IdentityProvider:
        """Change what is given of name, issuer, client_id, scopes, admits, rules, secret and secret_env.

        An empty secret forgets it. Another issuer is not given the former one's secret: give it again.
        """
        row = the_provider(provider)
        before, secret = _described(provider_of(row)), row.secret_id
        for place, value in changes.items():
            self._set(row, place, value)
        if "secret" in changes or "secret_env" in changes:
            given, variable = str(changes.get("secret", "")), str(changes.get("secret_env", ""))
            self._keep_secret(row, given, variable)
        elif row.issuer != before["issuer"]:
            row.secret_id, row.secret_env = None, ""
        row.save()
        if row.secret_id != secret:
            forget(secret)
            kept = _described(provider_of(row))["secret"]
            change.record(_event("credential changed", row.name, after={"secret": kept}))
        return _changed(change, row, before)

    def _set(self, row: IdentityProviderRow, place: str, value: object) -> None:
        kind = the_kind(row.kind)
        match place:
            case "name":
                row.name = checked_name(str(value), row.id)
            case "issuer":
                row.issuer = checked_issuer(str(value), kind)
            case "client_id":
                row.client_id = checked_client(str(value))
            case "scopes":
                words = str(value).split() if isinstance(value, str) else value
                row.scopes = json.dumps(checked_scopes(words, kind))
            case "admits":
                row.admits = checked_admission(str(value))
            case "rules" if isinstance(value, (list, tuple)):
                row.rules = json.dumps([_listed(rule) for rule in checked_rules(value)])
            case "secret" | "secret_env":
                pass  # both are one thing
            case _:
                known = "name, issuer, client_id, scopes, admits, rules, secret, secret_env"
                raise ConfigurationError(place, f"one of {known}")

    def set_secret(self, provider: str, secret: str, variable: str = "") -> Future[IdentityProvider]:
        """Seal another client secret, or take it from an environment variable from now on."""
        return self.update(provider, {"secret": secret, "secret_env": variable})

    def set_rules(self, provider: str, rules: Sequence[SignInRule]) -> Future[IdentityProvider]:
        """Put people into groups by these rules, in this order; groups by name or id."""
        return self.update(provider, {"rules": tuple(rules)})

    @transaction()
    def remove(self, change: Change, provider: str) -> int:
        """Remove a provider that no proxy signs people in with, and end its sessions; return how many.

        People stay: they may come in with another provider, by their address.
        """
        row = the_provider(provider)
        if names := _proxies_with(row.id):
            raise ConfigurationError("provider", f"people sign in with it at {', '.join(names)}")
        before = _described(provider_of(row))
        row.delete_instance()
        forget(row.secret_id)
        ended = end_sessions(change, OAuthSessionRow.provider == row.id, f"{row.name} was removed")
        change.record(_event("deleted", row.name, before))
        return ended

    def get(self, provider: str) -> Future[IdentityProvider]:
        """Return one provider."""
        return self._reader.submit(lambda _database: provider_of(the_provider(provider)))

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
        kind = the_kind(row.kind)
        if kind.needs_secret and not (secret.strip() or variable):
            raise ConfigurationError("secret", f"{kind.title} asks for a client secret")
        row.secret_env = checked_variable(variable)
        plain = secret.strip() or (os.environ.get(variable, "") if variable else "")
        row.secret_id = seal(self._sealer(), f"client secret of {row.id}", plain) if plain else None


def the_provider(named: str, place: str = "provider") -> IdentityProviderRow:
    """Return the identity provider with this name or id."""
    wanted = (fn.LOWER(IdentityProviderRow.name) == named.strip().lower()) | (IdentityProviderRow.id == named)
    found: IdentityProviderRow | None = IdentityProviderRow.select().where(wanted).first()
    if found is None:
        names = [row.name for row in IdentityProviderRow.select()]
        all_of_them = f"there are: {', '.join(names) or 'none yet'}"
        raise ConfigurationError(place, missing("identity provider", named, (), all_of_them))
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
        "admits": str(provider.admits),
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


def _listed(rule: SignInRule) -> list[str]:
    return [rule.looks_at, rule.claim, rule.value, rule.group_id]


def _proxies_with(provider_id: str) -> list[str]:
    living = {row.id: str(row.name) for row in ProxyRow.select().where(ProxyRow.deleted_us.is_null())}
    return [
        living[row.proxy_id]
        for row in ProxyOAuthRow.select()
        if row.proxy_id in living and provider_id in json.loads(row.providers)
    ]


def _event(
    event: str, resource: str, before: dict[str, object] | None = None, after: dict[str, object] | None = None
) -> SystemEvent:
    return SystemEvent(
        Category.AUTHENTICATION,
        f"identity provider {event}",
        resource,
        severity=Severity.WARNING,
        before=before,
        after=after,
    )
