"""DataLeak: images and links that carry data out when somebody, or a client by itself, opens them."""

from urllib.parse import parse_qsl, urlsplit

from gateway_desktop.core.finding import Context, Evidence, Family, Finding, Level, Passage
from gateway_desktop.inspection.kind import Kind
from gateway_desktop.inspection.normalize import Normal
from gateway_desktop.inspection.patterns import PatternSet

_MOST = 50
_LONG = 60  # characters of a value that is no ordinary parameter


def _kind(name: str, severity: Level, confidence: float, why: str) -> Kind:
    return Kind(Family.DATA_LEAK, name, severity, confidence, Evidence.STRUCTURE, why)


_IMAGE = _kind(
    "image_carries_data", Level.HIGH, 0.9, "An image whose address carries data is fetched without a click"
)
_LINK = _kind("link_carries_data", Level.MEDIUM, 0.7, "A link whose address carries much data")
_BLANK = _kind(
    "blank_to_fill", Level.HIGH, 0.93, "An address with a blank that the model is to fill with data"
)

_ADDRESSES = PatternSet([
    r"!\[[^\]]{0,200}\]\(\s*<?(https?://[^\s)>]{8,1000})",
    r"(?:^|[^!])\[[^\]]{0,200}\]\(\s*<?(https?://[^\s)>]{8,1000})",
    r"<img\b[^>]{0,200}?\bsrc\s*=\s*[\"']?(https?://[^\s\"'>]{8,1000})",
    r"(https?://[^\s)\"'>]{0,300}[?&/=](?:\{\{?[^}]{1,60}\}?\}|\[[a-z _-]{3,60}\]|<[a-z _-]{3,60}>|\$\{[^}]{1,60}\}|(?:insert|your|the)[_ -](?:data|secret|conversation|history|key|token|password|summary)[\w-]*))",
])  # fmt: skip
_HARMLESS = (
    "token",
    "sig",
    "signature",
    "x-amz-signature",
    "x-amz-credential",
    "x-amz-security-token",
    "x-goog-signature",
    "utm_source",
    "jwt",
    "v",
    "hash",
    "etag",
)
_TRUSTED = (
    ".githubusercontent.com",
    "img.shields.io",
    ".wikipedia.org",
    ".wikimedia.org",
    ".gravatar.com",
    ".github.com",
    "github.com",
    ".amazonaws.com",
    ".googleapis.com",
    ".cloudfront.net",
    ".blob.core.windows.net",
)


class DataLeak:
    """Looks at answers and at what comes from outside."""

    contexts = frozenset({Context.ANSWER, Context.TOOL_RESULT, Context.TOOL_DESCRIPTION, Context.USER_PROMPT})

    def find(self, passage: Passage, normal: Normal) -> list[Finding]:
        """Return the images and links that carry data."""
        found: list[Finding] = []
        view = normal.views[0]
        if "://" not in view.text:
            return found
        for index in _ADDRESSES.matching(view.data):
            for start, end in list(_ADDRESSES.spans(index, view.data))[:_MOST]:
                url = view.data[start:end].decode("utf-8", "replace")
                kind = _BLANK if index == 3 else judged(url, image=index != 1)
                if kind is not None and (index != 3 or passage.context is not Context.USER_PROMPT):
                    found.append(kind.found(passage, view, *view.characters(start, end)))
        return found

    def warm(self) -> None:
        """Build the patterns."""
        _ADDRESSES.warm()


def judged(url: str, *, image: bool) -> Kind | None:
    """Return what an address carries, if that is more than addresses do."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    host = parts.hostname or ""
    if host.endswith(_TRUSTED):
        return None
    values = [value for name, value in parse_qsl(parts.query) if name.lower() not in _HARMLESS]
    carried = max((len(value) for value in values), default=0)
    said = any(" " in value and len(value) > 20 for value in values)
    deep = max((len(piece) for piece in parts.path.split("/")), default=0) > 120
    if image:
        return _IMAGE if carried >= _LONG or said or deep else None
    return _LINK if carried >= 3 * _LONG else None
