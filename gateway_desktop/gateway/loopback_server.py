"""A server of ours on a free port of this machine: an upstream like any other to the gateway itself."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web


async def serve_loopback(
    serve: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]],
    largest: int,
    shutdown_seconds: float = 60.0,
) -> tuple[web.ServerRunner, str]:
    """Listen, for bodies of at most so many bytes; return what ends it, and its base URL."""

    def make(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
        loop = asyncio.get_running_loop()
        return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=largest)

    server = web.Server(serve, request_factory=make, access_log=None, handler_cancellation=True)
    runner = web.ServerRunner(server, shutdown_timeout=shutdown_seconds)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"
