"""Passwords and one-time codes: who may have them, which failures lock, what lets a person try again."""

import pytest

from gateway_desktop.core.clock import now_us
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.ids import new_id
from gateway_desktop.core.oauth import NewTokens, OAuthSession
from gateway_desktop.services.team_sign_in import TeamSignIn
from gateway_desktop.store.models.oauth import SignInAttemptRow
from gateway_desktop.store.password_store import MOST_FAILURES, WINDOW_US, PasswordStore
from gateway_desktop.store.queries.oauth import session_rows
from gateway_desktop.store.token_store import TokenStore
from tests.services.conftest import Office

ANA = "ana@example.com"


def passwords(office: Office) -> PasswordStore:
    return PasswordStore(office.store, office.sealer)


def fails(office: Office, times: int) -> list[int | None]:
    """Let sign-ins of Ana fail; return until when each of them locks her name."""
    return [passwords(office).failed(ANA, "sandbox", "192.0.2.1").result() for _ in range(times)]


def test_the_fifth_failure_locks_a_name_and_is_told_once(office: Office) -> None:
    *before, locked, still = fails(office, MOST_FAILURES + 1)
    assert before == [None] * (MOST_FAILURES - 1)
    assert locked is not None and still == locked
    assert passwords(office).find(ANA).result() == (None, locked)
    assert [event for event, _ in office.told()].count("account locked") == 1


def test_what_is_no_address_may_be_a_password_and_is_not_kept(office: Office) -> None:
    passwords(office).failed("my secret password", "sandbox", "192.0.2.1").result()
    (kept,) = office.ask(lambda _: [row.name for row in SignInAttemptRow.select()])
    assert kept == "no e-mail address"


def test_failures_count_anew_when_the_first_is_long_ago(office: Office) -> None:
    fails(office, MOST_FAILURES - 1)
    passwords(office).failed("bo@example.com", "sandbox", "192.0.2.1").result()
    long_ago = now_us() - WINDOW_US - 1_000_000
    hers = SignInAttemptRow.name == ANA
    office.store.writer.submit(
        lambda _: SignInAttemptRow.update(since_us=long_ago).where(hers).execute()
    ).result()
    assert fails(office, MOST_FAILURES - 1) == [None] * (MOST_FAILURES - 1)
    assert office.ask(lambda _: SignInAttemptRow.select().count()) == 2


def test_what_failed_while_the_clock_was_ahead_locks_nobody_after_it_was_set(office: Office) -> None:
    office.services.people.add_user(ANA).result()
    fails(office, MOST_FAILURES)
    year = 365 * 86_400 * 1_000_000
    ahead = {"since_us": now_us() + year, "locked_until_us": now_us() + year + WINDOW_US}
    office.store.writer.submit(lambda _: SignInAttemptRow.update(ahead).execute()).result()
    assert passwords(office).find(ANA).result() == (None, None)
    assert fails(office, MOST_FAILURES)[:-1] == [None] * (MOST_FAILURES - 1)
    assert passwords(office).find(ANA).result()[1] is not None


def test_a_new_password_lets_a_locked_person_try_again(office: Office) -> None:
    office.services.people.add_user(ANA).result()
    fails(office, MOST_FAILURES)
    office.services.passwords.set_password(ANA, "a long password").result()
    password, locked = passwords(office).find(ANA).result()
    assert password is not None and locked is None


def signed_in_to_the_window(office: Office) -> str:
    """Let Ana, who has a password, sign in; return what is kept of it."""
    return TeamSignIn(office.store, passwords(office)).sign_in(ANA, "a long password").result()


def works(office: Office, kept: str) -> bool:
    return TeamSignIn(office.store, passwords(office)).person(kept).result() is not None


def test_a_new_password_ends_what_the_old_one_signed_in(office: Office) -> None:
    """Somebody else may have known it."""
    services = office.services
    ana = services.people.add_user(ANA, role="viewer").result()
    services.passwords.set_password(ANA, "a long password").result()
    kept, now = signed_in_to_the_window(office), now_us()
    for provider in ("local", "office"):
        until = now + 3600 * 1_000_000
        session = OAuthSession(new_id(), "proxy-1", provider, ana.id, provider, ("use",), now, until)
        tokens = NewTokens(provider.encode(), None, ("use",), now, until, until)
        TokenStore(office.store).open_session(session, tokens, None).result()
    assert works(office, kept)
    services.passwords.set_password(ANA, "another password").result()
    assert not works(office, kept)
    status = {item.session.provider: item.status for item in office.ask(session_rows)}
    assert status == {"local": "revoked", "office": "active"}


def test_who_is_signed_out_everywhere_is_signed_out_of_the_window(office: Office) -> None:
    services = office.services
    services.people.add_user(ANA, role="viewer").result()
    services.passwords.set_password(ANA, "a long password").result()
    kept = signed_in_to_the_window(office)
    services.oauth_sessions.revoke_user(ANA).result()
    assert not works(office, kept)
    kept = signed_in_to_the_window(office)
    services.people.deactivate_user(ANA).result()
    services.people.reactivate_user(ANA).result()
    assert not works(office, kept)


def test_a_sign_in_that_succeeds_forgets_the_failures(office: Office) -> None:
    office.services.people.add_user(ANA).result()
    fails(office, MOST_FAILURES - 1)
    assert passwords(office).succeeded(ANA, "sandbox", "192.0.2.1", None).result()
    assert fails(office, 1) == [None]


def test_of_two_who_use_a_code_at_once_one_comes_in(office: Office) -> None:
    office.services.people.add_user(ANA).result()
    office.services.passwords.set_password(ANA, "a long password").result()
    office.services.passwords.require_codes(ANA).result()
    both = [passwords(office).succeeded(ANA, "sandbox", "192.0.2.1", 7) for _ in range(2)]
    assert [one.result() for one in both] == [True, False]


def test_who_is_asked_for_no_codes_has_none_to_check(office: Office) -> None:
    services = office.services
    services.people.add_user(ANA).result()
    services.passwords.set_password(ANA, "a long password").result()
    with pytest.raises(ConfigurationError, match="has no one-time codes"):
        services.passwords.check_code(ANA, "000000").result()


def test_a_service_account_gets_no_password(office: Office) -> None:
    office.services.people.add_user("", "nightly", service=True).result()
    with pytest.raises(ConfigurationError, match="has no e-mail address to sign in with"):
        office.services.passwords.set_password("nightly", "a long password").result()


def test_only_people_who_are_active_are_found(office: Office) -> None:
    people = office.services.people
    people.add_user(ANA).result()
    office.services.passwords.set_password(ANA, "a long password").result()
    assert passwords(office).find(f" {ANA.upper()} ").result()[0] is not None
    people.deactivate_user(ANA).result()
    assert passwords(office).find(ANA).result() == (None, None)
    assert not passwords(office).succeeded(ANA, "sandbox", "192.0.2.1", None).result()
    people.reactivate_user(ANA).result()
    people.delete_user(ANA).result()
    assert passwords(office).find(ANA).result() == (None, None)
