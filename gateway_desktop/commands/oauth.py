"""`oauth`: let people sign in at proxies, and see and end what came of it."""

import argparse
from pathlib import Path

from gateway_desktop.commands.arguments import Actions
from gateway_desktop.commands.output import note, say, table, wants_json
from gateway_desktop.commands.session import oauth_base, session, wait
from gateway_desktop.commands.times import iso
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.files import read_text
from gateway_desktop.core.oauth import OAuthMode, Registration
from gateway_desktop.core.plural import plural
from gateway_desktop.identity.issuers import resource
from gateway_desktop.store.queries.oauth import client_rows, session_rows


def add_options(parser: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Say what can be done with OAuth."""
    actions = Actions(parser, common)
    enable = actions.add("enable", _enable, "let people sign in at a proxy", proxy="PROXY")
    enable.add_argument(
        "--mode",
        choices=[str(mode) for mode in OAuthMode],
        help="whose authorization server signs them in (gateway)",
    )
    enable.add_argument(
        "--provider", action="append", metavar="NAME|local", help="repeat it; the first is offered first"
    )
    enable.add_argument("--group", action="append", metavar="G", help="only these groups may sign in")
    enable.add_argument(
        "--scope", action="append", metavar="S", help="what applications may ask for; repeat it"
    )
    enable.add_argument("--access-minutes", type=int, metavar="N", help="how long a token is good (60)")
    enable.add_argument("--refresh-days", type=int, metavar="N", help="sessions unused so long end (30)")
    enable.add_argument(
        "--register", choices=[str(each) for each in Registration], help="who may become a client (anyone)"
    )
    enable.add_argument("--keys", choices=("on", "off"), help="whether API keys are good there too (on)")
    enable.add_argument(
        "--claude-settings",
        metavar="FILE",
        help="JSON that Claude Code obeys once its person signed in; empty: none",
    )
    _add_upstream(enable)
    actions.add("disable", _disable, "refuse sign-ins and tokens at a proxy", proxy="PROXY")
    actions.add("clients", _clients, "applications registered at a proxy", proxy="PROXY")
    sessions = actions.add("sessions", _sessions, "who is signed in with what")
    sessions.add_argument("--proxy", default="", metavar="P", help="at this proxy only")
    sessions.add_argument("--user", default="", metavar="EMAIL", help="of this person only")
    _add_changes(actions)


def _add_upstream(enable: argparse.ArgumentParser) -> None:
    enable.add_argument(
        "--unattributed",
        choices=("pass", "refuse"),
        help="mode upstream: tokens that tell no user of yours (pass)",
    )
    enable.add_argument("--introspect-url", metavar="URL", help="mode upstream: who says whose a token is")
    enable.add_argument("--introspect-client", metavar="ID", help="as which client it is asked")
    enable.add_argument("--introspect-secret-env", metavar="VAR", help="holds that client's secret")


def _add_changes(actions: Actions) -> None:
    add = actions.add(
        "add-client", _add_client, "register an application by hand", proxy="PROXY", name="NAME"
    )
    add.add_argument("--redirect", action="append", default=[], metavar="URI", help="none: device code only")
    add.add_argument("--id", default="", metavar="ID", help="the client id that the application comes with")
    add.add_argument("--secret", action="store_true", help="it has to show a secret")
    revoke = actions.add("revoke", _revoke, "end sessions from the next request on")
    what = revoke.add_mutually_exclusive_group(required=True)
    what.add_argument("--client", metavar="ID", help="a client, for good, with all its sessions")
    what.add_argument("--session", metavar="ID", help="one session, as `oauth sessions` shows it")
    what.add_argument("--user", metavar="EMAIL", help="all sessions of a user")
    revoke.add_argument("--proxy", default="", metavar="P", help="with --client: at this proxy only")


def _enable(arguments: argparse.Namespace) -> int:
    file = arguments.claude_settings
    given = {
        "mode": arguments.mode,
        "providers": arguments.provider,
        "groups": arguments.group,
        "scopes": arguments.scope,
        "access_seconds": None if arguments.access_minutes is None else arguments.access_minutes * 60,
        "refresh_seconds": None if arguments.refresh_days is None else arguments.refresh_days * 86_400,
        "registration": arguments.register,
        "keys": None if arguments.keys is None else arguments.keys == "on",
        "claude_settings": read_text(Path(file)) if file else file,  # "" ends it
        "unattributed": None if arguments.unattributed is None else arguments.unattributed == "pass",
        "introspection_url": arguments.introspect_url,
        "introspection_client": arguments.introspect_client,
        "introspection_env": arguments.introspect_secret_env,
    }
    changes = {name: value for name, value in given.items() if value is not None}
    with session(arguments) as opened:
        proxy = wait(opened.services.oauth_proxies.enable(arguments.proxy, changes))
        url = resource(oauth_base(opened), proxy)
    if not wants_json(arguments):
        note("Applications need nothing but this address:")
    return say(arguments, url, {"proxy": proxy.name, "oauth": True, "url": url})


def _disable(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        proxy = wait(opened.services.oauth_proxies.disable(arguments.proxy))
    return say(arguments, f"OAuth is off at {proxy.name}", {"proxy": proxy.name, "oauth": False})


def _clients(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        rows = [
            {
                "id": item.client.id,
                "name": item.client.name,
                "status": item.status,
                "registered": iso(item.client.registered_us),
                "how": str(item.client.how),
                "authentication": item.client.auth_method,
                "users": list(item.users),
                "last_used": iso(item.client.last_used_us),
                "redirect_uris": list(item.client.redirect_uris),
                "grant_types": list(item.client.grant_types),
            }
            for item in opened.ask(client_rows, arguments.proxy)
        ]
    columns = ("id", "name", "status", "how", "users", "registered", "last_used", "redirect_uris")
    return table(arguments, rows, columns, f"No clients at {arguments.proxy} yet")


def _sessions(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        rows = [
            {
                "id": item.session.id,
                "user": item.user,
                "proxy": item.proxy,
                "client": item.client,
                "client_id": item.session.client_id,
                "provider": item.provider,
                "status": item.status,
                "since": iso(item.session.created_us),
                "last_used": iso(item.session.last_used_us),
                "expires": iso(item.session.expires_us),
                "address": item.session.address,
            }
            for item in opened.ask(session_rows, arguments.proxy, arguments.user)
        ]
    columns = ("id", "user", "proxy", "client", "status", "since", "last_used", "expires", "address")
    return table(arguments, rows, columns, "Nobody is signed in")


def _add_client(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        added = wait(
            opened.services.oauth_sessions.add_client(
                arguments.proxy, arguments.name, arguments.redirect, arguments.id, arguments.secret
            )
        )
    document: dict[str, object] = {"client_id": added.client.id, "name": added.client.name}
    if added.secret is not None:
        document["client_secret"] = str(added.secret)
    if added.secret is not None and not wants_json(arguments):
        note(f"Client {added.client.id}. Its secret is shown only now:")
    return say(arguments, str(added.secret or added.client.id), document)


def _revoke(arguments: argparse.Namespace) -> int:
    if arguments.proxy and not arguments.client:
        raise ConfigurationError("--proxy", "it belongs to --client")
    with session(arguments) as opened:
        sessions = opened.services.oauth_sessions
        if arguments.session:
            wait(sessions.revoke_session(arguments.session))
            ended = 1
        elif arguments.client:
            ended = wait(sessions.revoke_client(arguments.client, arguments.proxy))
        elif arguments.user:
            ended = wait(sessions.revoke_user(arguments.user))
        else:
            raise ConfigurationError("revoke", "name a client, a session or a user")
    return say(arguments, f"Ended {plural(ended, 'session')}", {"ended": ended})
