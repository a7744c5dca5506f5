"""How kinds, admissions and rules of identity providers are said to people."""

from collections.abc import Mapping

from gateway_desktop.core.oauth import Admission, SignInRule
from gateway_desktop.identity.provider_kinds import PROVIDER_KINDS

TITLES = {kind.name: kind.title for kind in PROVIDER_KINDS}
ADMISSIONS = {
    Admission.ANYONE: "Everyone it knows",
    Admission.MATCHED: "Whom a rule matches",
    Admission.INVITED: "Only users added before",
}
ADMISSION_HELP = {
    Admission.ANYONE: "The first sign-in adds the person to Users & Groups.",
    Admission.MATCHED: "Also later on: who leaves the domain or group there cannot come in any more.",
    Admission.INVITED: "Add people on Users & Groups first, with the e-mail address they have there.",
}
OPEN_TO_ALL = "Whoever likes has an account there: everybody in the world could sign in."
NO_RULES = "Nobody can come in until there are rules."
LOOKS = {"email_domain": "E-mail domain", "group": "Group at the provider", "claim": "Claim"}


def rule_words(rule: SignInRule, groups: Mapping[str, str]) -> str:
    """Return a rule as a sentence; `groups`: names by id."""
    group = groups.get(rule.group_id, "a group that is gone")
    return f"{condition(rule)} \u2192 {group}"


def condition(rule: SignInRule) -> str:
    """Return what a rule looks at."""
    if rule.looks_at == "email_domain":
        return f"E-mail at {rule.value.removeprefix('@')}"
    if rule.looks_at == "claim":
        return f"Claim {rule.claim} is {rule.value}"
    return f"In the provider's group {rule.value}"
