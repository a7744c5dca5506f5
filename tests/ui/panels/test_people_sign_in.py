"""Users & Groups: passwords, one-time codes and sessions of a person, as the sign-in page will find them."""

import pyotp

from gateway_desktop.core.oauth import Profile, StoredPassword
from gateway_desktop.core.settings import Settings
from gateway_desktop.identity.passwords import verify_password
from gateway_desktop.identity.sealing import Sealer
from gateway_desktop.services.provider_sign_ins import ProviderSignIns
from gateway_desktop.services.provider_values import NewProvider
from gateway_desktop.store.password_store import MOST_FAILURES, PasswordStore
from gateway_desktop.store.queries.oauth import session_rows
from gateway_desktop.ui.panels.people.columns import PersonRow, sign_in, state
from gateway_desktop.ui.panels.people.panel import People
from gateway_desktop.ui.panels.people.password_dialogs import RequireCodesDialog, SetPasswordDialog
from gateway_desktop.ui.widgets.confirm import Confirmation
from tests.ui.panels.conftest import Hand
from tests.ui.panels.oauth_rows import SignedIn
from tests.ui.reachable import nameless

PASSWORD = "correct horse battery"


def found(hand: Hand, email: str = "ana@example.org") -> StoredPassword | None:
    """Return what the sign-in page finds under a name."""
    return PasswordStore(hand.opened.store, Sealer(b"m" * 32)).find(email).result()[0]


def row_of(page: People, email: str = "ana@example.org") -> PersonRow:
    return next(row for row in page.users.rows() if row.user.email == email)


def open_people(hand: Hand) -> People:
    """Open the page with Ana, chosen."""
    hand.opened.services.people.add_user("ana@example.org", "Ana").result()
    page = hand.open(People)
    page.users.selectRow(0)
    return page


def run(page: People, label: str) -> None:
    page.user_actions.run(page.user_actions.named(label))


def test_a_password_is_typed_twice_and_signs_the_person_in(hand: Hand) -> None:
    page = open_people(hand)
    run(page, "Set password…")
    dialog = hand.dialog(page, SetPasswordDialog)
    assert nameless(dialog) == []
    hand.fill(dialog.form, password="short", again="other")
    hand.press(dialog.action)
    assert "not the same" in dialog.form.error("again")
    hand.fill(dialog.form, again="short")
    hand.press(dialog.action)
    hand.until(lambda: "characters" in dialog.form.error("password"))
    assert found(hand) is None
    hand.fill(dialog.form, password=PASSWORD, again=PASSWORD)
    hand.closes(dialog.action, page, SetPasswordDialog)
    stored = found(hand)
    assert stored is not None
    assert verify_password(stored.hash, PASSWORD)
    hand.until(lambda: sign_in(row_of(page)) == "Password")
    assert hand.events()[0] in ("password changed", "password reset")


def test_one_time_codes_are_shown_once_and_can_be_dropped(hand: Hand) -> None:
    page = open_people(hand)
    hand.opened.services.passwords.set_password("ana@example.org", PASSWORD).result()
    hand.until(lambda: row_of(page).sign_ins.password)
    run(page, "Require one-time codes…")
    dialog = hand.dialog(page, RequireCodesDialog)
    hand.press(dialog.action)
    hand.until(dialog.seed.isVisible)
    stored = found(hand)
    assert stored is not None
    assert str(stored.totp_seed) == dialog.seed.text()
    assert pyotp.parse_uri(dialog.address.text()).secret == dialog.seed.text()
    dialog.trial.set_values({"code": "000 000"})
    hand.press(dialog.check)
    hand.until(lambda: "clock" in dialog.trial.error("code"))
    dialog.trial.set_values({"code": pyotp.TOTP(dialog.seed.text()).now()})
    hand.press(dialog.check)
    hand.until(lambda: dialog.trial.note("code") == "It fits: they can sign in with it.")
    hand.press(dialog.cancel)
    hand.until(lambda: sign_in(row_of(page)) == "Password, code")
    run(page, "Drop one-time codes…")
    hand.press(hand.dialog(page, Confirmation).action)
    hand.until(lambda: sign_in(row_of(page)) == "Password")


def test_who_is_locked_out_is_shown_and_let_in_again(hand: Hand) -> None:
    page = open_people(hand)
    hand.opened.services.passwords.set_password("ana@example.org", PASSWORD).result()
    store = PasswordStore(hand.opened.store, Sealer(b"m" * 32))
    for _ in range(MOST_FAILURES):
        store.failed("Ana@example.org", "openai", "192.0.2.7").result()
    page.reload()
    hand.until(lambda: state(row_of(page)) == ("Locked out", "high"))
    run(page, "Unlock…")
    hand.press(hand.dialog(page, Confirmation).action)
    hand.until(lambda: state(row_of(page)) == ("Active", "success"))


def test_all_sessions_of_a_user_end_when_confirmed(hand: Hand) -> None:
    made = SignedIn(hand.opened)
    ana, jonas = made.user(), made.user("jonas@example.org", "Jonas")
    client = made.client()
    for user in (ana, ana, jonas):
        made.session(client, user)
    page = hand.open(People)
    hand.until(lambda: row_of(page).sign_ins.live_sessions == 2)
    page.users.select(ana.id)
    run(page, "End all sessions…")
    confirmation = hand.dialog(page, Confirmation)
    assert "All 2 sessions end" in confirmation.consequence
    hand.press(confirmation.action)
    hand.until(lambda: row_of(page).sign_ins.live_sessions == 0)
    sessions = hand.opened.reader.submit(session_rows).result()
    assert [item.user for item in sessions if item.status == "active"] == ["jonas@example.org"]


def test_a_service_account_has_no_password(hand: Hand) -> None:
    hand.opened.services.people.add_user("", "ci-runner", service=True).result()
    page = hand.open(People)
    (row,) = page.users.rows()
    fitting = [action.label for action in page.sign_in.actions() if action.fits(row)]
    assert fitting == []


def test_who_somebody_is_at_a_provider_is_shown_and_forgotten(hand: Hand) -> None:
    new = NewProvider("Acme", "gateway", issuer="https://id.acme.test")
    provider = hand.opened.services.identity_providers.add(new).result()
    page = open_people(hand)
    assert sign_in(row_of(page)) == ""
    profile = Profile("https://id.acme.test", "1", "ana@example.org", email_verified=True)
    sign_ins = ProviderSignIns(hand.opened.services.administration, lambda _: Settings())
    sign_ins.sign_in(provider, profile).result()
    hand.until(lambda: sign_in(row_of(page)) == "Provider")
    run(page, "Unlink identity…")
    dialog = hand.dialog(page, Confirmation)
    assert "https://id.acme.test" in dialog.heading.text()
    hand.press(dialog.action)
    hand.until(lambda: sign_in(row_of(page)) == "")
    assert hand.events()[0] == "identity unlinked"
