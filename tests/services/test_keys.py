"""Keys: shown once, revoked for good, rotated with an overlap."""

import pytest

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.identity.tokens import digest
from gateway_desktop.services.keys import CreatedKey
from gateway_desktop.store.queries.audit import page
from gateway_desktop.store.queries.paging import parse_filter
from tests.makers import a_principal, a_record
from tests.services.conftest import Office

HOUR_US = 3_600_000_000


@pytest.fixture
def ana(office: Office) -> str:
    office.services.people.add_group("lab").result()
    office.services.people.add_user("ana@example.com", groups=["team", "lab"]).result()
    return "ana@example.com"


def create(office: Office, **wanted: object) -> CreatedKey:
    return office.services.keys.create("ana@example.com", **wanted).result()  # type: ignore[arg-type]


def test_a_key_is_whole_only_once(office: Office, ana: str) -> None:
    created = create(office, name="laptop")
    stored = office.snapshot().keys[digest(created.key)]
    assert (stored.prefix, stored.name, created.user, created.group) == (
        created.key[:12],
        "laptop",
        ana,
        "team",
    )
    assert created.key not in str(office.events())
    assert created.key not in repr(created)
    assert created.key.encode() not in office.stored()


def test_a_key_belongs_to_the_named_group_of_its_owner(office: Office, ana: str) -> None:
    assert create(office, group="lab").group == "lab"
    office.services.people.add_group("others").result()
    with pytest.raises(ConfigurationError, match=r"group: ana@example\.com is not in group 'others'"):
        create(office, group="others")


def test_a_key_may_end_after_some_days(office: Office, ana: str) -> None:
    created = create(office, expires_days=30)
    stored = office.snapshot().keys[digest(created.key)]
    assert stored.expires_us is not None
    assert stored.expires_us - stored.created_us == 30 * 24 * HOUR_US
    for days in (0, -1, 4000, float("nan")):
        with pytest.raises(ConfigurationError, match="expires:"):
            create(office, expires_days=days)


def test_somebody_inactive_gets_no_key(office: Office, ana: str) -> None:
    office.services.people.deactivate_user(ana).result()
    with pytest.raises(ConfigurationError, match="not active"):
        create(office)


def test_a_revoked_key_stays_revoked(office: Office, ana: str) -> None:
    created = create(office)
    office.services.keys.revoke(created.prefix).result()
    assert office.snapshot().keys[digest(created.key)].revoked_us is not None
    for action in (office.services.keys.revoke, office.services.keys.rotate):
        with pytest.raises(ConfigurationError, match="revoked"):
            action(created.prefix).result()


def test_a_whole_key_names_itself_as_well_as_its_start_and_its_id(office: Office, ana: str) -> None:
    for key in (create(office), create(office)):
        for named in (key.key, key.prefix, key.id):
            office.services.keys.rename(named, named[-5:]).result()
            assert office.snapshot().keys[digest(key.key)].name == named[-5:]


def test_a_start_that_several_keys_share_is_refused_with_all_of_them(office: Office, ana: str) -> None:
    first, second = create(office), create(office)
    with pytest.raises(ConfigurationError) as caught:
        office.services.keys.revoke("gwd_").result()
    assert first.prefix in caught.value.problem and second.prefix in caught.value.problem
    for unknown in ("gwd%", "sk-", ""):
        with pytest.raises(ConfigurationError, match="no key starts with"):
            office.services.keys.revoke(unknown).result()


def test_both_keys_work_during_the_overlap_of_a_rotation(office: Office, ana: str) -> None:
    old = create(office, group="lab", name="laptop", expires_days=10)
    new = office.services.keys.rotate(old.prefix, overlap_hours=2).result()
    keys = office.snapshot().keys
    before, after = keys[digest(old.key)], keys[digest(new.key)]
    assert (new.name, new.group, before.rotated_to) == ("laptop", "lab", new.id)
    assert before.expires_us is not None and after.expires_us is not None
    assert before.expires_us - after.created_us == 2 * HOUR_US
    assert after.expires_us - after.created_us == 10 * 24 * HOUR_US
    assert office.told()[-1] == ("key rotated", f"{old.prefix}...")
    with pytest.raises(ConfigurationError, match=f"was rotated to {new.prefix}"):
        office.services.keys.rotate(old.prefix).result()


def test_an_overlap_never_makes_a_key_live_longer(office: Office, ana: str) -> None:
    old = create(office, expires_days=1 / 24)
    office.services.keys.rotate(old.prefix, overlap_hours=48).result()
    assert office.snapshot().keys[digest(old.key)].expires_us == old.expires_us
    with pytest.raises(ConfigurationError, match="overlap: 0 to 720 hours"):
        office.services.keys.rotate(old.prefix, overlap_hours=1000).result()


def test_an_expired_key_is_not_rotated(office: Office, ana: str) -> None:
    old = create(office)
    office.services.keys.rotate(old.prefix, overlap_hours=0).result()
    with pytest.raises(ConfigurationError, match="has expired"):
        office.services.keys.rotate(old.prefix).result()


def test_its_requests_are_found_by_how_it_begins_or_by_all_of_it(office: Office, ana: str) -> None:
    keys = [create(office) for _ in range(2)]
    for key in keys:
        office.store.writer.append(a_record(principal=a_principal(actor=ana, api_key_id=key.id)))
    office.store.writer.submit(lambda _database: None).result()
    first, second = keys
    for text, expected in (
        (first.prefix, {first.id}),
        (first.key, {first.id}),
        (second.id, {second.id}),
        ("gwd_", {first.id, second.id}),
    ):
        found = office.ask(page, parse_filter("llm", f"key:{text}")).rows
        assert {row.api_key_id for row in found} == expected
