"""Users & Groups: every button does what it says, and the database says so too."""

from gateway_desktop.services.proxy_values import NewProxy
from gateway_desktop.store.queries.configuration import GroupItem, UserItem, group_rows, user_rows
from gateway_desktop.ui.panels.people.group_dialogs import GroupDialog, MembersDialog
from gateway_desktop.ui.panels.people.panel import People
from gateway_desktop.ui.panels.people.user_dialog import SERVICE, UserDialog
from gateway_desktop.ui.widgets.confirm import Confirmation
from tests.makers import a_principal, a_record
from tests.ui.panels.conftest import Hand


def stored_users(hand: Hand) -> dict[str, UserItem]:
    return {item.user.shown: item for item in hand.opened.reader.submit(user_rows).result()}


def stored_groups(hand: Hand) -> dict[str, GroupItem]:
    return {item.group.name: item for item in hand.opened.reader.submit(group_rows).result()}


def add_ana(hand: Hand) -> None:
    hand.opened.services.people.add_user("ana@example.org", "Ana").result()


def with_ana(hand: Hand) -> People:
    """Return the page, on which the one user is chosen."""
    add_ana(hand)
    page = hand.open(People)
    page.users.selectRow(0)
    return page


def test_an_empty_page_says_why_and_its_button_adds_the_first_user(hand: Hand) -> None:
    page = hand.open(People)
    assert page.user_page.is_empty()
    assert page.user_page.empty.title.text() == "No users yet"
    assert not page.user_actions.more.isVisible()
    dialog = hand.opens(page.user_page.empty.button, page, UserDialog)
    hand.fill(dialog.form, email="Ana@Example.org")
    hand.fill(dialog.form, name="Ana")
    hand.press(dialog.action)
    hand.until(lambda: [row.user.shown for row in page.users.rows()] == ["ana@example.org"])
    hand.until(lambda: page.users.current() == page.users.rows()[0])
    assert not page.user_page.is_empty()
    assert stored_users(hand)["ana@example.org"].groups == ("team",)
    assert hand.events()[0] == "user created"


def test_what_is_no_address_is_said_at_the_field_and_the_dialog_stays(hand: Hand) -> None:
    page = hand.open(People)
    dialog = hand.opens(page.add_user, page, UserDialog)
    hand.press(dialog.action)
    hand.until(lambda: dialog.form.error("email") == "An e-mail address is needed.")
    hand.until(dialog.action.isEnabled)
    hand.fill(dialog.form, email="ana")
    hand.press(dialog.action)
    hand.until(lambda: "not an e-mail address" in dialog.form.error("email"))
    assert dialog.isVisible()
    hand.fill(dialog.form, email="ana@example.org")
    assert dialog.form.error("email") == ""


def test_users_stand_in_the_order_of_what_their_first_column_says(hand: Hand) -> None:
    people = hand.opened.services.people
    people.add_user("zoe@example.org", "Anna").result()
    people.add_user(name="build", service=True).result()
    people.add_user("ana@example.org", "Zoe").result()
    page = hand.open(People)
    hand.until(lambda: len(page.users.rows()) == 3)
    assert [row.user.shown for row in page.users.rows()] == ["ana@example.org", "build", "zoe@example.org"]


def test_who_is_added_without_choosing_a_group_joins_the_team_and_not_the_first_of_the_alphabet(
    hand: Hand,
) -> None:
    hand.opened.services.people.add_group("admins").result()
    page = hand.open(People)
    dialog = hand.opens(page.add_user, page, UserDialog)
    hand.fill(dialog.form, email="ana@example.org")
    hand.press(dialog.action)
    hand.until(lambda: len(page.users.rows()) == 1)
    assert stored_users(hand)["ana@example.org"].groups == ("team",)


def test_a_service_account_has_a_name_and_no_address(hand: Hand) -> None:
    page = hand.open(People)
    dialog = hand.opens(page.add_user, page, UserDialog)
    dialog.kind.choose(SERVICE)
    assert not dialog.form.shown("email")
    hand.fill(dialog.form, name="ci-runner")
    hand.press(dialog.action)
    hand.until(lambda: len(page.users.rows()) == 1)
    user = stored_users(hand)["ci-runner"].user
    assert user.service
    assert user.email is None


def test_editing_moves_a_user_between_groups(hand: Hand) -> None:
    add_ana(hand)
    dev = hand.opened.services.people.add_group("dev").result()
    page = hand.open(People)
    page.users.selectRow(0)
    dialog = hand.opens(page.user_actions.buttons["Edit"], page, UserDialog)
    assert not dialog.form.shown("kind")
    dialog.primary.choose(dev.id)
    hand.press(dialog.action)
    hand.until(lambda: page.users.rows()[0].groups == ("dev",))
    assert stored_users(hand)["ana@example.org"].groups == ("dev",)


def test_deactivating_can_be_taken_back_for_a_moment(hand: Hand) -> None:
    page = with_ana(hand)
    hand.press(page.user_actions.buttons["Deactivate"])
    hand.until(page.user_page.undo.isVisible)
    assert not stored_users(hand)["ana@example.org"].user.active
    hand.until(lambda: page.user_actions.buttons["Reactivate"].isVisible())
    assert not page.user_actions.buttons["Deactivate"].isVisible()
    hand.press(page.user_page.undo.button)
    hand.until(lambda: page.users.rows()[0].user.active)
    assert stored_users(hand)["ana@example.org"].user.active
    assert hand.events()[:2] == ["user reactivated", "user deactivated"]
    assert not page.user_page.undo.isVisible()


