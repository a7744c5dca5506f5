"""OAuth Proxy: what is enabled, disabled and revoked in the window is so in the database."""

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel

from gateway_desktop.core.oauth import OAuthMode, ProxyOAuth, Registered, Registration
from gateway_desktop.identity.tokens import digest
from gateway_desktop.services.proxy_values import NewProxy
from gateway_desktop.store.queries.oauth import SessionItem, client_rows, oauth_proxy_rows, session_rows
from gateway_desktop.ui.panels.oauth_proxy.add_client_dialog import AddClientDialog
from gateway_desktop.ui.panels.oauth_proxy.clients_dialog import ClientsDialog
from gateway_desktop.ui.panels.oauth_proxy.enable_dialog import EnableOAuthDialog
from gateway_desktop.ui.panels.oauth_proxy.panel import OAuthProxy
from gateway_desktop.ui.widgets.confirm import Confirmation
from tests.ui.panels.conftest import Hand
from tests.ui.panels.oauth_rows import SignedIn
from tests.ui.reachable import nameless


def stored(hand: Hand) -> ProxyOAuth | None:
    (item,) = hand.opened.reader.submit(oauth_proxy_rows).result()
    return item.proxy.oauth


def stored_sessions(hand: Hand) -> tuple[SessionItem, ...]:
    return hand.opened.reader.submit(session_rows).result()


def add_proxy(hand: Hand) -> None:
    hand.opened.services.proxies.add(NewProxy("openai", "https://api.openai.com")).result()


def open_clients(hand: Hand, page: OAuthProxy, count: int) -> ClientsDialog:
    dialog = hand.opens(page.row_actions.buttons["View Clients"], page, ClientsDialog)
    hand.until(lambda: len(dialog.clients.rows()) == count)
    return dialog


def choose_client(dialog: ClientsDialog, name: str) -> None:
    row = next(row for row in dialog.clients.rows() if row.client.name == name)
    dialog.clients.select((row.client.proxy_id, row.client.id))


def test_without_proxies_the_page_leads_to_adding_one(hand: Hand) -> None:
    page = hand.open(OAuthProxy)
    assert page.page.empty.title.text() == "No proxies yet"
    hand.press(page.page.empty.button)
    assert hand.went_to == [("proxies", {"add": True})]


def test_enabling_ends_with_the_address_to_give_to_applications(hand: Hand) -> None:
    add_proxy(hand)
    hand.opened.services.people.add_group("dev").result()
    page = hand.open(OAuthProxy)
    assert not page.row_actions.buttons["View Clients"].isVisible()
    assert [page.table.columns[place].text(page.table.rows()[0]) for place in range(3)] == [
        "openai",
        "API key",
        "Off",
    ]
    dialog = hand.opens(page.row_actions.buttons["Enable OAuth"], page, EnableOAuthDialog)
    assert dialog.providers.value() == ("local",)
    dev = next(each for each in page._groups if each.name == "dev")
    dialog.groups.tick(dev.id)
    hand.fill(dialog.form, scopes="use admin")
    dialog.form.set_values({"access_seconds": 15, "registration": Registration.DOCUMENTS})
    hand.press(dialog.action)
    hand.until(dialog.address.isVisible)
    hand.press(dialog.address.button)
    assert QGuiApplication.clipboard().text() == "http://127.0.0.1:8899/openai"
    said = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "Nobody has a password yet" in said
    hand.press(dialog.cancel)
    assert stored(hand) == ProxyOAuth(
        groups=(dev.id,),
        scopes=("use", "admin"),
        access_seconds=900,
        registration=Registration.DOCUMENTS,
    )
    hand.until(lambda: page.table.rows()[0].oauth is not None)
    assert page.table.columns[1].text(page.table.rows()[0]) == "OAuth or API key"
    assert hand.events()[0] == "OAuth enabled"


