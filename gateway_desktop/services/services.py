"""Services: everything a person can change, for the window and the command line alike."""

from collections.abc import Callable
from dataclasses import dataclass

from gateway_desktop.core.paths import Paths
from gateway_desktop.core.principal import Principal
from gateway_desktop.identity.sealing import Sealer
from gateway_desktop.services.administration import Administration, Applied
from gateway_desktop.services.alerts import Alerts
from gateway_desktop.services.backups import Backups
from gateway_desktop.services.budgets import Budgets
from gateway_desktop.services.diagnostics import Diagnostics
from gateway_desktop.services.erasure import Erasure
from gateway_desktop.services.exports import Exports
from gateway_desktop.services.first_steps import FirstSteps
from gateway_desktop.services.gateway_control import GatewayControl
from gateway_desktop.services.identity_providers import IdentityProviders
from gateway_desktop.services.integrity import Integrity
from gateway_desktop.services.kept_sign_ins import KeptSignIns
from gateway_desktop.services.keys import Keys
from gateway_desktop.services.model_prices import ModelPrices
from gateway_desktop.services.oauth_proxies import OAuthProxies
from gateway_desktop.services.oauth_sessions import OAuthSessions
from gateway_desktop.services.observability import Observability
from gateway_desktop.services.passwords import Passwords
from gateway_desktop.services.payload_views import PayloadViews
from gateway_desktop.services.people import People
from gateway_desktop.services.policies import Policies
from gateway_desktop.services.policy_exceptions import PolicyExceptions
from gateway_desktop.services.policy_files import PolicyFiles
from gateway_desktop.services.policy_tester import PolicyTester
from gateway_desktop.services.ports import Gateway, Probe, ProviderProbe
from gateway_desktop.services.proxies import Proxies
from gateway_desktop.services.rate_limits import RateLimits
from gateway_desktop.services.retention import Retention
from gateway_desktop.services.setting_layers import Layers
from gateway_desktop.services.settings import SettingsService
from gateway_desktop.services.sinks import Sinks
from gateway_desktop.services.stdio import ProxyVariables
from gateway_desktop.services.tool_pins import ToolPins
from gateway_desktop.store.store import Store


@dataclass(frozen=True, slots=True)
class Outside:
    """What stands around the services; without a gateway, a change is done when it is committed."""

    actor: Principal
    sealer: Callable[[], Sealer]
    applied: Applied | None = None
    gateway: Gateway | None = None
    probe: Probe | None = None
    provider_probe: ProviderProbe | None = None
    person: str | None = None  # the account that is signed in; None: this machine's, which acts as admin


class Services:
    """One object per subject; every method returns a Future at once."""

    def __init__(self, store: Store, paths: Paths, layers: Layers, outside: Outside) -> None:
        administration = self.administration = Administration(
            store, outside.actor, outside.sealer, outside.applied, outside.person
        )
        self.alerts = Alerts(administration)
        self.people = People(administration)
        self.erasure = Erasure(store, administration, self.people)
        self.keys = Keys(administration)
        self.kept_sign_ins = KeptSignIns(store, outside.sealer)
        self.passwords = Passwords(administration)
        self.identity_providers = IdentityProviders(administration, outside.provider_probe)
        self.oauth_proxies = OAuthProxies(administration)
        self.oauth_sessions = OAuthSessions(administration)
        self.proxies = Proxies(administration, outside.probe)
        self.tool_pins = ToolPins(administration, layers.settings)
        self.rate_limits = RateLimits(administration)
        self.model_prices = ModelPrices(administration)
        self.budgets = Budgets(administration, layers.settings)
        self.sinks = Sinks(administration)
        self.proxy_variables = ProxyVariables(administration)
        self.policies = Policies(administration, paths.resources / "policies")
        self.policy_files = PolicyFiles(store.reader)
        self.policy_exceptions = PolicyExceptions(administration)
        self.settings = SettingsService(administration, layers)
        self.policy_tester = PolicyTester(store.reader, outside.sealer, self.settings.current)
        self.first_steps = FirstSteps(administration)
        self.gateway_control = GatewayControl(outside.gateway, self.settings, administration)
        self.retention = Retention(store, administration, self.settings)
        self.observability = Observability(paths, outside.gateway)
        self.backups = Backups(store.where, administration, self.gateway_control)
        self.diagnostics = Diagnostics(paths, store.reader, self.settings, self.gateway_control)
        self.payload_views = PayloadViews(administration)
        self.exports = Exports(paths, store.where, administration)
        self.integrity = Integrity(paths, administration)
