"""Users and groups, with the trace that each change leaves."""

import pytest

from gateway_desktop.core.clock import now_us
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.ids import new_id
from gateway_desktop.core.oauth import NewTokens, OAuthSession
from gateway_desktop.core.people import TEAM, Role
from gateway_desktop.identity.tokens import digest
from gateway_desktop.store.queries.oauth import session_rows
from gateway_desktop.store.token_store import TokenStore
from tests.services.conftest import Office


def test_somebody_added_without_a_group_joins_the_team(office: Office) -> None:
    ana = office.services.people.add_user("Ana@Example.com", "Ana").result()
    assert (ana.email, ana.username, ana.display_name, ana.groups) == (
        "ana@example.com",
        "ana",
        "Ana",
        (TEAM,),
    )
    assert office.snapshot().users[ana.id] == ana


def test_a_change_is_one_version_and_one_event_with_who_did_it(office: Office) -> None:
    before = office.version()
    office.services.people.add_user("ana@example.com", "Ana").result()
    assert office.version() == before + 1
    event = office.last_event()
    assert (event.row.category, event.row.method, event.row.target) == (
        "User Management",
        "user created",
        "ana@example.com",
    )
    assert (event.row.actor, event.row.principal_kind, event.row.gw) == ("local:ana@laptop", "local", 0)
    assert event.detail["after"]["groups"] == ["team"]


def test_a_change_that_fails_leaves_nothing(office: Office) -> None:
    before = office.version(), office.told()
    with pytest.raises(ConfigurationError, match="groups: there is no group 'nobody'"):
        office.services.people.add_user("ana@example.com", groups=["team", "nobody"]).result()
    assert (office.version(), office.told()) == before
    assert not office.snapshot().users


