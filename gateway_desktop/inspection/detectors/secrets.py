"""Secrets: credentials in any text; what has to be in a text of its own harness counts less, by the score."""

from gateway_desktop.core.finding import Context, Evidence, Family, Finding, Level, Passage
from gateway_desktop.inspection.kind import Kind
from gateway_desktop.inspection.normalize import Normal
from gateway_desktop.inspection.redaction import FINDER

_GUESSED = frozenset(
    {"PASSWORD", "SECRET", "TOTP_SEED", "RECOVERY_CODES", "SEED_PHRASE"}
)  # by the name it is assigned to, not by its own looks
MOST = 50  # of one text
_SPELLED = {
    "aws": "AWS",
    "crates": "crates.io",
    "digitalocean": "DigitalOcean",
    "github": "GitHub",
    "gitlab": "GitLab",
    "huggingface": "Hugging Face",
    "jwt": "JWT",
    "langsmith": "LangSmith",
    "newrelic": "New Relic",
    "npm": "npm",
    "openai": "OpenAI",
    "openrouter": "OpenRouter",
    "planetscale": "PlanetScale",
    "pypi": "PyPI",
    "rubygems": "RubyGems",
    "sendgrid": "SendGrid",
    "totp": "TOTP",
    "url": "URL",
    "xai": "xAI",
}
_NO_NAMES = frozenset({"age", "basic", "bearer", "gateway", "password", "private", "secret"})
_LIKE_VOWELS = ("npm", "xAI")
_NOT_VOWELS = ("URL",)


def _read(name: str, severity: Level, confidence: float) -> Kind:
    return Kind(Family.SECRET, name, severity, confidence, Evidence.STRUCTURE, _looks(name))


def _looks(name: str) -> str:
    """Say what a kind of credential is, its service spelled as that spells itself: `a GitHub token`."""
    first, *others = name.split("_")
    first = _SPELLED.get(first, first if first in _NO_NAMES else first.capitalize())
    vowel = first[0] in "AEIOUaeiou" and first not in _NOT_VOWELS
    article = "an" if vowel or first in _LIKE_VOWELS else "a"
    return " ".join(("It looks like", article, first, *others))


# Documentation is full of them, and most that stand in results, or are asked about, have expired.
_IN_RESULTS = {
    "JWT": _read("jwt", Level.LOW, 0.5),
    "BASIC_CREDENTIAL": _read("basic_credential", Level.MEDIUM, 0.7),
    "BEARER_TOKEN": _read("bearer_token", Level.MEDIUM, 0.7),
}
# Of addresses that whoever may fetch something is given: stopped or masked in answers they are useless.
_ANYWHERE = {"URL_SIGNATURE": _read("url_signature", Level.LOW, 0.4)}
_EXAMPLES = {
    Context.TOOL_RESULT: _IN_RESULTS,
    Context.TOOL_DESCRIPTION: _IN_RESULTS,
    Context.USER_PROMPT: {"JWT": _read("jwt", Level.MEDIUM, 0.7)},
}


class Secrets:
    """What the masking of stored texts would mask."""

    contexts = frozenset(Context)

    def find(self, passage: Passage, normal: Normal) -> list[Finding]:
        """Return the credentials of a passage, of its decoded pieces too."""
        found: list[Finding] = []
        examples = _EXAMPLES.get(passage.context, {}) | _ANYWHERE
        for view in normal.views:
            for place in FINDER.find(view.data, view.met)[:MOST]:
                kind = examples.get(place.kind) or _kind(place.kind)
                found.append(kind.found(passage, view, *view.characters(place.start, place.end)))
        return found

    def warm(self) -> None:
        """Build the patterns."""
        FINDER.warm()


def _kind(name: str) -> Kind:
    guessed = name in _GUESSED
    return Kind(
        Family.SECRET,
        name.lower(),
        Level.MEDIUM if guessed else Level.HIGH,
        0.8 if guessed else 0.95,
        Evidence.RULE if guessed else Evidence.STRUCTURE,
        _looks(name.lower()),
    )
