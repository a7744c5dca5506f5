"""From a credential to the principal behind it."""

import pytest

from gateway_desktop.core.errors import Reason, Refused
from gateway_desktop.core.people import ApiKey, User
from gateway_desktop.core.principal import ANONYMOUS, Principal, PrincipalKind
from gateway_desktop.core.secret import Secret
from gateway_desktop.core.snapshot import Snapshot
from gateway_desktop.identity.authentication import authenticate
from gateway_desktop.identity.tokens import digest
from tests.makers import NOON_US, a_group, a_snapshot, a_user, an_api_key

KEY = Secret("gwd_" + "k" * 43)
HOUR_US = 3_600_000_000


def a_world(key: ApiKey | None = None, user: User | None = None) -> Snapshot:
    key = key or a_key()
    user = user or a_user()
    return a_snapshot(keys={key.digest: key}, users={user.id: user})


def a_key(**changes: object) -> ApiKey:
    return an_api_key(digest=digest(KEY), prefix=KEY[:12], **changes)


def ask(
    snapshot: Snapshot, credential: Secret | None = KEY, now_us: int = NOON_US
) -> tuple[Principal, Refused | None]:
    return authenticate(snapshot, credential, now_us)


def refusal(
    snapshot: Snapshot, credential: Secret | None = KEY, now_us: int = NOON_US
) -> tuple[Principal, Refused]:
    principal, refused = ask(snapshot, credential, now_us)
    assert refused is not None
    return principal, refused


def test_a_key_names_its_owner_with_all_groups_and_the_group_of_the_key() -> None:
    snapshot = a_world(user=a_user(groups=("team", "research")))
    principal, refused = ask(snapshot)
    assert refused is None
    assert principal == Principal(
        PrincipalKind.API_KEY,
        user_id="user-1",
        actor="ana@example.com",
        display_name="Ana",
        group="team",
        groups=frozenset({"team", "research"}),
        api_key_id="key-1",
    )


def test_a_service_account_is_known_by_its_name() -> None:
    robot = a_user(email=None, username="nightly", service=True)
    assert ask(a_world(user=robot))[0].actor == "nightly"


def test_no_credential_is_anonymous_and_401() -> None:
    principal, refused = refusal(a_world(), None)
    assert principal == ANONYMOUS
    assert (refused.reason, refused.status) == (Reason.CREDENTIAL, 401)


def test_an_unknown_key_shows_its_first_characters_only() -> None:
    principal, refused = refusal(a_world(), Secret("gwd_" + "u" * 43))
    assert (refused.reason, refused.status) == (Reason.CREDENTIAL, 401)
    assert principal.no_user_reason == "Unknown key gwd_uuuuuuuu..."
    assert "start with" not in refused.message  # it does
    assert principal.kind is PrincipalKind.ANONYMOUS


def test_of_somebody_elses_secret_nothing_is_shown() -> None:
    principal, refused = refusal(a_world(), Secret("sk-proj-verysecret"))
    assert "sk-proj" not in refused.message and "start with gwd_" in refused.message
    assert "sk-proj" not in (principal.no_user_reason or "")


def test_an_expired_key_is_401_and_names_its_owner() -> None:
    snapshot = a_world(a_key(expires_us=NOON_US + HOUR_US))
    assert ask(snapshot, now_us=NOON_US + HOUR_US - 1)[1] is None
    principal, refused = refusal(snapshot, now_us=NOON_US + HOUR_US)
    assert (principal.actor, refused.status, refused.reason) == ("ana@example.com", 401, Reason.CREDENTIAL)
    assert "expired" in refused.message


def test_a_revoked_key_is_401_and_names_its_owner() -> None:
    principal, refused = refusal(a_world(a_key(revoked_us=NOON_US)))
    assert (principal.actor, refused.status, refused.reason) == ("ana@example.com", 401, Reason.CREDENTIAL)
    assert "revoked" in refused.message


def test_a_key_of_somebody_inactive_is_403() -> None:
    principal, refused = refusal(a_world(user=a_user(active=False)))
    assert (principal.actor, refused.status, refused.reason) == ("ana@example.com", 403, Reason.ACCESS)


def test_a_key_whose_group_is_gone_is_403() -> None:
    snapshot = a_world(a_key(group_id="gone"))
    principal, refused = refusal(snapshot)
    assert (principal.group, refused.status, refused.reason) == ("", 403, Reason.ACCESS)


def test_a_key_whose_owner_was_deleted_is_refused_and_says_why_it_has_no_name() -> None:
    principal, refused = refusal(a_world(a_key(user_id="gone")))
    assert (principal.actor, principal.api_key_id, refused.status) == ("", "key-1", 403)
    assert principal.no_user_reason == "The owner of key gwd_kkkkkkkk... is gone"


@pytest.mark.parametrize("moment", ["revoked_us", "expires_us"])
def test_a_wrong_credential_is_told_before_an_inactive_owner(moment: str) -> None:
    snapshot = a_world(a_key(**{moment: NOON_US}), a_user(active=False))
    assert refusal(snapshot)[1].status == 401


def test_an_index_that_leads_to_another_key_lets_nobody_in() -> None:
    snapshot = a_snapshot(keys={digest(KEY): an_api_key(digest=b"\1" * 32)}, groups={"team": a_group()})
    assert refusal(snapshot)[1].status == 401
