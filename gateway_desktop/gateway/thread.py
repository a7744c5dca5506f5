"""GatewayThread: the event loop's thread; the only door into it from outside."""

import asyncio
import logging
import sys
import threading
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from gateway_desktop.core.changes import ChangeFeed, Topic
from gateway_desktop.core.errors import Unavailable
from gateway_desktop.core.figures import Figures
from gateway_desktop.core.oauth import IdentityProvider
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.core.queued import QueuedStep
from gateway_desktop.core.secret import Secret
from gateway_desktop.core.settings import Settings
from gateway_desktop.core.snapshot import Snapshot
from gateway_desktop.core.status import Diagnosis, GatewayStatus, State
from gateway_desktop.gateway.downstream.listener import PortTaken
from gateway_desktop.gateway.gateway import Gateway
from gateway_desktop.gateway.ports import Counters, Identity, Pins, Recorder

_log = logging.getLogger(__name__)
Result = TypeVar("Result")


def _new_loop() -> asyncio.AbstractEventLoop:
    if sys.platform == "win32":
        import winloop

        return winloop.new_event_loop()  # type: ignore[no-any-return]
    import uvloop

    return uvloop.new_event_loop()


class GatewayThread:
    """Runs the gateway on a loop of its own; every method may be called from any thread."""

    def __init__(
        self,
        recorder: Recorder,
        folder: Path,
        changes: ChangeFeed,
        identity: Identity | None = None,
        pins: Pins | None = None,
        counters: Counters | None = None,
    ) -> None:
        self._changes = changes
        self._status = GatewayStatus()
        self._settings: Settings | None = None  # those we listen by
        self._loop = _new_loop()
        self._gateway: Gateway | None = None
        self._ready: Future[None] = Future()
        self._thread = threading.Thread(
            target=self._run,
            args=(lambda: Gateway(recorder, folder, identity, pins, counters),),
            name="gateway",
            daemon=True,
        )
        self._thread.start()

    def start(self, settings: Settings) -> Future[GatewayStatus]:
        """Listen where the settings say; the Future fails with Unavailable, and `status` says why."""
        return self.call(self._start(settings))

    def stop(self, drain: float = 10.0) -> Future[None]:
        """Take no new calls, give those on their way `drain` seconds, then end them."""
        return self.call(self._stop(drain))

    def apply(self, snapshot: Snapshot) -> Future[None]:
        """Obey this configuration; an older one than the current is dropped."""
        return self.call(self._apply(snapshot))

    def know_queued(self, steps: Iterable[QueuedStep]) -> None:
        """Take what earlier runs wrote down of answers that were not there yet."""
        self._loop.call_soon_threadsafe(self._of().runtime.queued.know, steps)

    def probe(self, proxy: Proxy, secret: Secret | None) -> Future[Diagnosis]:
        """Ask the upstream of a proxy, saved or not, for its models and say exactly how that went."""
        return self.call(self._of().probe(proxy, secret))

    def probe_provider(self, provider: IdentityProvider, secret: Secret | None) -> Future[Diagnosis]:
        """Ask an identity provider for all it publishes, and whether it knows us."""
        return self.call(self._of().probe_provider(provider, secret))

    @property
    def listening(self) -> bool:
        """Whether calls are taken."""
        return self._status.state is State.RUNNING

    def status(self) -> GatewayStatus:
        """Return what the gateway is doing right now."""
        if self._gateway is None:
            return self._status
        return self._gateway.fill(self._status)

    def figures(self) -> Future[Figures]:
        """Return how the gateway does."""
        return self.call(self._of().figures())

    def end(self) -> None:
        """Stop the loop and its thread; nothing is drained."""
        if self._thread.is_alive():
            self.call(self._of().end()).result(15)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(5)

    def call(self, work: Coroutine[Any, Any, Result]) -> Future[Result]:
        """Run a coroutine on the gateway's loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def _of(self) -> Gateway:
        self._ready.result(15)
        assert self._gateway is not None
        return self._gateway

    def _run(self, make: Callable[[], Gateway]) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.set_exception_handler(_log_unhandled)
        try:
            self._gateway = make()
            self._ready.set_result(None)
            self._loop.run_forever()
        except BaseException as error:  # the top of the thread
            _log.critical("The gateway's thread ended", exc_info=error)
            self._say(State.FAILED, f"The gateway ended: {error}")
            raise

    async def _start(self, settings: Settings) -> GatewayStatus:
        listen = settings.listen
        self._status = replace(self._status, host=listen.host, port=listen.port, next_free_port=None)
        self._say(State.STARTING)
        try:
            await self._of().open(settings)
        except Unavailable as error:
            if isinstance(error, PortTaken):
                self._status = replace(self._status, next_free_port=error.next_free)
            self._say(State.FAILED, str(error))
            raise
        certificate = self._of().listener.certificate
        self._settings = settings
        self._status = replace(
            self._status,
            port=self._of().listener.port,
            tls=certificate is not None,
            fingerprint=certificate.fingerprint if certificate else "",
        )
        self._say(State.RUNNING)
        return self.status()

    async def _stop(self, drain: float) -> None:
        await self._of().close(drain)
        self._say(State.STOPPED)

    async def _apply(self, snapshot: Snapshot) -> None:
        await self._of().obey(snapshot)
        if self.listening and self._settings and snapshot.settings.listen != self._settings.listen:
            former = self._status
            try:
                await self._start(snapshot.settings)
            except Unavailable as error:
                self._status = former
                self._say(State.RUNNING, f"{error}; still listening at the former address")

    def _say(self, state: State, problem: str = "") -> None:
        self._status = replace(self._status, state=state, problem=problem)
        self._changes.publish(Topic.STATUS)


def _log_unhandled(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    _log.error("On the gateway's loop: %s", context.get("message"), exc_info=context.get("exception"))
