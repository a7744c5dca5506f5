"""Start, stop and restart the gateway of this process."""

from concurrent.futures import Future
from typing import Any

from gateway_desktop.core.audit import Category, Severity, SystemEvent
from gateway_desktop.core.errors import NotAllowed, Unavailable
from gateway_desktop.core.people import Role
from gateway_desktop.core.status import GatewayStatus
from gateway_desktop.services.administration import Administration
from gateway_desktop.services.futures import follow
from gateway_desktop.services.ports import Gateway
from gateway_desktop.services.settings import SettingsService


class GatewayControl:
    """The switch of the gateway; each use of it is a System event."""

    def __init__(
        self, gateway: Gateway | None, settings: SettingsService, administration: Administration
    ) -> None:
        self._gateway = gateway
        self._settings = settings
        self._administration = administration

    def status(self) -> GatewayStatus:
        """Return what the gateway is doing right now; never waits."""
        return GatewayStatus() if self._gateway is None else self._gateway.status()

    def start(self) -> Future[GatewayStatus]:
        """Listen where the settings say; the Future fails with a sentence if that cannot be."""
        gateway = self._gateway
        if gateway is None:
            return _none_here()
        allowed = follow(self._administration.require(Role.OPERATOR), lambda _: self._settings.current())
        started = follow(allowed, gateway.start)
        started.add_done_callback(self._note_start)
        return started

    def stop(self) -> Future[None]:
        """Take no new calls, let those on their way end."""
        gateway = self._gateway
        if gateway is None:
            return _none_here()
        stopped = follow(self._administration.require(Role.OPERATOR), lambda _: gateway.stop())
        return follow(stopped, lambda _: self._administration.note(_event("stopped")))

    def restart(self, port: int | None = None) -> Future[GatewayStatus]:
        """Stop and start again, on another port if one is given (which is saved)."""
        if port is None:
            return follow(self.stop(), lambda _: self.start())
        return follow(self._settings.change_now("listen.port", port), lambda _: self.restart())

    def _note_start(self, started: Future[GatewayStatus]) -> None:
        if started.cancelled():
            return
        if isinstance(error := started.exception(), NotAllowed):
            return
        if error:
            self._administration.note(_event("failed", details=str(error)))
        else:
            self._administration.note(_event("started", details=started.result().base_url))


def _event(event: str, details: str = "") -> SystemEvent:
    failed = event == "failed"
    return SystemEvent(
        Category.SYSTEM,
        event,
        "gateway",
        severity=Severity.WARNING if failed else Severity.INFO,
        result="failure" if failed else "success",
        details=details,
    )


def _none_here() -> Future[Any]:
    future: Future[Any] = Future()
    future.set_exception(Unavailable("This process runs no gateway"))
    return future