def test_what_cannot_hold_is_said_at_its_field(hand: Hand) -> None:
    add_proxy(hand)
    page = hand.open(OAuthProxy)
    dialog = hand.opens(page.row_actions.buttons["Enable OAuth"], page, EnableOAuthDialog)
    assert nameless(dialog) == []
    dialog.providers.tick("local", on=False)
    hand.press(dialog.action)
    hand.until(lambda: "at least one way to sign in" in dialog.form.error("providers").lower())
    dialog.mode.choose(OAuthMode.UPSTREAM)
    assert not dialog.form.shown("providers")
    assert stored(hand) is None


def test_changing_leaves_alone_what_was_not_touched(hand: Hand) -> None:
    add_proxy(hand)
    changes = {"refresh_seconds": 90_000, "access_seconds": 90}
    hand.opened.services.oauth_proxies.enable("openai", changes).result()
    page = hand.open(OAuthProxy)
    dialog = hand.opens(page.row_actions.buttons["Edit"], page, EnableOAuthDialog)
    hand.fill(dialog.form, scopes="read")
    hand.press(dialog.action)
    hand.until(dialog.address.isVisible)
    assert stored(hand) == ProxyOAuth(scopes=("read",), access_seconds=90, refresh_seconds=90_000)


def test_a_proxy_may_take_no_keys_and_say_what_claude_code_obeys(hand: Hand) -> None:
    add_proxy(hand)
    page = hand.open(OAuthProxy)
    dialog = hand.opens(page.row_actions.buttons["Enable OAuth"], page, EnableOAuthDialog)
    dialog.form.set_values({"keys": False, "claude_settings": "{not json"})
    hand.press(dialog.action)
    hand.until(lambda: "not json" in dialog.form.error("claude_settings").lower())
    dialog.form.set_values({"claude_settings": '{"permissions": {}}'})
    hand.press(dialog.action)
    hand.until(dialog.address.isVisible)
    assert stored(hand) == ProxyOAuth(keys=False, claude_settings='{"permissions": {}}')
    hand.until(lambda: page.table.columns[1].text(page.table.rows()[0]) == "OAuth")
    assert page.detail.said("API keys") == "Are refused here"
    assert "obeys" in page.detail.said("Claude Code")


def test_the_chosen_proxy_is_told_in_full_below_the_table(hand: Hand) -> None:
    add_proxy(hand)
    page = hand.open(OAuthProxy)
    assert page.detail.said("Sign-in").startswith("Off: callers carry API keys")
    assert not page.detail.address.isVisible()
    hand.opened.services.people.add_group("dev").result()
    hand.opened.services.oauth_proxies.enable("openai", {"groups": ["dev"], "access_seconds": 900}).result()
    hand.until(lambda: page.detail.said("May sign in") == "Members of dev")
    assert page.detail.address.isVisible() and nameless(page.detail) == []
    hand.press(page.detail.address.button)
    assert QGuiApplication.clipboard().text() == "http://127.0.0.1:8899/openai"
    assert "Good for 15 minutes" in page.detail.said("Tokens")
    assert "0 clients so far, 0 live sessions" in page.detail.said("Applications")


def test_an_upstream_that_signs_people_in_is_set_up_here_and_shown_as_such(hand: Hand) -> None:
    services = hand.opened.services
    services.proxies.add(NewProxy("files", "https://mcp.example.com/mcp", kind="mcp")).result()
    page = hand.open(OAuthProxy)
    dialog = hand.opens(page.row_actions.buttons["Enable OAuth"], page, EnableOAuthDialog)
    assert not dialog.form.shown("unattributed")
    dialog.mode.choose(OAuthMode.UPSTREAM)
    assert not dialog.form.shown("keys") and not dialog.form.shown("claude_settings")
    values = {"unattributed": False, "introspection_url": "https://auth.example.com/introspect"}
    dialog.form.set_values(values)
    hand.press(dialog.action)
    hand.until(lambda: "needs introspection_client" in dialog.form.error("introspection_url").lower())
    dialog.form.set_values({"introspection_client": "gateway", "introspection_env": "SECRET"})
    hand.press(dialog.action)
    hand.until(dialog.address.isVisible)
    oauth = stored(hand)
    assert oauth is not None and oauth.mode is OAuthMode.UPSTREAM and not oauth.unattributed
    assert (oauth.introspection_client, oauth.introspection_env) == ("gateway", "SECRET")
    hand.until(lambda: page.table.columns[1].text(page.table.rows()[0]) == "The upstream's tokens")
    assert "says" in page.detail.said("Tokens") and "are refused" in page.detail.said("Tokens")


