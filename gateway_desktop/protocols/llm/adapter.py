"""The LLM adapter: finds the dialect by the path, whatever the provider, and delegates to it."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any
from urllib.parse import unquote

from gateway_desktop.core.call import Call, TextPart
from gateway_desktop.core.errors import Malformed
from gateway_desktop.core.exchange import RequestHead
from gateway_desktop.core.media_type import media_type
from gateway_desktop.core.reply import Reply
from gateway_desktop.protocols.adapter import ReplyReader
from gateway_desktop.protocols.llm import refusals
from gateway_desktop.protocols.llm.clients import read_claims, read_own_tools
from gateway_desktop.protocols.llm.dialect import Dialect
from gateway_desktop.protocols.llm.dialects import DIALECTS
from gateway_desktop.protocols.llm.earlier import Body
from gateway_desktop.protocols.llm.estimate import answers, asked_tier, most_output
from gateway_desktop.protocols.llm.form import model_of_form, texts_of_body
from gateway_desktop.protocols.llm.known_provider import provider_named
from gateway_desktop.protocols.llm.named_models import (
    may_name_models,
    models_beside,
    models_made_of,
    models_of_headers,
    models_of_query,
    models_within,
)
from gateway_desktop.protocols.llm.providers.azure import AZURE
from gateway_desktop.protocols.llm.providers.google import GOOGLE
from gateway_desktop.protocols.llm.readers import BlindReader, ErrorReader, OpeningReader
from gateway_desktop.protocols.llm.usage_request import ask_usage
from gateway_desktop.protocols.method_override import check_method

_MODEL_FOLDERS = frozenset({"models", "tunedmodels", "engines"})
_OF_ALL_MODELS = frozenset({"chat", "embeddings", "images"})  # Azure's /models/chat/completions
_OF_AGENTS = ["v1", "deployments"]  # Anthropic's, of no model
_BEDROCK = "model"  # /model/ID/converse: the id may be an ARN, with slashes
_LEADS_ELSEWHERE = frozenset({".", ".."})  # Java's servers leave out `;...`, Microsoft's take `\\` for `/`
_WITH_REQUESTS_WITHIN = frozenset({"batch", "embeddings", "other"})
_PATH_COUNTS = frozenset({GOOGLE.name, AZURE.name})  # whatever model the body names
_COUNTS_FOR_ALL = "count-tokens:rawPredict"  # of Vertex AI: the body names the model of Anthropic's


@dataclass(frozen=True, slots=True)
class _Route:
    """What a path asks for."""

    dialect: Dialect
    operation: str
    path: str  # decoded
    model: str = ""  # named in the path: there it counts, whatever the body says


class LlmAdapter:
    """All LLM APIs."""

    outlives_client = False
    refuse = staticmethod(refusals.refusal)
    refuse_midstream = staticmethod(refusals.midstream)

    def decode(self, head: RequestHead, body: bytes, provider: str) -> Call:
        """Read a request as far as it is understood; the body goes on as it is, unless usage is asked for."""
        check_method(head)
        route = _route(head.method, head.path)
        call = Call(route.operation, body, target=route.model, dialect=_name(route.dialect))
        value = None
        if body:
            value = _object(route, body)
        elif route.dialect.reads_json:
            raise Malformed("The request has no body")
        if value is not None:
            _read(call, route, value, provider)
            if call.stream and _asks_usage(route, provider):
                ask_usage(call, value, head)
        elif body:
            kind = head.headers.get("Content-Type", "")
            call.target = call.target or model_of_form(kind, body)
            call.texts = [TextPart(place, "user", text) for place, text in texts_of_body(kind, body) if text]
            if call.target and any(may_name_models(part.text) for part in call.texts):
                call.others.append("")  # a file of requests, each with a model of its own
        call.others += models_of_query(head.query) if head.query else ()
        call.others += models_of_headers(head.raw_headers)
        read_claims(call, head.headers, value)
        read_own_tools(call, head.headers)
        return call

    def read_reply(self, call: Call, status: int, content_type: str) -> ReplyReader:
        """Return the dialect's reader, or one for errors."""
        reply = Reply(status)
        if status >= 400:
            return ErrorReader(reply)
        kind = media_type(content_type)
        not_yet = status == 202 and call.operation == "chat" and "background" in call.detail
        if not_yet or status == 204 or 300 <= status < 400:
            return BlindReader(reply)
        dialect = _dialect(call)
        if call.stream and kind == "application/json":
            return OpeningReader(reply, lambda told: dialect.reader(call, reply, told))
        return dialect.reader(call, reply, kind)

    def expects_json(self, call: Call) -> bool:
        """Ask the dialect."""
        return _dialect(call).expects_json(call)


