"""What a call may cost at most, as far as can be said before it is made."""

from gateway_desktop.core.call import Call
from gateway_desktop.core.reply import Basis, Usage
from gateway_desktop.protocols.json_body import JsonBody
from gateway_desktop.protocols.llm.usage import count, mapping

_BYTES_A_TOKEN = 3  # of UTF-8: rather more tokens than there are, in scripts of three bytes about as many
_LEAST_REST = 4  # bytes a token of what is no text (names, schemas, pictures)...
_MOST_REST = 20_000  # ...and the most tokens that pictures and files are taken for
_LIMITS = ("max_completion_tokens", "max_output_tokens", "max_tokens")
_ANSWERS = ("n", "best_of")  # of which only the best may come back: all are paid
_MOST_ANSWERS = 128  # of OpenAI's; others give fewer
_WITHOUT_OUTPUT = frozenset({"embeddings", "count_tokens"})


def estimated_usage(call: Call, assumed_output: int, window: int | None = None) -> Usage:
    """Return the tokens to set aside: those of the input, and all the output that the caller allows.

    No caller's limit is taken for more than the model's window: it would keep what others may spend.
    """
    texts = sum(len(part.text.encode("utf-8", "surrogatepass")) for part in call.texts)
    rest = max(0, len(call.body) - texts) // _LEAST_REST
    input = -(-texts // _BYTES_A_TOKEN) + min(rest, _MOST_REST)
    if call.operation in _WITHOUT_OUTPUT:
        output = 0
    else:
        allowed = assumed_output if call.most_output is None else call.most_output
        output = min(call.answers, _MOST_ANSWERS) * (min(allowed, window) if window else allowed)
    caches = b'"cache_control"' in call.body or b'"cachePoint"' in call.body
    cached = input if caches else None  # writing to the cache costs more
    return Usage(input=input, output=output, cache_write=cached, basis=Basis.ESTIMATED)


def asked_tier(body: JsonBody) -> str:
    """Return the tier that a request asks for ("fast" is Anthropic's speed); "": it does not say."""
    if "speed" in body and body.get("speed") == "fast":
        return "fast"
    tiers = [body.get(name) for name in ("service_tier", "serviceTier") if name in body]
    return tiers[0] if tiers and isinstance(tiers[0], str) else ""


def most_output(body: JsonBody) -> int | None:
    """Return how many tokens of output a request allows in each answer; None: it does not say."""
    found = [number for name in _LIMITS if name in body and (number := count(body.get(name))) is not None]
    if "inferenceConfig" in body:  # Bedrock's Converse
        found.append(count(mapping(body.get("inferenceConfig")).get("maxTokens")) or 0)
    for name in ("generationConfig", "generation_config"):
        if name in body:
            config = mapping(body.get(name))
            found.append(count(config.get("maxOutputTokens", config.get("max_output_tokens"))) or 0)
    if "options" in body:
        found.append(count(mapping(body.get("options")).get("num_predict")) or 0)
    return max(found, default=0) or None


def answers(body: JsonBody) -> int:
    """Return how many answers a request asks for."""
    found = [body.get(name) for name in _ANSWERS if name in body]
    for name in ("generationConfig", "generation_config"):
        if name in body:
            config = mapping(body.get(name))
            found.append(config.get("candidateCount", config.get("candidate_count")))
    return max([1, *(count(number) or 0 for number in found)])
