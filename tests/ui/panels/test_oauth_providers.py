"""OAuth Providers: what is added, changed, tried and removed in the window is so in the database."""

from concurrent.futures import Future
from dataclasses import replace
from typing import Any

from PySide6.QtGui import QGuiApplication

from gateway_desktop.core.oauth import Admission, IdentityProvider, SignInRule
from gateway_desktop.core.secret import Secret
from gateway_desktop.core.status import Diagnosis
from gateway_desktop.services.identity_providers import IdentityProviders
from gateway_desktop.services.provider_values import NewProvider
from gateway_desktop.services.proxy_values import NewProxy
from gateway_desktop.store.queries.audit import page as audit_page
from gateway_desktop.store.queries.identity_providers import ProviderItem, provider_rows
from gateway_desktop.store.queries.oauth import session_rows
from gateway_desktop.store.queries.paging import parse_filter
from gateway_desktop.ui.panels.oauth_providers.panel import OAuthProviders
from gateway_desktop.ui.panels.oauth_providers.provider_dialog import ProviderDialog
from gateway_desktop.ui.panels.oauth_providers.rules_dialog import RulesDialog
from gateway_desktop.ui.panels.oauth_proxy.enable_dialog import EnableOAuthDialog
from gateway_desktop.ui.panels.oauth_proxy.panel import OAuthProxy
from gateway_desktop.ui.widgets.confirm import Confirmation
from tests.ui.panels.conftest import Hand
from tests.ui.panels.oauth_rows import SignedIn
from tests.ui.reachable import nameless

SECRET = "the-client-secret"
ACME = NewProvider("Acme", "gateway", issuer="https://id.acme.test", secret=SECRET)


def stored(hand: Hand) -> list[ProviderItem]:
    return list(hand.opened.reader.submit(provider_rows).result())


def add(hand: Hand, **changes: Any) -> IdentityProvider:
    return hand.opened.services.identity_providers.add(replace(ACME, **changes)).result()


def shown(page: OAuthProviders, name: str) -> str:
    column = next(each for each in page.table.columns if each.name == name)
    return column.text(page.table.rows()[0])


def test_each_provider_is_told_in_full_with_the_steps_there_and_without_its_secret(hand: Hand) -> None:
    hand.opened.services.people.add_group("dev").result()
    add(hand, kind="keycloak", scopes=("groups",), rules=(SignInRule("group", "", "staff", "dev"),))
    page = hand.open(OAuthProviders)
    hand.until(page.detail.isVisible)
    assert nameless(page.detail) == []
    hand.press(page.detail.address.button)
    assert QGuiApplication.clipboard().text() == "http://127.0.0.1:8899/oauth/callback"
    said = {fact: page.detail.said(fact) for fact in page.detail.facts}
    assert said["Client secret"] == "Sealed; nobody is shown it again" and SECRET not in str(said)
    assert "groups" in said["Scopes"] and "Not offered" in said["Live sessions"]
    assert said["Rules"] == "1. In the provider's group staff \u2192 dev"
    assert said["Steps there"].startswith("1. Keycloak admin console")


def test_the_first_provider_is_added_with_its_callback_at_hand(hand: Hand) -> None:
    page = hand.open(OAuthProviders)
    assert page.page.empty.title.text() == "No identity providers yet"
    dialog = hand.opens(page.page.empty.button, page, ProviderDialog)
    assert nameless(dialog) == []
    hand.press(dialog.callback.button)
    assert QGuiApplication.clipboard().text() == "http://127.0.0.1:8899/oauth/callback"
    hand.fill(dialog.form, name="Acme", issuer="https://id.acme.test", client_id="gateway", secret=SECRET)
    hand.closes(dialog.action, page, ProviderDialog)
    hand.until(lambda: len(page.table.rows()) == 1)
    [item] = stored(hand)
    assert (item.provider.name, item.provider.issuer) == ("Acme", "https://id.acme.test")
    assert shown(page, "admits") == "Everyone it knows"
    assert hand.events()[0] == "identity provider created"


