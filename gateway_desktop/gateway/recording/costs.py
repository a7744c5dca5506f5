"""What an exchange cost, or may cost at most."""

from dataclasses import replace

from gateway_desktop.core.clock import datetime_of
from gateway_desktop.core.errors import UpstreamFailed
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.model_price import ModelPrice, price_of
from gateway_desktop.core.proxy import Kind
from gateway_desktop.core.reply import Basis, Usage
from gateway_desktop.protocols.llm.estimate import estimated_usage
from gateway_desktop.protocols.llm.known_provider import provider_named
from gateway_desktop.protocols.llm.pricing import DECISIONS, SANDBOX, Cost, Prices
from gateway_desktop.protocols.llm.regions import costs_more_there
from gateway_desktop.protocols.llm.usage import estimated

_OVERLOADED = (503, 529)  # RFC 9110 section 15.6.4; Anthropic's: it was not begun
_UNCHARGED = frozenset({"GET", "HEAD", "OPTIONS", "DELETE"})
# Ends of paths of which nobody takes money, whatever they are asked with.
_FREE = (
    "/files",
    "/uploads",
    "/vector_stores",
    "/input_tokens",
    "/items",
    "/evals",
    *("/agents", "/archive", "/skills", "/memory_stores", "/vaults", "/fileSearchStores", ":computeTokens"),
    *("/files:register", "/webhooks", "/environments", "/libraries"),
    *("/tokenize", "/detokenize", "/tokenize-text", "/check-api-key"),
    # Who ends what costs must not be kept from it.
    *("/cancel", ":cancel", "/hangup", "/reject", "/pause", "/stop"),
)
_FREE_WITHIN = ("/uploads/", "/vector_stores/", "/skills/", "/memory_stores/", "/vaults/")
_DESCRIBED = (  # anew; sessions beside OpenAI's agents are paid
    *(("/evals", "eval_"), ("/agents", "agent_"), ("/agents", "ag_"), ("/cachedContents", "")),
    ("/chat/completions", "chatcmpl-"),
)
_SEARCHES = "/search"
_MODERATIONS = "/moderations"  # Mistral takes money for them
_DIGITS_OF_A_DAY = 8
_KEPT = ("/items", "/metadata")  # what a conversation of OpenAI's is made of: no model answers yet


def usage_of(exchange: Exchange) -> Usage | None:
    """Return what was used as far as it is known; what a caller sent who left before the answer, at least."""
    reply, call = exchange.reply, exchange.call
    if reply is not None:
        return reply.usage
    left = exchange.abandoned and exchange.sent and exchange.proxy.kind is Kind.LLM
    if left and call is not None and not is_free(exchange):
        return estimated(call, 0, None, Basis.ESTIMATED)
    return None


def cost_of(exchange: Exchange, usage: Usage, prices: Prices, own: tuple[ModelPrice, ...]) -> Cost:
    """Return what the usage cost: by the team's own price, if it has one, else by the price list."""
    reply, call = exchange.reply, exchange.call
    answered = (reply.response_model if reply is not None else None) or ""
    asked = call.target if call is not None else ""
    tier = reply.service_tier if reply is not None else None
    cost = _cost(exchange, usage, (answered, asked), tier, prices, own)
    for model, used in usage.others if usage.charged_nano is None else ():
        more = _cost(exchange, used, (model, ""), None if tier == "fast" else tier, prices, own).nano
        if cost.nano is None or more is None:
            return replace(cost, nano=None, basis=str(Basis.UNKNOWN))
        cost = replace(cost, nano=cost.nano + more)
    return cost


def _cost(
    exchange: Exchange,
    usage: Usage,
    models: tuple[str, str],
    tier: str | None,
    prices: Prices,
    own: tuple[ModelPrice, ...],
) -> Cost:
    if own and (paid := _own_cost(exchange, usage, own, models)) is not None:
        return paid
    model = models[0] or models[1]
    if not usage.regional and costs_more_there(exchange.proxy.upstream + exchange.request.path, model):
        usage = replace(usage, regional=True)
    seller = _seller(exchange)
    if seller == DECISIONS:
        usage = replace(usage, output=0)
    cost = prices.cost(seller, model, usage, exchange.started_us, tier)
    if cost.nano is None and _is_dated(*models):  # newer than the list: most likely it costs the same
        asked = prices.cost(seller, models[1], usage, exchange.started_us, tier)
        if asked.nano is not None:
            return replace(asked, basis=str(Basis.ESTIMATED))
    return cost


