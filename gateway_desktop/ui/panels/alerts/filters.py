"""AlertFilters: the visible choices above the list."""

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QLineEdit

from gateway_desktop.core.alert import AlertState, AlertType
from gateway_desktop.core.finding import Level
from gateway_desktop.services.export_rows import iso
from gateway_desktop.store.queries.alerts import AlertFilter
from gateway_desktop.ui.panels.alerts.columns import STATES, TYPES
from gateway_desktop.ui.tables.choice import ChoiceButton, Option
from gateway_desktop.ui.tables.date_range import DateRange, DateRangeButton
from gateway_desktop.ui.widgets.flow import Flow

OPEN = (AlertState.NEW, AlertState.REVIEW)
_TYPING_MS = 250
_EVER = DateRange()


class AlertFilters(Flow):
    """`changed` when something else is asked for."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.state = ChoiceButton("state", "Status", multiple=True)
        self.severity = ChoiceButton("severity", "Severity", multiple=True)
        self.type = ChoiceButton("type", "Type", multiple=True)
        self.proxy = ChoiceButton("proxy", "Proxy")
        self.policy = ChoiceButton("policy", "Policy")
        self.rule = ChoiceButton("rule", "Rule")  # seen while alerts of one rule are asked for
        self.range = DateRangeButton(_EVER)
        self.user = _line("User")
        self.assignee = _line("Assignee")
        self.text = _line("Find in title and text")
        self.text.setMinimumWidth(180)
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._typing.timeout.connect(self.changed)
        self.state.offer([Option(str(state), words) for state, words in STATES.items()])
        self.severity.offer([Option(str(level), level.capitalize()) for level in reversed(Level)])
        self.type.offer([Option(str(one), words) for one, words in TYPES.items()])
        self.state.show_values([str(state) for state in OPEN])
        for button in (self.state, self.severity, self.type, self.proxy, self.policy, self.rule):
            button.picked.connect(self._picked)
            self.addWidget(button)
        self.rule.hide()
        self.addWidget(self.range)
        self.range.picked.connect(self._ranged)
        for line in (self.user, self.assignee, self.text):
            line.textChanged.connect(self._typing.start)
            self.addWidget(line)

    def offer(self, proxies: Sequence[str], policies: Sequence[str]) -> None:
        """Offer the proxies and policies there are."""
        self.proxy.offer([Option(name, name) for name in proxies])
        self.policy.offer([Option(name, name) for name in policies])

    def asked(self) -> AlertFilter:
        """Return what is asked for."""
        since, until = self._chosen.bounds(datetime.now(UTC))
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
        """Return what is asked for as options of the command line."""
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
        """Ask for open alerts, or for all of a user or rule."""
        for button in (self.severity, self.type, self.proxy, self.policy):
            button.show_values(())
        self.state.show_values(() if wanted else [str(state) for state in OPEN])
        for line in (self.user, self.assignee, self.text):
            line.blockSignals(True)
            line.setText(wanted.get("user", "") if line is self.user else "")
            line.blockSignals(False)
        self._show_rule(wanted.get("rule", ""))
        self._ranged(_EVER)

    def _show_rule(self, rule: str) -> None:
        self.rule.offer([Option(rule, rule)] if rule else [])
        self.rule.show_values([rule] if rule else [])
        self.rule.setVisible(bool(rule))

    def of_any_state(self) -> None:
        """Ask for closed alerts, too."""
        self.state.show_values(())
        self.changed.emit()

    _chosen = _EVER

    @Slot(str, tuple)
    def _picked(self, _name: str, _values: tuple[str, ...]) -> None:
        self.rule.setVisible(bool(self.rule.values))
        self.changed.emit()

    @Slot(object)
    def _ranged(self, chosen: DateRange) -> None:
        self._chosen = chosen
        self.range.show_range(chosen)
        self.changed.emit()


def _line(words: str) -> QLineEdit:
    line = QLineEdit()
    line.setPlaceholderText(words)
    line.setAccessibleName(words)
    line.setClearButtonEnabled(True)
    line.setMinimumWidth(90)
    return line
