"""What came back."""

from dataclasses import dataclass, field
from enum import StrEnum

from gateway_desktop.core.call import TextPart

SEARCH_QUERIES = "search_queries"  # in Usage.extra: of Google's, of which nobody tells how many are free
OWN_SEARCHES = "searches_at_own_prices"  # in Usage.extra: of OpenAI's older models, priced in no list
STORED_TOKENS = "stored_tokens"  # in Usage.extra: of a cache that is paid by the hour it is kept, too
LONG_WRITTEN = "cache_write_12h_tokens"  # in Usage.extra: the part of `cache_write` kept so long (OpenAI)
AUDIO_SECONDS = "input_audio_seconds"  # in Usage.extra: how long sound was that is paid by its length
CHARACTERS = "input_characters"  # in Usage.extra: of a text to be spoken that is paid by its length
PAGES = "input_document_pages"  # in Usage.extra: of a document that was read
ANNOTATED_PAGES = "input_annotated_document_pages"  # in Usage.extra: the part of them that was annotated
# In Usage.extra: what Cohere bills beside the tokens of texts.
BILLED_UNITS = ("search_units", "images", "image_tokens", "pages", "classifications")
NO_TOKENS = (AUDIO_SECONDS, CHARACTERS, PAGES)  # by which models are paid in place of tokens


class Basis(StrEnum):
    """How well the cost of an exchange is known, as stored in `event.cost_basis`."""

    REPORTED = "reported"  # the upstream said how many tokens
    PARTIAL = "partial"  # it was cut off; what had been reported, the rest estimated
    # Counted by us at 4 characters a token; or some may have been free; or at the price of an older version.
    ESTIMATED = "estimated"
    UNKNOWN = "unknown"  # no usage, or no price for the model


@dataclass(slots=True)
class Usage:
    """Tokens of one exchange. `input` and `output` are totals that include the others; None is unknown."""

    input: int | None = None
    cached: int | None = None
    cache_write: int | None = None
    cache_write_1h: int | None = None  # the part of `cache_write` kept for an hour (Anthropic)
    output: int | None = None
    reasoning: int | None = None
    basis: Basis = Basis.REPORTED
    # Audio tokens, tool requests, ...: shown, priced where known.
    extra: dict[str, int] = field(default_factory=dict)
    # What further models used for the same answer, in none of these numbers.
    others: list[tuple[str, "Usage"]] = field(default_factory=list)
    summed: bool = False  # of several requests, each of which may have had its own price
    regional: bool = False  # made in one region on demand, for which Anthropic takes a tenth more
    credited: bool = False  # part of what was written to the cache is paid as if read; none says which
    charged_nano: int | None = None  # what the upstream itself says it charges, in 1e-9 US dollars

    @property
    def counted(self) -> bool:
        """Whether anything was counted by which models are paid: tokens, sound, characters or pages."""
        return self.input is not None or self.output is not None or self.without_tokens

    @property
    def without_tokens(self) -> bool:
        """Whether something was counted that is paid in place of tokens."""
        return any(unit in self.extra for unit in NO_TOKENS)


@dataclass(slots=True)
class Reply:
    """The answer as far as it was read."""

    status: int
    usage: Usage | None = None
    response_model: str | None = None
    finish: str | None = None
    service_tier: str | None = None
    error: str | None = None  # an error that the upstream reported, also inside a stream
    silent: bool = False  # a stream that has begun, and said nothing yet of what was asked for
    complete: bool = False  # the protocol's own end was seen
    texts: list[TextPart] = field(default_factory=list)
    detail: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error in the caller's own protocol, ready to be sent."""

    status: int
    body: bytes
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
