"""Policies as YAML documents: read with line and place of every mistake, written so that they read back."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import yaml

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.finding import Level
from gateway_desktop.core.policy import Action, Condition, Direction, OnError, Policy, Rule, Scope
from gateway_desktop.policies.decision import rule_book
from gateway_desktop.policies.nodes import Node, documents

LARGEST = 256 << 10
LONGEST_NAME = 80
_ASK = "'ask' (a person decides) comes with a later version; until then use monitor, redact or block"
_KEYS = ("name", "description", "enabled", "scope", "direction", "on_error", "rules")
_RULE_KEYS = ("name", "when", "action", "direction", "severity", "message", "recommended", "restore")
_SCOPE_KEYS = ("proxies", "kinds", "groups", "users", "tools", "models")
_KINDS = ("llm", "mcp", "a2a")


class _Plain(yaml.SafeDumper):
    """Writes what stands twice twice."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - of nothing
        """Return True: no aliases."""
        return True


def _lines(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """Write a text of several lines as the lines it has."""
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Plain.add_representer(str, _lines)


def read(text: str) -> Policy:
    """Return the one policy of a document; raise ConfigurationError naming line, column and place."""
    found = read_all(text)
    if len(found) != 1:
        raise ConfigurationError("document", f"holds {len(found)} policies; one is wanted here")
    return found[0]


def read_all(text: str) -> list[Policy]:
    """Return the policies of a file, which are parted by lines of `---`."""
    if len(text) > LARGEST:
        raise ConfigurationError("document", f"is larger than {LARGEST >> 10} KB")
    return [_policy(node) for node in documents(text)]


def write(policy: Policy) -> str:
    """Return the policy as a document."""
    return yaml.dump(described(policy), Dumper=_Plain, sort_keys=False, allow_unicode=True, width=100)


def described(policy: Policy) -> dict[str, Any]:
    """Return what a document holds; what is as it would be anyway is left out."""
    scope = {name: list(getattr(policy.scope, name)) for name in _SCOPE_KEYS if getattr(policy.scope, name)}
    whole: dict[str, Any] = {
        "name": policy.name,
        "description": policy.description or None,
        "enabled": policy.enabled,
        "scope": scope or None,
        "direction": str(policy.direction) if policy.direction is not Direction.BOTH else None,
        "on_error": str(policy.on_error),
        "rules": [_described_rule(rule) for rule in policy.rules],
    }
    return {name: value for name, value in whole.items() if value is not None}


def _described_rule(rule: Rule) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "name": rule.name,
        "when": {condition.kind: condition.value for condition in rule.conditions} or None,
        "action": str(rule.action),
        "direction": str(rule.direction) if rule.direction is not Direction.BOTH else None,
        "severity": str(rule.severity),
        "message": rule.message or None,
        "recommended": rule.recommended or None,
        "restore": rule.restore or None,
    }
    return {name: value for name, value in whole.items() if value is not None}


def _policy(node: Node) -> Policy:
    given = node.mapping(_KEYS)
    rules = tuple(_rule(rule) for rule in given["rules"].items()) if "rules" in given else ()
    names = [rule.name for rule in rules]
    for at, name in enumerate(names):
        if name in names[:at]:
            raise given["rules"].items()[at].mapping(_RULE_KEYS)["name"].wrong("another rule has this name")
    if "name" not in given:
        raise node.wrong("has no name")
    policy = Policy(
        name=checked_name(given["name"]),
        rules=rules,
        description=given["description"].text(4000) if "description" in given else "",
        enabled=given["enabled"].switch() if "enabled" in given else True,
        scope=_scope(given["scope"]) if "scope" in given else Scope(),
        direction=Direction(_word(given, "direction", Direction, Direction.BOTH)),
        on_error=OnError(_word(given, "on_error", OnError, OnError.REFUSE)),
    )
    _try_out(policy, node)
    return policy


def checked_name(node: Node) -> str:
    """Return a policy's name: what stands in the audit before `@version/rule`."""
    name = node.text(LONGEST_NAME).strip()
    if not name or "@" in name or "/" in name or not name.isprintable():
        raise node.wrong(f"1 to {LONGEST_NAME} characters without '@' and '/', please")
    return name


def _rule(node: Node) -> Rule:
    given = node.mapping(_RULE_KEYS)
    for needed in ("name", "action"):
        if needed not in given:
            raise node.wrong(f"the rule has no {needed}")
    if given["action"].value == "ask":
        raise given["action"].wrong(_ASK)
    restore = given["restore"].switch() if "restore" in given else False
    action = Action(_word(given, "action", Action, ""))
    if restore and action is not Action.REDACT:
        raise given["restore"].wrong("only what is redacted can be put back")
    return Rule(
        name=checked_name(given["name"]),
        action=action,
        conditions=_conditions(given["when"]) if "when" in given else (),
        direction=Direction(_word(given, "direction", Direction, Direction.BOTH)),
        severity=Level(_word(given, "severity", Level, Level.MEDIUM)),
        message=given["message"].text(1000) if "message" in given else "",
        recommended=given["recommended"].text(1000) if "recommended" in given else "",
        restore=restore,
    )


def _conditions(node: Node) -> tuple[Condition, ...]:
    return tuple(Condition(name, found.value) for name, found in node.mapping(None).items())


def _scope(node: Node) -> Scope:
    given = node.mapping(_SCOPE_KEYS)
    values = {name: tuple(found.texts()) for name, found in given.items()}
    for at, kind in enumerate(values.get("kinds", ())):
        if kind not in _KINDS:
            raise given["kinds"].items()[at].wrong(f"'{kind}' is none of {', '.join(_KINDS)}")
    return Scope(**values)


def _word(given: dict[str, Node], name: str, words: Iterable[str], otherwise: str) -> str:
    if name not in given:
        return otherwise
    found, known = given[name].value, list(map(str, words))
    if found not in known:
        raise given[name].wrong(f"{found!r} is none of {', '.join(known)}")
    return str(found)


def _try_out(policy: Policy, node: Node) -> None:
    """Compile the rules, and say of what cannot be where it stands."""
    try:
        rule_book([replace(policy, enabled=True)])
    except ConfigurationError as error:
        raise node.at(error.place).wrong(error.problem) from None
