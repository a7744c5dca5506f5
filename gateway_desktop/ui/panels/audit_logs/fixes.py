"""What to do about a refusal, and about a request without a user: by the reason that was recorded."""

from gateway_desktop.core.principal import PrincipalKind
from gateway_desktop.store.queries.audit import AuditRow

BY_KEY = "Create a key under API Keys and give it to the tool as its API key"
SIGN_IN = "Sign in again in the application; OAuth Proxy, View Clients, shows which sessions are live."
FIXES = {
    "credential": f"{BY_KEY}.",
    "access": "Open the proxy to one of the user's groups: Proxies, Access.",
    "rate_limit": "Wait, or raise the limit.",
    "audit": "Make room on the disk, or see the notice on top of the window.",
}
NOBODY = (  # how the reason begins, and what helps
    ("The access token is unknown", SIGN_IN),
    ("The owner of the access token is gone", "Add the person under Users & Groups; they sign in again."),
    ("No credential was sent", f"{BY_KEY}, or enable OAuth for the proxy: OAuth Proxy."),
)
SIGNED_IN = (  # how the refusal of a person who signed in begins, or what stands in it
    ("OAuth is off", "Enable it: OAuth Proxy, Enable OAuth."),
    ("is for another proxy", "The application signs in at each proxy by its own address: OAuth Proxy."),
    ("groups that may sign in here", "Change those groups: OAuth Proxy, Change; or the person's groups."),
    ("is not active", "Reactivate them: Users & Groups."),
    ("access token", SIGN_IN),
)


def fix_of_nobody(reason: str) -> str:
    """Return what helps so that the next request has a user."""
    return next((fix for begins, fix in NOBODY if reason.startswith(begins)), FIXES["credential"])


def fix_of_refusal(row: AuditRow) -> str:
    """Return what helps against a refusal; nothing where nothing is known to help."""
    if row.principal_kind == PrincipalKind.OAUTH and row.block_reason in ("credential", "access"):
        said = row.error or ""
        found = next((fix for words, fix in SIGNED_IN if words in said), "")
        return found or (SIGN_IN if row.block_reason == "credential" else FIXES["access"])
    return FIXES.get(row.block_reason or "", "")
