"""The callback at which identity providers send people back: what moves it has to be told to them."""

from gateway_desktop.core.oauth import OAuthMode
from gateway_desktop.core.settings import Settings
from gateway_desktop.identity.issuers import canonical_base
from gateway_desktop.store.models.oauth import ProxyOAuthRow
from gateway_desktop.store.models.proxy import ProxyRow


def callback_of(settings: Settings) -> str:
    """Return the one callback of all proxies and providers, as these settings make it."""
    return f"{canonical_base(settings, settings.listen.port)}/oauth/callback"


def moved_callback(before: Settings, after: Settings) -> str:
    """Return what has to be done because the callback moved, in sentences; nothing where OAuth is off.

    Asks within the running transaction.
    """
    old, new = callback_of(before), callback_of(after)
    if old == new:
        return ""
    rows = ProxyRow.select(ProxyRow.name).join(ProxyOAuthRow, on=ProxyOAuthRow.proxy_id == ProxyRow.id)
    on = rows.where(
        (ProxyOAuthRow.enabled == True)  # noqa: E712 - SQL
        & (ProxyOAuthRow.mode == str(OAuthMode.GATEWAY))
        & ProxyRow.deleted_us.is_null()
    )
    names = [row.name for row in on.order_by(ProxyRow.name)]
    if not names:
        return ""
    return (
        f"OAuth is on at {', '.join(names)}: register the callback {new} again at every identity provider "
        f"(it was {old}), and give applications their new addresses."
    )
