"""Models that a request names elsewhere than its shape says: who asks must be allowed to use them, too.

Upstreams leave alone what they do not know. A `model` that is allowed may stand where nobody reads it, and
the one that answers in each request of a batch, in a session, in the query, or in a header.
"""

from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl

from gateway_desktop.protocols.json_body import JsonBody
from gateway_desktop.protocols.llm.usage import mapping

_MODEL = "model"
_MOST_LISTS = 100_000  # lists and objects
_IN_QUERY = frozenset({_MODEL, "deployment"})
_IN_HEADERS = frozenset({b"azureml-model-deployment", b"x-ms-model-mesh-model-name"})  # Azure's
_MAKES_MODELS = ("/api/copy", "/api/create")  # Ollama: another name for a model is as good as the model
_ROUTES = frozenset({"user_config", "model_list", "router_settings_override"})  # LiteLLM's: who answers
# LiteLLM's, which counts in place of what stands outside; Vercel's.
_MEMBERS = (("extra_body", ""), ("providerOptions", "gateway"))
_MADE_OF = frozenset({"source", "from", "modelfile"})


def models_of_query(query: str) -> list[str]:
    """Return the models that an address names behind its path."""
    return [value for name, value in parse_qsl(query) if name.lower() in _IN_QUERY]


def models_of_headers(headers: Iterable[tuple[bytes, bytes]]) -> list[str]:
    """Return the models that headers name, in every spelling that is one behind CGI's variables."""
    return [
        value.decode("utf-8", "replace")
        for name, value in headers
        if name.lower().replace(b"_", b"-") in _IN_HEADERS
    ]


def models_within(body: JsonBody, whole: bytes) -> Iterator[str]:
    """Yield the models that stand deeper in a body than its first level; "" where it is too much to read."""
    if whole.lower().count(b'"model"') <= (_MODEL in body) and b"\\u" not in whole:
        return
    waiting, seen = [body.get(name) for name in body], 0
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield from (one for name, one in value.items() if name.lower() == _MODEL and isinstance(one, str))
            value = list(value.values())
        if isinstance(value, list):
            inner = [one for one in value if one and isinstance(one, dict | list)]
            waiting += inner
            seen += len(inner)
        if seen > _MOST_LISTS:
            yield ""
            return


def models_beside(body: JsonBody) -> Iterator[str]:
    """Yield the models that gateways before models take from members of their own; "" where it may be any."""
    if not _ROUTES.isdisjoint(body):
        yield ""
    for name, inner in _MEMBERS:
        if name in body:
            told = mapping(body.get(name))
            told = mapping(told.get(inner)) if inner else told
            among = told.get("models")
            named = [told.get(_MODEL), *(among if isinstance(among, list) else ())]
            yield from (model for model in named if isinstance(model, str))


def models_made_of(body: JsonBody, path: str) -> list[str]:
    """Return of what models one is made that gets a name; "" where nobody can say."""
    if not path.endswith(_MAKES_MODELS):
        return []
    named = [name for name in body if name.lower() in _MADE_OF]  # Go takes names in any case
    return [body.string(name) if name.lower() != "modelfile" else "" for name in named] or [""]


def may_name_models(text: str) -> bool:
    """Return whether a file or field of a form may hold requests that name models."""
    return '"model"' in text.lower() or ("\\u" in text and "{" in text)
