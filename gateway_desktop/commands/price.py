"""`price`: what the team pays for models, where it knows better than the price list."""

import argparse

from gateway_desktop.commands.arguments import Actions
from gateway_desktop.commands.output import say, table
from gateway_desktop.commands.session import session, wait
from gateway_desktop.core.clock import datetime_of
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.model_price import ModelPrice
from gateway_desktop.core.money import dollars, nano_of
from gateway_desktop.services.model_prices import NewPrice, start_of
from gateway_desktop.store.queries.model_prices import model_price_rows

_COLUMNS = ("model", "provider", "input", "cached", "cache_write", "output", "from", "id")


def add_options(parser: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Say what can be done with prices."""
    actions = Actions(parser, common)
    new = actions.add("set", _set, "dollars for a million tokens, from a day on")
    new.add_argument(
        "model", metavar="MODEL", help="as callers name it, or as upstreams do; * and ? may stand"
    )
    new.add_argument("--input", required=True, metavar="DOLLARS", help="for a million tokens of input")
    new.add_argument(
        "--output", required=True, metavar="DOLLARS", help="for a million tokens of output; 0 for embeddings"
    )
    new.add_argument("--cached", metavar="DOLLARS", help="input read from the cache; else as input")
    new.add_argument("--cache-write", metavar="DOLLARS", help="input written to the cache; else as input")
    new.add_argument("--provider", default="", help="only where the proxy's provider is this one")
    new.add_argument("--from", dest="start", default="", metavar="DAY", help="2026-01-31; else now")
    actions.add("list", _list, "the team's own prices")
    remove = actions.add("remove", _remove, "let the price before it hold again")
    remove.add_argument("id", metavar="ID", help="its start is enough, as `price list` shows it")


def _set(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        zone = wait(opened.services.settings.current()).team.zone
        new = NewPrice(
            arguments.model,
            nano_of(arguments.input, "input"),
            nano_of(arguments.output, "output"),
            nano_of(arguments.cached, "cached") if arguments.cached else None,
            nano_of(arguments.cache_write, "cache-write") if arguments.cache_write else None,
            arguments.provider,
            start_of(arguments.start, zone),
        )
        made = wait(opened.services.model_prices.set(new))
    row = _row(made)
    words = f"{row['input']} in and {row['output']} out a million tokens, from {row['from']}"
    return say(arguments, f"{made.model} costs {words}", row)


def _list(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        rows = [_row(price) for price in opened.ask(model_price_rows)]
    return table(arguments, rows, _COLUMNS, "No prices of your own; those of genai-prices hold")


def _remove(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        found = [one for one in opened.ask(model_price_rows) if one.id.startswith(arguments.id)]
        if len(found) != 1:
            how_many = "no price" if not found else "several prices"
            raise ConfigurationError(
                "id", f"{how_many} of yours with an id that starts with '{arguments.id}'"
            )
        removed = wait(opened.services.model_prices.remove(found[0].id))
    return say(arguments, f"The price of {removed.model} is removed", _row(removed))


def _row(price: ModelPrice) -> dict[str, object]:
    since = datetime_of(price.from_us)
    parts = (price.cached_nano, price.cache_write_nano)
    cached, written = (None if nano is None else dollars(nano) for nano in parts)
    return {
        "model": price.model,
        "provider": price.provider,
        "input": dollars(price.input_nano),
        "cached": cached,
        "cache_write": written,
        "output": dollars(price.output_nano),
        "from": since.isoformat(timespec="minutes"),
        "id": price.id,
        "input_usd": price.input_nano / 1e9,
        "cached_usd": None if price.cached_nano is None else price.cached_nano / 1e9,
        "cache_write_usd": None if price.cache_write_nano is None else price.cache_write_nano / 1e9,
        "output_usd": price.output_nano / 1e9,
    }
