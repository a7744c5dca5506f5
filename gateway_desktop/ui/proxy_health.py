"""How a proxy does, in a word, a colour and a sentence; every page says it the same way."""

from gateway_desktop.core.proxy import Proxy
from gateway_desktop.core.status import ProxyHealth
from gateway_desktop.ui.tables.column import Badge


def failing(health: ProxyHealth) -> bool:
    """Say whether the latest call upstream went wrong."""
    return health.last_error_us > health.last_ok_us


def state(proxy: Proxy, health: ProxyHealth, *, serving: bool) -> str:
    """Return running, failing, stopped, or that the gateway is not running; `serving`: it runs."""
    if not proxy.running:
        return "Stopped"
    if not serving:
        return "Waiting"
    return "Failing" if failing(health) else "Running"


def state_badge(found: str) -> Badge:
    """Return the state in its colour."""
    if found == "Running":
        return Badge(found, "success")
    return Badge(found, "high" if found == "Failing" else "low")


def state_tip(found: str, health: ProxyHealth) -> str:
    """Explain the state."""
    return {
        "Stopped": "Calls get 503 until it is started",
        "Waiting": "The gateway itself is not running",
        "Failing": f"The latest call failed: {health.last_error}",
        "Running": "Serving calls",
    }[found]
