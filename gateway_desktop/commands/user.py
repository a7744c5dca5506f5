"""`user`: people and service accounts."""

import argparse
import sys
from dataclasses import asdict

from gateway_desktop.commands.arguments import Actions
from gateway_desktop.commands.output import note, say, table, wants_json
from gateway_desktop.commands.session import session, wait
from gateway_desktop.commands.times import iso
from gateway_desktop.core.people import Role, User
from gateway_desktop.core.plural import plural
from gateway_desktop.store.queries.configuration import UserItem, user_rows
from gateway_desktop.store.queries.last_seen import last_seen
from gateway_desktop.store.queries.sign_ins import NO_SIGN_INS, SignIns, sign_ins


def add_options(parser: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Say what can be done with users."""
    actions = Actions(parser, common)
    _add_add(actions.add("add", _add, "add a person by e-mail, or a service account by name"))
    _add_set(actions.add("set", _set, "change name, address, role or groups"))
    actions.add("list", _list, "all users")
    password = actions.add(
        "set-password", _set_password, "let them sign in with a password; unlocks them too", user="EMAIL"
    )
    password.add_argument("--password-stdin", action="store_true", required=True, help="read it from there")
    actions.add(
        "check-code",
        _check_code,
        "whether their authenticator application shows the right code",
        user="EMAIL",
        code="CODE",
    )
    for name, run, summary in (
        ("unlock", _unlock, "let them sign in again after too many wrong passwords"),
        ("require-codes", _require_codes, "ask for a one-time code beside the password; shows the seed once"),
        ("drop-codes", _drop_codes, "ask for the password alone again"),
        ("deactivate", _deactivate, "refuse all their keys from the next request on"),
        ("reactivate", _reactivate, "let their keys work again"),
        ("unlink", _unlink, "forget who they are at identity providers; their address links them anew"),
        ("remove", _remove, "delete them and revoke their keys"),
        ("erase", _erase, "delete them, put a pseudonym in place of their names, erase their texts"),
    ):
        actions.add(name, run, summary, user="EMAIL|NAME")


def _add_add(add: argparse.ArgumentParser) -> None:
    add.add_argument("user", metavar="EMAIL|NAME")
    add.add_argument("--name", default="", help="the name to show")
    add.add_argument(
        "--group", action="append", default=[], metavar="G", help="repeat it; the first is the primary one"
    )
    add.add_argument(
        "--role",
        default=Role.MEMBER,
        choices=[str(role) for role in Role],
        help="on a team's database: what they may do here; member if not said",
    )
    add.add_argument("--service", action="store_true", help="a service account: no e-mail, no sign-in")


def _add_set(change: argparse.ArgumentParser) -> None:
    change.add_argument("user", metavar="EMAIL|NAME")
    change.add_argument("--name", help="the name to show; of a service account, its name")
    change.add_argument("--email", metavar="EMAIL", help="another address")
    change.add_argument("--role", choices=[str(role) for role in Role], help="what they may do here")
    change.add_argument(
        "--group", action="append", metavar="G", help="instead of the groups they are in; repeat it"
    )


def _add(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        people = opened.services.people
        if arguments.service:
            added = people.add_user(
                name=arguments.user, groups=arguments.group, service=True, role=arguments.role
            )
        else:
            added = people.add_user(arguments.user, arguments.name, arguments.group, role=arguments.role)
        return _say(arguments, "Added", wait(added))


def _set(arguments: argparse.Namespace) -> int:
    given = (arguments.email, arguments.name, arguments.role, arguments.group)
    with session(arguments) as opened:
        return _say(arguments, "Changed", wait(opened.services.people.update_user(arguments.user, *given)))


def _set_password(arguments: argparse.Namespace) -> int:
    password = sys.stdin.readline().rstrip("\r\n")
    with session(arguments) as opened:
        wait(opened.services.passwords.set_password(arguments.user, password))
    return say(arguments, f"{arguments.user} has a new password", {"user": arguments.user, "password": "set"})


def _unlock(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        wait(opened.services.passwords.unlock(arguments.user))
    return say(arguments, f"Unlocked {arguments.user}", {"user": arguments.user, "locked": False})


def _require_codes(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        opened.unlock()
        seed = wait(opened.services.passwords.require_codes(arguments.user))
    if not wants_json(arguments):
        note("For the authenticator application. It is shown only now:")
    return say(
        arguments, str(seed.url), {"user": arguments.user, "seed": str(seed.seed), "url": str(seed.url)}
    )


def _check_code(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        opened.unlock()
        wait(opened.services.passwords.check_code(arguments.user, arguments.code))
    return say(arguments, "The code fits", {"user": arguments.user, "fits": True})


def _drop_codes(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        wait(opened.services.passwords.drop_codes(arguments.user))
    return say(arguments, f"{arguments.user} needs no code", {"user": arguments.user, "codes": False})


def _unlink(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        links = wait(opened.services.people.unlink_user(arguments.user))
    return say(arguments, f"Unlinked {arguments.user}", {"user": arguments.user, "identities": links})


def _list(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        seen, ways = opened.ask(last_seen), opened.ask(sign_ins)
        rows = [
            _row(item, ways.get(item.user.id, NO_SIGN_INS), seen.get(item.user.id))
            for item in opened.ask(user_rows)
        ]
    columns = ("user", "name", "groups", "role", "service", "active", "locked", "keys", "last_seen")
    return table(arguments, rows, columns, "No users yet: gateway-desktop user add EMAIL")


def _row(item: UserItem, ways: SignIns, seen_us: int | None) -> dict[str, object]:
    return {
        "user": item.user.shown,
        "name": item.user.display_name,
        "groups": list(item.groups),
        "role": item.user.role,
        "service": item.user.service,
        "active": item.user.active,
        "locked": ways.locked,
        "password": ways.password,
        "codes": ways.codes,
        "identities": list(ways.issuers),
        "sessions": ways.live_sessions,
        "keys": item.keys,
        "last_seen": iso(seen_us),
        "id": item.user.id,
    }


def _deactivate(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        return _say(arguments, "Deactivated", wait(opened.services.people.deactivate_user(arguments.user)))


def _reactivate(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        return _say(arguments, "Reactivated", wait(opened.services.people.reactivate_user(arguments.user)))


def _remove(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        wait(opened.services.people.delete_user(arguments.user))
    return say(arguments, f"Removed {arguments.user}", {"user": arguments.user, "removed": True})


def _erase(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        erased = wait(opened.services.erasure.erase_user(arguments.user))
    return say(
        arguments,
        f"Erased; {plural(erased.rows, 'row now says', 'rows now say')} {erased.pseudonym}, "
        f"{plural(erased.texts, 'text is', 'texts are')} gone. "
        "Exports, backups and what sinks were sent still have what they had",
        asdict(erased),
    )


def _say(arguments: argparse.Namespace, done: str, user: User) -> int:
    document = {
        "id": user.id,
        "user": user.shown,
        "name": user.display_name,
        "service": user.service,
        "active": user.active,
    }
    return say(arguments, f"{done} {user.shown}", document)
