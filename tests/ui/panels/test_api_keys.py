"""API Keys: a key is seen once and never stored; rotate, rename and revoke do what they say."""

from PySide6.QtGui import QGuiApplication

from gateway_desktop.core.people import User
from gateway_desktop.identity.tokens import digest
from gateway_desktop.services.proxy_values import NewProxy
from gateway_desktop.store.queries.configuration import KeyItem, key_rows
from gateway_desktop.ui.dialogs.connect import ConnectDialog
from gateway_desktop.ui.dialogs.created_key import CreatedKeyDialog
from gateway_desktop.ui.panels.api_keys.columns import state
from gateway_desktop.ui.panels.api_keys.key_dialogs import CreateKeyDialog, RenameKeyDialog, RotateKeyDialog
from gateway_desktop.ui.panels.api_keys.panel import ApiKeys
from gateway_desktop.ui.widgets.confirm import Confirmation
from tests.ui.panels.conftest import Hand


def stored_keys(hand: Hand) -> tuple[KeyItem, ...]:
    return hand.opened.reader.submit(key_rows).result()


def ana(hand: Hand) -> User:
    return hand.opened.services.people.add_user("ana@example.org", "Ana").result()


def create_key(hand: Hand, page: ApiKeys) -> str:
    """Create a key named laptop with the mouse, close its window, return it."""
    dialog = hand.opens(page.create_button, page, CreateKeyDialog)
    hand.fill(dialog.form, name="laptop")
    shown = hand.opens(dialog.action, page, CreatedKeyDialog)
    key = shown.key.text()
    hand.press(shown.key.button)
    hand.closes(shown.cancel, page, CreatedKeyDialog)
    hand.until(lambda: len(page.table.rows()) == 1)
    return key


def test_without_users_the_page_leads_to_adding_one(hand: Hand) -> None:
    page = hand.open(ApiKeys)
    assert page.page.empty.title.text() == "No users yet"
    hand.press(page.page.empty.button)
    assert hand.went_to == [("people", {"add": True})]


def test_a_new_key_is_shown_once_and_only_its_fingerprint_is_stored(hand: Hand) -> None:
    ana(hand)
    page = hand.open(ApiKeys)
    assert page.page.empty.title.text() == "No API keys yet"
    key = create_key(hand, page)
    assert key.startswith("gwd_")
    assert QGuiApplication.clipboard().text() == key
    assert page.table.current() == page.table.rows()[0]
    (stored,) = stored_keys(hand)
    assert stored.key.digest == digest(key)
    assert (stored.key.name, stored.owner, stored.group) == ("laptop", "ana@example.org", "team")
    files = [path.read_bytes() for path in hand.opened.paths.data.iterdir() if path.is_file()]
    assert not any(key.encode() in content for content in files)
    assert hand.events()[0] == "key created"


def test_closing_without_having_copied_is_asked_about_once(hand: Hand) -> None:
    ana(hand)
    page = hand.open(ApiKeys)
    hand.press(page.create_button)
    shown = hand.opens(hand.dialog(page, CreateKeyDialog).action, page, CreatedKeyDialog)
    hand.press(shown.cancel)
    assert shown.isVisible()
    assert "not copied yet" in shown.banner.text()
    hand.closes(shown.cancel, page, CreatedKeyDialog)


def test_a_key_with_an_end_says_when(hand: Hand) -> None:
    ana(hand)
    page = hand.open(ApiKeys)
    dialog = hand.opens(page.create_button, page, CreateKeyDialog)
    dialog.expires.choose(30)
    hand.press(dialog.action)
    hand.dialog(page, CreatedKeyDialog).accept()
    hand.until(lambda: len(page.table.rows()) == 1)
    row = page.table.rows()[0]
    assert row.key.expires_us is not None
    assert round((row.key.expires_us - row.key.created_us) / 86_400_000_000) == 30


def test_the_groups_offered_are_those_of_the_owner(hand: Hand) -> None:
    people = hand.opened.services.people
    people.add_group("dev").result()
    people.add_user("ana@example.org", groups=["dev", "team"]).result()
    people.add_user("jonas@example.org").result()
    page = hand.open(ApiKeys)
    dialog = hand.opens(page.create_button, page, CreateKeyDialog)
    offered = {}
    for place in range(dialog.owner.combo.count()):
        dialog.owner.choose(dialog.owner.combo.itemData(place))
        combo = dialog.group.combo
        offered[dialog.owner.combo.itemText(place)] = [combo.itemText(n) for n in range(combo.count())]
    assert offered == {"ana@example.org": ["dev", "team"], "jonas@example.org": ["team"]}


