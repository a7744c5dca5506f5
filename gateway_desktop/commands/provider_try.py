"""`provider try`: what the sign-in rules would make of a person; nobody signs in."""

import argparse

from gateway_desktop.commands.arguments import Actions
from gateway_desktop.commands.output import table
from gateway_desktop.commands.session import session, wait
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.oauth import Profile
from gateway_desktop.identity.sign_in_rules import try_rules
from gateway_desktop.store.queries.configuration import group_rows


def add_try(actions: Actions) -> None:
    """Say what can be said of the person."""
    attempt = actions.add("try", _try, "what the rules would make of a person", provider="NAME")
    attempt.add_argument("--email", default="", metavar="E", help="the address that they have there")
    attempt.add_argument("--unverified", action="store_true", help="the provider did not verify the address")
    attempt.add_argument("--group", action="append", default=[], metavar="G", help="of the provider's")
    attempt.add_argument(
        "--claim",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="what else the provider says of them",
    )


def _try(arguments: argparse.Namespace) -> int:
    claims: dict[str, object] = {}
    for text in arguments.claim:
        name, equals, value = text.partition("=")
        if not equals:
            raise ConfigurationError("claim", f"'{text}': write it as NAME=VALUE")
        claims[name.strip()] = value.strip()
    with session(arguments) as opened:
        provider = wait(opened.services.identity_providers.get(arguments.provider))
        names = {item.group.id: item.group.name for item in opened.ask(group_rows)}
    email = arguments.email.strip().lower()
    profile = Profile(
        issuer=provider.issuer,
        subject="",
        email=email,
        email_verified=bool(email) and not arguments.unverified,
        groups=tuple(arguments.group),
        claims=claims,
    )
    rows = [
        {
            "rule": number,
            "matches": each.matches,
            "group": names.get(each.rule.group_id, each.rule.group_id),
            "why": each.why,
        }
        for number, each in enumerate(try_rules(provider.rules, profile), 1)
    ]
    return table(arguments, rows, ("rule", "matches", "group", "why"), f"{provider.name} has no rules")
