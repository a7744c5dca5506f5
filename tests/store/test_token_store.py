"""What the authorization server remembers: sweeping, and that only living tokens are found."""

from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace

import pytest

from gateway_desktop.core.changes import ChangeFeed
from gateway_desktop.core.clock import now_us
from gateway_desktop.core.database_url import Where
from gateway_desktop.core.ids import new_id
from gateway_desktop.core.oauth import NewTokens, OAuthClient, OAuthSession, Registered, Rotation
from gateway_desktop.core.principal import PrincipalKind
from gateway_desktop.store.database import Database
from gateway_desktop.store.ended_sign_ins import purge_sign_ins
from gateway_desktop.store.models.oauth import OAuthClientRow
from gateway_desktop.store.models.people import UserRow
from gateway_desktop.store.queries.configuration import config_version
from gateway_desktop.store.queries.oauth import client_rows, session_rows
from gateway_desktop.store.store import Store
from gateway_desktop.store.token_store import AGAIN_US, TokenStore
from tests.makers import a_principal, a_record

DAY_US = 86_400_000_000
NOW = now_us()


@pytest.fixture
def store(where: Where) -> Iterator[Store]:
    with Store.open(where, ChangeFeed()) as opened:
        opened.ready.result()
        opened.writer.submit(_add_ana).result()
        yield opened


def _add_ana(_database: Database) -> None:
    UserRow.create(
        id="user-1",
        email="ana@example.org",
        username="ana",
        display_name="Ana",
        role="member",
        created_us=NOW,
    )


def a_client(**changes: object) -> OAuthClient:
    values = {"id": new_id(), "how": Registered.DYNAMIC, "registered_us": NOW - 30 * DAY_US, **changes}
    return OAuthClient(proxy_id="proxy-1", name="Script", redirect_uris=("http://localhost/cb",), **values)  # type: ignore[arg-type]


def registered(store: Store) -> tuple[TokenStore, OAuthClient]:
    tokens, client = TokenStore(store), a_client()
    tokens.add_client(client, "", 0).result()
    return tokens, client


def signed_in(
    tokens: TokenStore,
    client: OAuthClient,
    digest: bytes = b"access",
    lives_us: int = DAY_US,
    code: bytes | None = None,
) -> str:
    session = OAuthSession(new_id(), "proxy-1", client.id, "user-1", "local", ("use",), NOW, NOW + lives_us)
    new = NewTokens(digest, digest + b"refresh", ("use",), NOW, NOW + lives_us, NOW + lives_us)
    tokens.open_session(session, new, code).result()
    return session.id


def test_forty_duplicates_are_swept_and_the_live_one_stays(store: Store) -> None:
    tokens = TokenStore(store)
    clients = [a_client() for _ in range(41)]
    for client in clients:
        tokens.add_client(client, "127.0.0.1", 0).result()
    signed_in(tokens, clients[20])
    swept = tokens.add_client(a_client(registered_us=NOW), "127.0.0.1", NOW - 7 * DAY_US).result()
    assert swept == 40
    left = store.reader.submit(client_rows).result()
    assert [item.status for item in left] == ["never used", "active"]
    assert left[1].client.id == clients[20].id
    assert tokens.client("proxy-1", clients[0].id).result() is None


def test_clients_registered_by_hand_and_young_ones_are_not_swept(store: Store) -> None:
    tokens = TokenStore(store)
    tokens.add_client(a_client(how=Registered.BY_HAND), "", 0).result()
    tokens.add_client(a_client(registered_us=NOW - DAY_US), "", 0).result()
    assert tokens.add_client(a_client(registered_us=NOW), "", NOW - 7 * DAY_US).result() == 0


def test_an_access_token_is_no_refresh_token_and_the_other_way_round(store: Store) -> None:
    tokens, client = registered(store)
    signed_in(tokens, client)
    assert tokens.token(b"access").result() is not None
    assert tokens.token(b"accessrefresh").result() is None
    assert tokens.refresh_token(b"accessrefresh").result() is not None
    assert tokens.refresh_token(b"access").result() is None


def rotated(tokens: TokenStore, client: OAuthClient, digest: bytes, now: int = NOW) -> Rotation:
    new = NewTokens(digest + b"2", digest + b"refresh2", (), now, now + DAY_US, now + DAY_US)
    return tokens.rotate(digest, client, new, 90 * DAY_US).result()


def test_a_refresh_token_that_comes_once_more_soon_gets_the_same_tokens(store: Store) -> None:
    tokens, client = registered(store)
    signed_in(tokens, client)
    first = rotated(tokens, client, b"accessrefresh").tokens
    again = rotated(tokens, client, b"accessrefresh", NOW + AGAIN_US).tokens
    assert first is not None and again == replace(first, issued_us=NOW + AGAIN_US)
    store.writer.submit(lambda _: UserRow.update(active=False).execute()).result()
    assert "not active" in rotated(tokens, client, b"accessrefresh").problem
    assert tokens.revoke(b"access", client).result() is not None
    assert rotated(tokens, client, b"accessrefresh").tokens is None


@pytest.mark.parametrize(("renewed", "later"), [(False, AGAIN_US + 1), (True, 0)])
def test_one_that_comes_later_or_after_its_tokens_were_renewed_ends_the_session(
    store: Store, renewed: bool, later: int
) -> None:
    tokens, client = registered(store)
    session = signed_in(tokens, client)
    rotated(tokens, client, b"accessrefresh")
    if renewed:
        rotated(tokens, client, b"accessrefreshrefresh2")
    found = rotated(tokens, client, b"accessrefresh", NOW + later)
    assert found.revoked and found.tokens is None and found.session is not None
    assert found.session.id == session
    token = tokens.token(b"accessrefresh2").result()
    assert token is not None and token.ended


