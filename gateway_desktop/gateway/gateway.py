"""Gateway: the listener, the practice upstream and the runtime, on the gateway's own loop."""

import asyncio
import time
from dataclasses import replace
from pathlib import Path

from aiohttp import web

from gateway_desktop.core.figures import Figures
from gateway_desktop.core.loopback import is_loopback
from gateway_desktop.core.oauth import IdentityProvider
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.core.secret import Secret
from gateway_desktop.core.settings import Settings
from gateway_desktop.core.snapshot import Snapshot
from gateway_desktop.core.status import Diagnosis, GatewayStatus
from gateway_desktop.gateway.downstream.doorway import Doorway, own_names
from gateway_desktop.gateway.downstream.listener import Listener
from gateway_desktop.gateway.handler import EXCHANGE
from gateway_desktop.gateway.mcp.stdio_probe import probe_command
from gateway_desktop.gateway.oauth.authorization_server import AuthorizationServer
from gateway_desktop.gateway.oauth.provider_check import diagnose
from gateway_desktop.gateway.oauth.provider_http import trusted
from gateway_desktop.gateway.ports import Counters, Identity, Pins, Recorder
from gateway_desktop.gateway.probe import probe
from gateway_desktop.gateway.runtime import Runtime
from gateway_desktop.gateway.sandbox.server import start_sandbox
from gateway_desktop.gateway.server import make_server
from gateway_desktop.gateway.tasks import end_tasks
from gateway_desktop.identity.issuers import canonical_base

_DRAIN_STEP = 0.05


class Gateway:
    """Made, used and ended on the loop."""

    def __init__(
        self,
        recorder: Recorder,
        folder: Path,
        identity: Identity | None = None,
        pins: Pins | None = None,
        counters: Counters | None = None,
    ) -> None:
        loop = asyncio.get_event_loop()
        tokens = identity.tokens if identity else None
        self.runtime = Runtime(recorder, loop, tokens, pins, counters, folder)
        self._oauth = AuthorizationServer(self.runtime, identity) if identity else None
        self._folder = folder
        self._listener: Listener | None = None
        self._sandbox: web.ServerRunner | None = None

    @property
    def listener(self) -> Listener:
        """The open port."""
        assert self._listener is not None
        return self._listener

    async def open(self, settings: Settings) -> None:
        """Listen where the settings say."""
        self.runtime.upstream.open()
        if self._listener is None:
            self._listener = Listener(make_server(self.runtime, self._oauth), self._folder)
        await self._listener.open(settings.listen)
        self.runtime.stopping = False
        self.runtime.doorway = Doorway(settings)
        self.runtime.port = self.listener.port
        self.runtime.load_prices()
        self.runtime.warm()

    async def close(self, drain: float) -> None:
        """Take no new connections, wait up to `drain` seconds for exchanges on their way, then end them."""
        if self._listener is None:
            return
        await self._listener.close()
        steps = int(drain / _DRAIN_STEP)
        while self.runtime.active and steps:
            await asyncio.sleep(_DRAIN_STEP)
            steps -= 1
        self.runtime.stopping = True
        await end_tasks(EXCHANGE)  # those that go on without their callers are written down now
        await self._listener.end()
        self._listener = None

    async def obey(self, snapshot: Snapshot) -> None:
        """Obey a configuration that is not older than the current one."""
        if not is_loopback(snapshot.settings.listen.host):
            await asyncio.to_thread(own_names)
        if snapshot.version < self.runtime.snapshot.version:
            return
        wanted = any(proxy.sandbox for proxy in snapshot.proxies.values())
        if wanted and self._sandbox is None:
            self._sandbox, self.runtime.sandbox_url = await start_sandbox()
        await self.runtime.stdio.obey(snapshot.proxies, snapshot.environments)
        self.runtime.obey(snapshot)

    async def probe(self, proxy: Proxy, secret: Secret | None) -> Diagnosis:
        """Try the upstream of a proxy."""
        upstream = self.runtime.upstream
        upstream.open()
        if proxy.stdio is not None:
            environment = self.runtime.snapshot.environments.get(proxy.id, {})
            return await probe_command(self.runtime.stdio, proxy, environment)
        return await probe(upstream, self.runtime.base_of(proxy), proxy, secret)

    async def probe_provider(self, provider: IdentityProvider, secret: Secret | None) -> Diagnosis:
        """Try an identity provider, with the callback of the gateway that will listen if none does yet."""
        settings = self.runtime.snapshot.settings
        trusted.set(self.runtime.upstream.trusted)
        base = canonical_base(settings, self.runtime.port or settings.listen.port)
        return await diagnose(provider, secret, f"{base}/oauth/callback")

    async def end(self) -> None:
        """Close everything."""
        await self.close(0)
        if self._sandbox is not None:
            await self._sandbox.cleanup()
        await self.runtime.stdio.close()
        await self.runtime.upstream.close()
        await self.runtime.telemetry.close()

    async def figures(self) -> Figures:
        """Return how the gateway does."""
        return self.runtime.figures()

    def fill(self, status: GatewayStatus) -> GatewayStatus:
        """Return the status with what changes from moment to moment; any thread may ask."""
        runtime = self.runtime
        return replace(
            status,
            active=runtime.active,
            requests_per_second=runtime.rate(),
            storage_problem=runtime.recorder.storage_problem() or "",
            storage_notice=runtime.recorder.notice(),
            proxies=dict(runtime.health),
            rates=runtime.rates.used(runtime.snapshot.limits.values(), time.monotonic()),
        )
