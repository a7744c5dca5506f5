"""`tool`: what MCP servers and agents say of themselves, compared with what was approved."""

import argparse
import json

from gateway_desktop.commands.arguments import Actions
from gateway_desktop.commands.output import say, table, wants_json, write
from gateway_desktop.commands.session import Session, session, wait
from gateway_desktop.commands.times import iso
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.tool_pin import PinState, ToolPin
from gateway_desktop.services.lookup import the_proxy
from gateway_desktop.services.word_diff import marked, word_diff
from gateway_desktop.store.database import Database
from gateway_desktop.store.queries.tool_pins import PinItem, pin_rows

NONE_YET = "No tools yet: an application has to list them through the gateway; `proxy test` does not count"


def add_options(parser: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Say what can be done with tools."""
    actions = Actions(parser, common)
    every = actions.add("list", _list, "all tools, or a proxy's, with their state")
    every.add_argument("proxy", nargs="?", default="", metavar="PROXY")
    every.add_argument("--state", choices=[str(state) for state in PinState], help="in this state only")
    actions.add("show", _show, "what a tool says, and what of it changed", proxy="PROXY", tool="TOOL")
    for name, run, summary in (
        ("approve", _approve, "let it be called as it is now; without TOOL all that wait"),
        ("disable", _disable, "refuse it until it is approved again; without TOOL all"),
    ):
        action = actions.add(name, run, summary, proxy="PROXY")
        action.add_argument("tool", nargs="?", metavar="TOOL")
        if name == "approve":
            action.add_argument(
                "--digest", default="", metavar="SHA256", help="only if it still says what `tool show` showed"
            )


def _list(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        items = opened.ask(_items, arguments.proxy)
    rows = [_row(item) for item in items if arguments.state in (None, item.pin.state)]
    columns = ("proxy", "tool", "state", "decided_by", "first_seen", "changed")
    none = "No tool is in that state" if items else NONE_YET
    return table(arguments, rows, columns, none)


def _show(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        item = _item(opened, arguments.proxy, arguments.tool)
    pin = item.pin
    pieces = word_diff(_pretty(pin.definition), _pretty(pin.seen_definition))
    if wants_json(arguments):
        document = _row(item) | {
            "approved": json.loads(pin.definition) if pin.definition else None,
            "listed": json.loads(pin.seen_definition),
            "diff": [list(piece) for piece in pieces],
        }
        return say(arguments, "", document)
    write(f"{item.proxy}: {pin.name} is {pin.state}")
    write(marked(pieces))
    write(f"SHA-256 {pin.seen_digest}")
    return 0


def _approve(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        shown = {arguments.tool: arguments.digest} if arguments.digest else None
        pins = wait(opened.services.tool_pins.approve(arguments.proxy, arguments.tool, shown))
    return _say(arguments, "Approved", pins)


def _disable(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        pins = wait(opened.services.tool_pins.disable(arguments.proxy, arguments.tool))
    return _say(arguments, "Disabled", pins)


def _say(arguments: argparse.Namespace, done: str, pins: list[ToolPin]) -> int:
    names = [pin.name for pin in pins]
    text = f"{done} {', '.join(names)}" if names else "Nothing to do"
    return say(arguments, text, {"proxy": arguments.proxy, "tools": names})


def _items(database: Database, proxy: str) -> tuple[PinItem, ...]:
    return pin_rows(database, the_proxy(proxy).name if proxy else "")


def _item(opened: Session, proxy: str, tool: str) -> PinItem:
    items = opened.ask(_items, proxy)
    for item in items:
        if item.pin.name == tool:
            return item
    names = ", ".join(item.pin.name for item in items) or "none was listed yet"
    raise ConfigurationError("tool", f"'{proxy}' has no tool '{tool}'; there are: {names}")


def _row(item: PinItem) -> dict[str, object]:
    pin = item.pin
    return {
        "proxy": item.proxy,
        "tool": pin.name,
        "state": str(pin.state),
        "decided_by": pin.decided_by,
        "first_seen": iso(pin.first_seen_us),
        "changed": iso(pin.changed_us),
        "digest": pin.digest,
        "listed_digest": pin.seen_digest,
    }


def _pretty(definition: str) -> str:
    return json.dumps(json.loads(definition), indent=2, ensure_ascii=False) if definition else ""
