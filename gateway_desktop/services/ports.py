"""What the services need from other rooms; `app.py` brings it."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol

from gateway_desktop.core.figures import Figures
from gateway_desktop.core.oauth import IdentityProvider
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.core.secret import Secret
from gateway_desktop.core.settings import Settings
from gateway_desktop.core.snapshot import Snapshot
from gateway_desktop.core.status import Diagnosis, GatewayStatus

# Calls an upstream as the gateway would: name, connection, TLS, the status of its list of models.
Probe = Callable[[Proxy, Secret | None], Future[Diagnosis]]

# Asks an identity provider for all it publishes, and whether it knows us.
ProviderProbe = Callable[[IdentityProvider, Secret | None], Future[Diagnosis]]

# Makes the running gateway obey a snapshot.
Apply = Callable[[Snapshot], Future[None]]


class Gateway(Protocol):
    """The gateway of this process, as far as people start and stop it."""

    def start(self, settings: Settings) -> Future[GatewayStatus]:
        """Listen as the settings say; the Future fails with a sentence if that cannot be."""

    def stop(self, drain: float = ...) -> Future[None]:
        """Stop listening; calls on their way have that many seconds to end."""

    def status(self) -> GatewayStatus:
        """Return what it is doing right now."""

    def figures(self) -> Future[Figures]:
        """Return how it does, counted by itself."""
