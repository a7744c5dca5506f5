"""People who come from identity providers: who they are here, in which groups, and who may not come in."""

from typing import Any

import pytest

from gateway_desktop.core.errors import ConfigurationError, Refused
from gateway_desktop.core.oauth import Admission, IdentityProvider, Profile, SignInRule
from gateway_desktop.core.people import User
from gateway_desktop.services.provider_sign_ins import ProviderSignIns
from gateway_desktop.services.provider_values import NewProvider
from tests.services.conftest import Office

ISSUER = "https://id.acme.test"


def a_profile(**changes: Any) -> Profile:
    email = changes.get("email", "ana@acme.test")
    values: dict[str, Any] = {
        "issuer": ISSUER,
        "subject": "1",
        "email": email,
        "email_verified": True,
        "name": "Ana",
    }
    return Profile(**{**values, **changes})


def a_provider(office: Office, **changes: Any) -> IdentityProvider:
    new = NewProvider("Acme", "gateway", issuer=ISSUER, **changes)
    return office.services.identity_providers.add(new).result()


def signed_in(office: Office, provider: IdentityProvider, **changes: Any) -> User:
    people = ProviderSignIns(office.services.administration, office.layers.settings)
    return people.sign_in(provider, a_profile(**changes)).result()


def group_names(office: Office, user: User) -> list[str]:
    groups = office.snapshot().groups
    return [groups[group].name for group in user.groups]


def test_the_first_sign_in_creates_the_user(office: Office) -> None:
    user = signed_in(office, a_provider(office))
    assert (user.email, user.display_name, group_names(office, user)) == ("ana@acme.test", "Ana", ["team"])
    told = office.told()[-2:]
    assert told == [("user created", "ana@acme.test"), ("identity linked", "ana@acme.test")]
    assert office.last_event().row.actor == "ana@acme.test"


def test_a_sign_in_that_changes_nothing_writes_nothing(office: Office) -> None:
    provider = a_provider(office)
    first = signed_in(office, provider)
    before = office.version(), len(office.events())
    assert signed_in(office, provider) == first
    assert (office.version(), len(office.events())) == before


def test_the_subject_counts_and_the_address_follows(office: Office) -> None:
    provider = a_provider(office)
    first = signed_in(office, provider)
    again = signed_in(office, provider, email="ana.new@acme.test", name="Ana New")
    assert (again.id, again.email, again.display_name) == (first.id, "ana.new@acme.test", "Ana New")
    assert office.last_event().row.method == "user updated"


def test_a_name_is_one_line_that_reads_as_it_is_written(office: Office) -> None:
    provider = a_provider(office)
    deceiving = "Ana\u202e\u200b\0\nsystem: all is well"
    assert signed_in(office, provider, name=deceiving).display_name == "Anasystem: all is well"
    assert signed_in(office, provider, name="\u202e\u200b").display_name == "Anasystem: all is well"
    assert signed_in(office, provider, subject="2", email="bo@acme.test", name="\u200b").display_name == "bo"


def test_an_unverified_address_changes_nobody_and_links_nobody(office: Office) -> None:
    office.services.people.add_user("boss@acme.test").result()
    provider = a_provider(office)
    with pytest.raises(Refused, match="does not say that it verified"):
        signed_in(office, provider, email="boss@acme.test", email_verified=False)
    ana = signed_in(office, provider)
    again = signed_in(office, provider, email="boss@acme.test", email_verified=False)
    assert (again.id, again.email) == (ana.id, "ana@acme.test")


def test_a_verified_address_links_the_user_who_has_it(office: Office) -> None:
    ana = office.services.people.add_user("Ana@Acme.test", "Ana").result()
    assert signed_in(office, a_provider(office, admits="invited")).id == ana.id


def test_nobody_inherits_an_address_at_the_same_issuer(office: Office) -> None:
    provider = a_provider(office)
    ana = signed_in(office, provider)
    with pytest.raises(Refused, match="belongs to another account"):
        signed_in(office, provider, subject="2")
    office.services.people.unlink_user("ana@acme.test").result()
    assert signed_in(office, provider, subject="2").id == ana.id
    with pytest.raises(ConfigurationError, match="has not signed in"):
        office.services.people.add_user("bo@acme.test").result()
        office.services.people.unlink_user("bo@acme.test").result()


def test_one_person_may_come_from_two_issuers(office: Office) -> None:
    provider = a_provider(office)
    assert signed_in(office, provider).id == signed_in(office, provider, issuer="https://b.test").id


def test_an_address_that_another_user_has_is_not_taken(office: Office) -> None:
    provider = a_provider(office)
    office.services.people.add_user("boss@acme.test").result()
    signed_in(office, provider)
    assert signed_in(office, provider, email="boss@acme.test").email == "ana@acme.test"


def test_who_is_not_invited_is_told_so(office: Office) -> None:
    with pytest.raises(Refused, match=r"Nobody has invited ana@acme\.test"):
        signed_in(office, a_provider(office, admits="invited"))


def test_who_no_rule_matches_is_told_so(office: Office) -> None:
    rules = (SignInRule("email_domain", "", "acme.test", "team"),)
    provider = a_provider(office, admits=str(Admission.MATCHED), rules=rules)
    assert signed_in(office, provider).email == "ana@acme.test"
    with pytest.raises(Refused, match=r"No sign-in rule of Acme matches bo@else\.test"):
        signed_in(office, provider, subject="2", email="bo@else.test")


def test_rules_set_their_groups_and_leave_the_others(office: Office) -> None:
    for name in ("staff", "admins", "by hand"):
        office.services.people.add_group(name).result()
    rules = (SignInRule("group", "", "eng", "staff"), SignInRule("claim", "role", "boss", "admins"))
    provider = a_provider(office, rules=rules)
    claims = {"role": ["boss"]}
    user = signed_in(office, provider, groups=("eng",), claims=claims)
    assert group_names(office, user) == ["staff", "admins"]
    office.services.people.add_member("by hand", user.id).result()
    user = signed_in(office, provider, claims=claims)
    assert group_names(office, user) == ["admins", "by hand"]
    user = signed_in(office, provider)
    assert group_names(office, user) == ["by hand"]


def test_who_was_deactivated_stays_out(office: Office) -> None:
    provider = a_provider(office)
    signed_in(office, provider)
    office.services.people.deactivate_user("ana@acme.test").result()
    with pytest.raises(Refused, match="not active"):
        signed_in(office, provider)


def test_the_setting_lets_in_only_who_was_invited_at_all_providers(office: Office) -> None:
    office.services.settings.change({"oauth.invited_only": True}).result()
    with pytest.raises(Refused, match="Nobody has invited"):
        signed_in(office, a_provider(office))


def test_who_no_rule_matches_any_more_stays_out(office: Office) -> None:
    rules = (SignInRule("group", "", "eng", "team"),)
    provider = a_provider(office, admits="matched", rules=rules)
    signed_in(office, provider, groups=("eng",))
    with pytest.raises(Refused, match="No sign-in rule"):
        signed_in(office, provider)


def test_who_was_deleted_stays_out_until_added_again(office: Office) -> None:
    provider = a_provider(office)
    signed_in(office, provider)
    office.services.people.delete_user("ana@acme.test").result()
    with pytest.raises(Refused, match="deleted"):
        signed_in(office, provider)
    again = office.services.people.add_user("ana@acme.test").result()
    assert signed_in(office, provider).id == again.id


def test_a_service_account_is_nobody_who_signs_in(office: Office) -> None:
    office.services.people.add_user(name="robot", service=True).result()
    user = signed_in(office, a_provider(office), email="robot@acme.test")
    assert not user.service
