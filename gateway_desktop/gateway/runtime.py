"""Runtime: what the filters are built from; holds the current Snapshot."""

import asyncio
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from gateway_desktop.core.clock import now_us
from gateway_desktop.core.errors import Failure, UpstreamFailed
from gateway_desktop.core.figures import Figures
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.core.secret import Secret
from gateway_desktop.core.snapshot import Snapshot
from gateway_desktop.core.status import ProxyHealth
from gateway_desktop.gateway.background import has_failed, in_background
from gateway_desktop.gateway.downstream.doorway import Doorway
from gateway_desktop.gateway.guarding.inspector import Inspector
from gateway_desktop.gateway.mcp.stdio import StdioServers
from gateway_desktop.gateway.ports import Counters, Pins, Recorder, TokenStore
from gateway_desktop.gateway.queued import Queued
from gateway_desktop.gateway.recording.commits import Commits
from gateway_desktop.gateway.recording.record import Records
from gateway_desktop.gateway.telemetry.measures import Measures
from gateway_desktop.gateway.telemetry.telemetry import Telemetry
from gateway_desktop.gateway.token_cache import TokenCache
from gateway_desktop.gateway.tool_pins import ToolPins
from gateway_desktop.gateway.uploads import Uploads
from gateway_desktop.gateway.upstream.agent_cards import AgentCards
from gateway_desktop.gateway.upstream.calls import Upstream
from gateway_desktop.gateway.upstream_oauth.people import UpstreamPeople
from gateway_desktop.inspection.redaction import redact
from gateway_desktop.inspection.scan import warm_detectors
from gateway_desktop.policies.budget import MemoryLedger
from gateway_desktop.policies.decision import rule_book
from gateway_desktop.policies.rates import MemoryRates
from gateway_desktop.policies.redaction import Vaults
from gateway_desktop.protocols.llm.pricing import Prices, load_prices
from gateway_desktop.protocols.mcp.transports import is_legacy


