"""`sink`: where records are sent besides the audit."""

import argparse
import os

from gateway_desktop.commands.arguments import Actions
from gateway_desktop.commands.output import note, say, table
from gateway_desktop.commands.proxy_secret import read_secret
from gateway_desktop.commands.session import session, wait
from gateway_desktop.commands.times import iso
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.sink import MOST_COUNTED, Records, SinkKind, SinkState
from gateway_desktop.services.sinks import NewSink
from gateway_desktop.store.queries.outbox import sink_states


def add_options(parser: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Say what can be done with sinks."""
    actions = Actions(parser, common)
    _add_add(actions.add("add", _add, "send records somewhere, from now on"))
    actions.add("list", _list, "all sinks, and how they keep up")
    actions.add("test", _test, "send a test record now", name="NAME")
    actions.add("remove", _remove, "send nothing there any more", name="NAME")


def _add_add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME")
    parser.add_argument(
        "--kind", required=True, choices=[str(kind) for kind in SinkKind], help="what listens there"
    )
    parser.add_argument(
        "--address", default="", metavar="URL", help="https://..., tls://HOST:PORT for syslog"
    )
    parser.add_argument(
        "--records", default="", metavar="LIST", help=f"of {', '.join(Records)}, with commas between"
    )
    secret = parser.add_mutually_exclusive_group()
    secret.add_argument(
        "--secret-stdin",
        action="store_true",
        help="webhook: the key that signs; Slack: the webhook's address; OTLP: a header with a credential",
    )
    secret.add_argument("--secret-env", metavar="VAR", help="the same from an environment variable, once")
    parser.add_argument(
        "--ca-file", default="", metavar="FILE", help="certificate authorities besides the system's"
    )
    parser.add_argument("--from-start", action="store_true", help="also what is in the audit already")


def _add(arguments: argparse.Namespace) -> int:
    new = NewSink(
        arguments.name,
        arguments.kind,
        arguments.address,
        _secret(arguments),
        tuple(name.strip() for name in arguments.records.split(",") if name.strip()),
        arguments.ca_file,
        arguments.from_start,
    )
    with session(arguments) as opened:
        added = wait(opened.services.sinks.add(new))
    sink = added.sink
    document = {
        "name": sink.name,
        "kind": str(sink.kind),
        "address": sink.shown,
        "records": sorted(map(str, sink.records)),
    }
    if added.made_secret:
        document["secret"] = added.made_secret
        note(f"It signs with {added.made_secret}. This is shown only once.")
    return say(arguments, f"{sink.name} gets {', '.join(sorted(sink.records))}", document)


def _secret(arguments: argparse.Namespace) -> str:
    if arguments.secret_stdin:
        return read_secret()
    if not arguments.secret_env:
        return ""
    found = os.environ.get(arguments.secret_env, "")
    if not found:
        raise ConfigurationError("secret", f"the environment variable {arguments.secret_env} is empty")
    return found


def _list(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        rows = [sink_row(state) for state in opened.ask(sink_states)]
    columns = ("name", "kind", "address", "records", "waiting", "delivered", "problem")
    return table(arguments, rows, columns, "No sinks")


def sink_row(state: SinkState) -> dict[str, object]:
    """Return a sink for people and machines."""
    return {
        "name": state.sink.name,
        "kind": str(state.sink.kind),
        "address": state.sink.shown,
        "records": sorted(map(str, state.sink.records)),
        "waiting": f"{MOST_COUNTED}+" if state.waiting >= MOST_COUNTED else state.waiting,
        "delivered": iso(state.delivered_us),
        "problem": state.problem,
    }


def _test(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        sentence = wait(opened.services.sinks.test(arguments.name))
    return say(arguments, sentence, {"name": arguments.name, "taken": True})


def _remove(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        sink = wait(opened.services.sinks.remove(arguments.name))
    return say(arguments, f"{sink.name} gets nothing any more", {"name": sink.name, "removed": True})