def test_disabling_is_confirmed_and_keeps_what_was_set(hand: Hand) -> None:
    add_proxy(hand)
    hand.opened.services.oauth_proxies.enable("openai", {"scopes": ["read"]}).result()
    page = hand.open(OAuthProxy)
    page.row_actions.run(page.row_actions.named("Disable OAuth…"))
    hand.press(hand.dialog(page, Confirmation).action)
    hand.until(lambda: page.table.rows()[0].oauth is None)
    assert stored(hand) == ProxyOAuth(enabled=False, scopes=("read",))
    assert hand.events()[0] == "OAuth disabled"


def test_every_client_has_its_status_and_its_sessions(hand: Hand) -> None:
    made = SignedIn(hand.opened)
    ana = made.user()
    made.session(made.client("Claude Code"), ana)
    made.client("Inspector")
    made.session(made.client("Old"), ana, ended=True)
    ended = made.session(made.client("Idle"), ana)
    hand.opened.services.oauth_sessions.revoke_session(ended.id).result()
    gone = made.client("Gone")
    hand.opened.services.oauth_sessions.revoke_client(gone.id).result()
    page = hand.open(OAuthProxy)
    row = page.table.rows()[0]
    assert (row.item.clients, row.item.live_sessions) == (4, 1)
    dialog = open_clients(hand, page, 5)
    assert {each.client.name: each.status for each in dialog.clients.rows()} == {
        "Claude Code": "active",
        "Inspector": "never used",
        "Old": "expired",
        "Idle": "idle",
        "Gone": "revoked",
    }
    choose_client(dialog, "Claude Code")
    (session,) = dialog.sessions.rows()
    shown = {column.name: column.text(session) for column in dialog.sessions.columns}
    assert (shown["user"], shown["address"]) == ("ana@example.org", "192.0.2.7")
    assert shown["provider"] == "Local directory"
    choose_client(dialog, "Gone")
    assert not dialog.client_actions.buttons["Revoke client…"].isEnabled() or not (
        dialog.client_actions.buttons["Revoke client…"].isVisible()
    )
    assert dialog.session_page.is_empty()
    assert nameless(dialog) == []


def test_a_session_is_revoked_with_one_press(hand: Hand) -> None:
    made = SignedIn(hand.opened)
    made.session(made.client(), made.user())
    page = hand.open(OAuthProxy)
    dialog = open_clients(hand, page, 1)
    dialog.sessions.selectRow(0)
    hand.press(dialog.session_actions.buttons["Revoke"])
    hand.until(lambda: dialog.sessions.rows()[0].status == "revoked")
    assert [item.status for item in stored_sessions(hand)] == ["revoked"]
    hand.until(lambda: dialog.clients.rows()[0].status == "idle")
    assert hand.events()[0] == "session revoked"


