"""The sign-in rules of a provider in their order, and a field to try them with."""

from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.oauth import Admission, IdentityProvider, Profile, SignInRule
from gateway_desktop.core.people import Group
from gateway_desktop.identity.sign_in_rules import groups_of, try_rules
from gateway_desktop.services.identity_providers import IdentityProviders
from gateway_desktop.ui.boxes import fill, in_column, in_row
from gateway_desktop.ui.controls import list_box, push_button
from gateway_desktop.ui.forms.editors import ChoiceEditor, TextEditor, TickEditor
from gateway_desktop.ui.forms.form import Entry, Form
from gateway_desktop.ui.panels.oauth_providers.words import LOOKS, rule_words
from gateway_desktop.ui.widgets.dialog import Dialog

INTRODUCTION = (
    "Who matches a rule joins its group, at every sign-in; who does not match any more leaves it. Groups "
    "that no rule names are yours to give. Who matches none joins the team."
)
VALUES = {
    "email_domain": ("example.org", "The whole domain, of a verified address."),
    "group": ("engineering", "To the letter as the provider names it."),
    "claim": ("example.org", "What the claim says, or one of what it lists."),
}


class RulesDialog(Dialog):
    """Nothing is stored until Save."""

    def __init__(
        self, providers: IdentityProviders, provider: IdentityProvider, groups: Sequence[Group]
    ) -> None:
        super().__init__(f"Sign-in rules of {provider.name}", "Save", width=640)
        self._provider = provider
        self._names = {group.id: group.name for group in groups}
        self.rules = list(provider.rules)
        self.list = list_box("Rules, in their order", rows=4)
        self.value = TextEditor()
        self.looks_at = ChoiceEditor(list(LOOKS.items()))
        self.group = ChoiceEditor([(group.id, group.name) for group in groups])
        self.add_rule = push_button("Add rule", self._add)
        self.remove_rule = push_button("Remove", self._remove)
        self.up = push_button("Move up", lambda: self._move(-1))
        self.down = push_button("Move down", lambda: self._move(1))
        for button in (self.add_rule, self.remove_rule, self.up, self.down):
            button.setAutoDefault(False)
        self.outcome = list_box("What each rule makes of that person", rows=3)
        self.joins = QLabel()
        self._arrange()
        self._connect()
        self.do(lambda: self._save(providers))
        self._show_rules(0)
        self._show_kind()

    def _arrange(self) -> None:
        self.add_text(INTRODUCTION, "muted")
        side = in_column(self.up, self.down, self.remove_rule, 1)
        self.body.addLayout(in_row((self.list, 1), side))
        self.add_form(
            Entry("looks_at", "New rule looks at", self.looks_at),
            Entry("claim", "Claim", TextEditor("hd")),
            Entry("value", "Value", self.value),
            Entry("group", "Joins group", self.group),
            label_width=136,
        )
        self.body.addLayout(in_row(1, self.add_rule))
        self.add_text("Try: what the provider would say of a person", "heading")
        self.trial = Form(
            Entry("email", "E-mail", TextEditor("ana@example.org")),
            Entry("verified", "Verified", TickEditor("The provider verified the address")),
            Entry("groups", "Groups there", TextEditor("engineering, admins")),
            Entry("claims", "Claims", TextEditor("hd=example.org, role=admin")),
            label_width=136,
        )
        self.trial.set_values({"verified": True})
        fill(self.body, self.trial, self.outcome, self.joins)

    def _connect(self) -> None:
        self.looks_at.changed.connect(self._show_kind)
        self.list.currentRowChanged.connect(self._show_buttons)
        self.trial.changed.connect(self._try)

    @Slot()
    def _show_kind(self) -> None:
        looks_at = self.looks_at.value()
        example, help = VALUES[looks_at]
        self.form.show_entry("claim", looks_at == "claim")
        self.value.line.setPlaceholderText(example)
        self.form.set_help("value", help)

    @Slot()
    def _add(self) -> None:
        values = self.form.values()
        claim = values.get("claim", "")
        self.form.clear_errors()
        if not values["value"] or (values["looks_at"] == "claim" and not claim):
            empty = "claim" if values["looks_at"] == "claim" and not claim else "value"
            self.form.show_error(ConfigurationError(empty, "say what to look for"))
            return
        self.rules.append(SignInRule(values["looks_at"], claim, values["value"], values["group"]))
        self.form.set_values({"value": ""})
        self._show_rules(len(self.rules) - 1)

    @Slot()
    def _remove(self) -> None:
        at = self.list.currentRow()
        if 0 <= at < len(self.rules):
            del self.rules[at]
            self._show_rules(min(at, len(self.rules) - 1))

    def _move(self, by: int) -> None:
        at = self.list.currentRow()
        to = at + by
        if 0 <= at < len(self.rules) and 0 <= to < len(self.rules):
            self.rules[at], self.rules[to] = self.rules[to], self.rules[at]
            self._show_rules(to)

    def _show_rules(self, chosen: int) -> None:
        self.list.clear()
        for at, rule in enumerate(self.rules, 1):
            self.list.addItem(f"{at}.  {rule_words(rule, self._names)}")
        self.list.setCurrentRow(chosen)
        self._show_buttons()
        self._try()

    @Slot()
    def _show_buttons(self, _: int = 0) -> None:
        at, last = self.list.currentRow(), len(self.rules) - 1
        self.remove_rule.setEnabled(at >= 0)
        self.up.setEnabled(at > 0)
        self.down.setEnabled(0 <= at < last)

    @Slot()
    def _try(self, _: str = "") -> None:
        """Say what each rule makes of the person, and where they end up."""
        profile = self._tried()
        self.outcome.clear()
        for at, each in enumerate(try_rules(self.rules, profile), 1):
            self.outcome.addItem(f"{at}.  {'Matches' if each.matches else 'No match'}: {each.why}")
        joined = [self._names.get(group, "a group that is gone") for group in groups_of(self.rules, profile)]
        if joined:
            self.joins.setText(f"Joins {', '.join(joined)}.")
        elif self._provider.admits is Admission.MATCHED:
            self.joins.setText("No rule matches: they may not come in.")
        else:
            self.joins.setText("No rule matches: a new person joins the team.")

    def _tried(self) -> Profile:
        values = self.trial.values()
        claims: dict[str, object] = {}
        for part in _parts(values["claims"]):
            name, _, value = part.partition("=")
            claims[name.strip()] = value.strip()
        email = values["email"].lower()
        return Profile(
            issuer=self._provider.issuer,
            subject="",
            email=email,
            email_verified=bool(email) and values["verified"],
            groups=tuple(_parts(values["groups"])),
            claims=claims,
        )

    def _save(self, providers: IdentityProviders) -> "Future[Any]":
        return providers.set_rules(self._provider.id, self.rules)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