def test_however_often_it_is_renewed_a_session_ends(store: Store) -> None:
    (tokens, client), hour = registered(store), DAY_US // 24
    signed_in(tokens, client, lives_us=365 * DAY_US)
    late = NOW + 90 * DAY_US - hour
    assert not rotated(tokens, client, b"accessrefresh", late).problem
    for found in (
        tokens.token(b"accessrefresh2").result(),
        tokens.refresh_token(b"accessrefreshrefresh2").result(),
    ):
        assert found is not None and found.expires_us == late + hour
    (item,) = store.reader.submit(session_rows).result()
    assert item.session.expires_us == late + hour
    assert "expired" in rotated(tokens, client, b"accessrefreshrefresh2", late + hour).problem


def test_a_refresh_token_is_good_in_its_time_and_for_who_is_active(store: Store) -> None:
    tokens, client = registered(store)
    signed_in(tokens, client)
    assert "expired" in rotated(tokens, client, b"accessrefresh", NOW + DAY_US).problem
    store.writer.submit(lambda _: UserRow.update(active=False).execute()).result()
    assert "not active" in rotated(tokens, client, b"accessrefresh").problem
    store.writer.submit(lambda _: UserRow.update(active=True).execute()).result()
    assert not rotated(tokens, client, b"accessrefresh").problem


def test_other_gateways_hear_of_every_session_that_ends(store: Store) -> None:
    """They keep tokens until the configuration's version moves."""
    tokens, client = registered(store)
    for number, end in enumerate(("revoked", "refresh token reused", "code reused")):
        access = b"access%d" % number
        signed_in(tokens, client, access, code=access)
        rotated(tokens, client, access + b"refresh")
        before = store.reader.submit(config_version).result()
        if end == "revoked":
            tokens.revoke(access, client).result()
        elif end == "code reused":
            tokens.code_came_again(access).result()
        else:
            rotated(tokens, client, access + b"refresh", NOW + AGAIN_US + 1)
        assert store.reader.submit(config_version).result() > before, end
        found = tokens.token(access).result()
        assert found is not None and found.ended


def test_tokens_of_a_revoked_client_are_over(store: Store) -> None:
    tokens, client = registered(store)
    signed_in(tokens, client)
    store.writer.submit(lambda _: OAuthClientRow.update(revoked_us=NOW).execute()).result()
    found = tokens.token(b"access").result()
    assert found is not None and found.ended


def test_a_client_that_was_used_long_ago_is_not_swept(store: Store) -> None:
    tokens, client = registered(store)
    signed_in(tokens, client)
    store.writer.submit(purge_sign_ins, NOW + 40 * DAY_US, 0).result()
    assert not store.reader.submit(session_rows).result()
    assert tokens.add_client(a_client(registered_us=NOW), "", NOW - 7 * DAY_US).result() == 0


def test_a_session_shows_when_it_was_last_used(store: Store) -> None:
    tokens, client = registered(store)
    session = signed_in(tokens, client)
    who = a_principal(kind=PrincipalKind.OAUTH, api_key_id=None, client_id=client.id, session=session)
    done: Future[BaseException | None] = Future()
    store.writer.append(a_record(principal=who), done.set_result)
    assert done.result(60) is None
    (item,) = store.reader.submit(session_rows).result()
    assert item.session.last_used_us is not None and item.session.last_used_us > NOW


def test_the_status_of_clients_follows_their_sessions(store: Store) -> None:
    tokens = TokenStore(store)
    expired, idle = a_client(registered_us=NOW), a_client(registered_us=NOW - 1)
    for client in (expired, idle):
        tokens.add_client(client, "", 0).result()
    signed_in(tokens, expired, b"one", lives_us=-1)
    signed_in(tokens, idle, b"two")
    assert tokens.revoke(b"two", idle).result() is not None
    rows = store.reader.submit(client_rows).result()
    assert [item.status for item in rows] == ["expired", "idle"]
    assert rows[0].users == ("ana@example.org",)


def test_what_is_long_over_is_purged_and_living_sessions_stay(store: Store) -> None:
    tokens, client = registered(store)
    tokens.add_client(a_client(), "", 0).result()  # which nobody uses
    signed_in(tokens, client, b"old", lives_us=DAY_US)
    living = signed_in(tokens, client, b"living", lives_us=90 * DAY_US)
    young = store.writer.submit(purge_sign_ins, NOW + 9 * DAY_US, 0).result()
    assert young == (0, 0, 2)  # the old session's tokens are a week past their end
    late = store.writer.submit(purge_sign_ins, NOW + 40 * DAY_US, NOW - 7 * DAY_US).result()
    assert late == (1, 1, 0)
    assert [item.session.id for item in store.reader.submit(session_rows).result()] == [living]
    assert tokens.token(b"living").result() is not None
    assert tokens.client("proxy-1", client.id).result() is not None


def test_the_tokens_of_a_session_that_was_revoked_long_ago_go_with_it(store: Store) -> None:
    tokens, client = registered(store)
    signed_in(tokens, client, lives_us=365 * DAY_US)
    tokens.revoke(b"access", client).result()
    assert store.writer.submit(purge_sign_ins, NOW + 31 * DAY_US, 0).result() == (0, 1, 2)
