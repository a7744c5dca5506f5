"""The pages of the window, in the order of the sidebar."""

from gateway_desktop.ui.panel import Panel
from gateway_desktop.ui.panels.alerts.panel import Alerts
from gateway_desktop.ui.panels.api_keys.panel import ApiKeys
from gateway_desktop.ui.panels.audit_logs.panel import AuditLogs
from gateway_desktop.ui.panels.budgets.panel import Budgets
from gateway_desktop.ui.panels.oauth_providers.panel import OAuthProviders
from gateway_desktop.ui.panels.oauth_proxy.panel import OAuthProxy
from gateway_desktop.ui.panels.observability.panel import Observability
from gateway_desktop.ui.panels.overview.panel import Overview
from gateway_desktop.ui.panels.people.panel import People
from gateway_desktop.ui.panels.policies.panel import Policies
from gateway_desktop.ui.panels.proxies.panel import Proxies
from gateway_desktop.ui.panels.settings.panel import Settings
from gateway_desktop.ui.panels.tools.panel import Tools
from gateway_desktop.ui.panels.user_activity.panel import UserActivity

PANELS: tuple[type[Panel], ...] = (
    Overview,
    UserActivity,
    People,
    ApiKeys,
    OAuthProxy,
    OAuthProviders,
    Budgets,
    Alerts,
    Policies,
    Tools,
    Proxies,
    AuditLogs,
    Observability,
    Settings,
)
