"""`provider`: the services that say who people are, and the rules that put them into groups."""

import argparse

from gateway_desktop.commands.arguments import Actions
from gateway_desktop.commands.output import note_unset, say, table, wants_json, write
from gateway_desktop.commands.provider_try import add_try
from gateway_desktop.commands.proxy_secret import read_secret
from gateway_desktop.commands.session import (
    Session,
    gateway_to_try_with,
    oauth_base,
    session,
    settings_in_force,
    wait,
)
from gateway_desktop.core.oauth import Admission, IdentityProvider, SignInRule
from gateway_desktop.core.plural import plural
from gateway_desktop.core.snapshot import Snapshot
from gateway_desktop.identity.provider_kinds import PROVIDER_KINDS, kind_named
from gateway_desktop.services.identity_providers import shown
from gateway_desktop.services.provider_values import NewProvider
from gateway_desktop.store.queries.configuration import group_rows
from gateway_desktop.store.queries.identity_providers import provider_rows

_RULE = "email_domain=example.org, group=admins or claim:hd=example.org, then >GROUP"


def add_options(parser: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Say what can be done with identity providers."""
    actions = Actions(parser, common)
    add = actions.add("add", _add, "let a service say who people are", provider="NAME")
    add.add_argument(
        "--kind",
        choices=[kind.name for kind in PROVIDER_KINDS],
        default="oidc",
        help="oidc, any that speaks OpenID Connect, if not said",
    )
    add.add_argument("--issuer", default="", metavar="URL", help="where the kind alone does not say it")
    add.add_argument("--client-id", required=True, metavar="ID", help="as the provider knows this gateway")
    _add_secret(add, required=False)
    add.add_argument("--scope", action="append", default=[], metavar="S", help="besides those it needs")
    add.add_argument("--rule", action="append", default=[], metavar="RULE", help=_RULE)
    add.add_argument(
        "--admit",
        default="",
        choices=[str(each) for each in Admission],
        help="who may sign in: anyone there, whom a rule matches (Google, GitHub, GitLab), or users here",
    )
    actions.add("list", _list, "all, with their callback address")
    actions.add("test", _test, "ask it for all it publishes, and for us", provider="NAME")
    change = actions.add("set", _set, "name, issuer, client_id, scopes, admits", provider="NAME")
    change.add_argument("changes", nargs="+", metavar="KEY=VALUE")
    secret = actions.add("set-secret", _set_secret, "give it another client secret", provider="NAME")
    _add_secret(secret, required=True)
    rules = actions.add("set-rules", _set_rules, "put people into groups, in this order", provider="NAME")
    rules.add_argument("rules", nargs="*", metavar="RULE", help=_RULE)
    add_try(actions)
    actions.add("remove", _remove, "ask it no more; people stay", provider="NAME")


def _add_secret(parser: argparse.ArgumentParser, *, required: bool) -> None:
    secret = parser.add_mutually_exclusive_group(required=required)
    secret.add_argument("--client-secret-env", default="", metavar="VAR", help="the variable that holds it")
    secret.add_argument("--client-secret-stdin", action="store_true", help="read it, and seal it")


def _add(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        new = NewProvider(
            arguments.provider,
            arguments.client_id,
            arguments.kind,
            arguments.issuer,
            _secret(arguments, opened),
            arguments.client_secret_env,
            tuple(arguments.scope),
            tuple(_rule(text) for text in arguments.rule),
            arguments.admit,
        )
        provider = wait(opened.services.identity_providers.add(new))
        callback, row = _callback(opened), _row(provider, opened)
    note_unset(arguments.client_secret_env)
    if not wants_json(arguments):
        kind = kind_named(provider.kind)
        for number, step in enumerate(kind.steps if kind else (), 1):
            write(f"  {number}. {step}")
        write("The callback address to register there:")
    return say(arguments, callback, row | {"callback": callback})


def _list(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        callback = _callback(opened)
        rows = [
            _row(item.provider, opened) | {"sessions": item.sessions, "callback": callback}
            for item in opened.ask(provider_rows)
        ]
    columns = ("name", "kind", "issuer", "client_id", "secret", "admits", "sessions", "callback")
    return table(arguments, rows, columns, "No identity providers yet")


def _test(arguments: argparse.Namespace) -> int:
    with (
        session(arguments) as opened,
        gateway_to_try_with(opened, Snapshot(1, settings_in_force(opened))) as gateway,
    ):
        services = opened.services_with(provider_probe=gateway.probe_provider)
        found = wait(services.identity_providers.test(arguments.provider))
    if not wants_json(arguments):
        for step in found.steps:
            write(f"  {step}")
    say(arguments, found.summary, {"ok": found.ok, "summary": found.summary, "steps": list(found.steps)})
    return 0 if found.ok else 1


def _set(arguments: argparse.Namespace) -> int:
    changes = dict(text.partition("=")[::2] for text in arguments.changes)
    with session(arguments) as opened:
        provider = wait(opened.services.identity_providers.update(arguments.provider, changes))
        row = _row(provider, opened)
    return say(arguments, f"Changed {provider.name}", row)


def _set_secret(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        secret = _secret(arguments, opened)
        variable = arguments.client_secret_env
        wait(opened.services.identity_providers.set_secret(arguments.provider, secret, variable))
    note_unset(variable)
    return say(arguments, f"{arguments.provider} has another client secret", {"name": arguments.provider})


def _set_rules(arguments: argparse.Namespace) -> int:
    rules = [_rule(text) for text in arguments.rules]
    with session(arguments) as opened:
        provider = wait(opened.services.identity_providers.set_rules(arguments.provider, rules))
        row = _row(provider, opened)
    return say(arguments, f"{provider.name}: {plural(len(rules), 'rule')}", row)


def _remove(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        ended = wait(opened.services.identity_providers.remove(arguments.provider))
    document = {"removed": arguments.provider, "ended": ended}
    return say(arguments, f"Removed {arguments.provider}", document)


def _row(provider: IdentityProvider, opened: Session) -> dict[str, object]:
    return shown(provider, {item.group.id: item.group.name for item in opened.ask(group_rows)})


def _rule(text: str) -> SignInRule:
    """Read `email_domain=example.org>engineering`."""
    asked, _, group = text.rpartition(">")
    what, _, value = asked.partition("=")
    looks_at, _, claim = what.partition(":")
    return SignInRule(looks_at.strip(), claim.strip(), value.strip(), group.strip())


def _secret(arguments: argparse.Namespace, opened: Session) -> str:
    if arguments.client_secret_env or arguments.client_secret_stdin:
        opened.unlock()
    return read_secret() if arguments.client_secret_stdin else ""


def _callback(opened: Session) -> str:
    return f"{oauth_base(opened)}/oauth/callback"
