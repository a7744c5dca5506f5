"""Sign-in rules: which of our groups a person joins, by e-mail domain, claim or the provider's groups."""

from collections.abc import Iterable
from dataclasses import dataclass

from gateway_desktop.core.oauth import Profile, SignInRule

LOOKS_AT = ("email_domain", "claim", "group")


@dataclass(frozen=True, slots=True)
class Explanation:
    """What one rule made of a profile, for the Try field."""

    rule: SignInRule
    matches: bool
    why: str  # a sentence


def groups_of(rules: Iterable[SignInRule], profile: Profile) -> tuple[str, ...]:
    """Return the ids of the groups that a person joins: those of every rule that matches, the first first."""
    return tuple(dict.fromkeys(one.rule.group_id for one in try_rules(rules, profile) if one.matches))


def try_rules(rules: Iterable[SignInRule], profile: Profile) -> tuple[Explanation, ...]:
    """Return what each rule makes of a profile, in their order."""
    return tuple(_tried(rule, profile) for rule in rules)


def _tried(rule: SignInRule, profile: Profile) -> Explanation:
    if rule.looks_at == "email_domain":
        return _domain(rule, profile)
    if rule.looks_at == "group":
        found = rule.value in profile.groups
        held = "is" if found else "is not"
        return Explanation(rule, found, f"The provider's group '{rule.value}' {held} among the person's.")
    if rule.looks_at == "claim":
        return _claim(rule, profile)
    return Explanation(rule, False, f"Nobody here knows what '{rule.looks_at}' is.")


def _domain(rule: SignInRule, profile: Profile) -> Explanation:
    """Compare whole domains: `example.org` is neither `sub.example.org` nor `badexample.org`."""
    if not profile.email_verified:
        return Explanation(rule, False, "The provider did not verify the e-mail address.")
    domain = profile.email.rpartition("@")[2].lower()
    wanted = rule.value.lower().removeprefix("@")
    found = bool(domain) and domain == wanted
    return Explanation(
        rule, found, f"The address is at '{domain}'" + ("." if found else f", not at '{wanted}'.")
    )


def _claim(rule: SignInRule, profile: Profile) -> Explanation:
    if rule.claim not in profile.claims:
        return Explanation(rule, False, f"The provider sent no claim '{rule.claim}'.")
    value = profile.claims[rule.claim]
    many = value if isinstance(value, list) else [value]
    found = any(_written(one) == rule.value for one in many)
    held = "has" if found else "does not have"
    return Explanation(rule, found, f"The claim '{rule.claim}' {held} the value '{rule.value}'.")


def _written(value: object) -> str:
    """Return a claim's value as a person types it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (str, int, float)) else ""
