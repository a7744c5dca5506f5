"""The refusal of a rate limit, with the headers that the providers' SDKs read."""

import math
from datetime import UTC, datetime, timedelta

from gateway_desktop.core.call import Call
from gateway_desktop.core.errors import Reason, Refused
from gateway_desktop.core.plural import plural
from gateway_desktop.core.proxy import Kind
from gateway_desktop.core.rate_limit import Measure
from gateway_desktop.policies.rates import Exceeded

_WORDS = {
    Measure.REQUESTS: ("request a minute", "requests a minute"),
    Measure.TOKENS: ("token a minute", "tokens a minute"),
    Measure.CONCURRENT: ("request at once", "requests at once"),
}


def refused_by(exceeded: Exceeded, kind: Kind, call: Call) -> Refused:
    """Return the error: 429, when to come again, and which limit it was."""
    seconds, limit = max(1, math.ceil(exceeded.retry_s)), exceeded.limit
    call.detail["rate_limit"] = [str(limit.scope), limit.subject_id, limit.subject]
    refused = Refused(
        Reason.RATE_LIMIT,
        f"The rate limit of {limit.named} is {plural(exceeded.most, *_WORDS[exceeded.measure])}; "
        f"try again in {seconds} s",
        429,
    )
    headers = [("Retry-After", str(seconds))]
    if kind is Kind.LLM and exceeded.measure is not Measure.CONCURRENT:
        headers += _provider_headers(exceeded, seconds, anthropic=call.operation == "messages")
    refused.headers = tuple(headers)
    return refused


def _provider_headers(exceeded: Exceeded, seconds: int, *, anthropic: bool) -> list[tuple[str, str]]:
    measure, most, left = exceeded.measure, str(exceeded.most), str(exceeded.remaining)
    if anthropic:
        reset = datetime.now(UTC) + timedelta(seconds=seconds)
        start = f"anthropic-ratelimit-{measure}"
        return [
            (f"{start}-limit", most),
            (f"{start}-remaining", left),
            (f"{start}-reset", reset.strftime("%Y-%m-%dT%H:%M:%SZ")),
        ]
    return [
        (f"x-ratelimit-limit-{measure}", most),
        (f"x-ratelimit-remaining-{measure}", left),
        (f"x-ratelimit-reset-{measure}", f"{seconds}s"),
    ]
