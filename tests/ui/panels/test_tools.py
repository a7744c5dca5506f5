"""Tools: what they say, what changed, and what people decide."""

from gateway_desktop.core.alert import AlertState
from gateway_desktop.store.queries.alerts import AlertFilter, alerts, detail
from gateway_desktop.ui.panels.tools.panel import Tools
from gateway_desktop.ui.widgets.confirm import Confirmation
from tests.ui.panels.conftest import Hand
from tests.ui.panels.listed_tools import lists, server


def states(page: Tools) -> dict[str, str]:
    return {row.pin.name: str(row.pin.state) for row in page.table.rows()}


def choose(page: Tools, name: str) -> None:
    page.table.selectRow(next(at for at, row in enumerate(page.table.rows()) if row.pin.name == name))


def test_before_anything_is_listed_the_page_says_when_it_will_be(hand: Hand) -> None:
    page = hand.open(Tools)
    assert page.page.is_empty() and page.page.empty.title.text() == "No tools yet"
    hand.press(page.page.empty.button)
    assert [name for name, _ in hand.went_to] == ["proxies"]


def test_a_change_is_marked_word_by_word_and_approved(hand: Hand) -> None:
    proxy_id = server(hand)
    lists(hand, proxy_id, add="Add two numbers", read="Read a file")
    lists(hand, proxy_id, add="Add two secret numbers")
    page = hand.open(Tools)
    hand.until(lambda: states(page) == {"add": "changed", "read": "approved"})
    assert page.table.rows()[0].pin.name == "add" or page.states.itemText(1) == "Waiting (1)"
    choose(page, "add")
    assert page.text.isVisible() and "Add two secret numbers" in page.text.toPlainText()
    assert "secret" in page.text.toHtml().split("background-color")[-1]
    hand.press(page.row_actions.buttons["Approve"])
    hand.until(lambda: states(page)["add"] == "approved")
    assert hand.events()[:2] == ["alert resolved", "tool approved"]
    assert not page.row_actions.buttons["Approve"].isVisible()


def test_what_waits_is_shown_alone_and_approved_together(hand: Hand) -> None:
    hand.opened.services.settings.change({"tools.first_listing": "approve"}).result()
    lists(hand, server(hand), add="Add", read="Read", old="Old")
    hand.opened.services.tool_pins.disable("files", "old").result()
    page = hand.open(Tools)
    hand.until(lambda: len(page.table.rows()) == 3)
    page.states.setCurrentIndex(1)
    assert set(states(page)) == {"add", "read"}
    choose(page, "add")
    page.row_actions.run(page.row_actions.named("Approve all of this proxy…"))
    hand.closes(hand.dialog(page, Confirmation).action, page, Confirmation)
    hand.until(page.page.is_empty)
    assert page.page.empty.title.text() == "No match"
    page.states.setCurrentIndex(0)
    assert states(page) == {"add": "approved", "old": "disabled", "read": "approved"}


def test_the_keyboard_goes_to_the_rows_when_the_button_it_was_on_goes(hand: Hand) -> None:
    proxy_id = server(hand)
    lists(hand, proxy_id, add="Add two numbers")
    lists(hand, proxy_id, add="Add two secret numbers")
    page = hand.open(Tools)
    page.activateWindow()
    hand.until(page.isActiveWindow)
    hand.press(page.row_actions.buttons["Approve"])
    hand.until(lambda: states(page) == {"add": "approved"})
    assert page.table.hasFocus()  # and not the button that would disable it


def test_what_changes_while_a_person_looks_is_not_approved(hand: Hand) -> None:
    proxy_id = server(hand)
    lists(hand, proxy_id, add="Add two numbers")
    lists(hand, proxy_id, add="Add two secret numbers")
    page = hand.open(Tools)
    hand.until(lambda: states(page) == {"add": "changed"})
    row = page.table.current()
    assert row is not None
    lists(hand, proxy_id, add="Add, and read ~/.ssh")
    page._approve(row)  # as it was when the button was pressed
    hand.until(lambda: "says something else by now" in page.page.banner.text())
    assert states(page) == {"add": "changed"} and "tool approved" not in hand.events()


def test_an_alert_leads_to_its_tool_also_before_the_tools_were_read(hand: Hand) -> None:
    lists(hand, server(hand), add="Add", read="Read")
    page = hand.open(Tools, tool="files: read")
    row = page.table.current()
    assert row is not None and row.pin.name == "read"
    page.open_with(tool="files: add")
    row = page.table.current()
    assert row is not None and row.pin.name == "add"


def test_a_decision_on_a_changed_tool_resolves_its_alert_and_no_other(hand: Hand) -> None:
    proxy_id = server(hand)
    lists(hand, proxy_id, add="Add", read="Read", rm="Remove")
    lists(hand, proxy_id, add="Add!", read="Read!", rm="Remove!")
    page = hand.open(Tools)
    choose(page, "add")
    hand.press(page.row_actions.buttons["Approve"])
    hand.until(lambda: states(page)["add"] == "approved")
    choose(page, "read")
    hand.press(page.row_actions.buttons["Disable"])
    hand.until(lambda: states(page)["read"] == "disabled")
    found = {item.title: item for item in hand.opened.reader.submit(alerts, AlertFilter()).result()}
    told = {title.rpartition(": ")[2]: item.state for title, item in found.items()}
    assert told == {"add": AlertState.RESOLVED, "read": AlertState.RESOLVED, "rm": AlertState.NEW}
    one = hand.opened.reader.submit(detail, found["Tool changed: files: add"].id).result()
    assert one is not None
    last = one.history[-1]
    assert (last.what, last.note) == ("resolved", "Tool approved") and last.actor.startswith("local:")
    assert hand.events().count("alert resolved") == 2
    lists(hand, proxy_id, add="Add again!")
    (again,) = hand.opened.reader.submit(alerts, AlertFilter(text="files: add")).result()
    assert again.state is AlertState.NEW


def test_the_state_that_is_shown_is_kept(hand: Hand) -> None:
    lists(hand, server(hand), add="Add", read="Read")
    hand.opened.services.tool_pins.disable("files", "read").result()
    page = hand.open(Tools)
    page.states.setCurrentIndex(page.states.findText("Disabled (1)"))
    again = hand.open(Tools)
    assert states(again) == {"read": "disabled"}