def test_removing_a_user_waits_for_their_name_to_be_typed(hand: Hand) -> None:
    page = with_ana(hand)
    page.user_actions.run(page.user_actions.named("Remove…"))
    dialog = hand.dialog(page, Confirmation)
    assert not dialog.action.isEnabled()
    hand.write(dialog.line, "ana@example.or")
    assert not dialog.action.isEnabled()
    hand.write(dialog.line, "ana@example.org")
    hand.press(dialog.action)
    hand.until(page.user_page.is_empty)
    assert stored_users(hand) == {}


def test_erasing_a_user_waits_for_their_name_to_be_typed_and_leaves_no_name(hand: Hand) -> None:
    page = with_ana(hand)
    page.user_actions.run(page.user_actions.named("Erase…"))
    dialog = hand.dialog(page, Confirmation)
    assert not dialog.action.isEnabled()
    hand.write(dialog.line, "ana@example.org")
    hand.press(dialog.action)
    hand.until(page.user_page.is_empty)

    def forgotten() -> bool:
        names = hand.opened.store.reader.submit(
            lambda database: database.execute_sql("SELECT target, detail FROM event").fetchall()
        )
        return "ana@example.org" not in str(names.result(60))

    hand.until(forgotten)  # they are removed first, and then written over


def test_cancelling_a_removal_removes_nothing(hand: Hand) -> None:
    page = with_ana(hand)
    page.user_actions.run(page.user_actions.named("Remove…"))
    hand.closes(hand.dialog(page, Confirmation).cancel, page, Confirmation)
    assert list(stored_users(hand)) == ["ana@example.org"]


def test_a_group_is_added_renamed_filled_emptied_and_removed(hand: Hand) -> None:
    add_ana(hand)
    page = hand.open(People)
    page.tabs.setCurrentIndex(1)
    assert not page.add_user.isVisible()
    adding = hand.opens(page.add_group, page, GroupDialog)
    hand.fill(adding.form, name="dev")
    hand.press(adding.action)
    hand.until(lambda: "dev" in [row.group.name for row in page.groups.rows()])
    dev = stored_groups(hand)["dev"].group
    page.groups.select(dev.id)

    renaming = hand.opens(page.group_actions.buttons["Rename"], page, GroupDialog)
    hand.fill(renaming.form, name="developers")
    hand.press(renaming.action)
    hand.until(lambda: "developers" in [row.group.name for row in page.groups.rows()])

    page.groups.select(dev.id)
    members = hand.opens(page.group_actions.buttons["Members"], page, MembersDialog)
    ana = stored_users(hand)["ana@example.org"].user
    members.ticks.tick(ana.id)
    hand.press(members.action)
    hand.until(lambda: stored_groups(hand)["developers"].members == (ana.id,))

    page.groups.select(dev.id)
    page.group_actions.run(page.group_actions.named("Remove…"))
    refused = hand.dialog(page, Confirmation)
    hand.press(refused.action)
    hand.until(lambda: "still has 1 member" in refused.banner.text())
    refused.reject()

    hand.wait_closed(page, Confirmation)
    hand.opened.services.people.remove_member("developers", "ana@example.org").result()
    page.group_actions.run(page.group_actions.named("Remove…"))
    hand.press(hand.dialog(page, Confirmation).action)
    hand.until(lambda: "developers" not in [row.group.name for row in page.groups.rows()])
    assert "developers" not in stored_groups(hand)


def test_a_user_leads_to_their_activity_and_to_a_new_key(hand: Hand) -> None:
    page = with_ana(hand)
    ana = page.users.rows()[0].user.id
    page.user_actions.run(page.user_actions.named("Show activity"))
    page.user_actions.run(page.user_actions.named("Create API key"))
    assert hand.went_to == [("user_activity", {"user": ana}), ("api_keys", {"owner": ana})]


def test_last_seen_is_the_time_of_the_users_newest_request(hand: Hand) -> None:
    ana = hand.opened.services.people.add_user("ana@example.org").result()
    page = hand.open(People)
    assert page.users.rows()[0].last_seen_us is None
    hand.opened.write(a_record(principal=a_principal(user_id=ana.id, actor=ana.shown)))
    hand.until(lambda: page.users.rows()[0].last_seen_us is not None)


def test_a_long_list_is_searched_with_the_keyboard(hand: Hand) -> None:
    for name in ("ana", "jonas", "mei", "priya", "tomas", "ulla", "vera", "wim"):
        hand.opened.services.people.add_user(f"{name}@example.org").result()
    page = hand.open(People)
    assert page.user_page.search.isVisible()
    page.focus_filter()
    hand.write(page.user_page.search, "MEI example")
    assert [row.user.username for row in page.users.rows()] == ["mei"]
    hand.write(page.user_page.search, "nobody")
    assert page.user_page.no_match.isVisible()
    hand.press(page.user_page.no_match.button)
    assert len(page.users.rows()) == 8


def test_access_says_who_may_use_what_and_marks_what_nobody_used(hand: Hand) -> None:
    add_ana(hand)
    services = hand.opened.services
    services.proxies.add(NewProxy("openai", "https://api.example.com")).result()
    services.proxies.add(NewProxy("idle", "https://api.example.com")).result()
    ana = stored_users(hand)["ana@example.org"].user
    hand.opened.write(a_record(principal=a_principal(user_id=ana.id, actor=ana.shown), proxy="openai"))
    page = hand.open(People)
    page.open_with(tab="access")
    hand.until(lambda: len(page.access_page.table.rows()) == 2)
    assert [(row.proxy, row.unused) for row in page.access_page.table.rows()] == [
        ("idle", True),
        ("openai", False),
    ]
    hand.press(page.access_page.unused)
    assert [row.proxy for row in page.access_page.table.rows()] == ["idle"]
    assert not page.add_user.isVisible()