def test_a_client_and_all_of_a_user_are_revoked_when_confirmed(hand: Hand) -> None:
    made = SignedIn(hand.opened)
    ana, jonas = made.user(), made.user("jonas@example.org", "Jonas")
    first, second = made.client("First"), made.client("Second")
    for client in (first, second):
        made.session(client, ana)
        made.session(client, jonas)
    page = hand.open(OAuthProxy)
    dialog = open_clients(hand, page, 2)
    choose_client(dialog, "First")
    confirmation = hand.opens(dialog.client_actions.buttons["Revoke client…"], dialog, Confirmation)
    assert confirmation.consequence.startswith("Its 2 live sessions end. This registration is refused")
    hand.press(confirmation.action)
    hand.until(lambda: {row.client.name: row.status for row in dialog.clients.rows()}["First"] == "revoked")
    choose_client(dialog, "Second")
    dialog.sessions.select(next(row.session.id for row in dialog.sessions.rows() if row.user == ana.email))
    hand.press(dialog.session_actions.buttons["Revoke all of this user…"])
    hand.press(hand.dialog(dialog, Confirmation).action)
    hand.until(lambda: sum(row.status == "active" for row in dialog.sessions.rows()) == 1)
    live = [item.user for item in stored_sessions(hand) if item.status == "active"]
    assert live == ["jonas@example.org"]


def test_who_signs_in_while_the_dialog_is_open_appears(hand: Hand) -> None:
    made = SignedIn(hand.opened)
    ana = made.user()
    page = hand.open(OAuthProxy)
    page.row_actions.run(page.row_actions.named("Edit"))
    hand.dialog(page, EnableOAuthDialog).reject()
    made.client()
    hand.opened.services.oauth_proxies.enable("openai", {"scopes": ["read"]}).result()
    dialog = open_clients(hand, page, 1)
    made.session(made.client("Later"), ana)
    hand.until(lambda: len(dialog.clients.rows()) == 2)
    assert len(hand.opened.reader.submit(client_rows, "openai").result()) == 2


def test_its_tables_fit_into_a_small_screen(hand: Hand) -> None:
    made = SignedIn(hand.opened)
    made.session(made.client("Claude Code"), made.user())
    page = hand.open(OAuthProxy)
    dialog = open_clients(hand, page, 1)
    dialog.setMinimumWidth(1024)
    dialog.resize(1024, dialog.height())
    tables = (dialog.clients, dialog.sessions)
    hand.until(lambda: [each.horizontalScrollBar().maximum() for each in tables] == [0, 0])
    assert dialog.width() == 1024


def test_a_client_is_added_by_hand_and_its_secret_is_shown_once(hand: Hand) -> None:
    SignedIn(hand.opened)
    page = hand.open(OAuthProxy)
    dialog = open_clients(hand, page, 0)
    added = hand.opens(dialog.add_client, dialog, AddClientDialog)
    assert nameless(added) == []
    assert "this client" not in dialog.session_page.empty.sentence.text()
    hand.press(added.action)
    hand.until(lambda: "what the application is called" in added.form.error("name"))
    hand.fill(added.form, name="Review board", redirect="javascript:x")
    added.form.set_values({"secret": True})
    hand.press(added.action)
    hand.until(lambda: bool(added.form.error("redirect")))
    hand.fill(added.form, redirect="https://reviews.example.org/cb http://localhost/cb")
    hand.press(added.action)
    hand.until(added.secret.isVisible)
    (row,) = hand.opened.reader.submit(client_rows, "openai").result()
    assert (row.client.id, row.client.how) == (added.id.text(), Registered.BY_HAND)
    assert row.client.secret_digest == digest(added.secret.text())
    assert len(row.client.redirect_uris) == 2
    hand.press(added.cancel)
    hand.until(lambda: len(dialog.clients.rows()) == 1)
    assert "this client" in dialog.session_page.empty.sentence.text()


def test_the_authentication_log_is_of_this_proxy(hand: Hand) -> None:
    SignedIn(hand.opened).client()
    page = hand.open(OAuthProxy)
    dialog = open_clients(hand, page, 1)
    hand.press(dialog.log)
    wanted = {"tab": "system", "filter": "category:Authentication proxy:openai"}
    assert hand.went_to == [("audit_logs", wanted)]
