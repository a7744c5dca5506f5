"""The columns of proxies; a row is the proxy as stored and how its last calls went."""

import shlex
from dataclasses import dataclass

from gateway_desktop.core.proxy import Kind, Proxy
from gateway_desktop.core.status import ProxyHealth
from gateway_desktop.ui import proxy_health
from gateway_desktop.ui.credentials import accepted
from gateway_desktop.ui.display import exact
from gateway_desktop.ui.panels.proxies.words import LEVEL_SENTENCES, LEVELS
from gateway_desktop.ui.tables.column import Badge, Column
from gateway_desktop.ui.tables.typed_columns import badge_column

KINDS = {Kind.LLM: "LLM", Kind.MCP: "MCP", Kind.A2A: "A2A"}


@dataclass(frozen=True, slots=True)
class ProxyRow:
    """One line of the page."""

    proxy: Proxy
    groups: tuple[tuple[str, tuple[str, ...]], ...]  # names and models
    address: str
    health: ProxyHealth
    serving: bool  # the gateway itself runs
    policies: tuple[str, ...] = ()  # names of those that are on and hold here


def state(row: ProxyRow) -> str:
    """Return running, failing, stopped, or that the gateway is not running."""
    return proxy_health.state(row.proxy, row.health, serving=row.serving)


def upstream(row: ProxyRow) -> str:
    """Return where calls go."""
    if row.proxy.stdio is not None:
        return shlex.join(row.proxy.stdio.shown)
    return "Sandbox on this machine" if row.proxy.sandbox else row.proxy.upstream


def accepts_badge(row: ProxyRow) -> Badge | None:
    """Make the dangerous case stand out."""
    return Badge("Anyone", "critical") if row.proxy.anonymous else None


def policies(row: ProxyRow) -> str:
    """Return which policies look at its calls."""
    return ", ".join(row.policies) or "None"


def tls(row: ProxyRow) -> str:
    """Return how the way upstream is protected."""
    if row.proxy.sandbox or row.proxy.stdio is not None or row.proxy.upstream.startswith("http://"):
        return "None"
    return "Verified" if row.proxy.verify_tls else "Not verified"


def tls_badge(row: ProxyRow) -> Badge | None:
    """Make the dangerous case stand out."""
    return Badge("Not verified", "critical") if not row.proxy.verify_tls else None


PROXY_COLUMNS: tuple[Column[ProxyRow], ...] = (
    Column("name", "Name", lambda row: row.proxy.name, width=128, strong=True),
    badge_column(
        "state",
        "State",
        lambda row: proxy_health.state_badge(state(row)),
        width=88,
        tooltip=lambda row: proxy_health.state_tip(state(row), row.health),
    ),
    Column("kind", "Kind", lambda row: KINDS[row.proxy.kind], width=56, muted=True, spare=2),
    Column("address", "Address", width=264, tooltip=lambda row: row.address),
    Column("upstream", "Upstream", upstream, stretch=True, muted=True, tooltip=upstream),
    Column(
        "accepts",
        "Accepts",
        lambda row: accepted(row.proxy),
        width=128,
        muted=True,
        badge=accepts_badge,
        spare=1,
    ),
    Column("policies", "Policies", policies, width=112, muted=True, tooltip=policies, spare=1),
    Column("tls", "TLS", tls, width=104, muted=True, badge=tls_badge, hidden=True),
    Column(
        "payloads",
        "Stored texts",
        lambda row: LEVELS[row.proxy.payloads],
        width=96,
        muted=True,
        tooltip=lambda row: LEVEL_SENTENCES[row.proxy.payloads],
        spare=4,
    ),
    Column(
        "last_error",
        "Last error",
        lambda row: row.health.last_error,
        width=160,
        muted=True,  # the state says so too: the first to give way
        tooltip=lambda row: (
            f"{row.health.last_error}\n{exact(row.health.last_error_us)}" if row.health.last_error else ""
        ),
        spare=5,
    ),
)