@lru_cache(maxsize=4096)
def _route(method: str, raw_path: str) -> _Route:
    segments = [segment for segment in unquote(raw_path).split("/") if segment]  # many servers merge slashes
    path = "/" + "/".join(segments) if segments else ""
    if not _LEADS_ELSEWHERE.isdisjoint(part.partition(";")[0] for part in path.replace("\\", "/").split("/")):
        # Upstreams resolve them in their own ways: what was allowed would not be what is asked for.
        raise Malformed("The path must not hold '.' or '..'", "path")
    for dialect in DIALECTS:
        if operation := dialect.operation(method, path):
            of_agents = dialect is DIALECTS[-1] and segments[:2] == _OF_AGENTS and len(segments) < 5
            return _Route(dialect, operation, path, "" if of_agents else _model_of(segments, method))
    raise AssertionError("the last dialect reads every path")


def _name(dialect: Dialect) -> str:
    return type(dialect).__name__


_BY_NAME = {_name(dialect): dialect for dialect in DIALECTS}


def _dialect(call: Call) -> Dialect:
    """Return who reads the answer; of a call made elsewhere, nobody in particular."""
    return _BY_NAME.get(call.dialect, DIALECTS[-1])


def _model_of(segments: list[str], method: str) -> str:
    """Return the model that a path names: Azure's deployment, Google's model, Bedrock's."""
    if method == "POST" and _BEDROCK in segments[:-1]:
        at = segments.index(_BEDROCK) + 1
        return "/".join(segments[at:-1] or segments[at:])
    found = [
        segment.rpartition(":")[0] or segment
        for before, segment in pairwise(segments)
        if before.lower() == "deployments"
        or (method == "POST" and before.lower() in _MODEL_FOLDERS and segment not in _OF_ALL_MODELS)
        if segment != _COUNTS_FOR_ALL
    ]
    if len(found) > 1:
        raise Malformed("The path names more than one model", "path")
    return found[0] if found else ""


def _asks_usage(route: _Route, provider: str) -> bool:
    """Return whether the stream would say nothing of tokens; the older completions are left as they are."""
    return route.dialect.asks_usage and route.operation == "chat" and provider_named(provider).asks_usage


def _object(route: _Route, body: bytes) -> Body | None:
    """Return the body's members; where other things than JSON may come, None."""
    if route.dialect.reads_json:
        return Body(body, f"{_name(route.dialect)} {route.operation}")
    if body.lstrip()[:1] != b"{":
        return None
    try:
        return Body(body, f"{_name(route.dialect)} {route.operation}")
    except Malformed as error:
        if error.place.startswith("/") or "twice" in error.message:
            raise
        return None  # not for us to understand


def _read(call: Call, route: _Route, value: Body, provider: str) -> None:
    if "model" in value:
        model = value.string("model")
        if provider == GOOGLE.name and "/openai/" not in route.path:  # of a cache: as paths name it
            model = model.removeprefix("models/")
        if not call.target:
            call.target = model
        elif model and model not in (call.target, f"models/{call.target}"):
            call.detail["model_in_body"] = model  # the path's is the one that counts
            if provider not in _PATH_COUNTS:  # as far as is known
                call.others.append(model)
    _read_further_models(call, value)
    if route.operation in _WITH_REQUESTS_WITHIN:
        call.others += models_made_of(value, route.path)
        same = (call.target, f"models/{call.target}")
        call.others += [model for model in models_within(value, call.body) if model not in same]
    call.most_output, call.answers, call.tier = most_output(value), answers(value), asked_tier(value)
    route.dialect.read(call, value, route.path)


def _read_further_models(call: Call, value: Body) -> None:
    call.others += [model for model in models_beside(value) if model != call.target]
    for name in [name for name in value if name == "models" or name.endswith("fallbacks")]:
        models = value.get(name)
        if not isinstance(models, list):
            continue
        named: list[Any] = [model.get("model") for model in models if isinstance(model, dict)]
        if len(named) == len(models) and all(isinstance(model, str) for model in named):
            call.others += named  # Anthropic's: tried one after the other
        elif any(model != call.target for model in models):  # OpenRouter's, LiteLLM's: any may answer
            call.detail["models"] = models
            call.target = ""  # nobody can say which is asked
