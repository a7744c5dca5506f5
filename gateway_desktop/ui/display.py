"""Numbers, dates, durations and sizes for people."""

from datetime import UTC, tzinfo

from gateway_desktop.core.clock import SECOND_US, datetime_of

UNKNOWN = "\N{EN DASH}"


def number(value: float | None) -> str:
    """Return 12,345; an en dash when it is not known."""
    return UNKNOWN if value is None else f"{value:,.0f}"


def short_number(value: float | None) -> str:
    """Return 812, 58.1 k, 312.4 M, 2.1 B."""
    if value is None:
        return UNKNOWN
    for limit, unit in ((1e9, "B"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= limit:
            return f"{value / (1e3 if unit == 'k' else limit):,.1f}\N{NO-BREAK SPACE}{unit}"
    return f"{value:,.0f}"


def shortened(name: str, most: int) -> str:
    """Return a name of at most so many characters; of a longer one its begin."""
    return name if len(name) <= most else f"{name[: most - 1]}…"


def cost(nano: int | None, *, unknown: int = 0) -> str:
    """Return dollars of nano-dollars: $0.0274, $1,284.02, $128,402, $12.8 M, -$0.05 for what was given back;
    'at least' when some rows have no price.
    """
    if nano is None:
        return UNKNOWN
    dollars = abs(nano) / 1e9
    if dollars == 0:
        shown = "$0"
    elif dollars < 0.0001:
        shown = "<$0.0001"
    elif dollars < 1e7:
        places = 4 if dollars < 1 else 2 if dollars < 1e5 else 0
        shown = f"${dollars:,.{places}f}"
    else:
        shown = f"${short_number(dollars)}"
    if nano < 0:
        shown = f"-{shown}"
    return f"\N{GREATER-THAN OR EQUAL TO}\N{NO-BREAK SPACE}{shown}" if unknown else shown


def duration(milliseconds: float | None) -> str:
    """Return 840 ms, 1.7 s, 3 min 12 s, 5 h 2 min, 3 days 4 h."""
    if milliseconds is None:
        return UNKNOWN
    space = "\N{NO-BREAK SPACE}"
    if round(milliseconds) < 1000:
        return f"{milliseconds:.0f}{space}ms"
    seconds = milliseconds / 1000
    if round(seconds, 1) < 60:
        return f"{seconds:.1f}{space}s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes}{space}min{space}{rest}{space}s"
    hours, rest = divmod(round(seconds / 60), 60)
    if hours < 48:
        return f"{hours}{space}h{space}{rest}{space}min"
    days, rest = divmod(round(seconds / 3600), 24)
    return f"{days}{space}days{space}{rest}{space}h"


def size(count: float | None) -> str:
    """Return 812 B, 4.1 KB, 412 MB, 1.2 GB."""
    if count is None:
        return UNKNOWN
    space = "\N{NO-BREAK SPACE}"
    if count < 1024:
        return f"{count:.0f}{space}B"
    for unit in ("KB", "MB", "GB", "TB"):
        count /= 1024
        if count < 1000 or unit == "TB":
            return f"{count:.1f}{space}{unit}" if count < 10 else f"{count:.0f}{space}{unit}"
    raise AssertionError


def percent(part: float, whole: float) -> str:
    """Return 1.2%; 0% only of nothing; 100% only of all, never of nearly all."""
    share = 100 * part / whole if whole else 0.0
    if part < whole:
        share = min(share, 99.0)
    if 0 < share < 0.05:
        return f"{max(share, 0.001):.3f}%"
    return "0%" if share == 0 else f"{share:.1f}%" if share < 10 else f"{share:,.0f}%"


def ago(at_us: int | None, now_us: int) -> str:
    """Return how long ago: now, 7 s ago, 3 h ago, yesterday, 5 days ago, 14 Mar 2026."""
    if not at_us:
        return UNKNOWN
    seconds = (now_us - at_us) // SECOND_US
    if seconds < 1:
        return "now"
    steps = ((60, 1, "s"), (3600, 60, "min"), (86_400, 3600, "h"))
    for limit, unit_seconds, unit in steps:
        if seconds < limit:
            return f"{seconds // unit_seconds}\N{NO-BREAK SPACE}{unit} ago"
    days = seconds // 86_400
    if days == 1:
        return "yesterday"
    return f"{days} days ago" if days < 30 else day(at_us)


def until(at_us: int | None, now_us: int) -> str:
    """Return how long from now: in 5 days, in 3 h; 'never' without an end, 'expired' after it."""
    if at_us is None:
        return "never"
    seconds = (at_us - now_us) // SECOND_US
    if seconds <= 0:
        return "expired"
    for limit, unit_seconds, unit in ((3600, 60, "min"), (172_800, 3600, "h")):
        if seconds < limit:
            return f"in {max(1, round(seconds / unit_seconds))}\N{NO-BREAK SPACE}{unit}"
    return f"in {round(seconds / 86_400)} days"


def moment(at_us: int | None, zone: tzinfo | None = None) -> str:
    """Return 2026-03-14 15:09:26.535 in this zone, by default the machine's."""
    if not at_us:
        return UNKNOWN
    at = datetime_of(at_us, zone)
    return f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03d}"


def short_moment(at_us: int | None, zone: tzinfo | None = None) -> str:
    """Return 14 Mar 15:09:26 in this zone, by default the machine's."""
    if not at_us:
        return UNKNOWN
    at = datetime_of(at_us, zone)
    return f"{at.day} {at:%b %H:%M:%S}"


def minute(at_us: int | None, zone: tzinfo | None) -> str:
    """Return 14 Mar 15:09 in this zone, by default the machine's."""
    return short_moment(at_us, zone)[:-3] if at_us else UNKNOWN


def day(at_us: int | None) -> str:
    """Return 14 Mar 2026 in the machine's zone."""
    if not at_us:
        return UNKNOWN
    at = datetime_of(at_us, None)
    return f"{at.day} {at:%b %Y}"


def exact(at_us: int | None) -> str:
    """Return the moment in the machine's zone and in UTC, for tooltips; once where that is the same."""
    if not at_us:
        return "never"
    here, everywhere = local(at_us), f"{moment(at_us, UTC)} UTC"
    return here if here == everywhere else f"{here}\n{everywhere}"


def local(at_us: int | None) -> str:
    """Return 2026-03-14 15:09:26.535 CET, in the machine's zone."""
    if not at_us:
        return "never"
    return f"{moment(at_us)} {datetime_of(at_us, None):%Z}"


RISK_LEVELS = ((75, "Critical"), (50, "High"), (25, "Medium"), (0, "Low"))


def risk_level(score: int | None) -> str:
    """Return Low, Medium, High or Critical; 'Not scanned' for none."""
    if score is None:
        return "Not scanned"
    return next(level for least, level in RISK_LEVELS if score >= least)


def rate(per_second: float) -> str:
    """Return 0 requests/s, 0.3 requests/s, 12 requests/s."""
    return f"{few(per_second)} requests/s"


def few(value: float) -> str:
    """Return a rate with one digit where that tells something: 0, 0.3, 12."""
    return f"{value:.1f}" if 0.05 <= value < 10 else f"{round(value):,}"
