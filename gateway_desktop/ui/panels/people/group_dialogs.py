"""Add or rename a group, and choose its members."""

from collections.abc import Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any

from gateway_desktop.core.people import Group, User
from gateway_desktop.services.people import People
from gateway_desktop.ui.forms.editors import TextEditor
from gateway_desktop.ui.forms.form import Entry
from gateway_desktop.ui.forms.tick_list import TickListEditor
from gateway_desktop.ui.steps import in_turn
from gateway_desktop.ui.widgets.dialog import Dialog


class GroupDialog(Dialog):
    """A group's name."""

    def __init__(self, people: People, group: Group | None = None) -> None:
        super().__init__(
            "Add group" if group is None else f"Rename {group.name}",
            "Add group" if group is None else "Rename",
            width=400,
        )
        form = self.add_form(Entry("name", "Name", TextEditor("developers")), label_width=80)
        if group is not None:
            form.set_values({"name": group.name})
            self.do(lambda: people.rename_group(group.id, form.value("name")))
        else:
            self.do(lambda: people.add_group(form.value("name")))


class MembersDialog(Dialog):
    """Everyone, with a tick at who is in the group."""

    def __init__(self, people: People, group: Group, users: Sequence[User]) -> None:
        super().__init__(f"Members of {group.name}", "Save", width=440)
        self._people = people
        self._group = group
        self._members = {user.id for user in users if group.id in user.groups}
        self.ticks = TickListEditor([(user.id, user.shown) for user in users])
        self.ticks.list.setFixedHeight(280)
        self.ticks.set_value(self._members)
        self.ticks.name(f"Members of {group.name}")
        self.begins_in = self.ticks
        self.body.addWidget(self.ticks)
        self.add_text(
            "A user is always in at least one group; keys in a group that is left move along.", "muted"
        )
        self.do(self._save)

    def _save(self) -> "Future[Any]":
        wanted = set(self.ticks.value())
        join, leave = self._people.add_member, self._people.remove_member
        joins = [partial(join, self._group.id, user_id) for user_id in sorted(wanted - self._members)]
        leaves = [partial(leave, self._group.id, user_id) for user_id in sorted(self._members - wanted)]
        return in_turn([*joins, *leaves])
