"""`proxy`: what the gateway stands in front of."""

import argparse
import os
import shlex

from gateway_desktop.commands.arguments import Actions
from gateway_desktop.commands.output import note, note_unset, say, table
from gateway_desktop.commands.proxy_connect import add_connect
from gateway_desktop.commands.proxy_secret import add_secret, read_secret
from gateway_desktop.commands.proxy_test import add_test
from gateway_desktop.commands.session import Session, session, wait
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.one_of import one_of
from gateway_desktop.core.proxy import Kind, PayloadLevel, Proxy
from gateway_desktop.core.stdio_command import StdioCommand
from gateway_desktop.services.proxy_values import NewProxy
from gateway_desktop.store.queries.configuration import ProxyItem, proxy_rows


def add_options(parser: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Say what can be done with proxies."""
    actions = Actions(parser, common)
    _add_add(actions.add("add", _add, "add a proxy; it runs at once"))
    change = actions.add(
        "set",
        _set,
        "change name, upstream, provider, payloads, anonymous, verify_tls, credential_env, answers, open; "
        "of one that runs a command also command, cwd, env",
        proxy="NAME",
    )
    change.add_argument("changes", metavar="KEY=VALUE", nargs="+")
    for name, run, summary in (
        ("start", _start, "serve it again"),
        ("stop", _stop, "refuse calls to it; those on their way go on"),
        ("remove", _remove, "remove it and its credential"),
    ):
        actions.add(name, run, summary, proxy="NAME")
    actions.add("list", _list, "all proxies")
    add_secret(actions)
    _add_allow(actions.add("allow", _allow, "limit it to groups; this one may use it"))
    disallow = actions.add("disallow", _disallow, "take a group off the list", proxy="NAME")
    disallow.add_argument("--group", required=True, metavar="G", help="who may use it no more")
    add_test(actions)
    add_connect(actions)


def _add_add(add: argparse.ArgumentParser) -> None:
    add.add_argument("proxy", metavar="NAME")
    add.add_argument("--kind", default=Kind.LLM, choices=[str(kind) for kind in Kind], help="llm if not said")
    add.add_argument("--upstream", default="", metavar="URL", help="where the service is")
    add.add_argument("--provider", default="", metavar="P", help="guessed from the upstream if left out")
    credential = add.add_mutually_exclusive_group()
    credential.add_argument(
        "--credential-env", default="", metavar="VAR", help="the variable that holds the credential"
    )
    credential.add_argument(
        "--credential-stdin", action="store_true", help="read the credential, to be sealed"
    )
    add.add_argument(
        "--stdio", action="store_true", help="run a command instead: ... --stdio -- COMMAND ARG..."
    )
    add.add_argument("--cwd", default="", metavar="D", help="where the command runs")
    add.add_argument(
        "--env", action="append", default=[], metavar="VAR", help="copy this variable; repeat it"
    )
    add.add_argument(
        "--payloads",
        default=PayloadLevel.REDACTED,
        choices=[str(level) for level in PayloadLevel],
        help="what is stored of texts; redacted if not said",
    )


def _add_allow(allow: argparse.ArgumentParser) -> None:
    allow.add_argument("proxy", metavar="NAME")
    allow.add_argument("--group", required=True, metavar="G", help="who may use it")
    allow.add_argument(
        "--model",
        action="append",
        default=[],
        metavar="PATTERN",
        help="only these models, with * and ?; repeat it",
    )
    allow.add_argument(
        "--tool",
        action="append",
        default=[],
        metavar="PATTERN",
        help="only these tools of an MCP server; '!delete_*' forbids; repeat it",
    )


def _add(arguments: argparse.Namespace) -> int:
    if not arguments.stdio:
        one_of(Kind, arguments.kind, "kind")
    credential = read_secret() if arguments.credential_stdin else ""
    new = NewProxy(
        arguments.proxy,
        arguments.upstream,
        arguments.kind,
        arguments.provider,
        arguments.credential_env,
        credential,
        arguments.payloads,
        stdio=_command(arguments),
    )
    with session(arguments) as opened:
        if credential or os.environ.get(arguments.credential_env):
            opened.unlock()
        added = _say(arguments, "Added", wait(opened.services.proxies.add(new)))
    note_unset(arguments.credential_env)
    return added


def _command(arguments: argparse.Namespace) -> StdioCommand | None:
    if arguments.stdio:
        return StdioCommand(arguments.command, arguments.cwd, tuple(arguments.env))
    if arguments.cwd or arguments.env:
        raise ConfigurationError("stdio", "--cwd and --env belong to a command: --stdio -- COMMAND ARG...")
    return None


def _set(arguments: argparse.Namespace) -> int:
    changes: dict[str, object] = {}
    for change in arguments.changes:
        key, equals, value = change.partition("=")
        if not equals:
            raise ConfigurationError(change, "write it as KEY=VALUE")
        changes[key.strip()] = value.strip()
    variable = str(changes.get("credential_env") or changes.get("credential-env") or "")
    with session(arguments) as opened:
        if os.environ.get(variable):
            opened.unlock()
        proxy = wait(opened.services.proxies.update(arguments.proxy, changes))
    if proxy.anonymous:
        note(f"Everybody on this machine can use {proxy.name} without a key, and nobody will know who it was")
    if not proxy.verify_tls:
        note(f"{proxy.name} takes any certificate: whoever is on the way can read and change what is said")
    note_unset(variable)
    return _say(arguments, "Changed", proxy)


def _start(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        return _say(arguments, "Started", wait(opened.services.proxies.start(arguments.proxy)))


def _stop(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        return _say(arguments, "Stopped", wait(opened.services.proxies.stop(arguments.proxy)))


def _remove(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        wait(opened.services.proxies.remove(arguments.proxy))
    return say(arguments, f"Removed {arguments.proxy}", {"proxy": arguments.proxy, "removed": True})


def _allow(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        kind = wait(opened.services.proxies.get(arguments.proxy)).kind
        if arguments.model and kind is Kind.MCP:
            raise ConfigurationError("--model", "an MCP server has tools: --tool PATTERN")
        if arguments.tool and kind is not Kind.MCP:
            raise ConfigurationError("--tool", "only MCP servers have tools")
        patterns = arguments.tool if kind is Kind.MCP else arguments.model
        allowed = opened.services.proxies.allow(arguments.proxy, arguments.group, patterns)
        return _say_access(arguments, opened, wait(allowed))


def _disallow(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        proxy = wait(opened.services.proxies.disallow(arguments.proxy, arguments.group))
        if not proxy.access:
            note(f"Now nobody may use {proxy.name}; `proxy set {proxy.name} open=on` admits all keys")
        return _say_access(arguments, opened, proxy)


def _list(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        rows = [_row(item) for item in opened.ask(proxy_rows)]
    columns = ("proxy", "kind", "provider", "upstream", "running", "credential", "allowed", "payloads")
    return table(arguments, rows, columns, "No proxies yet: gateway-desktop proxy add NAME --upstream URL")


def _row(item: ProxyItem) -> dict[str, object]:
    proxy = item.proxy
    allowed: list[str] | str = "everybody with a key"
    if proxy.anonymous:
        allowed = "everybody on this machine"
    elif proxy.restricted:
        allowed = [f"{group} ({', '.join(models)})" for group, models in item.groups]
    return _document(proxy) | {"allowed": allowed}


def _document(proxy: Proxy) -> dict[str, object]:
    sealed = "sealed" if proxy.credential_secret else None
    return {
        "proxy": proxy.name,
        "kind": str(proxy.kind),
        "provider": proxy.provider,
        "upstream": _upstream(proxy),
        "running": proxy.running,
        "credential": f"${proxy.credential_env}" if proxy.credential_env else sealed,
        "payloads": str(proxy.payloads),
        "anonymous": proxy.anonymous,
        "verify_tls": proxy.verify_tls,
        "answers": str(proxy.answers),
        "cwd": proxy.stdio.folder if proxy.stdio else None,
        "env": list(proxy.stdio.variables) if proxy.stdio else [],
        "id": proxy.id,
    }


def _upstream(proxy: Proxy) -> str:
    if proxy.stdio is not None:
        return shlex.join(proxy.stdio.shown)
    return "the practice upstream" if proxy.sandbox else proxy.upstream


def _say(arguments: argparse.Namespace, done: str, proxy: Proxy) -> int:
    return say(arguments, f"{done} {proxy.name} ({proxy.provider or proxy.kind})", _document(proxy))


def _say_access(arguments: argparse.Namespace, opened: Session, proxy: Proxy) -> int:
    row = next(_row(item) for item in opened.ask(proxy_rows) if item.proxy.id == proxy.id)
    allowed = row["allowed"]
    return say(
        arguments, f"{proxy.name}: {', '.join(allowed) if isinstance(allowed, list) else allowed}", row
    )
