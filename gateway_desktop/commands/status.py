"""`status`: what a gateway that runs does, asked of itself; and what stands in its database."""

import argparse
import json
import os
import ssl
import urllib.request
from dataclasses import asdict
from typing import Any
from urllib.error import HTTPError, URLError

from gateway_desktop.commands.arguments import paths_of
from gateway_desktop.commands.output import note, say, table, wants_json
from gateway_desktop.commands.session import session
from gateway_desktop.commands.sink import sink_row
from gateway_desktop.core.clock import now_us
from gateway_desktop.core.errors import Unavailable, in_words
from gateway_desktop.core.plural import plural
from gateway_desktop.core.secret import Secret
from gateway_desktop.services.gateway_lock import running_gateway
from gateway_desktop.services.machine import MachineWatch
from gateway_desktop.store.queries.observability import growth
from gateway_desktop.store.queries.outbox import sink_states

_SECONDS = 5.0
_LOOK_SECONDS = 0.2


def add_options(parser: argparse.ArgumentParser, _common: argparse.ArgumentParser) -> None:
    """Say how a gateway is asked."""
    parser.add_argument("--key-env", metavar="VAR", help="a key, where the gateway is open to other machines")
    parser.set_defaults(run=_status)


def _status(arguments: argparse.Namespace) -> int:
    paths = paths_of(arguments)
    found = running_gateway(paths.lock)
    if found is None:
        say(arguments, "No gateway runs on this data folder", {"running": False})
        return 1
    pid, url = found.pid, found.base_url
    if not url:
        raise Unavailable(f"The gateway (process {pid}) runs and does not listen")
    figures = _figures(url, _key(arguments))
    with session(arguments) as opened:
        document: dict[str, Any] = {
            "running": True,
            "url": url,
            "pid": pid,
            **figures,
            "machine": asdict(MachineWatch(paths.data, pid, _LOOK_SECONDS).look()),
            "growth_bytes_a_day": opened.ask(growth, now_us()),
            "sinks": [sink_row(state) for state in opened.ask(sink_states)],
        }
    return say(arguments, "", document) if wants_json(arguments) else _tell(arguments, document)


def _key(arguments: argparse.Namespace) -> Secret | None:
    return Secret(os.environ.get(arguments.key_env, "")) if arguments.key_env else None


def _figures(url: str, key: Secret | None) -> dict[str, Any]:
    """Ask the gateway; its certificate may be its own, and it is this machine that answers."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    handlers = (urllib.request.HTTPSHandler(context=context), urllib.request.ProxyHandler({}))
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    request = urllib.request.Request(f"{url}/metrics.json", headers=headers)
    try:
        with urllib.request.build_opener(*handlers).open(request, timeout=_SECONDS) as answer:
            found: dict[str, Any] = json.load(answer)
            return found
    except HTTPError as error:
        with error:
            if error.code == 401:
                raise Unavailable(
                    "The gateway is open to other machines, so it asks for a key: --key-env VAR"
                ) from None
            raise Unavailable(f"The gateway at {url} answered {error.code}") from None
    except (OSError, ValueError) as error:
        why = error.reason if isinstance(error, URLError) and isinstance(error.reason, OSError) else error
        raise Unavailable(f"The gateway at {url} does not answer: {in_words(why)}") from None


def _tell(arguments: argparse.Namespace, found: dict[str, Any]) -> int:
    store, machine = found["store"], found["machine"]
    note(
        f"{found['url']} (process {found['pid']}): {found['active']} on their way, "
        f"{plural(store['backlog_rows'], 'row waits', 'rows wait')} to be written, "
        f"{store['lag_ms']:.0f} ms behind"
    )
    note(
        f"Database {_mb(store['size_bytes'])}; memory {_mb(machine['process_memory_bytes'])}; "
        f"processor {machine['process_cpu_share']:.0f}%; {_mb(machine['disk_free_bytes'])} free on the disk"
    )
    rows = [
        {
            "proxy": proxy["proxy"],
            "requests": proxy["requests"],
            "failed": proxy["failed"],
            "blocked": proxy["blocked"],
            "p50_ms": _rounded(proxy["p50_ms"]),
            "p95_ms": _rounded(proxy["p95_ms"]),
            "p99_ms": _rounded(proxy["p99_ms"]),
            "first_p50_ms": _rounded(proxy["first_p50_ms"]),
            "last_error": proxy["last_error"],
        }
        for proxy in found["proxies"]
    ]
    columns = tuple(rows[0]) if rows else ("proxy",)
    return table(arguments, rows, columns, "No proxies")


def _rounded(value: float | None) -> int | None:
    return None if value is None else round(value)


def _mb(count: int) -> str:
    return f"{count / 1e6:,.0f} MB"
