"""Try an upstream and say exactly how far that got."""

import asyncio
import socket
from urllib.parse import urlsplit

import aiohttp
import msgspec

from gateway_desktop.core.errors import UpstreamFailed, in_words
from gateway_desktop.core.plural import plural
from gateway_desktop.core.proxy import Kind, Proxy
from gateway_desktop.core.secret import Secret
from gateway_desktop.core.status import Diagnosis
from gateway_desktop.gateway.mcp_http.probing import probe_server
from gateway_desktop.gateway.upstream.agent_cards import AgentCards
from gateway_desktop.gateway.upstream.calls import Upstream, failure, outgoing_proxy, redirect_shown
from gateway_desktop.protocols.llm.known_provider import provider_named

_ANSWER_LIMIT = 4 << 20
_SECONDS = 15


async def probe(upstream: Upstream, base: str, proxy: Proxy, secret: Secret | None) -> Diagnosis:
    """Resolve, connect and ask for the list of models with the upstream's credential."""
    steps: list[str] = []
    parts = urlsplit(base)
    host = parts.hostname
    if parts.scheme not in ("http", "https") or not host:
        return Diagnosis(False, f"{base!r} is not an address: it should look like https://api.example.com")
    try:
        if outgoing_proxy(parts.scheme, host) is None:
            port = parts.port or (443 if parts.scheme == "https" else 80)
            try:
                found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
            except (OSError, UnicodeError) as error:
                why = f"{host} was not found ({in_words(error)}): is the name right, and this machine online?"
                return Diagnosis(False, why)
            steps.append(f"{host} is {found[0][4][0]}")
        else:
            steps.append(f"{host} is reached through the outgoing proxy of the environment")
        async with asyncio.timeout(_SECONDS):
            if proxy.kind is Kind.A2A:
                return await _ask_agent(upstream, proxy, secret, steps)
            if proxy.kind is Kind.MCP:
                return await probe_server(upstream, base, proxy, secret, steps)
            return await _ask(upstream, base, proxy, secret, steps)
    except UpstreamFailed as error:
        return Diagnosis(False, error.message, tuple(steps))
    except TimeoutError:
        return Diagnosis(False, f"{host} did not answer within {_SECONDS} seconds", tuple(steps))


async def _ask_agent(upstream: Upstream, proxy: Proxy, secret: Secret | None, steps: list[str]) -> Diagnosis:
    """Fetch the agent's card and say what it can do, and what of it cannot be reached through here."""
    card = await AgentCards(upstream).fetch(proxy, secret)
    steps.append(f"the card of '{card.name}' came")
    steps.append(f"its signature: {card.signature}")
    steps.extend(f"left out: {left}" for left in card.left_out)
    if not card.paths:
        why = "; ".join(card.left_out) or "Its card names no address"
        return Diagnosis(False, f"The agent '{card.name}' cannot be called here. {why}", tuple(steps))
    said = f"The agent '{card.name}' answers: {plural(len(card.skills), 'skill')}"
    return Diagnosis(True, said, tuple(steps), card.skills, "skills")


async def _ask(
    upstream: Upstream, base: str, proxy: Proxy, secret: Secret | None, steps: list[str]
) -> Diagnosis:
    provider = provider_named(proxy.provider)
    path = provider.models_path
    headers = [(b"Accept", b"application/json"), (b"anthropic-version", b"2023-06-01")]
    credential = provider.credential_headers(path, secret) if secret else ()
    headers.extend((name.encode(), value.encode()) for name, value in credential)
    answer = await upstream.send("GET", provider.url(base, path, ""), headers, b"", verify=proxy.verify_tls)
    try:
        steps.append(f"connected, {'with TLS' if base.startswith('https') else 'without TLS'}")
        steps.append(f"GET {path} answered {answer.status}")
        body = await answer.first(_ANSWER_LIMIT)
        status = answer.status
    except (aiohttp.ClientError, OSError) as error:
        raise failure(error, urlsplit(base).hostname or "") from error
    finally:
        answer.close()
    if 300 <= status < 400:
        asked = provider.url(base, path, "")
        return Diagnosis(False, redirect_shown(asked, answer.headers.get("Location", "")), tuple(steps))
    if status in (401, 403):
        said = "refuses the credential" if secret else "wants a credential, and the proxy has none"
        return Diagnosis(False, f"The upstream {said} ({status})", tuple(steps))
    if status == 404:
        return Diagnosis(
            True,
            "The upstream answers, but lists no models at this address; check its base URL",
            tuple(steps),
        )
    if status >= 400:
        return Diagnosis(False, f"The upstream answers with an error ({status})", tuple(steps))
    models = _models(body)
    said = plural(len(models), "model") if models else "no list of models"
    return Diagnosis(True, f"The upstream answers: {said}", tuple(steps), models)


class _Model(msgspec.Struct):
    id: str = ""
    name: str = ""


class _Models(msgspec.Struct):
    data: list[_Model] = []
    models: list[_Model] = []


def _models(body: bytes) -> tuple[str, ...]:
    try:
        listed = msgspec.json.decode(body, type=_Models)
    except msgspec.DecodeError:
        return ()
    return tuple(model.id or model.name for model in (*listed.data, *listed.models))
