"""The configuration that was written is the snapshot that gateways get."""

import json
from collections.abc import Callable, Mapping

import pytest

from gateway_desktop.core.people import TEAM
from gateway_desktop.core.proxy import Access
from gateway_desktop.core.record_settings import Audit
from gateway_desktop.core.settings import Settings
from gateway_desktop.core.snapshot import Snapshot
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.meta import SettingRow
from gateway_desktop.store.models.people import ApiKeyRow, GroupRow, MembershipRow, UserRow
from gateway_desktop.store.models.proxy import ProxyAccessRow, ProxyRow, SecretRow
from gateway_desktop.store.queries.configuration import (
    group_rows,
    key_rows,
    load_snapshot,
    proxy_rows,
    user_rows,
)
from gateway_desktop.store.store import Store
from gateway_desktop.store.system_events import bump_config_version


class Sealed:
    """Opens what `fill` sealed."""

    def open(self, owner: str, nonce: bytes, ciphertext: bytes, /) -> str:
        if nonce != b"nonce":
            raise ValueError("another master key")
        return f"{owner}:{ciphertext.decode()}"


def settings(rows: Mapping[str, str]) -> Settings:
    return Settings(audit=Audit(enabled=json.loads(rows.get("audit.enabled", "true"))))


def fill(_database: Database) -> None:
    UserRow.create(
        id="u1", email="ana@example.com", username="ana", display_name="Ana", role="admin", created_us=1
    )
    UserRow.create(id="u2", username="robot", display_name="Robot", role="member", service=True, created_us=2)
    UserRow.create(
        id="u3",
        email="old@example.com",
        username="old",
        display_name="O",
        role="member",
        created_us=3,
        deleted_us=4,
    )
    GroupRow.create(id="g1", name="night", created_us=5)
    for position, group in enumerate(("g1", TEAM)):
        MembershipRow.create(user_id="u1", group_id=group, position=position)
    for number, owner in enumerate(("u1", "u2", "u3")):
        ApiKeyRow.create(
            id=f"k{number}", name="laptop", prefix=f"gwd_{number}", digest=bytes([number] * 32),
            user_id=owner, group_id=TEAM, created_us=6 + number, revoked_us=9 if number == 1 else None,
        )  # fmt: skip
    SecretRow.create(id="s1", owner="proxy:p1", nonce=b"nonce", ciphertext=b"sk-upstream")
    SecretRow.create(id="s2", owner="proxy:p2", nonce=b"other", ciphertext=b"sk-upstream")
    for number, name in enumerate(("openai", "broken", "by-environment", "removed"), 1):
        ProxyRow.create(
            id=f"p{number}", name=name, kind="llm", upstream="https://api.example.com", created_us=10,
            credential_secret=f"s{number}" if number <= 2 else None, restricted=number == 1,
            credential_env="GATEWAY_TEST_CREDENTIAL" if number == 3 else None, provider="openai",
            deleted_us=11 if number == 4 else None,
        )  # fmt: skip
    ProxyAccessRow.create(proxy_id="p1", group_id="g1", models='["gpt-*"]')
    SettingRow.create(key="audit.enabled", value="false")


@pytest.fixture
def snapshot(store: Store, monkeypatch: pytest.MonkeyPatch, expect_log: Callable[[str], None]) -> Snapshot:
    expect_log("The credential of proxy broken cannot be opened")
    monkeypatch.setenv("GATEWAY_TEST_CREDENTIAL", "sk-environment")
    store.writer.submit(fill).result(60)
    return store.reader.submit(load_snapshot, Sealed(), settings).result(60)


def test_a_snapshot_has_what_lives_and_the_owners_of_every_key(snapshot: Snapshot) -> None:
    assert set(snapshot.proxies) == {"openai", "broken", "by-environment"}
    assert set(snapshot.users) == {"u1", "u2"}
    assert set(snapshot.groups) == {TEAM, "g1"}
    assert {key.id for key in snapshot.keys.values()} == {"k0", "k1", "k2"}
    assert snapshot.users["u1"].groups == ("g1", TEAM)
    assert snapshot.proxies["openai"].access == (Access("g1", ("gpt-*",)),)
    assert snapshot.settings.audit.enabled is False


def test_a_snapshot_has_opened_credentials_and_a_broken_one_stops_no_other(snapshot: Snapshot) -> None:
    assert snapshot.credentials == {"p1": "proxy:p1:sk-upstream", "p3": "sk-environment"}
    assert "sk-" not in repr(snapshot.credentials)


def test_lists_say_who_belongs_to_whom(store: Store) -> None:
    store.writer.submit(fill).result(60)
    users = {item.user.id: item for item in store.reader.submit(user_rows).result(60)}
    assert (users["u1"].groups, users["u1"].keys, users["u2"].keys) == (("night", "team"), 1, 0)
    groups = {item.group.name: item for item in store.reader.submit(group_rows).result(60)}
    assert (groups["night"].members, groups["night"].proxies) == (("u1",), ("openai",))
    keys = {item.key.id: item for item in store.reader.submit(key_rows).result(60)}
    assert [keys[name].state(100) for name in ("k0", "k1", "k2")] == ["active", "revoked", "needs attention"]
    assert keys["k2"].owner == "old@example.com"
    proxies = {item.proxy.name: item for item in store.reader.submit(proxy_rows).result(60)}
    assert proxies["openai"].groups == (("night", ("gpt-*",)),)


def test_the_version_moves_with_every_change(store: Store) -> None:
    assert [store.writer.submit(bump_config_version).result(60) for _ in range(3)] == [2, 3, 4]
    assert store.reader.submit(load_snapshot, Sealed(), settings).result(60).version == 4


def test_names_are_taken_once_among_the_living(store: Store) -> None:
    def again(_database: Database) -> None:
        UserRow.create(
            id="u9", email="OLD@example.com", username="old", display_name="O", role="member", created_us=3
        )

    store.writer.submit(fill).result(60)
    store.writer.submit(again).result(60)
    with pytest.raises(Exception, match=r"(?i)unique"):
        store.writer.submit(again).result(60)
