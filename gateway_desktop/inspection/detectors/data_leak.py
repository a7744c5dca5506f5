"""DataLeak: images and links that carry data out when somebody, or a client by itself, opens them."""

from collections.abc import Sequence
from itertools import islice
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from gateway_desktop.core.finding import Context, Evidence, Family, Finding, Level, Passage
from gateway_desktop.inspection.encodings import decoded_value
from gateway_desktop.inspection.expression import compiled
from gateway_desktop.inspection.kind import Kind
from gateway_desktop.inspection.normalize import Normal
from gateway_desktop.inspection.patterns import COMMON, PatternSet

_MOST = 50
_LONG = 60  # characters of a value that is no ordinary parameter
_SENTENCE = 20  # characters of what is private in a link, which somebody has to click
_WORDS = 2  # spaces in a text that a link holds in a code
_AN_ADDRESS = compiled(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_SHORTEST = 4  # characters of a value that is private
_PLACES = 16  # values and pieces of a path that are looked at


def _kind(name: str, severity: Level, confidence: float, why: str) -> Kind:
    return Kind(Family.DATA_LEAK, name, severity, confidence, Evidence.STRUCTURE, why)


_IMAGE = _kind(
    "image_carries_data", Level.HIGH, 0.9, "An image whose address carries data is fetched without a click"
)
_LINK = _kind("link_carries_data", Level.MEDIUM, 0.7, "A link whose address carries much data")
_BLANK = _kind(
    "blank_to_fill", Level.HIGH, 0.93, "An address with a blank that the model is to fill with data"
)

# Words for data in a blank: wherever it stands, and where the address is one of an image or a link.
_DATA = (
    "conversation", "chat", "history", "secret", "password", "passwd", "credential", "email", "e-mail", "summary", "private",
    "system prompt", "system_prompt", "environment", "base64", "encoded", "the user", "user's", "your_",
)  # fmt: skip
_DATA_IN_LINKS = (
    *_DATA,
    "data",
    "key",
    "token",
    "info",
    "message",
    "prompt",
    "content",
    "context",
    "answer",
    "text",
    "name",
)
_KEYS = ("key", "token", "appid", "app_id")  # parameters that pages about an API have people fill in
_ENDS_OF_KEYS = ("key", "token", "id")
_SHOWN = (b"(", b"(<", b"src=", b"src='", b'src="', b"href=", b"href='", b'href="')
_WHERE_BLANKS_COUNT = frozenset({Context.ANSWER, Context.TOOL_RESULT})

_ADDRESSES = PatternSet([
    r"(?:!\[[^\]]*\]\(\s*<?|\\includegraphics\s*(?:\[[^\]]{0,60}\])?\{)((?:https?:)?//[^\s)>}]{8,})",
    r"(?:^|[^!])\[[^\]]*\]\(\s*<?(https?://[^\s)>]{8,})",
    r"<(?:img|source)\b[^>]*?\bsrc(?:set)?\s*=\s*[\"']?((?:https?:)?//[^\s\"'>]{8,})",
    r"(https?://[^\s)\"'>]*[?&/=](?:\{\{?[^}]{1,60}\}?\}|\[[a-z0-9 '_-]{3,60}\]|<[a-z0-9 '_-]{3,60}>|\$\{[^}]{1,60}\}|(?:insert|your|the)[_ -](?:data|secret|conversation|history|key|token|password|summary)[\w-]*))",
    r"(?:^|[\r\n])[> \t]{0,4}\[[^\]\r\n]{1,100}\]:\s{0,8}<?(https?://[^\s>]{8,})",
    r"<(?:iframe|frame|embed|script|video|audio|track|input|object|link|image|feimage|use)\b[^>]*?\b(?:src|data|href|poster)\s*=\s*[\"']?((?:https?:)?//[^\s\"'>]{8,})",
    r"\burl\(\s*[\"']?((?:https?:)?//[^\s\"')]{8,})",
], in_common=True)  # fmt: skip
_LINKS, _BLANKS, _REFERENCES = 1, 3, 4  # these patterns
# Frames, scripts, fonts: fetched without a click, and their settings are long.
_PARTS = (5, 6)
_HARMLESS = tuple(
    (
        "token sig signature x-amz-signature x-amz-credential x-amz-security-token x-goog-signature "
        "policy utm_source jwt v hash etag"
    ).split()
)
# Parameters that no picture needs, whatever they say.
_PRIVATE = frozenset({
    "conversation", "chat", "chat_history", "history", "secret", "secrets", "password", "passwd", "pwd", "credentials", "exfil",
    "leak", "leaked", "stolen", "ssn", "system_prompt", "private", "pii",
})  # fmt: skip
# The same in what a model says: keys and people are no part of a picture's address, but of some maps'.
_PRIVATE_IN_ANSWERS = frozenset({
    "api_key", "apikey", "secret_key", "private_key", "access_key", "auth_token", "session_id", "sessionid", "session_token", "cookie",
    "cookies", "user_email", "useremail", "passphrase", "salary", "credit_card", "memory", "dotenv", "chatlog", "dump",
})  # fmt: skip
_MAPS = ("map", "tile", "geo", "chart", "plot", "graph")
# Where anybody reads what is asked for: catchers of requests, tunnels to a desk.
_CATCHERS = tuple(
    (
        ".webhook.site .requestbin.com .requestbin.net .requestcatcher.com .pipedream.net .oast.fun .oast.pro .oast.live .oast.site .oast.online "
        ".oast.me .interact.sh .oastify.com .burpcollaborator.net .dnslog.cn .ceye.io .beeceptor.com .hookbin.com .postb.in .webhook.cool "
        ".typedwebhook.tools .ngrok.io .ngrok.app .ngrok-free.app .ngrok-free.dev .trycloudflare.com .serveo.net .loca.lt .canarytokens.com"
    ).split()
)
_SENTENCES = 4  # spaces in a value that is a sentence
# What pictures are served by: addresses of others, and settings.
_ABOUT_PICTURES = ("http", "s3:", "gs:", "gid:", "/", '{"bucket"', "image", "img")
# Those at the end draw what stands in the address, and tell nobody else.
_TRUSTED = tuple(
    ".githubusercontent.com .img.shields.io .wikipedia.org .wikimedia.org .gravatar.com .github.com"
    " .mermaid.ink .quickchart.io .kroki.io .latex.codecogs.com"
    " .placehold.co .via.placeholder.com .dummyimage.com .fakeimg.pl".split()
)
# Where anybody can have an address; those that are signed are long.
_FOR_EVERYBODY = (".amazonaws.com", ".googleapis.com", ".cloudfront.net", ".blob.core.windows.net")


class DataLeak:
    """Looks at answers and at what comes from outside."""

    contexts = frozenset({Context.ANSWER, Context.TOOL_RESULT, Context.TOOL_DESCRIPTION, Context.USER_PROMPT})

    def find(self, passage: Passage, normal: Normal) -> list[Finding]:
        """Return the images and links that carry data."""
        found: list[Finding] = []
        view = normal.views[0]
        said = passage.context is Context.ANSWER
        for index in _ADDRESSES.among(view.met):
            for start, end in list(_ADDRESSES.spans(index, view.data))[:_MOST]:
                url = view.data[start:end].decode("utf-8", "replace")
                if index == _BLANKS:
                    shown = view.data[max(0, start - 6) : start].lower().endswith(_SHOWN)
                    asks = passage.context in _WHERE_BLANKS_COUNT and _asks_for_data(url, shown=shown)
                    kind = _BLANK if asks else None
                elif index in _PARTS:
                    kind = part_judged(url, said=said)
                else:
                    kind = judged(url, image=index != _LINKS, said=said)
                    if kind is _IMAGE and index == _REFERENCES and not _shows(view.data, start):
                        kind = judged(url, image=False, said=said)
                if kind is not None:
                    found.append(kind.found(passage, view, *view.characters(start, end)))
        return found

    def warm(self) -> None:
        """Build the patterns that are looked for in common."""
        COMMON.warm()


def _asks_for_data(url: str, *, shown: bool) -> bool:
    """Return whether the blank at the end of an address is one for data, and not one of documentation."""
    opened = max(url.rfind(sign) for sign in "{[<=/")
    blank = url[opened + 1 :].lower()
    if blank.startswith("your") and url[:opened].lower().endswith(_KEYS) and blank.endswith(_ENDS_OF_KEYS):
        return False  # key=YOUR_API_KEY
    return any(word in blank for word in (_DATA_IN_LINKS if shown else _DATA))


def _shows(data: bytes, at: int) -> bool:
    """Return whether a text shows the address after `[label]: ` as an image: `![words][label]` or `![label]`."""
    end = data.rfind(b"]", 0, at)
    label = data[data.rfind(b"[", 0, end) + 1 : end].lower()
    data = data.lower()
    return b"![" + label + b"]" in data or (b"![" in data and b"][" + label + b"]" in data)


def part_judged(url: str, *, said: bool = False) -> Kind | None:
    """Return what the address of a frame, script or background carries: something private, or a text in a code.

    In what a model `said` a sentence is enough.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    trusted = f".{parts.hostname or ''}".endswith(_TRUSTED)
    if trusted:
        return None
    named = parse_qsl(parts.query)
    sentence = said and any(value.count(" ") >= _SENTENCES for _, value in named)
    return _IMAGE if sentence or _tells(named, parts) or (named and _caught(parts)) else None


def judged(url: str, *, image: bool, said: bool) -> Kind | None:
    """Return what an address carries, if that is more than addresses do; in what a model `said`, less is enough.

    Newsletters know whom they are sent to, and hold tokens of their own; what a model writes does not.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    host = parts.hostname or ""
    if f".{host}".endswith(_TRUSTED):
        return None
    named = parse_qsl(parts.query)
    if host.endswith(_FOR_EVERYBODY):
        return _IMAGE if image and _tells(named, None) else None
    values = [value for name, value in named if name.lower() not in _HARMLESS]
    carried = max((len(value) for value in values), default=0)
    words = any(" " in value and len(value) > 20 for value in values)
    deep = max((len(piece) for piece in parts.path.split("/")), default=0) > 120
    if image:
        told = said and (any(_AN_ADDRESS.search(value) for value in values) or _gives_away(named, parts))
        caught = bool(named) and _caught(parts)
        return _IMAGE if carried >= _LONG or words or deep or told or caught or _tells(named, parts) else None
    coded = said and any(decoded_value(value).count(" ") >= _WORDS for value in values[:_PLACES])
    caught = said and carried >= _SENTENCE and _caught(parts)
    return (
        _LINK if carried >= 3 * _LONG or coded or caught or _names_what_is_private(named, _SENTENCE) else None
    )


def _caught(parts: SplitResult) -> bool:
    """Return whether an address is one of those where anybody can read along what is asked for."""
    return f".{parts.hostname or ''}".endswith(_CATCHERS)


def _gives_away(named: Sequence[tuple[str, str]], parts: SplitResult) -> bool:
    """Return whether a picture's address names a key or a person, or has a field within a field: `d=password=x`."""
    if any(word in f"{parts.hostname}{parts.path}".lower() for word in _MAPS):
        return False
    fields = [*named, *((name, inner) for _, value in named for name, inner in parse_qsl(value))]
    return any(
        name.lower() in _PRIVATE_IN_ANSWERS | _PRIVATE and len(value) >= _SHORTEST and not _is_blank(value)
        for name, value in fields
    )


def _is_blank(value: str) -> bool:
    """Return whether a value is one of documentation, for people to fill in: `YOUR_API_KEY`."""
    return value.lower().startswith(("your", "<", "{", "xxx", "my_"))


def _names_what_is_private(named: Sequence[tuple[str, str]], least: int) -> bool:
    """Return whether a parameter of at least so many characters is called as what is private."""
    return any(name.lower() in _PRIVATE and len(value) >= least for name, value in named)


def _tells(named: Sequence[tuple[str, str]], parts: SplitResult | None) -> bool:
    """Return whether an address of a picture holds something private, or a text that is written in a code.

    The code may be a parameter, or a piece of the path or of the host's name.
    """
    if _names_what_is_private(named, _SHORTEST):
        return True
    path = parts.path.split("/") if parts else ()
    pieces = [unquote(piece).rpartition(".")[0] or unquote(piece) for piece in path]
    pieces += parts.netloc.split(".") if parts else ()
    values = (value for name, value in named if name.lower() not in _HARMLESS)
    said = (decoded_value(value) for value in islice((*values, *pieces), _PLACES))
    return any(text and not text.lower().startswith(_ABOUT_PICTURES) for text in said)
