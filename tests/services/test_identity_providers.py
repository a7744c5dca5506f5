"""Identity providers: what can be set, what of it is told, what the gateway gets of it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.oauth import Admission, SignInRule
from gateway_desktop.identity.sealing import Sealer
from gateway_desktop.services.provider_values import NewProvider
from gateway_desktop.services.proxy_values import NewProxy
from gateway_desktop.store.queries.configuration import load_snapshot
from tests.services.conftest import Office

SECRET = "the-client-secret"
ACME = NewProvider("Acme", "gateway", issuer="https://id.acme.test", secret=SECRET)


def test_a_provider_reaches_the_gateway_with_its_secret(office: Office) -> None:
    office.services.people.add_group("staff").result()
    rules = (SignInRule("email_domain", "", "acme.test", "staff"),)
    added = office.services.identity_providers.add(replace(ACME, rules=rules)).result()
    snapshot = office.snapshot()
    assert snapshot.identity_providers == {added.id: added}
    assert snapshot.provider_secrets == {added.id: SECRET}
    assert added.admits is Admission.ANYONE and added.rules[0].group_id in snapshot.groups
    event = office.last_event()
    assert event.row.method == "identity provider created"
    assert SECRET not in repr(office.events())


def test_a_secret_may_stay_in_the_environment(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACME_SECRET", "from-outside")
    added = office.services.identity_providers.add(
        replace(ACME, secret="", secret_env="ACME_SECRET")
    ).result()
    assert office.snapshot().provider_secrets[added.id] == "from-outside"
    monkeypatch.setenv("ACME_SECRET", "newer")
    assert office.snapshot().provider_secrets[added.id] == "newer"
    monkeypatch.delenv("ACME_SECRET")
    assert office.snapshot().provider_secrets[added.id] == "from-outside"


def test_a_variable_that_is_not_set_is_told_of_once(
    office: Office, expect_log: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    expect_log("Acme: the variable ACME_SECRET is not set here$")
    office.services.identity_providers.add(replace(ACME, secret="", secret_env="ACME_SECRET")).result()
    for _ in range(3):
        assert office.snapshot().provider_secrets == {}
    assert caplog.messages.count("Acme: the variable ACME_SECRET is not set here") == 1


@pytest.mark.parametrize(
    ("new", "place"),
    [
        (NewProvider("", issuer="https://a.test", client_id="x"), "name"),
        (NewProvider("local", issuer="https://a.test", client_id="x"), "name"),
        (NewProvider("A", "x", "myspace"), "kind"),
        (NewProvider("A", "x"), "issuer"),
        (NewProvider("A", issuer="http://a.test", client_id="x"), "issuer"),
        (NewProvider("A", issuer="https://u:p@a.test", client_id="x"), "issuer"),
        (NewProvider("A", issuer="https://a.test?x=1", client_id="x"), "issuer"),
        (NewProvider("A", "x", "keycloak", "https://keycloak.example.com/realms/REALM"), "issuer"),
        (NewProvider("A", "", issuer="https://a.test"), "client_id"),
        (NewProvider("A", "x", "google"), "secret"),
        (NewProvider("A", "x", "google", secret="s", secret_env="V"), "secret"),
        (NewProvider("A", issuer="https://a.test", client_id="x", secret_env="1-2"), "secret_env"),
        (NewProvider("A", issuer="https://a.test", client_id="x", scopes=("a b",)), "scopes"),
        (NewProvider("A", issuer="https://a.test", client_id="x", admits="some"), "admits"),
    ],
)
def test_what_does_not_hold_names_its_field(office: Office, new: NewProvider, place: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        office.services.identity_providers.add(new).result()
    assert caught.value.place == place


@pytest.mark.parametrize(
    "rule",
    [
        SignInRule("colour", "", "red", "team"),
        SignInRule("email_domain", "", "nonsense", "team"),
        SignInRule("claim", "", "x", "team"),
        SignInRule("group", "", " ", "team"),
        SignInRule("group", "", "x", "nobody"),
    ],
)
def test_a_rule_that_does_not_hold_is_named_by_its_number(office: Office, rule: SignInRule) -> None:
    providers = office.services.identity_providers
    providers.add(ACME).result()
    good = SignInRule("group", "", "g", "team")
    with pytest.raises(ConfigurationError) as caught:
        providers.update("acme", {"rules": (good, rule)}).result()
    assert caught.value.place == "rules[2]"


def test_a_name_is_taken_once(office: Office) -> None:
    office.services.identity_providers.add(ACME).result()
    with pytest.raises(ConfigurationError, match="there is already"):
        office.services.identity_providers.add(ACME).result()


def test_google_lets_in_whom_a_rule_matches_unless_told_otherwise(office: Office) -> None:
    providers = office.services.identity_providers
    added = providers.add(NewProvider("Google", "x", "google", secret=SECRET)).result()
    assert (added.issuer, added.admits) == ("https://accounts.google.com", Admission.MATCHED)
    assert providers.update("Google", {"admits": "anyone"}).result().admits is Admission.ANYONE
    assert "matched" in repr(office.last_event())


def test_a_change_tells_what_was_changed_and_never_the_secret(office: Office) -> None:
    providers = office.services.identity_providers
    providers.add(ACME).result()
    providers.update("Acme", {"client_id": "other", "secret": "another-secret"}).result()
    told = [event.row.method for event in office.events()]
    assert told[-2:] == ["identity provider credential changed", "identity provider updated"]
    assert "another-secret" not in repr(office.events()) and "client_id" in repr(office.last_event())
    assert list(office.snapshot().provider_secrets.values()) == ["another-secret"]


def test_another_issuer_does_not_get_the_former_ones_secret(office: Office) -> None:
    providers = office.services.identity_providers
    added = providers.add(ACME).result()
    providers.update("Acme", {"issuer": "https://evil.test"}).result()
    assert not office.snapshot().provider_secrets
    changed = providers.update("Acme", {"issuer": "https://new.test", "secret": "new"}).result()
    assert changed.issuer == "https://new.test"
    assert office.snapshot().provider_secrets == {added.id: "new"}


def test_one_broken_secret_does_not_stop_the_gateway(
    office: Office, expect_log: Callable[[str], None]
) -> None:
    office.services.identity_providers.add(ACME).result()
    expect_log("The client secret of Acme cannot be opened")
    assert not office.ask(load_snapshot, Sealer(bytes(32)), office.layers.settings).provider_secrets


def test_a_provider_that_a_proxy_offers_stays(office: Office) -> None:
    services = office.services
    services.identity_providers.add(ACME).result()
    services.proxies.add(NewProxy("llm", "https://api.example.com")).result()
    proxy = services.oauth_proxies.enable("llm", {"providers": ["Acme", "local"]}).result()
    assert proxy.oauth is not None and proxy.oauth.providers[1] == "local"
    with pytest.raises(ConfigurationError, match="people sign in with it at llm"):
        services.identity_providers.remove("Acme").result()
    services.oauth_proxies.enable("llm", {"providers": ["local"]}).result()
    assert services.identity_providers.remove("Acme").result() == 0
    assert not office.snapshot().identity_providers and not office.snapshot().provider_secrets
    assert office.last_event().row.method == "identity provider deleted"


def test_a_group_that_a_rule_names_stays(office: Office) -> None:
    office.services.people.add_group("staff").result()
    rule = SignInRule("group", "", "people", "staff")
    office.services.identity_providers.add(replace(ACME, rules=(rule,))).result()
    with pytest.raises(ConfigurationError, match="sign-in rules of Acme"):
        office.services.people.remove_group("staff").result()
    office.services.identity_providers.set_rules("Acme", ()).result()
    office.services.people.remove_group("staff").result()


def test_a_proxy_offers_only_providers_that_there_are(office: Office) -> None:
    office.services.proxies.add(NewProxy("llm", "https://api.example.com")).result()
    with pytest.raises(ConfigurationError, match="no identity provider 'Acme'"):
        office.services.oauth_proxies.enable("llm", {"providers": ["Acme"]}).result()
