"""Sign-in rules: who joins which group, and why."""

import pytest

from gateway_desktop.core.oauth import Profile, SignInRule
from gateway_desktop.identity.sign_in_rules import groups_of, try_rules

ANA = Profile(
    "https://idp.example",
    "1",
    email="ana@example.org",
    email_verified=True,
    groups=("engineers",),
    claims={"team": ["red", "blue"], "staff": True, "level": 3},
)


@pytest.mark.parametrize(
    ("rule", "matches"),
    [
        (SignInRule("email_domain", "", "Example.org", "g"), True),
        (SignInRule("email_domain", "", "@example.org", "g"), True),
        (SignInRule("email_domain", "", "xample.org", "g"), False),
        (SignInRule("email_domain", "", "org", "g"), False),
        (SignInRule("email_domain", "", "", "g"), False),
        (SignInRule("group", "", "engineers", "g"), True),
        (SignInRule("group", "", "engineer", "g"), False),
        (SignInRule("claim", "team", "blue", "g"), True),
        (SignInRule("claim", "team", "green", "g"), False),
        (SignInRule("claim", "staff", "true", "g"), True),
        (SignInRule("claim", "level", "3", "g"), True),
        (SignInRule("claim", "absent", "", "g"), False),
        (SignInRule("moon", "", "full", "g"), False),
    ],
)
def test_a_rule_matches_whole_values(rule: SignInRule, matches: bool) -> None:
    (found,) = try_rules([rule], ANA)
    assert found.matches is matches and found.why.endswith(".")


def test_an_unverified_address_is_at_no_domain() -> None:
    stranger = Profile("https://idp.example", "2", email="eve@example.org")
    (found,) = try_rules([SignInRule("email_domain", "", "example.org", "g")], stranger)
    assert not found.matches and "did not verify" in found.why


def test_groups_come_in_the_order_of_the_rules_and_once() -> None:
    rules = [
        SignInRule("claim", "team", "red", "second"),
        SignInRule("group", "", "engineers", "first"),
        SignInRule("email_domain", "", "example.org", "second"),
    ]
    assert groups_of(rules, ANA) == ("second", "first")
