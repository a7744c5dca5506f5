"""`proxy test`: a real call of an upstream, also while a gateway runs on the data folder."""

import argparse

from gateway_desktop.commands.arguments import Actions
from gateway_desktop.commands.output import say, wants_json, write
from gateway_desktop.commands.session import Session, gateway_to_try_with, session, wait
from gateway_desktop.core.snapshot import Snapshot
from gateway_desktop.store.queries.configuration import proxy_rows
from gateway_desktop.store.stdio_rows import environments

_MOST_SHOWN = 50  # tools or skills for people to read; in JSON all stand


def add_test(actions: Actions) -> None:
    """Say what can be tried."""
    actions.add("test", _test, "call its upstream and say how far that got", proxy="NAME")


def _test(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened, gateway_to_try_with(opened, _snapshot(opened)) as gateway:
        found = wait(opened.services_with(gateway.probe).proxies.test(arguments.proxy))
    if not wants_json(arguments):
        for step in found.steps:
            write(f"  {step}")
        if found.models and found.offers != "models":
            write(f"  {found.offers}: {found.first_offers(_MOST_SHOWN)}")
    document = {
        "ok": found.ok,
        "summary": found.summary,
        "steps": list(found.steps),
        "models": list(found.models),
        "offers": found.offers,
    }
    say(arguments, found.summary, document)
    return 0 if found.ok else 1


def _snapshot(opened: Session) -> Snapshot:
    proxies = {item.proxy.name: item.proxy for item in opened.ask(proxy_rows)}
    settings = wait(opened.services.settings.current())
    values = opened.ask(environments, opened.unlock()) if any(p.stdio for p in proxies.values()) else {}
    return Snapshot(1, settings, proxies, environments=values)
