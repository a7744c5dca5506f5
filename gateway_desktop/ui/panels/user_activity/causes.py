"""Why the page is empty: the true cause, in this order, each with the button that helps."""

from dataclasses import dataclass

from gateway_desktop.ui.panels.user_activity.reading import Activity


@dataclass(frozen=True, slots=True)
class Cause:
    """What the empty page says, and where its button leads."""

    title: str
    sentence: str
    action: str
    page: str = ""  # empty: widen the range on this page
    wanted: tuple[tuple[str, object], ...] = ()


LOGGING_OFF = Cause(
    "Audit logging is off",
    "Requests pass without leaving rows, so there is nothing to count.",
    "Open Logging",
    "settings",
    (("section", "Logging"),),
)
NO_PROXY = Cause(
    "No proxy is running",
    "Tools reach models through a proxy. Add one, or start one that is stopped.",
    "Open Proxies",
    "proxies",
)
NO_TRAFFIC = Cause(
    "Nothing has come through yet",
    "A proxy is running and waits for its first request. Overview has the lines to copy.",
    "Connect a tool",
    "overview",
)
TOO_NARROW = Cause(
    "Nothing in this range",
    "There were requests, but none that the filters and the range let through.",
    "Show everything",
)
NOBODY = Cause(
    "Nobody could be named",
    "Requests came, but none with a key or a sign-in of a known owner.",
    "Open OAuth Proxy",
    "oauth_proxy",
)


def cause(activity: Activity, *, logging: bool) -> Cause | None:
    """Return why there are no rows; None if there are some."""
    if activity.cards.requests:
        return None
    if not logging:
        return LOGGING_OFF
    if not any(item.proxy.running for item in activity.proxies):
        return NO_PROXY
    return TOO_NARROW if activity.seen else NO_TRAFFIC
