"""`proxy test`: a real call of an upstream, also while a gateway runs on the data folder."""

import argparse
import importlib
from collections.abc import Iterator
from contextlib import contextmanager

from gateway_desktop.commands.arguments import Actions
from gateway_desktop.commands.output import say, wants_json, write
from gateway_desktop.commands.session import Session, session, wait
from gateway_desktop.core.changes import ChangeFeed
from gateway_desktop.core.snapshot import Snapshot
from gateway_desktop.services.ports import Probe
from gateway_desktop.store.queries.configuration import proxy_rows
from gateway_desktop.store.stdio_rows import environments


def add_test(actions: Actions) -> None:
    """Say what can be tried."""
    test = actions.add("test", _test, "call its upstream and say how far that got")
    test.add_argument("proxy", metavar="NAME")


def _test(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened, _probe(opened) as probe:
        found = wait(opened.services_with(probe).proxies.test(arguments.proxy))
    if not wants_json(arguments):
        for step in found.steps:
            write(f"  {step}")
        if found.models and found.offers != "models":
            write(f"  {found.offers}: {', '.join(found.models)}")
    document = {
        "ok": found.ok,
        "summary": found.summary,
        "steps": list(found.steps),
        "models": list(found.models),
        "offers": found.offers,
    }
    say(arguments, found.summary, document)
    return 0 if found.ok else 1


@contextmanager
def _probe(opened: Session) -> Iterator[Probe]:
    """Lend the gateway's way to upstreams, without listening; it is imported for this command only."""
    gateways = importlib.import_module("gateway_desktop.gateway.thread")
    recorder = importlib.import_module("gateway_desktop.store.recorder").Recorder(opened.store)
    proxies = {item.proxy.name: item.proxy for item in opened.ask(proxy_rows)}
    settings = wait(opened.services.settings.current())
    values = opened.ask(environments, opened.unlock()) if any(p.stdio for p in proxies.values()) else {}
    gateway = gateways.GatewayThread(recorder, opened.paths.data, ChangeFeed())
    try:
        gateway.apply(Snapshot(1, settings, proxies, environments=values)).result()
        yield gateway.probe
    finally:
        gateway.end()
