"""AuditFilter and Page: what is asked of the audit, as a person writes it, and one page of the answer.

`user:ana status:blocked,failed -model:gpt* cost:>0.1 duration:>5s since:2026-01-31 "free text"`
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import MAXYEAR, UTC, datetime, timedelta
from typing import Generic, TypeVar

from gateway_desktop.core.clock import EPOCH, datetime_of, microseconds
from gateway_desktop.core.errors import ConfigurationError

T = TypeVar("T")
Comparison = tuple[str, float]

TABS = ("llm", "mcp", "a2a", "system")
STATUSES = ("success", "failed", "blocked", "abandoned")
SYSTEM_STATUSES = ("success", "failure", "partial")
RISK_LEVELS = {"low": (0, 24), "medium": (25, 49), "high": (50, 74), "critical": (75, 100)}
NOT_SCANNED = "none"
ACTIONS = ("none", "logged", "monitored", "redacted", "blocked")
UNKNOWN: Comparison = ("unknown", 0.0)


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which rows of one tab; an empty field asks for nothing. Ranges are of the times of recording."""

    tab: str = "llm"
    since_us: int | None = None
    until_us: int | None = None  # not included
    user: str = ""  # part of e-mail or name; "=ana@example.com" or "=<id>" exactly; "=" unattributed
    proxy: str = ""  # may hold * and ?, like the next ones
    group: str = ""
    target: str = ""  # model, tool, agent, or what a System event was about
    status: tuple[str, ...] = ()
    risk: tuple[str, str] | None = None  # (">=", "high"), (">", "60"), ("=", "none"): not scanned
    policy_action: str = ""
    reason: str = ""  # why it was blocked
    key: str = ""  # id of an API key, or its first characters
    session: str = ""
    app: str = ""  # part of the client application's name
    method: str = ""  # operation, method, or the System event's name
    category: str = ""
    severity: str = ""
    address: str = ""
    exchange: str = ""  # the id that callers got
    code: str = ""  # HTTP status
    cost: Comparison | None = None  # in currency units
    tokens: Comparison | None = None  # input and output
    duration: Comparison | None = None  # in seconds
    text: str = ""  # anywhere in the row, without its payloads
    excluded: tuple[tuple[str, str], ...] = ()  # field and value: rows that match none of these

    def __str__(self) -> str:
        """Return the query that parses back to this filter (but for the tab)."""
        names = {field: name for name, field in _written_names(self.tab)}
        words = [_word(name, getattr(self, field)) for field, name in names.items()]
        words += [f"-{_word(names[field], value)}" for field, value in self.excluded]
        if self.text:
            words.append(_quoted(self.text, bare=True))
        return " ".join(word for word in words if word)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Rows, the newest first, and the cursors of its neighbours (None at an end)."""

    rows: tuple[T, ...]
    older: int | None = None  # give it as `before`; a search in texts that stopped goes on there
    newer: int | None = None  # give it as `after`


def parse_filter(tab: str, text: str, now_us: int | None = None) -> AuditFilter:
    """Return the filter that a person wrote, or raise ConfigurationError naming the wrong word."""
    if tab not in TABS:
        raise ConfigurationError("tab", f"'{tab}' is not one of {', '.join(TABS)}")
    if len(text) > _LONGEST:
        raise ConfigurationError("filter", f"it has {len(text):,} characters, and may have {_LONGEST:,}")
    found: dict[str, object] = {}
    bare: list[str] = []
    excluded: list[tuple[str, str]] = []
    for name, value in _words(text):
        if name is None or name == "text":
            bare.append(value)
            continue
        field = _NAMES.get(name.lower().removeprefix("-"))
        if field is None or (name.startswith("-") and field in _ONLY_INCLUDED):
            left_out = name.startswith("-")
            names = (known for known, of in _written_names(tab) if of not in _ONLY_INCLUDED or not left_out)
            known = ", ".join(names)
            raise ConfigurationError(name, f"not a filter; known are {known}")
        meant = _READERS.get(field, _plain)(name, value, tab, now_us)
        if not name.startswith("-"):
            found[field] = meant
        elif value:
            excluded += [(field, one) for one in (meant if isinstance(meant, tuple) else (str(meant),))]
    asked = AuditFilter(tab=tab, text=" ".join(bare), excluded=tuple(excluded))
    return replace(asked, **found)  # type: ignore[arg-type]  # by field name


# ---- words

_LONGEST = 10_000  # SQLite compares with no pattern of more than 50,000 bytes
_TARGET_NAMES = {"llm": "model", "mcp": "tool", "a2a": "agent", "system": "resource"}
_NAMES = {
    **dict.fromkeys(("model", "tool", "agent", "resource", "target"), "target"),
    **dict.fromkeys(("client", "app"), "app"),
    **dict.fromkeys(("method", "event", "operation"), "method"),
    **dict.fromkeys(("action", "policy_action"), "policy_action"),
    **dict.fromkeys(("id", "exchange"), "exchange"),
    **dict.fromkeys(("since", "from"), "since_us"),
    "until": "until_us",
    "actor": "user",
    **{
        name: name
        for name in [
            "user",
            "proxy",
            "group",
            "status",
            "risk",
            "reason",
            "key",
            "session",
            "category",
            "severity",
            "address",
            "code",
            "cost",
            "tokens",
            "duration",
        ]
    },
}
_ONLY_INCLUDED = frozenset(("risk", "code", "cost", "tokens", "duration", "since_us", "until_us", "exchange"))
_WORD = re.compile(r'\s*(?:(-?[A-Za-z_]+):)?(=?"(?:[^"\\]|\\.)*"|[^\s"]+|(?=\s|$))')


def _written_names(tab: str) -> tuple[tuple[str, str], ...]:
    names = {
        "target": _TARGET_NAMES.get(tab, "target"),
        "app": "client",
        "since_us": "since",
        "until_us": "until",
    }
    names |= {"policy_action": "action", "exchange": "id", "method": "event" if tab == "system" else "method"}
    fields = (
        "user proxy group target status risk policy_action reason key session app method category severity "
        "address exchange code cost tokens duration since_us until_us"
    )
    return tuple((names.get(field, field), field) for field in fields.split())


def _words(text: str) -> list[tuple[str | None, str]]:
    words: list[tuple[str | None, str]] = []
    at = 0
    while text[at:].strip():
        match = _WORD.match(text, at)
        if match is None or match.end() == at:
            raise ConfigurationError("filter", f"a quotation mark is not closed: {text[at:].strip()}")
        at = match.end()
        name, value = match[1], match[2]
        exact = "=" if value.startswith('="') else ""
        value = value.removeprefix("=") if exact else value
        if value.startswith('"'):
            value = re.sub(r"\\(.)", r"\1", value[1:-1])
        words.append((name, exact + value))
    return words


def _word(name: str, value: object) -> str:
    if value in ("", None, ()):
        return ""
    if isinstance(value, int):
        return f"{name}:{_iso(value)}"
    if value == UNKNOWN:
        return f"{name}:unknown"
    if name in ("cost", "tokens", "duration") and isinstance(value, tuple):
        return f"{name}:{value[0].replace('=', '=')}{value[1]:.12g}"
    if name == "risk" and isinstance(value, tuple):
        return f"{name}:{'' if value[0] == '=' else value[0]}{value[1]}"
    if isinstance(value, tuple):
        return f"{name}:{','.join(value)}"
    return f"{name}:{_quoted(str(value))}"


def _quoted(value: str, *, bare: bool = False) -> str:
    exact = "=" if value.startswith("=") and not bare else ""
    rest = value[len(exact) :]
    if (rest or exact) and not re.search(r'[\s"\\]', rest) and not (bare and ":" in rest):
        return exact + rest
    escaped = rest.replace("\\", "\\\\").replace('"', '\\"')
    return f'{exact}"{escaped}"'


# ---- values

_COMPARISON = re.compile(r"(>=|<=|>|<|=)?\s*([0-9.]+(?:e-?[0-9]+)?)\s*([a-z]*)", re.IGNORECASE)
_UNITS = {
    "duration": {"": 1.0, "s": 1.0, "ms": 0.001, "m": 60.0, "min": 60.0, "h": 3600.0},
    "tokens": {"": 1.0, "k": 1e3, "m": 1e6},
    "cost": {"": 1.0},
}
_AGO = re.compile(r"([0-9]+)\s*(m|h|d|w)")
_AGO_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def _plain(_name: str, value: str, _tab: str, _now: int | None) -> str:
    return value


def _user(_name: str, value: str, _tab: str, _now: int | None) -> str:
    return "=" if value.lower() in ("none", "unattributed") else value


def _status(name: str, value: str, tab: str, _now: int | None) -> tuple[str, ...]:
    allowed = SYSTEM_STATUSES if tab == "system" else STATUSES
    return tuple(_choice(name, one, allowed) for one in value.lower().split(",") if one)


def _action(name: str, value: str, _tab: str, _now: int | None) -> str:
    return _choice(name, value.lower(), ACTIONS)


def _choice(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise ConfigurationError(name, f"'{value}' is not one of {', '.join(allowed)}")
    return value


def _risk(name: str, value: str, _tab: str, _now: int | None) -> tuple[str, str]:
    match = re.fullmatch(r"(>=|<=|>|<|=)?(\w+)", value.lower())
    level = match[2] if match else value
    if match is None or not (
        level in RISK_LEVELS or level == NOT_SCANNED or (level.isdecimal() and len(level) < 9)
    ):
        raise ConfigurationError(name, f"'{value}' is not one of {', '.join(RISK_LEVELS)}, none, or like >60")
    return match[1] or "=", level


def _comparison(name: str, value: str, _tab: str, _now: int | None) -> Comparison:
    if value.lower() == "unknown" and name == "cost":
        return UNKNOWN
    match = _COMPARISON.fullmatch(value)
    try:
        units = _UNITS[name]
        return (
            (match[1] or "=", float(match[2]) * units[match[3].lower()]) if match else _no_number(name, value)
        )
    except (KeyError, ValueError):
        return _no_number(name, value)


def _no_number(name: str, value: str) -> Comparison:
    example = {"duration": ">5s, <200ms", "cost": ">0.1, unknown", "tokens": ">1000"}[name]
    raise ConfigurationError(name, f"'{value}' is not like {example}")


def _time(name: str, value: str, _tab: str, now_us: int | None) -> int:
    try:
        if ago := _AGO.fullmatch(value.lower()):
            now = datetime.now(UTC) if now_us is None else datetime_of(now_us)
            return microseconds(now - timedelta(**{_AGO_UNITS[ago[2]]: int(ago[1])}))
        at = datetime.fromisoformat(value)
        if not EPOCH.year <= at.year < MAXYEAR:  # in any zone there are such years
            raise ValueError
    except (ValueError, OverflowError):
        problem = f"'{value}' is not like 2026-01-31, 2026-01-31T09:30+01:00 or 24h"
        raise ConfigurationError(name, problem) from None
    return microseconds(at if at.tzinfo else at.replace(tzinfo=UTC))


def _iso(at_us: int) -> str:
    return datetime_of(at_us).isoformat().replace("+00:00", "Z")


_READERS: dict[str, Callable[[str, str, str, int | None], object]] = {
    "user": _user,
    "status": _status,
    "policy_action": _action,
    "risk": _risk,
    "cost": _comparison,
    "tokens": _comparison,
    "duration": _comparison,
    "since_us": _time,
    "until_us": _time,
}
