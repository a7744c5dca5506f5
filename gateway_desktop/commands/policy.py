"""`policy`: what may pass."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway_desktop.commands.arguments import Actions, output_file
from gateway_desktop.commands.output import note, say, table, wants_json, write
from gateway_desktop.commands.policy_try import add_try
from gateway_desktop.commands.session import Session, session, wait
from gateway_desktop.commands.times import iso
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.policy import Policy
from gateway_desktop.services.policies import difference
from gateway_desktop.services.policy_files import Proposal
from gateway_desktop.store.queries.policies import PolicyItem, policy_rows, policy_versions


def add_options(parser: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Say what can be done with policies."""
    actions = Actions(parser, common)
    actions.add("list", _list, "all policies")
    for name, run, summary in (
        ("show", _show, "its document"),
        ("enable", _enable, "switch it on"),
        ("disable", _disable, "switch it off"),
        ("history", _history, "its versions, who made them, and what changed"),
        ("remove", _remove, "remove it"),
    ):
        actions.add(name, run, summary, policy="NAME")
    _add_documents(actions)
    add_try(actions)
    for name, run, summary in (
        ("assign", _assign, "let it hold for these proxies only, and switch it on"),
        ("unassign", _unassign, "no longer for these; with the last one it is switched off"),
    ):
        action = actions.add(name, run, summary, policy="NAME")
        action.add_argument("proxies", metavar="PROXY", nargs="+")


def _add_documents(actions: Actions) -> None:
    bring = actions.add("import", _import, "add the policies of a YAML file, or their next versions")
    bring.add_argument("file", metavar="FILE", help="- is standard input")
    bring.add_argument("--note", default="", help="why, for the history")
    bring.add_argument("--dry-run", action="store_true", help="only say what would change")
    export = actions.add("export", _export, "write documents as YAML")
    export.add_argument("policies", metavar="NAME", nargs="*", help="none: all")
    export.add_argument("--out", metavar="FILE", help="instead of standard output")
    actions.add("copy", _copy, "add a copy, switched off", policy="NAME", name="NEW_NAME")
    restore = actions.add("restore", _restore, "go back to a former version", policy="NAME")
    restore.add_argument("version", metavar="VERSION", type=int)


def _shipped(opened: Session) -> Session:
    wait(opened.services.policies.ship())
    return opened


def _list(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        rows = [_row(item) for item in _shipped(opened).ask(policy_rows)]
    return table(
        arguments, rows, ("policy", "enabled", "version", "proxies", "rules", "on_error"), "No policies"
    )


def _row(item: PolicyItem) -> dict[str, object]:
    policy = item.policy
    return {
        "policy": policy.name,
        "enabled": policy.enabled,
        "version": policy.version,
        "proxies": list(item.proxies) or "wherever its scope says",
        "rules": [f"{rule.name}: {rule.action}" for rule in policy.rules],
        "on_error": str(policy.on_error),
        "description": policy.description,
        "changed_by": item.author,
        "changed": iso(item.changed_us),
        "id": policy.id,
    }


def _show(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        item = wait(_shipped(opened).services.policies.get(arguments.policy))
    return say(arguments, item.document.rstrip(), _row(item) | {"document": item.document})


def _enable(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        return _say(arguments, "On", wait(_shipped(opened).services.policies.enable(arguments.policy)))


def _disable(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        return _say(arguments, "Off", wait(_shipped(opened).services.policies.disable(arguments.policy)))


def _remove(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        wait(_shipped(opened).services.policies.remove(arguments.policy))
    return say(arguments, f"Removed {arguments.policy}", {"policy": arguments.policy, "removed": True})


def _import(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        services = _shipped(opened).services
        path = Path(arguments.file)
        text = sys.stdin.read() if arguments.file == "-" else wait(services.policy_files.read(path))
        with _named("standard input" if arguments.file == "-" else arguments.file):
            for sentence in wait(services.policy_files.unmet(text)):
                note(sentence)
            if arguments.dry_run:
                return _say_proposed(arguments, wait(services.policy_files.propose(text)))
            saved = wait(services.policies.save_all(text, arguments.note))
    lines = [f"{policy.name} is at version {policy.version}" for policy in saved]
    return say(arguments, "\n".join(lines), [_document(policy) for policy in saved])


@contextmanager
def _named(file: str) -> Iterator[None]:
    """Put the file before the line and the field where a mistake stands."""
    try:
        yield
    except ConfigurationError as error:
        raise ConfigurationError(f"{file}, {error.place}", error.problem) from None


def _say_proposed(arguments: argparse.Namespace, proposals: tuple[Proposal, ...]) -> int:
    lines = [line for one in proposals for line in (str(one), *_indented(one.changes))]
    found = [{"policy": one.name, "version": one.version, "changes": one.changes} for one in proposals]
    return say(arguments, "\n".join(lines), found)


def _indented(changes: str) -> list[str]:
    return [f"    {line}" for line in changes.splitlines()]


def _export(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        files = _shipped(opened).services.policy_files
        names = arguments.policies or [item.policy.name for item in opened.ask(policy_rows)]
        if arguments.out:
            written = wait(files.save(output_file(arguments.out), names))
            return say(arguments, f"Wrote {written}", {"file": arguments.out, "policies": names})
        text = wait(files.documents(names))
    return say(arguments, text.rstrip(), {"policies": names, "document": text})


def _copy(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        copied = _shipped(opened).services.policies.copy(arguments.policy, arguments.name)
        return _say(arguments, "Added, switched off", wait(copied))


def _restore(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        restored = _shipped(opened).services.policies.restore(arguments.policy, arguments.version)
        return _say(arguments, f"Back to version {arguments.version}", wait(restored))


def _assign(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        policies = _shipped(opened).services.policies
        wait(policies.assign(arguments.policy, arguments.proxies))
        return _say_where(arguments, wait(policies.get(arguments.policy)))


def _unassign(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        policies = _shipped(opened).services.policies
        wait(policies.unassign(arguments.policy, arguments.proxies))
        return _say_where(arguments, wait(policies.get(arguments.policy)))


def _say_where(arguments: argparse.Namespace, item: PolicyItem) -> int:
    where = f"for {', '.join(item.proxies)} only" if item.proxies else "wherever its scope says"
    state = "on" if item.policy.enabled else "off"
    return say(arguments, f"{item.policy.name} is {state}, and holds {where}", _row(item))


def _history(arguments: argparse.Namespace) -> int:
    with session(arguments) as opened:
        policy = wait(_shipped(opened).services.policies.get(arguments.policy)).policy
        versions = opened.ask(policy_versions, policy.id)
    rows: list[dict[str, object]] = []
    for at, version in enumerate(versions):
        older = versions[at + 1].document if at + 1 < len(versions) else ""
        changes = difference(older, version.document) if older else ""
        rows.append(
            {
                "version": version.version,
                "author": version.author,
                "at": iso(version.at_us),
                "note": version.note,
                "changes": changes,
            }
        )
    if wants_json(arguments):
        return say(arguments, "", rows)
    for row in rows:
        write(f"version {row['version']}  {row['at']}  {row['author']}  {row['note']}".rstrip())
        for line in _indented(str(row["changes"])):
            write(line)
    return 0


def _document(policy: Policy) -> dict[str, object]:
    return {"policy": policy.name, "enabled": policy.enabled, "version": policy.version, "id": policy.id}


def _say(arguments: argparse.Namespace, done: str, policy: Policy) -> int:
    return say(arguments, f"{done}: {policy.name}, version {policy.version}", _document(policy))
