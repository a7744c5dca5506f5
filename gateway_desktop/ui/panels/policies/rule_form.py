"""RuleForm: one rule of a policy as fields; conditions that have no field are kept, and named."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gateway_desktop.alerting.rules.policy_hit import FAMILIES as SAID
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.finding import Context, Family, Level
from gateway_desktop.core.policy import Action, Condition, Direction, Rule
from gateway_desktop.ui.forms.editors import ChoiceEditor, NumberEditor, TextEditor, TickEditor
from gateway_desktop.ui.forms.form import Entry, Form
from gateway_desktop.ui.forms.tick_list import TickListEditor

ANY = "*"


FAMILIES = [
    (ANY, "Anything that is found"),
    *((str(one), SAID.get(one, "What a rule of your own looks for")) for one in Family),
]
PLACES = {
    Context.USER_PROMPT: "What a person says",
    Context.TOOL_ARGUMENT: "What a tool is called with",
    Context.TOOL_RESULT: "What a tool brought",
    Context.TOOL_DESCRIPTION: "What a tool says of itself",
    Context.ANSWER: "What a model answers",
    Context.HARNESS: "What a coding tool adds by itself",
}
ACTIONS = [
    (Action.LOG, "Log: the row says so"),
    (Action.MONITOR, "Monitor: alert, let pass"),
    (Action.REDACT, "Redact: mask it, let the rest pass"),
    (Action.BLOCK, "Block: it does not pass"),
]
DIRECTIONS = [(Direction.BOTH, "Both ways"), (Direction.REQUEST, "Requests"), (Direction.ANSWER, "Answers")]
LEVELS = [(level, level.capitalize()) for level in Level]
_LISTS = ("kinds", "tool", "model")  # fields with names separated by commas
_SPOKEN = {"name": "Name of the rule", "tool": "Tools of the rule", "model": "Models of the rule"}
_SHOWN = ("finding", "severity", "confidence", "context", "risk", "tool", "model", "pattern")


class RuleForm(Form):
    """What it looks for, and what is done then."""

    def __init__(self) -> None:
        super().__init__(
            Entry("name", "Name", TextEditor("secrets-in-requests"), "Rows and alerts name it."),
            Entry("finding", "If found", TickListEditor(FAMILIES)),
            Entry("kinds", "Or kinds", TextEditor("secret.openai_key, sql_injection.*"), "With * and ?."),
            Entry("severity", "At least", ChoiceEditor([("", "Any severity"), *LEVELS])),
            Entry("confidence", "Certainty", NumberEditor(0, 100, "%"), "From there on; 0: however unsure."),
            Entry("context", "Where", TickListEditor(list(PLACES.items())), "Nothing ticked: everywhere."),
            Entry("risk", "Risk from", NumberEditor(0, 100), "0: whatever the score."),
            Entry("tool", "Tools", TextEditor("send_*, delete_*"), "Empty: all."),
            Entry("model", "Models", TextEditor("gpt-5*"), "Empty: all."),
            Entry("pattern", "Text matches", TextEditor(r"(?i)project\s+bluebird"), "RE2. Empty: any text."),
            Entry("action", "Then", ChoiceEditor(ACTIONS)),
            Entry("restore", "Put back", TickEditor("Give the caller the original back in the answer")),
            Entry("direction", "Looks at", ChoiceEditor(DIRECTIONS)),
            Entry("told_as", "Alert is", ChoiceEditor(LEVELS)),
            Entry("message", "To the caller", TextEditor("why it did not pass")),
            Entry("recommended", "To the team", TextEditor("what to do about it")),
            label_width=96,
        )
        for name, said in _SPOKEN.items():  # the policy beside it has fields of these labels, too
            self.editor(name).name(said)
        self._given: tuple[Condition, ...] = ()  # of the rule that is shown, as its document writes them
        self._begun: dict[str, object] = {}  # the same, as the fields do
        self.changed.connect(self._fit)

    def show_rule(self, rule: Rule) -> None:
        given = {condition.kind: condition.value for condition in rule.conditions}
        self._given = rule.conditions
        found = _texts(given.get("finding"))
        families = [name for name, _ in FAMILIES]
        self.set_values(
            {
                "name": rule.name,
                "finding": [one for one in found if one in families],
                "kinds": ", ".join(one for one in found if one not in families),
                "severity": given.get("severity", ""),
                "confidence": round(100 * _number(given.get("confidence"))),
                "context": [Context(one) for one in _texts(given.get("context"))],
                "risk": round(_number(given.get("risk"))),
                "tool": ", ".join(_texts(given.get("tool"))),
                "model": ", ".join(_texts(given.get("model"))),
                "pattern": given.get("pattern", ""),
                "action": rule.action,
                "restore": rule.restore,
                "direction": rule.direction,
                "told_as": rule.severity,
                "message": rule.message,
                "recommended": rule.recommended,
            }
        )
        self._begun = _conditions(self._read())
        also = ", ".join(one.kind for one in self._given if one.kind not in _SHOWN)
        self.set_note("name", f"Also asks for: {also} (see YAML)." if also else "")
        self.clear_errors()
        self._fit()

    def rule(self) -> Rule:
        value = self._read()
        if not value["name"]:
            raise ConfigurationError("name", "A rule needs a name")
        return Rule(
            name=value["name"],
            action=Action(value["action"]),  # Qt gives words back, not members
            conditions=self._wanted(_conditions(value)),
            direction=Direction(value["direction"]),
            severity=Level(value["told_as"]),
            message=value["message"],
            recommended=value["recommended"],
            restore=value["restore"] and value["action"] == Action.REDACT,
        )

    def _read(self) -> dict[str, Any]:
        value = {name: self.value(name) for name in self.names()}
        for name in _LISTS:
            value[name] = [one.strip() for one in value[name].split(",") if one.strip()]
        return value

    def _wanted(self, now: dict[str, object]) -> tuple[Condition, ...]:
        """Return the conditions; what no field changed stays as it was written, in its place."""
        found = []
        for one in self._given:
            value = now.pop(one.kind, None)
            if one.kind not in _SHOWN or value == self._begun.get(one.kind):
                found.append(one)
            elif value is not None:
                found.append(Condition(one.kind, value))
        return (*found, *(Condition(kind, value) for kind, value in now.items()))

    def _fit(self, _name: str = "") -> None:
        self.show_entry("restore", self.value("action") == Action.REDACT)
        self.show_entry("message", self.value("action") == Action.BLOCK)


def named(rule: Rule, taken: frozenset[str]) -> Rule:
    """Return the rule under a name that no other has."""
    names = (rule.name, *(f"{rule.name}-{number}" for number in range(2, len(taken) + 3)))
    return replace(rule, name=next(name for name in names if name not in taken))


def _conditions(value: Mapping[str, Any]) -> dict[str, object]:
    """Return by its kind what is asked for by each field in which something stands."""
    found = [*map(str, value["finding"]), *value["kinds"]]
    given: dict[str, object] = {
        "finding": found[0] if len(found) == 1 else found,
        "severity": str(value["severity"]),
        "confidence": value["confidence"] / 100,
        "context": [str(one) for one in value["context"]],
        "risk": value["risk"],
        "tool": value["tool"],
        "model": value["model"],
        "pattern": value["pattern"],
    }
    return {kind: one for kind, one in given.items() if one}


def _texts(value: object) -> list[str]:
    if value is None:
        return []
    return [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
