"""StdioServer: one proxy's command, or its server of the older transport, and the sessions with it."""

import asyncio
import logging
import math
import time
from collections.abc import Callable, Mapping

from gateway_desktop.core.audit import Category, Severity, SystemEvent
from gateway_desktop.core.errors import Failure, UpstreamFailed
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.core.secret import Secret
from gateway_desktop.gateway.mcp.child import Child
from gateway_desktop.gateway.mcp.orphans import Orphans
from gateway_desktop.gateway.mcp.remote import Remote, Send
from gateway_desktop.gateway.mcp.speaker import Speaker
from gateway_desktop.gateway.mcp.stdio_session import StdioSession
from gateway_desktop.gateway.tasks import spawn
from gateway_desktop.gateway.upstream.client import RawHeaders

_log = logging.getLogger(__name__)
_SHORT_LIFE = 10.0  # seconds: a command that ends sooner without an answer is started again with a pause
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
Note = Callable[[SystemEvent], object]  # takes what the System tab shall tell


class StdioServer:
    """One proxy's command, or its server of the older transport, and the sessions."""

    def __init__(
        self, proxy: Proxy, sealed: Mapping[str, Secret], orphans: Orphans, send: Send, note: Note | None
    ) -> None:
        self._proxy = proxy  # with a command, or an upstream of the older transport
        self._sealed = sealed
        self._note = note  # None: a trial, which is told of nowhere
        self.sessions: dict[str, StdioSession] = {}
        self.shared: dict[str, StdioSession] = {}  # of the revision without sessions, by caller
        self._orphans = orphans
        self._send = send
        self._starting = asyncio.Lock()
        self._deaths = 0
        self._died = 0.0
        self._not_before = 0.0
        self._failed = False  # it ended by itself, and was not started since

    async def open_session(
        self, headers: RawHeaders | None = None, *, stateless: bool = False
    ) -> StdioSession:
        """Start the command for a new session; UpstreamFailed if that cannot be, or it died too often."""
        since = time.monotonic()
        if (rest := self._not_before - since) > 0:
            told = f"The command of {self._proxy.name} ended right away; next try in {math.ceil(rest)} s"
            raise UpstreamFailed(Failure.REFUSED, told)
        child: Speaker
        if (command := self._proxy.stdio) is None:
            child = await Remote.start(self._proxy.name, self._proxy.upstream, self._send, headers or [])
        else:
            child = await Child.start(self._proxy.name, command, self._sealed, self._orphans)
        if self._failed:
            self._failed = False
            self._tell("restarted")
        session = StdioSession(child, stateless=stateless)
        if not stateless:
            self.sessions[session.id] = session
        spawn(self._run(session, since), f"stdio of {self._proxy.name}")
        return session

    def serves(self, proxy: Proxy, sealed: Mapping[str, Secret]) -> bool:
        """Return whether this is what the proxy is still; its name may be another."""
        known = self._proxy
        now = (proxy.stdio, proxy.upstream, proxy.verify_tls, dict(sealed))
        same = (known.stdio, known.upstream, known.verify_tls, dict(self._sealed)) == now
        if same:
            self._proxy = proxy
        return same

    async def shared_session(self, caller: str, headers: RawHeaders) -> StdioSession:
        """Return the one child that serves a caller in the revision without sessions.

        What it says without being asked could belong to anybody: callers do not share one.
        """
        async with self._starting:
            known = self.shared.get(caller)
            if known is None or known.dead:
                known = self.shared[caller] = await self.open_session(headers, stateless=True)
            return known

    async def session_of(self, caller: str, headers: RawHeaders) -> StdioSession:
        """Return a session for a handshake: with the child that knew no other way, or a new one."""
        known = self.shared.get(caller)
        if known is None or known.dead or not known.older:
            return await self.open_session(headers)
        del self.shared[caller]
        known.stateless = False
        self.sessions[known.id] = known
        return known

    async def close_session(self, session: StdioSession) -> None:
        """End a session and its child."""
        self.sessions.pop(session.id, None)
        self._unshare(session)
        session.dead = True
        await session.child.end()

    async def end(self) -> None:
        """End all sessions at once."""
        await asyncio.gather(*(self.close_session(session) for session in self.living()))

    def living(self) -> list[StdioSession]:
        """Return all sessions."""
        return [*self.sessions.values(), *self.shared.values()]

    def _unshare(self, session: StdioSession) -> None:
        for caller in [caller for caller, known in self.shared.items() if known is session]:
            del self.shared[caller]

    async def _run(self, session: StdioSession, since: float) -> None:
        await session.listen()
        asked_to_end = session not in self.living()
        self.sessions.pop(session.id, None)
        self._unshare(session)
        if asked_to_end or self._proxy.stdio is None:
            return
        now = time.monotonic()
        lived = now - since
        if since >= self._died:  # what was started beside it, and ends of the same, was no other try
            # Of one that answered, a caller's call may have been the end: that must not end it for all.
            failed = lived < _SHORT_LIFE and not session.answered
            self._deaths = self._deaths + 1 if failed else 1
            pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (self._deaths - 2)) if self._deaths > 1 else 0.0
            self._died, self._not_before = now, now + pause
        _log.warning("The command of %s ended by itself after %.1f s", self._proxy.name, lived)
        if not self._failed:
            self._failed = True
            words = await session.child.last_words()
            told = f"Its command ended by itself after {lived:.1f} s"
            self._tell("failed", f"{told}; it said last: {words}" if words else told)

    def _tell(self, event: str, problem: str = "") -> None:
        if self._note is not None:
            self._note(
                SystemEvent(
                    Category.PROXIES,
                    event,
                    self._proxy.name,
                    severity=Severity.WARNING if problem else Severity.INFO,
                    result="failure" if problem else "success",
                    details=problem,
                    proxy=self._proxy.name,
                )
            )
