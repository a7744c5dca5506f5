"""Answer for an agent: its card, and its extended card, with addresses that lead back through the gateway."""

import hashlib
from typing import Any

import aiohttp

from gateway_desktop.core.call import Call, TextPart
from gateway_desktop.core.errors import Failure, Malformed, UpstreamFailed
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.loopback import is_loopback
from gateway_desktop.core.reply import Reply
from gateway_desktop.core.secret import Secret
from gateway_desktop.core.settings import Settings
from gateway_desktop.gateway.beside import beside
from gateway_desktop.gateway.runtime import Runtime
from gateway_desktop.gateway.upstream import own_credential
from gateway_desktop.gateway.upstream.calls import failure
from gateway_desktop.gateway.upstream.compression import GARBAGE, decompressor
from gateway_desktop.gateway.upstream.headers import answer_headers, request_headers
from gateway_desktop.identity.card_signatures import CardSigner, card_signer
from gateway_desktop.protocols.a2a.agent_card import AgentCard, card_of, card_texts, served
from gateway_desktop.protocols.adapters import FORWARDED
from gateway_desktop.protocols.json_body import compact, decoded

KEYS_PATH = "/.well-known/agent-card-keys.json"  # of those that sign the cards we serve; for everybody
_LARGEST = 8 << 20
_REPLACED = frozenset({"content-encoding", "etag", "last-modified"})
_CACHED = "private, max-age=60"  # a card; afterwards its ETag says whether it is still the one


async def serve_card(runtime: Runtime, exchange: Exchange, secret: Secret | None) -> None:
    """Answer a request for the agent's card; a card the caller has already is not sent again."""
    if exchange.request.method not in ("GET", "HEAD"):
        raise Malformed("An agent card can only be read", "method", 405)
    card = await runtime.agents.fresh(exchange.proxy, secret)
    if not card.paths:
        raise UpstreamFailed(Failure.BROKEN, f"The agent cannot be called here. {'; '.join(card.left_out)}")
    shown = _served(runtime, exchange, card)
    reply = Reply(200, complete=True, texts=card_texts(shown))
    body = await _looked_at(exchange, compact(shown).encode(), reply)
    signer = _signer(runtime, card)
    by = signer.key_id.encode() if signer is not None else b""
    tag = f'"{hashlib.sha256(body + by).hexdigest()}"'  # a signature is another each time
    if signer is not None:
        body = compact(signer.signed(decoded(body), _keys_address(runtime, exchange))).encode()
    headers = [("ETag", tag), ("Cache-Control", _CACHED), ("Vary", "Authorization, Host")]
    known = _matches(exchange.request.headers.get("If-None-Match", ""), tag)
    reply.status = status = 304 if known else 200
    reply.detail["signature"] = card.signature
    reply.detail["served"] = "signed by this gateway" if signer is not None else "unsigned"
    if card.left_out:
        reply.detail["left_out"] = list(card.left_out)
    exchange.reply = reply
    if not known:
        headers.append(("Content-Type", "application/json"))
    await exchange.client.whole(status, headers, b"" if known else body)


