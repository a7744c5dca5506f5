"""`exception`: what rules leave alone for a time."""

import argparse
import sys

from gateway_desktop.commands.arguments import Actions
from gateway_desktop.commands.output import say, table
from gateway_desktop.commands.session import session, wait
from gateway_desktop.commands.times import iso
from gateway_desktop.core.policy import PolicyException
from gateway_desktop.services.policy_exceptions import NewException
from gateway_desktop.store.queries.policies import exception_rows


def add_options(parser: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Say what can be done with exceptions."""
    actions = Actions(parser, common)
    add = actions.add(
        "add", _add, "let a rule leave something alone for a time", policy="POLICY", rule="RULE"
    )
    add.add_argument("--reason", required=True, help="why, for those who find it later")
    add.add_argument("--days", type=float, required=True, help="for how long")
    add.add_argument("--tool", default="", help="of this tool only")
    value = add.add_mutually_exclusive_group()
    value.add_argument(
        "--value-hash", default="", metavar="HASH", help="this value only, as the audit names it"
    )
    value.add_argument("--value-stdin", action="store_true", help="this value only, read from standard input")
    add.add_argument("--owner", default="", help="who answers for it (default: you)")
    every = actions.add("list", _list, "those that hold; --all, also those that ended")
    every.add_argument("--all", action="store_true", help="those that ended, too")
    revoke = actions.add("revoke", _revoke, "end one now")
    revoke.add_argument("exception", metavar="ID", help="or the end of it")


def _add(arguments: argparse.Namespace) -> int:
    value = sys.stdin.readline().rstrip("\r\n") if arguments.value_stdin else ""
    with session(arguments) as opened:
        wait(opened.services.policies.ship())
        if value:
            opened.unlock()
        new = NewException(
            arguments.policy,
            arguments.rule,
            arguments.reason,
            arguments.days,
            arguments.tool,
            arguments.value_hash,
            value,
            arguments.owner,
        )
        made = wait(opened.services.policy_exceptions.add(new))
    row = _row(made)
    return say(arguments, f"{row['rule']} leaves it alone until {row['expires']} ({made.id})", row)


def _list(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        rows = [_row(one) for one in opened.ask(exception_rows, ended=arguments.all)]
    return table(
        arguments, rows, ("id", "rule", "tool", "value", "owner", "reason", "expires"), "No exceptions"
    )


def _revoke(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        revoked = wait(opened.services.policy_exceptions.revoke(arguments.exception))
    return say(arguments, f"Revoked {revoked.id}", _row(revoked))


def _row(one: PolicyException) -> dict[str, object]:
    return {
        "id": one.id,
        "rule": f"{one.policy}/{one.rule}",
        "tool": one.tool or "any",
        "value": one.value or "any",
        "owner": one.owner,
        "reason": one.reason,
        "expires": iso(one.expires_us),
        "revoked": iso(one.revoked_us),
    }
