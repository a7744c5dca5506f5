"""Add or edit a person or a service account."""

from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any

from PySide6.QtCore import Slot

from gateway_desktop.core.people import TEAM, Group, Role, User
from gateway_desktop.services.people import People
from gateway_desktop.ui.forms.editors import ChoiceEditor, TextEditor
from gateway_desktop.ui.forms.form import Entry, Form
from gateway_desktop.ui.forms.tick_list import TickListEditor
from gateway_desktop.ui.widgets.dialog import Dialog

PERSON, SERVICE = "person", "service"
ROLES = [(role.value, role.value.capitalize()) for role in Role]
ROLE_HELP = "What the user may do in a window on a team database. Using proxies needs no more than Member."


class UserDialog(Dialog):
    """One form for both kinds; what does not fit the kind is not shown."""

    def __init__(self, people: People, groups: Sequence[Group], user: User | None = None) -> None:
        title = "Add user" if user is None else f"Edit {user.shown}"
        super().__init__(title, "Add user" if user is None else "Save")
        self._people = people
        self._user = user
        self.kind = ChoiceEditor([(PERSON, "Person"), (SERVICE, "Service account")])
        self.primary = ChoiceEditor([(group.id, group.name) for group in groups])
        further = TickListEditor([(group.id, group.name) for group in groups])
        form = self.add_form(
            Entry("kind", "Kind", self.kind),
            Entry("email", "E-mail", TextEditor("ana@example.org")),
            Entry("name", "Name", TextEditor()),
            Entry("role", "Role", ChoiceEditor(ROLES), ROLE_HELP),
            Entry("primary", "Primary group", self.primary, "Recorded with every request."),
            Entry("groups", "Further groups", further, "Access is the union of all groups."),
        )
        self._fill(form, user, next((group.id for group in groups if group.name == TEAM), None))
        self.kind.changed.connect(self._show_kind)
        self._show_kind()
        self.do(self._save)

    def _fill(self, form: Form, user: User | None, team: str | None) -> None:
        if user is None:  # without a choice of theirs nobody gets the rights of some other group
            form.set_values({"kind": PERSON, "role": Role.MEMBER.value, "primary": team})
            return
        form.set_values(
            {
                "kind": SERVICE if user.service else PERSON,
                "email": user.email or "",
                "name": user.username if user.service else user.display_name,
                "role": user.role.value,
                "primary": user.groups[0] if user.groups else None,
                "groups": user.groups[1:],
            }
        )
        form.show_entry("kind", False)

    @Slot()
    def _show_kind(self) -> None:
        service = self.kind.value() == SERVICE
        self.form.show_entry("email", not service)
        self.form.show_entry("role", not service)
        self.form.set_help("name", "As it stands in the audit, for example ci-runner." if service else "")

    def _save(self) -> "Future[Any]":
        values = self.form.values()
        groups = [values["primary"], *(each for each in values["groups"] if each != values["primary"])]
        if self._user is not None:
            return self._people.update_user(
                self._user.id, values.get("email"), values["name"], values.get("role"), groups
            )
        service = values["kind"] == SERVICE
        return self._people.add_user(
            values.get("email", ""), values["name"], groups, service, values.get("role", Role.MEMBER)
        )
