"""What to do about a refusal, and about a request without a user: by the reason that was recorded."""

from gateway_desktop.core.principal import PrincipalKind
from gateway_desktop.store.queries.audit import AuditRow

BY_KEY = "Create a key under API Keys and give it to the tool as its API key"
NO_KEYS = "API keys are not taken"
SIGN_IN = "Sign in again in the application; OAuth Proxy, View Clients, shows which sessions are live."
BY_UPSTREAM = "Its authorization server has to vouch for e-mail addresses, or be one that the upstream names."
FIXES = {
    "credential": f"{BY_KEY}.",
    "access": "Open the proxy to one of the user's groups: Proxies, Access.",
    "rate_limit": "Wait, or raise the limit.",
    "audit": "Make room on the disk, or see the notice on top of the window.",
}
NOBODY = (  # how the reason begins, and what helps
    ("The access token is unknown", SIGN_IN),
    ("The owner of the access token is gone", "Add the person under Users & Groups; they sign in again."),
    ("The sign-in failed", "Add the person under Users & Groups, or set their password there: More."),
    ("The upstream's token is opaque", "Say who is asked whose one is: OAuth Proxy, Edit, Introspection."),
    ("The secret for introspecting", "Set the environment variable that OAuth Proxy, Edit, names."),
    ("The upstream's token is of an issuer", BY_UPSTREAM),
    ("The upstream's token vouches", BY_UPSTREAM),
    ("The upstream's token is of ", "Add them under Users & Groups with that e-mail address."),
    ("The upstream's ", "The application signs in again; if that does not help: Proxies, Test connection."),
    (
        "The keys of the upstream's",
        "Whether its authorization server can be reached: Proxies, Test connection.",
    ),
    ("No credential was sent", f"{BY_KEY}, or enable OAuth for the proxy: OAuth Proxy."),
)
SIGNED_IN = (  # how the refusal of a person who signed in begins, or what stands in it
    ("OAuth is off", "Enable it: OAuth Proxy, Enable OAuth."),
    ("is for another proxy", "The application signs in at each proxy by its own address: OAuth Proxy."),
    ("groups that may sign in here", "Change those groups: OAuth Proxy, Edit; or the person's groups."),
    ("is not active", "Reactivate them: Users & Groups."),
    ("access token", SIGN_IN),
)


def fix_of_nobody(reason: str) -> str:
    """Return what helps so that the next request has a user."""
    return next((fix for begins, fix in NOBODY if reason.startswith(begins)), FIXES["credential"])


def fix_of_refusal(row: AuditRow) -> str:
    """Return what helps against a refusal; nothing where nothing is known to help."""
    if row.error and row.error.startswith(NO_KEYS):
        return "Sign in with the application, or let keys be good there too: OAuth Proxy, Edit."
    if row.principal_kind == PrincipalKind.OAUTH and row.block_reason in ("credential", "access"):
        said = row.error or ""
        found = next((fix for words, fix in SIGNED_IN if words in said), "")
        return found or (SIGN_IN if row.block_reason == "credential" else FIXES["access"])
    return FIXES.get(row.block_reason or "", "")
