"""GET /{proxy}/managed/settings: what Claude Code obeys once its person has signed in here by device code.

It asks at its start and every hour. 404 says that nothing is set, which is not the same as an empty policy.
"""

import hashlib
import json

from aiohttp import web

from gateway_desktop.core.errors import GatewayError
from gateway_desktop.core.exchange import RequestHead
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.core.secret import Secret
from gateway_desktop.gateway.callers import who
from gateway_desktop.gateway.runtime import Runtime
from gateway_desktop.identity.bearer import challenge
from gateway_desktop.identity.credentials import read_credential
from gateway_desktop.policies.access import allowed
from gateway_desktop.protocols.llm.refusals import refusal

PATH = "/managed/settings"
_LIKE_ANTHROPIC = "/v1/messages"  # whose errors its client reads


async def claude_settings(
    runtime: Runtime, request: web.BaseRequest, proxy: Proxy, base: str | None, exchange_id: str
) -> web.Response:
    """Answer with the settings of the proxy, to whom may use it."""
    assert proxy.oauth is not None
    presented, _ = read_credential(request.headers, "")
    principal, refused = await who(runtime, proxy, Secret(presented) if presented else None)
    if refused is None:
        refused = allowed(proxy, principal, None)
    if refused is not None:
        if refused.status == 401 and base is not None:
            refused.headers = (challenge(base, proxy, "", with_token=presented is not None),)
        return _no(refused, exchange_id)
    if not proxy.oauth.claude_settings:
        return _no(GatewayError(f"No settings for Claude Code are set at '{proxy.name}'", 404), exchange_id)
    mark = f"sha256:{hashlib.sha256(proxy.oauth.claude_settings.encode()).hexdigest()}"
    headers = {"ETag": f'"{mark}"', "Cache-Control": "private, no-cache", "Server": "gateway-desktop"}
    if mark in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers=headers)
    document = {"uuid": mark, "checksum": mark, "settings": json.loads(proxy.oauth.claude_settings)}
    headers["Content-Type"] = "application/json"
    return web.Response(body=json.dumps(document).encode(), headers=headers)


def _no(error: GatewayError, exchange_id: str) -> web.Response:
    said = refusal(RequestHead("GET", _LIKE_ANTHROPIC, "", {}, None, ()), error, exchange_id)
    headers = dict((*said.headers, *error.headers))
    return web.Response(
        status=error.status, body=said.body, headers={**headers, "Content-Type": said.content_type}
    )
