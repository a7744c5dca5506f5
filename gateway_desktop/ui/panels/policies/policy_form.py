"""PolicyForm: a policy as fields, its rules as a list beside the fields of the chosen one."""

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QListWidgetItem, QWidget

from gateway_desktop.core.finding import Level
from gateway_desktop.core.policy import Action, Condition, OnError, Policy, Rule, Scope
from gateway_desktop.ui.boxes import fill, in_column, in_row
from gateway_desktop.ui.controls import in_one_line, list_box, push_button, scroll_area
from gateway_desktop.ui.forms.editors import ChoiceEditor, TextEditor, TickEditor
from gateway_desktop.ui.forms.form import Entry, Form
from gateway_desktop.ui.panels.policies.rule_form import RuleForm, named

BESIDE, BELOW = 640, 224  # pixels of width for two forms beside each other, else of height for each
FIRST = Rule(
    "new-rule",
    Action.MONITOR,
    (Condition("finding", "secret"), Condition("confidence", 0.8)),
    severity=Level.HIGH,
)
_SCOPE = {"proxies": "Proxies", "groups": "Groups", "users": "Users", "tools": "Tools", "models": "Models"}


class PolicyForm(QWidget):
    """Everything of a policy but what only its document can say; that is kept."""

    def __init__(self) -> None:
        super().__init__()
        self._policy = Policy("")
        self._rules: list[Rule] = []
        self._shown = -1
        self.description = TextEditor("what it is for")
        self.head = Form(
            Entry("name", "Name", TextEditor("Ours")),
            Entry("description", "Description", self.description),
            Entry("enabled", "On", TickEditor("Rules hold")),
            Entry(
                "on_error",
                "If a check fails",
                ChoiceEditor([(OnError.REFUSE, "Refuse (fail closed)"), (OnError.ALLOW, "Let it pass")]),
            ),
            *(Entry(name, label, TextEditor("all, or names with * and ?")) for name, label in _SCOPE.items()),
            label_width=96,
        )
        self.rules = in_one_line(list_box("Rules, the first to the last"))
        self.rule = RuleForm()
        self.add = push_button("Add rule", self._add)
        self.drop = push_button("Remove", self._drop)
        self.up = push_button("Up", lambda: self._move(-1))
        self.down = push_button("Down", lambda: self._move(1))
        self.rules.currentRowChanged.connect(self._choose)
        self.rule.changed.connect(self._renamed)
        self._lay_out()

    def _lay_out(self) -> None:
        left = in_column(gap=8)
        self._forms = scroll_area(self.head), scroll_area(self.rule)
        fill(left, (self._forms[0], 3), (self.rules, 2))
        buttons = in_row()
        for button in (self.add, self.up, self.down, self.drop):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        buttons.addStretch(1)
        left.addLayout(buttons)
        self._halves = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._halves.setContentsMargins(0, 8, 0, 0)
        self._halves.setSpacing(24)
        fill(self._halves, (left, 1), (self._forms[1], 1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the chosen rule below the list where there is no room beside it."""
        super().resizeEvent(event)
        beside = event.size().width() >= BESIDE
        self._halves.setDirection(
            QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        )
        for form in self._forms:
            form.setMinimumHeight(0 if beside else BELOW)

    def show_policy(self, policy: Policy) -> None:
        self._policy, self._rules, self._shown = policy, list(policy.rules), -1
        scope = {name: ", ".join(getattr(policy.scope, name)) for name in _SCOPE}
        self.head.set_values(
            {
                "name": policy.name,
                "description": " ".join(policy.description.split()),
                "enabled": policy.enabled,
                "on_error": policy.on_error,
                **scope,
            }
        )
        self.description.line.setCursorPosition(0)  # a long one is read from its beginning
        self._list(0)

    def policy(self) -> Policy:
        """Return the policy as it stands in the fields; raise ConfigurationError for what cannot be."""
        self._keep()
        value = self.head.values()
        scope = {name: tuple(one.strip() for one in value[name].split(",") if one.strip()) for name in _SCOPE}
        same = " ".join(self._policy.description.split()) == value["description"]
        return replace(
            self._policy,
            name=value["name"],
            description=self._policy.description if same else value["description"],
            enabled=value["enabled"],
            on_error=OnError(value["on_error"]),
            scope=Scope(kinds=self._policy.scope.kinds, **scope),
            rules=tuple(self._rules),
        )

    def _keep(self) -> None:
        """Take over what stands in the fields of the chosen rule."""
        if 0 <= self._shown < len(self._rules):
            self._rules[self._shown] = self.rule.rule()

    def _list(self, chosen: int) -> None:
        self._shown = -1
        with QSignalBlocker(self.rules):
            self.rules.clear()
            for rule in self._rules:
                item = QListWidgetItem(self.rules)
                _say(item, rule)
        self.rules.setCurrentRow(min(chosen, len(self._rules) - 1))
        self._offer()

    def _offer(self) -> None:
        at = self.rules.currentRow()
        self.rule.setVisible(at >= 0)
        self.drop.setEnabled(at >= 0)
        self.up.setEnabled(at > 0)
        self.down.setEnabled(0 <= at < len(self._rules) - 1)

    @Slot(int)
    def _choose(self, at: int) -> None:
        self._keep()
        self._shown = at
        if at >= 0:
            self.rule.show_rule(self._rules[at])
        self._offer()

    @Slot(str)
    def _renamed(self, name: str) -> None:
        item = self.rules.currentItem()
        if item is not None and name in ("name", "action") and self.rule.value("name"):
            _say(item, self.rule.rule())

    @Slot()
    def _add(self) -> None:
        self.add_rule(FIRST)

    def add_rule(self, rule: Rule) -> None:
        """Put a rule behind the others, under a name of its own, and choose it."""
        self._keep()
        self._rules.append(named(rule, frozenset(one.name for one in self._rules)))
        self._list(len(self._rules) - 1)

    @Slot()
    def _drop(self) -> None:
        at = self.rules.currentRow()
        del self._rules[at]
        self._list(at)

    def _move(self, by: int) -> None:
        self._keep()
        at = self.rules.currentRow()
        self._rules.insert(at + by, self._rules.pop(at))
        self._list(at + by)


def _say(item: QListWidgetItem, rule: Rule) -> None:
    item.setText(f"{rule.name}  ·  {rule.action}")
    item.setToolTip(item.text())
