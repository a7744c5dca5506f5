"""View Clients: the applications registered at a proxy, and who is signed in with each."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QSplitter, QWidget

from gateway_desktop.core.changes import Topic
from gateway_desktop.core.people import Role
from gateway_desktop.store.queries.oauth import ACTIVE, REVOKED, ClientItem, SessionItem, client_rows
from gateway_desktop.ui.boxes import in_column, in_row
from gateway_desktop.ui.context import UiContext
from gateway_desktop.ui.controls import push_button
from gateway_desktop.ui.futures import when_done
from gateway_desktop.ui.lists.list_page import ListPage
from gateway_desktop.ui.lists.row_actions import RowAction, RowActions
from gateway_desktop.ui.panels.oauth_proxy.add_client_dialog import AddClientDialog
from gateway_desktop.ui.panels.oauth_proxy.columns import CLIENT_COLUMNS, SESSION_COLUMNS
from gateway_desktop.ui.permissions import permissions
from gateway_desktop.ui.tables.simple_table import SimpleTable
from gateway_desktop.ui.widgets.confirm import Confirmation
from gateway_desktop.ui.widgets.dialog import Dialog
from gateway_desktop.ui.widgets.empty_state import EmptyState

NO_CLIENTS = (
    "No clients yet",
    "An application becomes one when it signs somebody in for the first time. Give it the proxy's address.",
)
NO_SESSIONS, NOBODY_YET = "No sessions", "Nobody has signed in with this client."
OF_LOG = "Sign-ins, refusals and revocations at this proxy, in Audit Logs"
OF_NO_CLIENT = "Who signs in with a client stands here."


class ClientsDialog(Dialog):
    """Clients above, the sessions of the chosen one below; both follow what happens while it is open."""

    def __init__(self, context: UiContext, proxy: str) -> None:
        super().__init__(f"Clients of {proxy}", width=1180)
        self._context = context
        self._proxy = proxy
        self._sessions = context.services.oauth_sessions
        self._asking = self._again = False
        self.clients = SimpleTable(
            CLIENT_COLUMNS,
            lambda row: (row.client.proxy_id, row.client.id),
            context.state,
            "oauth_clients",
            "Clients",
        )
        self.sessions = SimpleTable(
            SESSION_COLUMNS, lambda row: row.session.id, context.state, "oauth_sessions", "Sessions"
        )
        self.client_actions = RowActions(self.clients, self._for_clients(), self)
        self.session_actions = RowActions(self.sessions, self._for_sessions(), self)
        self.client_page = ListPage(self.clients, EmptyState(*NO_CLIENTS))
        self.session_page = ListPage(self.sessions, EmptyState(NO_SESSIONS, OF_NO_CLIENT))
        self.log = self.add_button("Authentication log", self._show_log, tip=OF_LOG)
        self.add_client = push_button("Add client", self._open_add)
        permissions().require(self.add_client)
        self.of_whom = QLabel("Sessions")
        self._lay_out_tables()
        self.clients.chosen.connect(self._show_sessions)
        context.bridge.topic.connect(self._changed)
        self._ask()

    def _lay_out_tables(self) -> None:
        self.of_whom.setProperty("role", "heading")
        lines = QSplitter(Qt.Orientation.Vertical)
        lines.setChildrenCollapsible(False)
        buttons = (*self.client_actions.widgets(), self.add_client)
        lines.addWidget(self._part(None, self.client_page, buttons))
        lines.addWidget(self._part(self.of_whom, self.session_page, self.session_actions.widgets()))
        lines.setSizes([300, 220])
        self.body.addWidget(lines, 1)
        self.setMinimumHeight(640)

    @staticmethod
    def _part(title: QLabel | None, page: ListPage[ClientItem] | ListPage[SessionItem],
              buttons: Sequence[QWidget]) -> QWidget:  # fmt: skip
        part = QWidget()
        head = in_row(gap=8)
        if title is not None:
            title.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            head.addWidget(title, 1)
        else:
            head.addStretch(1)
        for widget in (page.search, *buttons):
            if isinstance(widget, QPushButton):
                widget.setAutoDefault(False)
            head.addWidget(widget)
        top = 0 if title is None else 8  # below the line that parts them
        in_column(head, (page, 1), of=part, margins=(0, top, 0, 0), gap=8)
        return part

    def _for_clients(self) -> tuple[RowAction[ClientItem], ...]:
        return (
            RowAction(
                "Revoke client…",
                self._revoke_client,
                lambda row: row.status != REVOKED,
                button=True,
                danger=True,
                least=Role.OPERATOR,
            ),
        )

    def _for_sessions(self) -> tuple[RowAction[SessionItem], ...]:
        return (
            RowAction("Revoke", self._revoke_session, _live, button=True, danger=True, least=Role.OPERATOR),
            RowAction(
                "Revoke all of this user…",
                self._revoke_user,
                _live,
                button=True,
                danger=True,
                least=Role.OPERATOR,
            ),
        )

    @Slot(object)
    def _changed(self, topic: Topic) -> None:
        if topic in (Topic.CONFIGURATION, Topic.AUDIT):
            self._ask()

    def _ask(self) -> None:
        if self._asking:
            self._again = True
            return
        self._asking, self._again = True, False
        when_done(self, self._context.ask(client_rows, self._proxy), self._show_clients, self._failed_to_read)

    def _failed_to_read(self, error: BaseException) -> None:
        self._asking = False
        self.show_problem(error)

    def _show_clients(self, rows: Sequence[ClientItem]) -> None:
        self._asking = False
        self.client_page.show_rows(rows)
        if self.clients.current() is None and rows:
            self.clients.selectRow(0)
        self._show_sessions()
        if self._again:
            self._ask()

    @Slot()
    def _show_sessions(self, _: object = None) -> None:
        row = self.clients.current()
        self.of_whom.setText(f"Sessions of {_called(row)}" if row else "Sessions")
        self.session_page.empty.say(NO_SESSIONS, NOBODY_YET if row else OF_NO_CLIENT)
        self.session_page.show_rows(row.sessions if row else ())

    @Slot()
    def _show_log(self) -> None:
        self.accept()
        show_log(self._context, self._proxy)

    @Slot()
    def _open_add(self) -> None:
        AddClientDialog(self._sessions, self._proxy).open_over(self)

    def _revoke_session(self, row: SessionItem) -> None:
        self.session_page.run(lambda: self._sessions.revoke_session(row.session.id))

    def _revoke_client(self, row: ClientItem) -> None:
        live = sum(_live(each) for each in row.sessions)
        Confirmation(
            f"Revoke {_called(row)}?",
            f"{_ended(live)}This registration is refused for good from the next request on. "
            "The application may register again, if this proxy lets applications do so.",
            "Revoke client",
            lambda: self._sessions.revoke_client(row.client.id, self._proxy),
        ).taking(Role.OPERATOR).open_over(self)

    def _revoke_user(self, row: SessionItem) -> None:
        Confirmation(
            f"Revoke all sessions of {row.user}?",
            "Those at other proxies and with other clients end as well, from the next request on. "
            "They may sign in again; to stop that, deactivate the user.",
            "Revoke all",
            lambda: self._sessions.revoke_user(row.session.user_id),
        ).taking(Role.OPERATOR).open_over(self)


def show_log(context: UiContext, proxy: str) -> None:
    """Open Audit Logs at the sign-ins, refusals and revocations of a proxy."""
    context.open_page("audit_logs", tab="system", filter=f"category:Authentication proxy:{proxy}")


def _live(row: SessionItem) -> bool:
    return row.status == ACTIVE


def _called(row: ClientItem) -> str:
    return row.client.name or row.client.id


def _ended(live: int) -> str:
    if not live:
        return ""
    return "Its live session ends. " if live == 1 else f"Its {live:,} live sessions end. "
