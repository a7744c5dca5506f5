"""Create, rename and rotate a key."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Slot

from gateway_desktop.core.people import Group, User
from gateway_desktop.services.keys import Keys
from gateway_desktop.ui.forms.editors import ChoiceEditor, TextEditor
from gateway_desktop.ui.forms.form import Entry
from gateway_desktop.ui.widgets.dialog import Dialog

LIVES = ((None, "Never"), (7, "In 7 days"), (30, "In 30 days"), (90, "In 90 days"), (365, "In a year"))
OVERLAPS = (
    (0, "Ends at once"),
    (1, "For 1 hour"),
    (24, "For 24 hours"),
    (168, "For 7 days"),
    (720, "For 30 days"),
)
OVERLAP_HELP = "Time to change every tool that uses it."
UNENDING = 0  # Qt cannot look for None among a combo box's data


class CreateKeyDialog(Dialog):
    """Owner, group, name and expiry; `succeeded` has the CreatedKey."""

    def __init__(self, keys: Keys, users: Sequence[User], groups: Sequence[Group], owner: str = "") -> None:
        super().__init__("Create API key", "Create key")
        self._keys = keys
        self._users: Mapping[str, User] = {user.id: user for user in users if user.active}
        self._names = {group.id: group.name for group in groups}
        self.owner = ChoiceEditor([(user.id, user.shown) for user in self._users.values()])
        self.group = ChoiceEditor()
        self.expires = ChoiceEditor([(days or UNENDING, words) for days, words in LIVES])
        form = self.add_form(
            Entry("user", "Owner", self.owner, "Everything done with the key counts as theirs."),
            Entry("group", "Group", self.group),
            Entry("name", "Name", TextEditor("laptop"), "What it is for; only for you to tell keys apart."),
            Entry("expires", "Expires", self.expires),
        )
        if owner:
            self.owner.set_value(owner)
        self.owner.changed.connect(self._show_groups)
        self._show_groups()
        self.do(lambda: self._create(form.values()))

    @Slot()
    def _show_groups(self) -> None:
        owner = self._users.get(self.owner.value())
        ids = owner.groups if owner is not None else ()
        self.group.set_choices([(each, self._names[each]) for each in ids if each in self._names])
        if ids:
            self.group.set_value(ids[0])

    def _create(self, values: dict[str, Any]) -> Any:
        days = values["expires"]
        return self._keys.create(values["user"], values["group"] or "", values["name"], days or None)


class RenameKeyDialog(Dialog):
    """A key's name."""

    def __init__(self, keys: Keys, key_id: str, name: str) -> None:
        super().__init__("Rename key", "Rename", width=400)
        form = self.add_form(Entry("name", "Name", TextEditor()), label_width=80)
        form.set_values({"name": name})
        self.do(lambda: keys.rename(key_id, form.value("name")))


class RotateKeyDialog(Dialog):
    """How long the old key goes on; `succeeded` has the new one."""

    def __init__(self, keys: Keys, key_id: str, shown: str) -> None:
        super().__init__(f"Rotate {shown}", "Make the new key", width=440)
        self.add_text("A new key with the same owner and group takes its place.")
        form = self.add_form(Entry("overlap", "The old key works", ChoiceEditor(OVERLAPS), OVERLAP_HELP))
        form.set_values({"overlap": 24})
        self.do(lambda: keys.rotate(key_id, form.value("overlap")))
