"""`group`: groups, and who is in them."""

import argparse

from gateway_desktop.commands.arguments import Actions
from gateway_desktop.commands.output import say, table
from gateway_desktop.commands.session import session, wait
from gateway_desktop.store.queries.configuration import group_rows, user_rows


def add_options(parser: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Say what can be done with groups."""
    actions = Actions(parser, common)
    actions.add("add", _add, "add an empty group", group="NAME")
    actions.add("remove", _remove, "remove a group without members", group="NAME")
    actions.add("rename", _rename, "give a group another name", group="NAME", name="NEW_NAME")
    actions.add("list", _list, "all groups")
    changes = actions.add_group("member", "who is in a group", "add|remove")
    taken_out = "take a user out of a group; their keys in it move to their primary group"
    changes.add("add", _add_member, "let a user be in one more group", group="GROUP", user="EMAIL|NAME")
    changes.add("remove", _remove_member, taken_out, group="GROUP", user="EMAIL|NAME")


def _add(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        group = wait(opened.services.people.add_group(arguments.group))
    return say(arguments, f"Added group {group.name}", {"id": group.id, "group": group.name})


def _remove(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        wait(opened.services.people.remove_group(arguments.group))
    return say(arguments, f"Removed group {arguments.group}", {"group": arguments.group, "removed": True})


def _rename(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        group = wait(opened.services.people.rename_group(arguments.group, arguments.name))
    return say(
        arguments, f"Group {arguments.group} is now {group.name}", {"id": group.id, "group": group.name}
    )


def _list(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        names = {item.user.id: item.user.shown for item in opened.ask(user_rows)}
        rows = [
            {
                "group": item.group.name,
                "members": [names[member] for member in item.members],
                "keys": item.keys,
                "limited_proxies": list(item.proxies),
                "id": item.group.id,
            }
            for item in opened.ask(group_rows)
        ]
    return table(arguments, rows, ("group", "members", "keys", "limited_proxies"), "No groups")


def _add_member(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        user = wait(opened.services.people.add_member(arguments.group, arguments.user))
    document = {"group": arguments.group, "user": user.shown, "member": True}
    return say(arguments, f"{user.shown} is in {arguments.group}", document)


def _remove_member(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        user = wait(opened.services.people.remove_member(arguments.group, arguments.user))
    document = {"group": arguments.group, "user": user.shown, "member": False}
    return say(arguments, f"{user.shown} is no longer in {arguments.group}", document)