def test_a_kind_brings_its_steps_issuer_and_caution(hand: Hand) -> None:
    page = hand.open(OAuthProviders)
    dialog = hand.opens(page.add, page, ProviderDialog)
    dialog.kind.choose("google")
    assert "Google Cloud console" in dialog.steps.text()
    assert not dialog.form.shown("issuer") and dialog.form.value("name") == "Google"
    assert dialog.form.note("admits") == "Nobody can come in until there are rules."
    dialog.admits.choose(Admission.ANYONE)
    assert "everybody in the world" in dialog.form.note("admits")
    dialog.admits.choose(Admission.MATCHED)
    hand.press(dialog.action)
    assert "client secret" in dialog.form.error("secret")
    hand.fill(dialog.form, client_id="x", secret=SECRET)
    hand.press(dialog.action)
    hand.until(lambda: bool(stored(hand)))
    assert stored(hand)[0].provider.issuer == "https://accounts.google.com"
    hand.until(lambda: bool(page.table.rows()) and page.table.rows()[0].nobody)


def test_what_does_not_hold_is_said_at_its_field(hand: Hand) -> None:
    page = hand.open(OAuthProviders)
    dialog = hand.opens(page.add, page, ProviderDialog)
    hand.fill(dialog.form, issuer="http://id.acme.test", client_id="x", secret=SECRET)
    hand.press(dialog.action)
    hand.until(lambda: "not an https address" in dialog.form.error("issuer"))
    assert stored(hand) == []


def test_a_change_keeps_the_secret_and_never_shows_it(hand: Hand) -> None:
    before = add(hand)
    page = hand.open(OAuthProviders)
    dialog = hand.opens(page.row_actions.buttons["Edit"], page, ProviderDialog)
    assert dialog.form.value("source") == "keep" and not dialog.form.shown("secret")
    assert dialog.form.value("secret") == ""
    hand.fill(dialog.form, issuer="https://other.test")
    hand.press(dialog.action)
    assert "former issuer" in dialog.form.error("source")
    hand.fill(dialog.form, issuer="https://id.acme.test", name="Acme Corp", scopes="groups")
    hand.closes(dialog.action, page, ProviderDialog)
    after = stored(hand)[0].provider
    assert (after.name, after.secret_id) == ("Acme Corp", before.secret_id)
    assert after.scopes == ("openid", "email", "profile", "groups")


def test_rules_have_an_order_and_are_tried_before_they_hold(hand: Hand) -> None:
    team = hand.opened.services.people.add_group("dev").result()
    add(hand, rules=(SignInRule("email_domain", "", "acme.test", "team"),), admits="matched")
    page = hand.open(OAuthProviders)
    dialog = hand.opens(page.row_actions.buttons["Rules"], page, RulesDialog)
    assert nameless(dialog) == []
    hand.fill(dialog.trial, email="ana@else.test")
    assert dialog.joins.text() == "No rule matches: they may not come in."
    assert "not at 'acme.test'" in dialog.outcome.item(0).text()
    dialog.looks_at.choose("claim")
    hand.press(dialog.add_rule)
    assert dialog.form.error("claim")
    hand.fill(dialog.form, claim="role", value="engineer")
    dialog.group.choose(team.id)
    hand.press(dialog.add_rule)
    hand.press(dialog.up)
    assert [rule.group_id for rule in dialog.rules] == [team.id, "team"]
    hand.fill(dialog.trial, claims="role=engineer", email="ana@acme.test")
    assert dialog.joins.text() == "Joins dev, team."
    assert stored(hand)[0].provider.rules[0].looks_at == "email_domain"
    hand.closes(dialog.action, page, RulesDialog)
    assert [rule.looks_at for rule in stored(hand)[0].provider.rules] == ["claim", "email_domain"]