@pytest.mark.parametrize("email", ["", "ana", "a b@c", "@example.com", "ana@", "a@b@c"])
def test_what_is_no_address_is_refused_at_its_field(office: Office, email: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        office.services.people.add_user(email).result()
    assert caught.value.place == "email"


def test_an_address_belongs_to_one_user(office: Office) -> None:
    people = office.services.people
    people.add_user("ana@example.com").result()
    with pytest.raises(ConfigurationError, match=r"already a user ana@example\.com"):
        people.add_user("ANA@example.com").result()


def test_a_deleted_users_address_can_be_used_again(office: Office) -> None:
    people = office.services.people
    first = people.add_user("ana@example.com").result()
    people.delete_user("ana@example.com").result()
    assert people.add_user("ana@example.com").result().id != first.id


def test_a_service_account_has_a_name_and_no_address(office: Office) -> None:
    people = office.services.people
    robot = people.add_user(name="nightly", service=True).result()
    assert (robot.email, robot.username, robot.service, robot.shown) == (None, "nightly", True, "nightly")
    with pytest.raises(ConfigurationError, match="already a service account 'Nightly'"):
        people.add_user(name="Nightly", service=True).result()
    with pytest.raises(ConfigurationError, match="name: 1 to 63"):
        people.add_user(name="has space", service=True).result()


def test_a_person_without_an_address_and_a_service_account_have_two_names(office: Office) -> None:
    services = office.services
    mine = services.first_steps.first_key().result().user
    services.people.add_user(name="nightly", service=True).result()
    with pytest.raises(ConfigurationError, match=f"already a person '{mine.upper()}'"):
        services.people.add_user(name=mine.upper(), service=True).result()
    with pytest.raises(ConfigurationError, match=f"already a person '{mine}'"):
        services.people.update_user("nightly", name=mine).result()
    services.people.delete_user(mine).result()
    services.people.update_user("nightly", name=mine).result()
    with pytest.raises(ConfigurationError, match=f"already a service account '{mine}'"):
        services.first_steps.first_key().result()
    services.people.delete_user(mine).result()
    services.first_steps.first_key().result()
    services.people.deactivate_user(mine).result()
    with pytest.raises(ConfigurationError, match="is not active; reactivate them first"):
        services.first_steps.first_key().result()
    assert len([user for user in office.snapshot().users.values() if user.shown == mine]) == 1


def test_the_first_group_named_is_the_primary_one(office: Office) -> None:
    people = office.services.people
    research = people.add_group("research").result()
    ana = people.add_user("ana@example.com", groups=["research", "team", "Research"]).result()
    assert ana.groups == (research.id, TEAM)


def test_a_user_can_be_changed_and_the_event_says_from_what_to_what(office: Office) -> None:
    people = office.services.people
    people.add_user("ana@example.com", "Ana").result()
    changed = people.update_user(
        "ana@example.com", email="ana@new.org", name="Ana B", role=Role.ADMIN
    ).result()
    assert (changed.email, changed.display_name, changed.role) == ("ana@new.org", "Ana B", Role.ADMIN)
    event = office.last_event()
    assert event.detail["before"]["email"] == "ana@example.com"
    assert event.detail["after"]["email"] == "ana@new.org"
    with pytest.raises(ConfigurationError, match="'boss' is none of"):
        people.update_user("ana@new.org", role="boss").result()


def test_another_role_is_a_matter_of_what_one_may_do(office: Office) -> None:
    office.services.people.add_user("ana@example.com").result()
    office.services.people.update_user("ana@example.com", role="operator").result()
    event = office.last_event()
    assert (event.row.category, event.row.method) == ("Authorization", "role changed")
    assert (event.detail["before"], event.detail["after"]) == ({"role": "member"}, {"role": "operator"})


def test_saving_a_user_unchanged_leaves_no_event(office: Office) -> None:
    people = office.services.people
    people.add_user("ana@example.com", "Ana").result()
    told = office.told()
    people.update_user("ana@example.com", email="ana@example.com", name="Ana", groups=["team"]).result()
    assert office.told() == told


def test_renaming_a_service_account_renames_what_it_is_known_by(office: Office) -> None:
    people = office.services.people
    people.add_user(name="nightly", service=True).result()
    assert people.update_user("nightly", name="weekly").result().shown == "weekly"


def test_deactivating_and_reactivating_are_told_once_each(office: Office) -> None:
    people = office.services.people
    people.add_user("ana@example.com").result()
    assert not people.deactivate_user("ana@example.com").result().active
    people.deactivate_user("ana@example.com").result()
    assert people.reactivate_user("ana@example.com").result().active
    assert [event for event, _ in office.told()] == ["user created", "user deactivated", "user reactivated"]


def test_deleting_a_user_revokes_their_keys(office: Office) -> None:
    services = office.services
    ana = services.people.add_user("ana@example.com").result()
    created = services.keys.create("ana@example.com").result()
    services.people.delete_user("ana@example.com").result()
    snapshot = office.snapshot()
    assert ana.id not in snapshot.users
    assert snapshot.keys[digest(created.key)].revoked_us is not None
    assert office.told()[-2:] == [
        ("key revoked", f"{created.prefix}..."),
        ("user deleted", "ana@example.com"),
    ]


def test_deleting_a_user_ends_their_sessions(office: Office) -> None:
    ana = office.services.people.add_user("ana@example.com").result()
    now = now_us()
    session = OAuthSession(
        new_id(), "proxy-1", "script", ana.id, "local", ("use",), now, now + 3600 * 1_000_000
    )
    tokens = NewTokens(b"access", b"refresh", ("use",), now, session.expires_us, session.expires_us)
    TokenStore(office.store).open_session(session, tokens, None).result()
    office.services.people.delete_user("ana@example.com").result()
    assert [item.status for item in office.ask(session_rows)] == ["revoked"]
    assert ("session revoked", "ana@example.com") in office.told()


def test_an_unknown_user_is_named_with_the_nearest_one(office: Office) -> None:
    people = office.services.people
    people.add_user("ana@example.com").result()
    with pytest.raises(ConfigurationError, match=r"there is no user 'anna@example\.com'; did you mean 'ana@"):
        people.deactivate_user("anna@example.com").result()
    with pytest.raises(ConfigurationError, match=r"there is no user 'zzz'$"):
        people.deactivate_user("zzz").result()


def test_groups_are_made_renamed_and_removed(office: Office) -> None:
    people = office.services.people
    group = people.add_group(" research ").result()
    assert people.rename_group("research", "lab").result().id == group.id
    people.rename_group("lab", "lab").result()
    people.remove_group("lab").result()
    assert [event for event, _ in office.told()] == ["group created", "group updated", "group deleted"]
    assert set(office.snapshot().groups) == {TEAM}


@pytest.mark.parametrize("name", ["", "  ", "x" * 64, "two\nlines"])
def test_a_groups_name_is_one_short_line(office: Office, name: str) -> None:
    with pytest.raises(ConfigurationError, match="1 to 63 characters"):
        office.services.people.add_group(name).result()


def test_a_group_with_an_emoji_that_is_joined_is_told_what_joins_it(office: Office) -> None:
    with pytest.raises(ConfigurationError, match="invisible, as those that join emoji are"):
        office.services.people.add_group("family \N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}").result()


def test_two_groups_have_two_names(office: Office) -> None:
    people = office.services.people
    people.add_group("lab").result()
    with pytest.raises(ConfigurationError, match="already a group 'Team'"):
        people.rename_group("lab", "Team").result()


def test_a_group_in_use_stays(office: Office) -> None:
    services = office.services
    services.people.add_group("lab").result()
    services.people.add_user("ana@example.com", groups=["lab"]).result()
    with pytest.raises(ConfigurationError, match=r"'lab' still has 1 member$"):
        services.people.remove_group("lab").result()
    services.people.update_user("ana@example.com", groups=["team"]).result()
    services.first_steps.first_key().result()
    services.proxies.allow("sandbox", "lab").result()
    with pytest.raises(ConfigurationError, match="'lab' may use sandbox; disallow it there first"):
        services.people.remove_group("lab").result()
    services.proxies.allow("sandbox", "team").result()
    services.proxies.disallow("sandbox", "lab").result()
    services.people.remove_group("lab").result()


def test_the_first_group_stays_whatever_it_is_called(office: Office) -> None:
    people = office.services.people
    people.rename_group("team", "everyone").result()
    with pytest.raises(ConfigurationError, match="'everyone' stays"):
        people.remove_group("everyone").result()
    assert people.add_user("ana@example.com").result().groups == (TEAM,)


def test_members_come_and_go_and_their_keys_follow(office: Office) -> None:
    services = office.services
    lab = services.people.add_group("lab").result()
    services.people.add_user("ana@example.com").result()
    assert services.people.add_member("lab", "ana@example.com").result().groups == (TEAM, lab.id)
    services.people.add_member("lab", "ana@example.com").result()
    key = services.keys.create("ana@example.com", group="lab").result()
    assert services.people.remove_member("lab", "ana@example.com").result().groups == (TEAM,)
    assert office.snapshot().keys[digest(key.key)].group_id == TEAM
    assert [event for event, _ in office.told()][-4:] == [
        "member added",
        "key created",
        "member removed",
        "key updated",
    ]
    with pytest.raises(ConfigurationError, match="is not in group 'lab'"):
        services.people.remove_member("lab", "ana@example.com").result()
    with pytest.raises(ConfigurationError, match="needs a group"):
        services.people.remove_member("team", "ana@example.com").result()
