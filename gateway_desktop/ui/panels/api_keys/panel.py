"""API Keys: the list, and what can be done with a key."""

from collections.abc import Sequence

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox

from gateway_desktop.core.changes import Topic
from gateway_desktop.core.people import Role
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.core.scope import Scope
from gateway_desktop.services.keys import CreatedKey
from gateway_desktop.store.queries.configuration import (
    GroupItem,
    KeyItem,
    ProxyItem,
    UserItem,
    group_rows,
    key_rows,
    proxy_rows,
    user_rows,
)
from gateway_desktop.ui.address import address
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.dialogs.connect import ConnectDialog
from gateway_desktop.ui.dialogs.created_key import CreatedKeyDialog
from gateway_desktop.ui.dialogs.rate_limit import RateLimitDialog
from gateway_desktop.ui.lists.list_panel import ListPanel
from gateway_desktop.ui.lists.row_actions import RowAction
from gateway_desktop.ui.panels.api_keys.columns import KEY_COLUMNS, can_rotate, shown, told_apart, works
from gateway_desktop.ui.panels.api_keys.key_dialogs import CreateKeyDialog, RenameKeyDialog, RotateKeyDialog
from gateway_desktop.ui.widgets.confirm import Confirmation

NO_KEYS = (
    "No API keys yet",
    "A tool sends a key with every request, so that the gateway knows whose it is.",
    "Create key",
)
NO_USERS = ("No users yet", "A key belongs to a user. Add one first; then make the key here.", "Add a user")
ALL_ENDED = ("No key works any longer", "All are expired or revoked.", "Show ended keys")


class ApiKeys(ListPanel[KeyItem]):
    """Keys that we issued; only their first characters are known here."""

    name = "api_keys"
    title = "API Keys"
    group = "Access & Identity"
    icon = "key"
    help_page = "authentication"
    throttled = (Topic.AUDIT, 2000)

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, KEY_COLUMNS, lambda row: row.key.id, "API keys")
        self.table.sort_by("created", descending=True)
        self._keys = context.services.keys
        self._all: Sequence[KeyItem] = ()
        self._users: Sequence[UserItem] = ()
        self._groups: Sequence[GroupItem] = ()
        self._proxies: Sequence[Proxy] = ()
        self._wanted_owner: str | None = None
        self.ended = QCheckBox("Show ended keys")
        self.ended.setToolTip("Expired and revoked ones")
        self.ended.toggled.connect(self._show)
        self.create_button = self.adding("Create key", self.open_create)
        self.page.empty.chosen.connect(self._help_empty)
        self.put_buttons(self.create_button, first=(self.ended,))
        self.body.addWidget(self.page, 1)
        self.table.opened.connect(self._rename)

    def _actions(self) -> tuple[RowAction[KeyItem], ...]:
        return (
            RowAction("Rotate", self._rotate, can_rotate, button=True),
            RowAction("Connect a tool", self._connect, works, least=None),
            RowAction("Rename", self._rename),
            RowAction("Rate limit…", self._limit, works),
            RowAction("Show requests", self._show_requests, least=None),
            RowAction("Revoke…", self._revoke, works, button=True, danger=True, least=Role.OPERATOR),
        )

    def refresh(self) -> None:
        self.load("users", user_rows, ok=self._set_users)
        self.load("groups", group_rows, ok=self._set_groups)
        self.load("proxies", proxy_rows, ok=self._set_proxies)
        self.load("keys", key_rows, ok=self._set_keys)

    def open_with(self, **wanted: object) -> None:
        if "owner" in wanted or wanted.get("create"):
            self._wanted_owner = str(wanted.get("owner", ""))
            self._open_wanted()

    def _set_users(self, rows: Sequence[UserItem]) -> None:
        self._users = rows
        self._open_wanted()
        self._show()

    def _set_groups(self, rows: Sequence[GroupItem]) -> None:
        self._groups = rows
        self._open_wanted()

    def _set_proxies(self, rows: Sequence[ProxyItem]) -> None:
        self._proxies = [row.proxy for row in rows]

    def _set_keys(self, rows: Sequence[KeyItem]) -> None:
        self._all = rows
        self._show()

    @Slot()
    def _show(self) -> None:
        rows = [row for row in self._all if self.ended.isChecked() or works(row)]
        if self._all:
            self.page.empty.say(*ALL_ENDED)
        else:
            self.page.empty.say(*(NO_KEYS if self._users else NO_USERS))
        self.page.show_rows(rows)
        self.ended.setVisible(any(not works(row) for row in self._all))

    @Slot()
    def _help_empty(self) -> None:
        if self._all:
            self.ended.setChecked(True)
        elif self._users:
            self.open_create()
        else:
            self.context.open_page("people", add=True)

    def _open_wanted(self) -> None:
        if self._wanted_owner is not None and self._users and self._groups:
            owner, self._wanted_owner = self._wanted_owner, None
            self._open_create(owner)

    @Slot()
    def open_create(self) -> None:
        if self._users:
            self._open_create("")
        else:
            self.context.open_page("people", add=True)

    def _open_create(self, owner: str) -> None:
        users = [row.user for row in self._users]
        groups = [row.group for row in self._groups]
        CreateKeyDialog(self._keys, users, groups, owner).then(self._created).open_over(self)

    @Slot(object)
    def _created(self, created: CreatedKey) -> None:
        key = str(created.key)
        self.table.select(created.id)
        CreatedKeyDialog(key, address(self.context), self._proxies).open_over(self.window())

    def _rotate(self, row: KeyItem) -> None:
        RotateKeyDialog(self._keys, row.key.id, shown(row)).then(self._created).open_over(self)

    def _rename(self, row: KeyItem) -> None:
        RenameKeyDialog(self._keys, row.key.id, row.key.name).open_over(self)

    def _connect(self, _: KeyItem) -> None:
        if self._proxies:
            dialog = ConnectDialog(address(self.context), self._proxies)
            dialog.make_key.clicked.connect(lambda: self.open_with(create=True))
            dialog.open_over(self)
        else:
            self.context.open_page("proxies", add=True)

    def _limit(self, row: KeyItem) -> None:
        RateLimitDialog(self.context, Scope.KEY, (row.key.id, shown(row))).open_over(self)

    def _show_requests(self, row: KeyItem) -> None:
        self.context.open_page("audit_logs", filter=f"key:{row.key.prefix}")

    def _revoke(self, row: KeyItem) -> None:
        Confirmation(
            f"Revoke {told_apart(row)}?",
            f"{row.owner}'s tools that use it are refused from the next request on. This cannot be undone.",
            "Revoke",
            lambda: self._keys.revoke(row.key.id),
            typed=row.key.name or row.key.prefix,
        ).taking(Role.OPERATOR).open_over(self)