def test_rotating_shows_a_new_key_while_the_old_one_still_works(hand: Hand) -> None:
    ana(hand)
    page = hand.open(ApiKeys)
    old = create_key(hand, page)
    page.table.selectRow(0)
    hand.press(page.row_actions.buttons["Rotate"])
    hand.press(hand.dialog(page, RotateKeyDialog).action)
    new = hand.dialog(page, CreatedKeyDialog).key.text()
    hand.until(lambda: len(page.table.rows()) == 2)
    states = {row.key.digest: state(row) for row in page.table.rows()}
    assert states == {digest(new): "active", digest(old): "rotating"}
    hand.dialog(page, CreatedKeyDialog).accept()
    page.table.select(next(row.key.id for row in page.table.rows() if row.key.digest == digest(old)))
    assert not page.row_actions.buttons["Rotate"].isVisible()


def test_revoking_waits_for_the_name_and_ends_the_key(hand: Hand) -> None:
    ana(hand)
    page = hand.open(ApiKeys)
    create_key(hand, page)
    page.table.selectRow(0)
    dialog = hand.opens(page.row_actions.buttons["Revoke…"], page, Confirmation)
    assert stored_keys(hand)[0].key.prefix in dialog.heading.text()  # others may have the same name
    assert not dialog.action.isEnabled()
    hand.write(dialog.line, "laptop")
    hand.press(dialog.action)
    hand.until(page.page.is_empty)
    assert stored_keys(hand)[0].key.revoked_us is not None
    assert page.page.empty.title.text() == "No key works any longer"
    hand.press(page.page.empty.button)
    assert page.ended.isChecked()
    assert [state(row) for row in page.table.rows()] == ["revoked"]
    page.table.selectRow(0)
    assert not page.row_actions.buttons["Revoke…"].isVisible()


def test_a_key_whose_owner_is_inactive_needs_attention(hand: Hand) -> None:
    ana(hand)
    page = hand.open(ApiKeys)
    create_key(hand, page)
    hand.opened.services.people.deactivate_user("ana@example.org").result()
    hand.until(lambda: [state(row) for row in page.table.rows()] == ["needs attention"])


def test_a_key_can_be_renamed(hand: Hand) -> None:
    ana(hand)
    page = hand.open(ApiKeys)
    create_key(hand, page)
    page.table.opened.emit(page.table.rows()[0])
    dialog = hand.dialog(page, RenameKeyDialog)
    hand.fill(dialog.form, name="desktop")
    hand.press(dialog.action)
    hand.until(lambda: page.table.rows()[0].key.name == "desktop")
    assert stored_keys(hand)[0].key.name == "desktop"


def test_a_new_key_stands_in_the_lines_for_every_tool(hand: Hand) -> None:
    ana(hand)
    hand.opened.services.proxies.add(NewProxy("openai", "https://api.openai.com")).result()
    page = hand.open(ApiKeys)
    hand.press(page.create_button)
    shown = hand.opens(hand.dialog(page, CreateKeyDialog).action, page, CreatedKeyDialog)
    shown.lines.choose("curl")
    hand.press(shown.lines.block.button)
    copied = QGuiApplication.clipboard().text()
    assert shown.key.text() in copied
    assert "/openai/v1/chat/completions" in copied
    hand.closes(shown.cancel, page, CreatedKeyDialog)


def test_a_key_leads_to_its_requests_and_to_the_lines(hand: Hand) -> None:
    ana(hand)
    hand.opened.services.proxies.add(NewProxy("openai", "https://api.openai.com")).result()
    page = hand.open(ApiKeys)
    key = create_key(hand, page)
    page.table.selectRow(0)
    page.row_actions.run(page.row_actions.named("Show requests"))
    assert hand.went_to == [("audit_logs", {"filter": f"key:{key[:12]}"})]
    page.row_actions.run(page.row_actions.named("Connect a tool"))
    dialog = hand.dialog(page, ConnectDialog)
    dialog.lines.choose("curl")
    assert "gwd_YOUR_KEY" in dialog.lines.text()
    hand.write(dialog.key.line, key)
    assert key in dialog.lines.text()


def test_another_page_can_ask_for_a_key_of_a_user(hand: Hand) -> None:
    hand.opened.services.people.add_user("aaron@example.org").result()
    owner = ana(hand)
    page = hand.open(ApiKeys)
    page.open_with(owner=owner.id)
    assert hand.dialog(page, CreateKeyDialog).owner.value() == owner.id
