"""finding: which family or kind of danger."""

from gateway_desktop.core.finding import Family
from gateway_desktop.core.one_of import one_of
from gateway_desktop.policies.condition import Check, OfFinding, texts, wildcards


class FindingKind:
    """A family (`secret`), or a kind of one with wildcards (`secret.*`, `sql_injection.tautology`)."""

    name = "finding"
    summary = f"one or more of {', '.join(Family)}, or a kind such as secret.openai_key, with * and ?"

    def parse(self, value: object) -> Check:
        """Check the families' names; a wildcard names what it likes."""
        for word in texts(value):
            family = word.partition(".")[0]
            if "*" not in family and "?" not in family:
                one_of(Family, family, "")
        fits = wildcards(value)
        return OfFinding(lambda finding: fits(finding.family) or fits(finding.kind))
