"""Users & Groups: two lists, the access review, and everything that can be done with a user or a group."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QStackedWidget

from gateway_desktop.core.changes import Topic
from gateway_desktop.core.clock import now_us
from gateway_desktop.core.people import Group
from gateway_desktop.core.scope import Scope
from gateway_desktop.services.access_review import AccessLine, access_review
from gateway_desktop.store.queries.configuration import GroupItem, UserItem, group_rows, user_rows
from gateway_desktop.store.queries.last_seen import last_seen
from gateway_desktop.store.queries.sign_ins import NO_SIGN_INS, SignIns, sign_ins
from gateway_desktop.ui.boxes import fill
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.controls import push_button, tab_bar
from gateway_desktop.ui.dialogs.rate_limit import RateLimitDialog
from gateway_desktop.ui.export_dialog import ExportDialog, Listing
from gateway_desktop.ui.lists.list_page import ListPage
from gateway_desktop.ui.lists.row_actions import RowAction, RowActions
from gateway_desktop.ui.panel import Panel
from gateway_desktop.ui.panels.people.access_page import AccessPage
from gateway_desktop.ui.panels.people.columns import GROUP_COLUMNS, USER_COLUMNS, PersonRow
from gateway_desktop.ui.panels.people.group_dialogs import GroupDialog, MembersDialog
from gateway_desktop.ui.panels.people.sign_in_actions import SignInActions
from gateway_desktop.ui.panels.people.user_dialog import UserDialog
from gateway_desktop.ui.permissions import permissions
from gateway_desktop.ui.tables.simple_table import SimpleTable
from gateway_desktop.ui.widgets.confirm import Confirmation
from gateway_desktop.ui.widgets.empty_state import EmptyState

USERS, GROUPS, ACCESS = 0, 1, 2


class People(Panel):
    """Who may use the gateway."""

    name = "people"
    title = "Users & Groups"
    group = "Access & Identity"
    icon = "people"
    help_page = "authentication"
    throttled = (Topic.AUDIT, 2000)

    def __init__(self, context: UiContext) -> None:
        super().__init__(context)
        self._people = context.services.people
        self._items: Sequence[UserItem] | None = None
        self._seen: dict[str, int] = {}
        self._sign_ins: Mapping[str, SignIns] = {}
        self.sign_in = SignInActions(context, self)
        self.users = SimpleTable(USER_COLUMNS, lambda row: row.user.id, context.state, "users", "Users")
        self.groups = SimpleTable(GROUP_COLUMNS, lambda row: row.group.id, context.state, "groups", "Groups")
        self.user_actions = RowActions(self.users, self._for_users(), self)
        self.group_actions = RowActions(self.groups, self._for_groups(), self)
        self.add_user = push_button("Add user", self._open_add_user, kind="primary")
        self.add_group = push_button("Add group", self._open_add_group, kind="primary")
        empty = EmptyState(
            "No users yet",
            "A user owns API keys, and everything done with them. Add a person by e-mail, or a service "
            "account for a machine.",
            "Add user",
        )
        permissions().require(self.add_user, self.add_group, empty.button)
        empty.chosen.connect(self._open_add_user)
        self.user_page = ListPage(self.users, empty)
        self.group_page = ListPage(self.groups, EmptyState("No groups", "Add one to grant access by it."))
        self.access_page = AccessPage(context)
        self.export_access = push_button("Export CSV", self.export, tip="All lines into a file (Ctrl+E)")
        self._lay_out()
        self.users.opened.connect(self._edit_user)
        self.groups.opened.connect(self._open_members)

    def _lay_out(self) -> None:
        self.tabs = tab_bar("Users, groups or access", ("Users", "Groups", "Access"))
        self.stack = QStackedWidget()
        self.stack.addWidget(self.user_page)
        self.stack.addWidget(self.group_page)
        self.stack.addWidget(self.access_page)
        self.buttons.add(*(page.search for page in self._pages()))
        self.buttons.add(self.access_page.unused, self.export_access, *self.user_actions.widgets())
        self.buttons.add(*self.group_actions.widgets(), self.add_user, self.add_group)
        fill(self.body, self.tabs, (self.stack, 1))
        self.tabs.currentChanged.connect(self._show_tab)
        self._show_tab(USERS)

    def _for_users(self) -> tuple[RowAction[PersonRow], ...]:
        return (
            RowAction("Edit", self._edit_user, button=True),
            RowAction("Deactivate", self._deactivate, lambda row: row.user.active, button=True),
            RowAction("Reactivate", self._reactivate, lambda row: not row.user.active, button=True),
            RowAction("Show activity", self._show_activity, least=None),
            RowAction("Create API key", self._create_key, lambda row: row.user.active),
            RowAction("Rate limit…", lambda row: self._limit(Scope.USER, row.user.id, row.user.shown)),
            *self.sign_in.actions(),
            RowAction("Remove…", self._remove_user, danger=True),
            RowAction("Erase…", self._erase_user, danger=True),
        )

    def _for_groups(self) -> tuple[RowAction[GroupItem], ...]:
        return (
            RowAction("Members", self._open_members, button=True),
            RowAction("Rename", self._rename_group, button=True),
            RowAction("Rate limit…", lambda row: self._limit(Scope.GROUP, row.group.id, row.group.name)),
            RowAction("Remove…", self._remove_group, danger=True),
        )

    def refresh(self) -> None:
        self.load("seen", last_seen, ok=self._set_seen)
        self.load("sign_ins", sign_ins, ok=self._set_sign_ins)
        self.load("users", user_rows, ok=self._set_users)
        self.load("groups", group_rows, ok=self.group_page.show_rows)
        if self.tabs.currentIndex() == ACCESS:
            self.load("access", access_review, now_us(), ok=self.access_page.show_lines)

    def open_with(self, **wanted: object) -> None:
        if tab := {"groups": GROUPS, "access": ACCESS}.get(str(wanted.get("tab"))):
            self.tabs.setCurrentIndex(tab)
        if wanted.get("user"):
            self.users.select(str(wanted["user"]))
        if wanted.get("add"):
            self._open_add_user()

    def _set_seen(self, seen: dict[str, int]) -> None:
        self._seen = seen
        self._show_users()

    def _set_sign_ins(self, found: Mapping[str, SignIns]) -> None:
        self._sign_ins = found
        self._show_users()

    def _set_users(self, items: Sequence[UserItem]) -> None:
        self._items = items
        self._show_users()

    def _show_users(self) -> None:
        if self._items is not None:
            self.user_page.show_rows(
                [
                    PersonRow(
                        item.user,
                        item.groups,
                        item.keys,
                        self._seen.get(item.user.id),
                        self._sign_ins.get(item.user.id, NO_SIGN_INS),
                    )
                    for item in self._items
                ]
            )

    @Slot(int)
    def _show_tab(self, index: int) -> None:
        self.stack.setCurrentIndex(index)
        for place, page in enumerate(self._pages()):
            page.offer_search(place == index)
        self.user_actions.show(index == USERS)
        self.group_actions.show(index == GROUPS)
        self.add_user.setVisible(index == USERS)
        self.add_group.setVisible(index == GROUPS)
        self.access_page.unused.setVisible(index == ACCESS)
        self.export_access.setVisible(index == ACCESS)
        self.reload()

    def _pages(self) -> tuple[ListPage[Any], ...]:
        return self.user_page, self.group_page, self.access_page

    def export(self) -> bool:
        """Export the access review; users and groups are listed by the command line."""
        if self.tabs.currentIndex() != ACCESS:
            return False
        self.load("export", access_review, now_us(), ok=self._open_export)
        return True

    def _open_export(self, lines: Sequence[AccessLine]) -> None:
        self.access_page.show_lines(lines)
        words = self.access_page.options()
        listing = Listing(words, len(self.access_page.lines()))
        ExportDialog(self.context, "access", "Access", " ".join(words[2:]), listing).open_over(self)

    def focus_filter(self) -> None:
        self._pages()[self.tabs.currentIndex()].focus_find()

    def _known_groups(self) -> Sequence[Group]:
        return [row.group for row in self.groups.rows()]

    @Slot()
    def _open_add_user(self) -> None:
        dialog = UserDialog(self._people, self._known_groups())
        dialog.then(lambda user: self.users.select(user.id)).open_over(self)

    def _edit_user(self, row: PersonRow) -> None:
        UserDialog(self._people, self._known_groups(), row.user).open_over(self)

    def _deactivate(self, row: PersonRow) -> None:
        self.user_page.run(
            lambda: self._people.deactivate_user(row.user.id),
            f"{row.user.shown} is deactivated; all their keys are refused.",
            lambda: self._people.reactivate_user(row.user.id),
        )

    def _reactivate(self, row: PersonRow) -> None:
        self.user_page.run(
            lambda: self._people.reactivate_user(row.user.id),
            f"{row.user.shown} is active again.",
            lambda: self._people.deactivate_user(row.user.id),
        )

    def _show_activity(self, row: PersonRow) -> None:
        self.context.open_page("user_activity", user=row.user.id)

    def _create_key(self, row: PersonRow) -> None:
        self.context.open_page("api_keys", owner=row.user.id)

    def _remove_user(self, row: PersonRow) -> None:
        Confirmation(
            f"Remove {row.user.shown}?",
            "All their keys are revoked for good. Rows in Audit Logs keep their name. "
            "To stop them only for a while, deactivate them instead.",
            "Remove",
            lambda: self._people.delete_user(row.user.id),
            typed=row.user.shown,
        ).open_over(self)

    def _erase_user(self, row: PersonRow) -> None:
        Confirmation(
            f"Erase {row.user.shown}?",
            "They are removed, a pseudonym takes the place of their names in every row, and texts that only "
            "they sent are erased; the audit still verifies. Exports, backups, log files and what sinks were "
            "sent keep what they have. It cannot be undone.",
            "Erase",
            lambda: self.context.services.erasure.erase_user(row.user.id),
            typed=row.user.shown,
        ).open_over(self)

    @Slot()
    def _open_add_group(self) -> None:
        GroupDialog(self._people).then(lambda group: self.groups.select(group.id)).open_over(self)

    def _rename_group(self, row: GroupItem) -> None:
        GroupDialog(self._people, row.group).open_over(self)

    def _open_members(self, row: GroupItem) -> None:
        users = [each.user for each in self.users.rows()]
        MembersDialog(self._people, row.group, users).open_over(self)

    def _remove_group(self, row: GroupItem) -> None:
        Confirmation(
            f"Remove {row.group.name}?",
            "Only a group without members can be removed, and only if no proxy names it.",
            "Remove",
            lambda: self._people.remove_group(row.group.id),
        ).open_over(self)

    def _limit(self, scope: Scope, id: str, name: str) -> None:
        RateLimitDialog(self.context, scope, (id, name)).open_over(self)