def test_a_rule_can_be_taken_away(hand: Hand) -> None:
    add(hand, rules=(SignInRule("group", "", "eng", "team"),))
    page = hand.open(OAuthProviders)
    dialog = hand.opens(page.row_actions.buttons["Rules"], page, RulesDialog)
    hand.press(dialog.remove_rule)
    assert not dialog.remove_rule.isEnabled()
    hand.closes(dialog.action, page, RulesDialog)
    assert stored(hand)[0].provider.rules == ()


def test_a_try_is_told_step_by_step(hand: Hand) -> None:
    add(hand)
    asked: list[tuple[str, Secret | None]] = []

    def probe(provider: IdentityProvider, secret: Secret | None) -> Future[Diagnosis]:
        asked.append((provider.name, secret))
        done: Future[Diagnosis] = Future()
        done.set_result(Diagnosis(False, "The key set holds no keys", ("The discovery document came",)))
        return done

    services = hand.opened.services
    services.identity_providers = IdentityProviders(services.administration, probe)
    page = hand.open(OAuthProviders)
    hand.press(page.row_actions.buttons["Test"])
    hand.until(lambda: page.diagnosis.steps.text() == "The discovery document came")
    assert page.diagnosis.summary.label.text() == "The key set holds no keys"
    assert asked == [("Acme", SECRET)]


def test_without_a_gateway_a_try_says_so(hand: Hand) -> None:
    add(hand)
    page = hand.open(OAuthProviders)
    hand.press(page.row_actions.buttons["Test"])
    hand.until(lambda: "No gateway runs" in page.diagnosis.summary.label.text())


def test_removing_ends_its_sessions_once_no_proxy_offers_it(hand: Hand) -> None:
    provider = add(hand)
    made = SignedIn(hand.opened)
    hand.opened.services.oauth_proxies.enable("openai", {"providers": ["Acme"]}).result()
    made.session(made.client(), made.user(), provider=provider.id)
    page = hand.open(OAuthProviders)
    hand.until(lambda: page.table.rows()[0].item.sessions == 1)
    assert shown(page, "proxies") == "openai"
    page.row_actions.run(page.row_actions.named("Remove…"))
    dialog = hand.dialog(page, Confirmation)
    assert "The one live session with it ends." in dialog.consequence
    hand.press(dialog.action)
    hand.until(lambda: "openai" in dialog.banner.label.text())
    hand.opened.services.oauth_proxies.enable("openai", {"providers": ["local"]}).result()
    hand.closes(dialog.action, page, Confirmation)
    assert stored(hand) == []
    assert [each.status for each in hand.opened.reader.submit(session_rows).result()] == ["revoked"]


def test_oauth_proxy_offers_it(hand: Hand) -> None:
    provider = add(hand)
    hand.opened.services.proxies.add(NewProxy("openai", "https://api.openai.com")).result()
    page = hand.open(OAuthProxy)
    dialog = hand.opens(page.row_actions.buttons["Enable OAuth"], page, EnableOAuthDialog)
    dialog.providers.tick("Acme")
    dialog.providers.tick("local", on=False)
    hand.press(dialog.action)
    hand.until(dialog.address.isVisible)
    proxy = hand.opened.services.proxies.get("openai").result()
    assert proxy.oauth is not None and proxy.oauth.providers == (provider.id,)


def test_the_authentication_log_is_of_this_provider(hand: Hand) -> None:
    add(hand, name="Acme Corp")
    page = hand.open(OAuthProviders)
    page.row_actions.run(page.row_actions.named("Authentication log"))
    wanted = {"tab": "system", "filter": 'category:Authentication "Acme Corp"'}
    assert hand.went_to == [("audit_logs", wanted)]
    asked = parse_filter("system", str(wanted["filter"]))
    assert [row.method for row in hand.opened.reader.submit(audit_page, asked).result().rows] == [
        "identity provider created"
    ]