def _is_dated(answered: str, asked: str) -> bool:
    """Return whether the model that answered is the one asked for, of a day: gpt-5-mini-2025-08-07."""
    before, _, day = answered.partition(f"{asked}-")
    digits = day.replace("-", "")
    return bool(asked) and not before and len(digits) == _DIGITS_OF_A_DAY and digits.isdecimal()


def most_of(
    exchange: Exchange, prices: Prices, assumed_output: int, own: tuple[ModelPrice, ...] = ()
) -> int | None:
    """Return what the call may cost at most, in 1e-9 US dollars; None where the price is not known.

    An upstream need not answer in the tier that is asked for: the dearer of both prices holds. A batch whose
    requests are in a file costs something, which its end will tell.
    """
    call = exchange.call
    assert call is not None
    usage = estimated_usage(call, assumed_output, prices.window(_seller(exchange), call.target))
    if call.operation == "batch":
        named = [*filter(None, (call.target,)), *set(call.others)]
        if not named:
            return 0 if provider_named(_provider(exchange)).local else 1
        found = [_cost(exchange, usage, ("", model), None, prices, own).nano for model in named]
        return None if None in found else max(nano or 0 for nano in found)
    standard = cost_of(exchange, usage, prices, own).nano
    if standard is None or not call.tier:
        return standard
    asked = _cost(exchange, usage, ("", call.target), call.tier, prices, own).nano
    return max(standard, asked or 0)


def _own_cost(
    exchange: Exchange, usage: Usage, own: tuple[ModelPrice, ...], models: tuple[str, str]
) -> Cost | None:
    price = price_of(own, _provider(exchange), models, exchange.started_us)
    if price is None or exchange.proxy.sandbox or usage.input is None:
        return None
    since = datetime_of(price.from_us)
    return Cost(price.nano(usage), str(usage.basis), f"own {price.model} from {since:%Y-%m-%d}")


def is_free(exchange: Exchange) -> bool:
    """Return whether nobody charges for such a call: it only fetches, uploads, counts, or practises."""
    call = exchange.call
    asks = call is not None and bool(call.body)  # some servers take a request by any method
    if exchange.proxy.sandbox or (exchange.request.method in _UNCHARGED and not asks):
        return True
    if call is None or call.operation != "other":
        return call is not None and call.operation == "count_tokens"
    path = exchange.request.path
    seller = provider_named(_provider(exchange)).prices
    before, _, last = path.rpartition("/")
    ours = seller == "openai" and before.endswith("/conversations")
    if ours or path.endswith("/conversations"):  # at Mistral a model answers, or an agent
        return not call.target and all(part.place.startswith(_KEPT) for part in call.texts)
    if path.endswith(_MODERATIONS):
        return seller != "mistral"
    if any(before.endswith(folder) and last.startswith(begin) for folder, begin in _DESCRIBED):
        return True
    kept = any(folder in path for folder in _FREE_WITHIN) and not path.endswith(_SEARCHES)
    return kept or path.endswith(_FREE)


def was_free(exchange: Exchange) -> bool:
    """Return whether nobody charged for it: it never came upstream, was refused there, or is free."""
    reply, error = exchange.reply, exchange.error
    if provider_named(_provider(exchange)).local or is_free(exchange):
        return True
    if reply is None:
        return not exchange.sent or (isinstance(error, UpstreamFailed) and not error.was_reached)
    return 300 <= reply.status < 500 or reply.status in _OVERLOADED


def _seller(exchange: Exchange) -> str:
    """Return whose prices hold: a known provider's, else of whoever is known by the upstream's address."""
    name = _provider(exchange)
    provider = provider_named(name)
    if provider.prices == "openai" and exchange.request.path.endswith("/decisions"):
        return DECISIONS
    return name if name == SANDBOX or provider.prices or provider.local else exchange.proxy.upstream


def _provider(exchange: Exchange) -> str:
    return SANDBOX if exchange.proxy.sandbox else exchange.proxy.provider
