"""AlertFilters: the visible choices above the list, kept for the next start."""

from datetime import UTC, datetime

from PySide6.QtCore import QSettings, QSignalBlocker, QTimer, Signal, Slot
from PySide6.QtWidgets import QLineEdit

from gateway_desktop.core.alert import OPEN, AlertState, AlertType
from gateway_desktop.core.clock import iso
from gateway_desktop.core.finding import Level
from gateway_desktop.store.queries.alerts import AlertFilter
from gateway_desktop.ui.controls import push_button
from gateway_desktop.ui.panels.alerts.columns import STATES, TYPES
from gateway_desktop.ui.tables.choice import ChoiceButton, Option
from gateway_desktop.ui.tables.date_range import ALL_TIME, DateRange, DateRangeButton
from gateway_desktop.ui.widgets.flow import Flow

_TYPING_MS = 250
KEY = "alerts/filter/"


class AlertFilters(Flow):
    """`changed` when something else is asked for."""

    changed = Signal()

    def __init__(self, state: QSettings) -> None:
        super().__init__()
        self._state = state
        self.state = ChoiceButton("state", "Status", multiple=True)
        self.severity = ChoiceButton("severity", "Severity", multiple=True)
        self.type = ChoiceButton("type", "Type", multiple=True)
        self.proxy = ChoiceButton("proxy", "Proxy")
        self.policy = ChoiceButton("policy", "Policy")
        self.rule = ChoiceButton("rule", "Rule")  # seen while alerts of one rule are asked for
        self.range = DateRangeButton()
        self.user = _line("User")
        self.assignee = _line("Assignee")
        self.text = _line("Find in title and text")
        self.text.setMinimumWidth(150)  # with Reset all stand in one line of a window of 1280 pixels
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._typing.timeout.connect(self.changed)
        self.state.offer([Option(str(state), words) for state, words in STATES.items()])
        self.severity.offer([Option(str(level), level.capitalize()) for level in reversed(Level)])
        self.type.offer([Option(str(one), words) for one, words in TYPES.items()])
        self._choices = (self.state, self.severity, self.type, self.proxy, self.policy, self.rule)
        self._fields = {"user": self.user, "assignee": self.assignee, "text": self.text}
        self.reset_button = push_button("Reset", lambda: self.reset(), kind="quiet")
        self._restore()
        for button in self._choices:
            button.picked.connect(self._picked)
        self.range.picked.connect(self.changed)
        for line in self._fields.values():
            line.textChanged.connect(self._typing.start)
        self.add(*self._choices, self.range, *self._fields.values(), self.reset_button)
        self.changed.connect(self._keep)

    def asked(self) -> AlertFilter:
        since, until = self.range.chosen.bounds(datetime.now(UTC))
        return AlertFilter(
            states=tuple(map(AlertState, self.state.values)),
            severities=tuple(map(Level, self.severity.values)),
            types=tuple(map(AlertType, self.type.values)),
            user=self.user.text().strip(),
            proxy=next(iter(self.proxy.values), ""),
            policy=next(iter(self.policy.values), ""),
            rule=next(iter(self.rule.values), ""),
            assignee=self.assignee.text().strip(),
            since_us=since,
            until_us=until,
            text=self.text.text().strip(),
        )

    def options(self) -> tuple[str, ...]:
        asked = self.asked()
        lists = (("state", asked.states), ("severity", asked.severities), ("type", asked.types))
        return (
            "--all",
            *(f"--{name}={value}" for name, values in lists for value in values),
            *(
                f"--{name}={value}"
                for name in ("user", "proxy", "policy", "rule", "assignee", "text")
                if (value := getattr(asked, name))
            ),
            *([f"--since={iso(asked.since_us)}"] if asked.since_us is not None else []),
            *([f"--until={iso(asked.until_us)}"] if asked.until_us is not None else []),
        )

    def narrowed(self) -> bool:
        """Say whether anything but the usual is asked for."""
        return self.asked() != AlertFilter(states=OPEN)

    def reset(self, **wanted: str) -> None:
        for button in (self.severity, self.type, self.proxy, self.policy):
            button.show_values(())
        self.state.show_values(() if wanted else [str(state) for state in OPEN])
        for name, line in self._fields.items():
            with QSignalBlocker(line):
                line.setText(wanted.get(name, ""))
        self._show_rule(wanted.get("rule", ""))
        self.range.show_range(ALL_TIME)
        self.changed.emit()

    def _show_rule(self, rule: str) -> None:
        self.rule.offer([Option(rule, rule)] if rule else [])
        self.rule.show_values([rule] if rule else [])
        self.rule.setVisible(bool(rule))

    def of_any_state(self) -> None:
        self.state.show_values(())
        self.changed.emit()

    def _restore(self) -> None:
        for button in (self.state, self.severity, self.type):
            known = {option.value for option in button.options}
            button.show_values([value for value in self._kept(button.name).split(",") if value in known])
        for button in (self.proxy, self.policy):
            button.show_values([value for value in [self._kept(button.name)] if value])
        self._show_rule(self._kept("rule"))
        for name, line in self._fields.items():
            line.setText(self._kept(name))
        self.range.show_range(DateRange.of_terms(self._kept("since"), self._kept("until")))
        self.reset_button.setVisible(self.narrowed())

    def _kept(self, name: str) -> str:
        return str(self._state.value(KEY + name, ",".join(OPEN) if name == "state" else ""))

    @Slot()
    def _keep(self) -> None:
        since, until = self.range.chosen.terms()
        kept = {button.name: ",".join(button.values) for button in self._choices}
        kept |= {name: line.text() for name, line in self._fields.items()}
        for name, words in (kept | {"since": since, "until": until}).items():
            self._state.setValue(KEY + name, words)
        self.reset_button.setVisible(self.narrowed())

    @Slot()
    def _picked(self) -> None:
        self.rule.setVisible(bool(self.rule.values))
        self.changed.emit()


def _line(words: str) -> QLineEdit:
    line = QLineEdit(placeholderText=words, clearButtonEnabled=True)
    line.setAccessibleName(words)
    line.setMinimumWidth(90)
    return line
