"""SECTIONS: which settings stand on which page of Settings, in which order."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """One page: its place in the side list, and the settings on it."""

    title: str
    group: str = ""  # the heading above it in the side list
    keys: tuple[str, ...] = ()
    sentence: str = ""


SECTIONS = (
    Section(
        "General",
        keys=("window.at_login", "window.start_gateway", "window.close", "team.time_zone"),
        sentence="What happens when the window opens and when it is closed, and when a day begins.",
    ),
    Section("Window", keys=("window.theme", "window.times"), sentence="How things look on this machine."),
    Section(
        "Notifications",
        keys=("notifications.desktop", "notifications.least", "notifications.sound"),
        sentence="What this machine tells of new alerts while the window runs.",
    ),
    Section(
        "Listening",
        keys=(
            "listen.host",
            "listen.port",
            "public_url",
            "listen.allowed_hosts",
            "listen.trusted_proxies",
            "listen.tls_ends_in_front",
            "listen.certificate",
            "listen.certificate_key",
        ),
        sentence="Where tools reach the gateway, and who may.",
    ),
    Section(
        "Upstream calls",
        keys=(
            "upstream.connect_timeout",
            "upstream.read_timeout",
            "upstream.max_body_mb",
            "upstream.ca_file",
        ),
        sentence="How providers are called. HTTPS_PROXY and NO_PROXY of the system are honoured.",
    ),
    Section(
        "OAuth",
        keys=("oauth.invited_only", "oauth.session_days", "oauth.sweep_days", "oauth.registrations_per_hour"),
        sentence="Who may sign in, for how long, and applications that register themselves at proxies.",
    ),
    Section(
        "Agents",
        keys=("a2a.push_hosts", "a2a.push_through", "a2a.sign_cards"),
        sentence="What agents behind Agent2Agent proxies may do.",
    ),
    Section(
        "Tools",
        keys=("tools.first_listing",),
        sentence="Tools of MCP servers and cards of agents. The page Tools shows all of them.",
    ),
    Section(
        "Inspection",
        keys=("inspection.enabled", "inspection.largest_kb", "inspection.held_characters"),
        sentence="Whether contents are looked at. What follows from it is said by policies.",
    ),
    Section(
        "Logging",
        "System",
        keys=(
            "audit.enabled",
            "audit.wait_for_commit",
            "audit.when_unwritable",
            "audit.payload_kb",
            "log.level",
        ),
        sentence="What is written down. Policies, limits, budgets and alerts go on without it.",
    ),
    Section(
        "Model Pricing",
        "System",
        keys=("budgets.unknown_prices", "budgets.assumed_output"),
        sentence="What calls of models cost, and what is set aside before it is known. Prices are those of "
        "genai-prices, but for your own. What was recorded keeps the cost that it was recorded with.",
    ),
    Section(
        "Retention",
        "System",
        keys=(
            "retention.llm_days",
            "retention.mcp_days",
            "retention.a2a_days",
            "retention.system_days",
            "retention.texts_days",
            "retention.max_mb",
            "retention.low_disk_mb",
        ),
        sentence="How long what is recorded stays. What goes is told; whole days stay counted.",
    ),
    Section("Database", "System", keys=("database",), sentence="Where everything is remembered."),
    Section(
        "Integrations",
        "Elsewhere",
        keys=("telemetry.endpoint", "telemetry.traces", "telemetry.metrics"),
        sentence="Where records go besides the audit. Prometheus reads /metrics at the gateway's address.",
    ),
)
