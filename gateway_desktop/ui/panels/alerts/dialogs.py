"""Dismiss with a reason, add a note, assign, make an exception."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any

from PySide6.QtCore import Slot

from gateway_desktop.core.people import Role
from gateway_desktop.services.policy_exceptions import NewException
from gateway_desktop.ui.forms.editors import ChoiceEditor, NumberEditor, TextEditor, TickEditor
from gateway_desktop.ui.forms.form import Entry
from gateway_desktop.ui.panels.alerts.columns import REASONS
from gateway_desktop.ui.widgets.dialog import Dialog


class DismissDialog(Dialog):
    """Why nothing has to be done."""

    least = Role.OPERATOR

    def __init__(self, what: str, dismiss: Callable[[str, str], Future[None]]) -> None:
        super().__init__(f"Dismiss {what}", "Dismiss")
        reasons = ChoiceEditor([(str(each), words) for each, words in REASONS.items()])
        form = self.add_form(
            Entry("reason", "Reason", reasons),
            Entry("note", "Note", TextEditor("optional"), "It stands in the alert's history."),
        )
        self.do(lambda: dismiss(form.value("reason"), form.value("note")))


class WordsDialog(Dialog):
    """One line of words: a note, a name, why something is done."""

    least = Role.OPERATOR

    def __init__(
        self, title: str, action: str, label: str, do: Callable[[str], Future[None]], *, value: str = ""
    ) -> None:
        super().__init__(title, action)
        form = self.add_form(Entry("words", label, TextEditor()))
        form.set_values({"words": value})
        self.do(lambda: do(form.value("words")))


WIDE = "As wide as the rule: whatever it finds passes it until the exception ends."


class ExceptionDialog(Dialog):
    """The narrowest exception from the rule: this tool and this very value, for a time, with a reason."""

    def __init__(
        self, policy: str, rule: str, evidence: Mapping[str, Any], add: Callable[[NewException], Future[Any]]
    ) -> None:
        super().__init__(f"Exception from {policy}/{rule}", "Make exception")
        tool, value = str(evidence.get("tool") or ""), str(evidence.get("value") or "")
        entries = [
            Entry("reason", "Reason", TextEditor("a test key of ours"), "For those who find it later."),
            Entry("days", "Ends after", NumberEditor(1, 366, "days")),
        ]
        if tool:
            entries.append(Entry("only_tool", "Tool", TickEditor(f"Only in calls of {tool}")))
        if value:
            entries.append(Entry("only_value", "Value", TickEditor("Only this very value")))
        self.add_text("What was found then passes this rule. Other rules hold as before.", "muted")
        form = self.add_form(*entries)
        form.set_values({"days": 30, "only_tool": True, "only_value": True})
        form.changed.connect(self._tell_width)
        self._tell_width()
        self.do(
            lambda: add(
                NewException(
                    policy,
                    rule,
                    form.value("reason"),
                    form.value("days"),
                    tool if tool and form.value("only_tool") else "",
                    value if value and form.value("only_value") else "",
                )
            )
        )

    @Slot()
    def _tell_width(self) -> None:
        """Warn of an exception that neither a tool nor a value keeps narrow."""
        values = self.form.values()
        if values.get("only_tool") or values.get("only_value"):
            self.banner.clear()
        else:
            self.banner.say(WIDE, "medium")
