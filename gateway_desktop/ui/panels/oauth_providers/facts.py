"""One identity provider in words: who we are there, whom it lets in, and the steps to take there."""

from gateway_desktop.identity.provider_kinds import kind_named
from gateway_desktop.ui.panels.oauth_providers.columns import ProviderRow
from gateway_desktop.ui.panels.oauth_providers.words import ADMISSIONS, NO_RULES

FACTS = ("Client id", "Client secret", "Scopes", "May sign in", "Rules", "Live sessions", "Steps there")


def facts(row: ProviderRow) -> dict[str, str]:
    """Return what is worth knowing of the provider; of its secret, only where it is kept."""
    provider = row.provider
    kind = kind_named(provider.kind)
    steps = kind.steps if kind is not None else ()
    where = ", ".join(row.item.proxies)
    return {
        "Client id": provider.client_id,
        "Client secret": _secret(row),
        "Scopes": " ".join(provider.scopes) or "Those that it needs",
        "May sign in": NO_RULES if row.nobody else ADMISSIONS[row.admits],
        "Rules": "\n".join(f"{at}. {words}" for at, words in enumerate(row.rules, 1)) or "None",
        "Live sessions": f"{row.item.sessions:,}, at {where}" if where else "Not offered at any proxy yet",
        "Steps there": "\n".join(f"{at}. {words}" for at, words in enumerate(steps, 1)),
    }


def _secret(row: ProviderRow) -> str:
    if row.provider.secret_env:
        return f"From the environment variable {row.provider.secret_env}"
    return "Sealed; nobody is shown it again" if row.provider.secret_id else "None"