class Runtime:
    """Everything an exchange may need, on the gateway's loop."""

    def __init__(
        self,
        recorder: Recorder,
        loop: asyncio.AbstractEventLoop,
        tokens: TokenStore | None = None,
        pins: Pins | None = None,
        counters: Counters | None = None,
        folder: Path | None = None,
    ) -> None:
        self.folder = folder  # of this gateway's own files
        counters = counters or Counters(MemoryRates(), MemoryLedger())
        self.recorder = recorder
        self.commits = Commits(recorder, loop)
        self.upstream = Upstream()
        self.pins = ToolPins(pins)
        self.agents = AgentCards(self.upstream, self.pins.told)
        self.upstream_people = UpstreamPeople(self.upstream)
        self.snapshot = Snapshot()
        self.inspector = Inspector()
        self.vaults = Vaults()
        self.rates = counters.rates
        self.ledger = counters.ledger
        self.doorway = Doorway(self.snapshot.settings)
        self.tokens = TokenCache(tokens) if tokens is not None else None
        self.uploads = Uploads()
        self.queued = Queued()
        self.port = 0  # where we listen
        self.active = 0
        self.stopping = False  # exchanges that are still on their way end now
        self.measures = Measures()
        self.telemetry = Telemetry(loop)
        self.records = Records(self.prices, self.measures, self.telemetry)
        self.health: dict[str, ProxyHealth] = {}
        self.sandbox_url = ""
        self.stdio = StdioServers(self.upstream, recorder.note)
        self._finished: deque[float] = deque(maxlen=100_000)
        self._loop = loop
        self._prices: asyncio.Future[Prices] | None = None
        self.warming: asyncio.Future[None] | None = None

    def obey(self, snapshot: Snapshot) -> None:
        """Obey this configuration from the next exchange on; raise ConfigurationError if that cannot be."""
        names = {group.id: group.name for group in snapshot.groups.values()}
        rules = rule_book(snapshot.policies, names, snapshot.exceptions)
        if snapshot.settings != self.snapshot.settings:
            self.doorway = Doorway(snapshot.settings)
        self.inspector.obey(snapshot, rules)
        self.upstream.configure(snapshot.settings.upstream)
        self.telemetry.configure(snapshot.settings.telemetry, snapshot.settings.upstream.ca_file)
        self.pins.obey(snapshot)
        self.rates.keep(limit.id for limit in snapshot.limits.values())
        self.ledger.know({key: spent.nano for key, spent in snapshot.spent.items()})
        self.snapshot = snapshot
        if self.tokens is not None:  # what was revoked with this change stops now
            self.tokens.clear()

    def forget_session(self, session: str) -> None:
        """Let the tokens of a session be good no longer."""
        if self.tokens is not None:
            self.tokens.forget(session)

    def load_prices(self) -> asyncio.Future[Prices]:
        """Read the price table in a thread, once, or again if that failed."""
        if self._prices is None or has_failed(self._prices):
            self._prices = self._loop.run_in_executor(None, load_prices)
        return self._prices

    def warm(self) -> None:
        """Have the searching machines built in a thread, before the first texts come."""
        if self.warming is None or has_failed(self.warming):
            self.warming = in_background(self._loop, warm_detectors)

    async def warmed(self) -> None:
        """Wait until they are built: to build them here would stop the loop for a second."""
        self.warm()
        assert self.warming is not None
        await asyncio.shield(self.warming)

    async def prices(self) -> Prices:
        """Return the price table; the first exchanges wait for it rather than go unpriced."""
        table = self.load_prices()
        return table.result() if table.done() else await asyncio.shield(table)

    def credential_of(self, proxy: Proxy) -> Secret | None:
        """Return the upstream's credential or None; raise UpstreamFailed if one is set and cannot be had."""
        secret = self.snapshot.credentials.get(proxy.id)
        if not secret and (proxy.credential_env or proxy.credential_secret):
            where = (
                f"the environment variable {proxy.credential_env}"
                if proxy.credential_env
                else "the sealed credential"
            )
            raise UpstreamFailed(
                Failure.CREDENTIAL,
                f"{where} of the proxy '{proxy.name}' is empty, a key of this gateway, or cannot be opened",
            )
        return secret

    def base_of(self, proxy: Proxy) -> str:
        """Return the base URL of the proxy's upstream."""
        if proxy.stdio is not None:
            return self.stdio.url(proxy.id)
        return self.sandbox_url if proxy.sandbox else proxy.upstream

    def streamable_base_of(self, proxy: Proxy) -> str:
        """Return where an MCP proxy's server speaks streamable HTTP: its own address, or one of ours."""
        return self.stdio.url(proxy.id) if is_legacy(proxy) else self.base_of(proxy)

    def legacy_base_of(self, proxy: Proxy) -> str:
        """Return where an MCP proxy's server speaks HTTP+SSE: its own address, or one of ours."""
        return self.base_of(proxy) if is_legacy(proxy) else self.stdio.older_url(proxy.id)

    @contextmanager
    def nobody_waits(self) -> Iterator[None]:
        """Count an open stream out of the calls that are on their way: it may stay open for days."""
        self.active -= 1
        try:
            yield
        finally:
            self.active += 1

    def note(self, proxy: Proxy, error: str) -> None:
        """Remember how the latest exchange of a proxy went upstream; upstreams quote keys they refuse."""
        error, _ = redact(error)
        known = self.health.get(proxy.id)
        if not error and known is not None and not known.last_error:
            return
        now = now_us()
        self.health[proxy.id] = ProxyHealth(error, now if error else 0, 0 if error else now)

    def figures(self) -> Figures:
        """Return how the gateway does; on the loop."""
        proxies = self.snapshot.proxies.values()
        health = {
            (proxy.name, str(proxy.kind)): self.health.get(proxy.id, ProxyHealth()) for proxy in proxies
        }
        return replace(
            self.measures.figures(health),
            requests_per_second=self.rate(),
            policies=self.inspector.figures(),
            store=self.recorder.figures(),
        )

    def finished(self) -> None:
        """Count one exchange for the rate shown to people."""
        self._finished.append(time.monotonic())

    def rate(self) -> float:
        """Return requests per second over the last five seconds; any thread may ask."""
        since = time.monotonic() - 5
        try:
            return sum(1 for at in reversed(self._finished) if at >= since) / 5
        except RuntimeError:  # the loop appended meanwhile; the next look will do
            return 0.0
