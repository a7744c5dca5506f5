"""RedirectListener: the redirect address of a program on this machine (RFC 8252 section 7.3)."""

import asyncio
import hmac
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from aiohttp import web

PATH = "/callback"
_HOST = "127.0.0.1"
_PAGE = "<!doctype html><html lang=en><meta charset=utf-8><title>{0}</title><p>{0}</p></html>"
_HEADERS = {"Content-Security-Policy": "default-src 'none'", "Referrer-Policy": "no-referrer"}


class RedirectListener:
    """Waits for the browser to come back with the answer to one request."""

    def __init__(self, state: str) -> None:
        self.redirect = ""
        self._state = state
        self._runner = web.ServerRunner(web.Server(self.handle, access_log=None))
        self._answer: asyncio.Future[dict[str, str]] = asyncio.get_running_loop().create_future()

    async def answer(self, seconds: float) -> Mapping[str, str]:
        """Return what the authorization server tells; raise TimeoutError if nobody comes back in time."""
        return await asyncio.wait_for(self._answer, seconds)

    async def handle(self, request: web.BaseRequest) -> web.Response:
        """Take the answer whose `state` is ours; say so to the person."""
        state = request.query.get("state", "")
        if request.path != PATH or not hmac.compare_digest(state.encode(), self._state.encode()):
            return _page("This is no answer to a sign-in that was begun here.", 400)
        if not self._answer.done():
            self._answer.set_result(dict(request.query))
        if "error" in request.query:
            return _page("You were not signed in. You can close this page.", 200)
        return _page("You are signed in. You can close this page.", 200)

    async def listen(self, port: int) -> None:
        """Listen on the port if it is free, else on a random one."""
        await self._runner.setup()
        try:
            site = web.TCPSite(self._runner, _HOST, port)
            await site.start()
        except OSError:
            site = web.TCPSite(self._runner, _HOST, 0)
            await site.start()
        _, bound = self._runner.addresses[0][:2]
        self.redirect = f"http://{_HOST}:{bound}{PATH}"

    async def close(self) -> None:
        """Listen no longer."""
        await self._runner.cleanup()


@asynccontextmanager
async def redirect_listener(state: str, port: int) -> AsyncIterator[RedirectListener]:
    """Listen on this machine until the end of the block; `port` 0 is a random one."""
    listening = RedirectListener(state)
    try:
        await listening.listen(port)
        yield listening
    finally:
        await listening.close()


def _page(text: str, status: int) -> web.Response:
    return web.Response(text=_PAGE.format(text), content_type="text/html", status=status, headers=_HEADERS)
