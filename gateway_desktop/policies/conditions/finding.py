"""finding: a family of danger (`secret`), or a kind of one with wildcards (`secret.*`)."""

from gateway_desktop.core.finding import Family
from gateway_desktop.core.one_of import one_of
from gateway_desktop.policies.condition import Check, ConditionType, OfFinding, texts, wildcards


def _parse(value: object) -> Check:
    for word in texts(value):
        family = word.partition(".")[0]
        if "*" not in family and "?" not in family:
            one_of(Family, family, "")
    fits = wildcards(value)
    return OfFinding(lambda finding: fits(finding.family) or fits(finding.kind))


FINDING = ConditionType(
    "finding",
    f"one or more of {', '.join(Family)}, or a kind such as secret.openai_key, with * and ?",
    _parse,
)