async def serve_extended_card(
    runtime: Runtime, exchange: Exchange, call: Call, secret: Secret | None
) -> None:
    """Ask the agent for its extended card and answer with the one that leads back here."""
    head, proxy = exchange.request, exchange.proxy
    credential = runtime.agents.credential_headers(proxy, secret) if secret else ()
    headers = request_headers(head, credential, compressed=call.compressed, plain=False)
    url = runtime.agents.url(proxy, head.path, head.query)
    answer = await runtime.upstream.send(head.method, url, headers, call.body, verify=proxy.verify_tls)
    try:
        body = await answer.first(_LARGEST + 1)
        coding = decompressor(answer.headers.get("Content-Encoding", ""))
        clear = body if coding is None else await beside(coding.decompress, body)
        if len(clear) > _LARGEST:
            raise UpstreamFailed(
                Failure.BROKEN, f"The agent's extended card is larger than {_LARGEST >> 20} MB"
            )
        clear = await own_credential.sifted(secret, clear)
    except (aiohttp.ClientError, OSError, *GARBAGE) as error:
        raise failure(error, answer.host) from error
    finally:
        answer.close()
    reader = FORWARDED[proxy.kind].read_reply(call, answer.status, "application/json")
    reader.feed(clear)
    reader.end()
    exchange.reply = reader.reply
    if answer.status == 200 and not reader.reply.error:
        clear, reader.reply.texts = _rewritten(runtime, exchange, clear)
        clear = _signed(runtime, exchange, await _looked_at(exchange, clear, reader.reply))
    given = answer_headers(answer.raw_headers, answer.headers.get("Connection", ""))
    kept = [pair for pair in own_credential.out_of_headers(secret, given) if pair[0].lower() not in _REPLACED]
    if "Content-Type" not in answer.headers:  # application/a2a+json, as A2A 1.0 section 11.1 wants it, stays
        kept.append(("Content-Type", "application/json"))
    await exchange.client.whole(answer.status, kept, clear)


def address_of(settings: Settings, exchange: Exchange) -> str:
    """Return the proxy's address as the caller reached it, without a slash at its end."""
    base = settings.public_url.rstrip("/")
    if not base:
        tls = not settings.listen.tls_ends_in_front and not is_loopback(settings.listen.host)
        base = f"{'https' if tls else 'http'}://{exchange.request.headers.get('Host', '')}"
    return f"{base}/{exchange.proxy.name}"


def _signer(runtime: Runtime, card: AgentCard | None = None) -> CardSigner | None:
    """Return who signs the card: nobody where that is not wanted, or the agent's own signature is wrong."""
    snapshot = runtime.snapshot
    if not snapshot.settings.a2a.sign_cards or (card is not None and card.signature == "invalid"):
        return None
    return card_signer(snapshot.agent_key)


def _signed(runtime: Runtime, exchange: Exchange, body: bytes) -> bytes:
    """Return an extended card, which may stand in a JSON-RPC answer, with our signature."""
    signer = _signer(runtime)
    if signer is None:
        return body
    document, address = decoded(body), _keys_address(runtime, exchange)
    if isinstance(inner := document.get("result"), dict) and "jsonrpc" in document:
        return compact({**document, "result": signer.signed(inner, address)}).encode()
    return compact(signer.signed(document, address)).encode()


def _keys_address(runtime: Runtime, exchange: Exchange) -> str:
    return address_of(runtime.snapshot.settings, exchange).rpartition("/")[0] + KEYS_PATH


async def _looked_at(exchange: Exchange, body: bytes, reply: Reply) -> bytes:
    """Return a card as policies let it pass."""
    return body if exchange.guard is None else await exchange.guard.whole(body, reply)


def _rewritten(runtime: Runtime, exchange: Exchange, body: bytes) -> tuple[bytes, list[TextPart]]:
    try:
        document: Any = decoded(body)
    except ValueError as error:
        raise UpstreamFailed(Failure.BROKEN, "The agent's extended card is not JSON") from error
    inner = document.get("result") if isinstance(document, dict) and "jsonrpc" in document else document
    if not isinstance(inner, dict):
        raise UpstreamFailed(Failure.BROKEN, "The agent's extended card is no card")
    card = _served(runtime, exchange, card_of(inner, exchange.proxy.upstream))
    whole = {**document, "result": card} if inner is not document else card
    return compact(whole).encode(), card_texts(card)


def _served(runtime: Runtime, exchange: Exchange, card: AgentCard) -> dict[str, Any]:
    settings = runtime.snapshot.settings
    return served(
        card,
        address_of(settings, exchange),
        push=bool(settings.a2a.push_hosts.split()),
        keyed=not exchange.proxy.anonymous,
    )


def _matches(header: str, tag: str) -> bool:
    """Return whether the caller has this very card (RFC 9110 section 13.1.2)."""
    named = [candidate.strip().removeprefix("W/") for candidate in header.split(",")]
    return "*" in named or tag in named
