"""A person's month as one HTML page: requests, cost, models, tools, alerts, with charts of its days."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo

from gateway_desktop.core.clock import datetime_of, midnight_us
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.services.report_page import Layer, cards, chart, heading, note, page, table
from gateway_desktop.store.database import Database
from gateway_desktop.store.queries.activity import owner_named
from gateway_desktop.store.queries.alerts import AlertFilter, AlertItem, alerts
from gateway_desktop.store.queries.paging import AuditFilter
from gateway_desktop.store.queries.ranges import Span, bucket_starts
from gateway_desktop.store.queries.sums import KINDS, ActivityFilter
from gateway_desktop.store.queries.usage import Bucket, series_of_kinds
from gateway_desktop.store.queries.usage_by_target import TargetSeries, by_target
from gateway_desktop.store.queries.user_view import UserView, user

_MOST_ALERTS = 200
_OUTCOMES = (
    ("Success", "success", "#187746"),
    ("Failed", "failed", "#d9730d"),
    ("Blocked", "blocked", "#b42318"),
    ("Abandoned", "abandoned", "#9aa4b2"),
)
_COLORS = ("#2f5bea", "#0f9d8a", "#8a5c00", "#7a4fd0", "#c2410c", "#9aa4b2")  # of models; the last: others


def month_report(database: Database, who: str, month: str, zone: tzinfo | None) -> str:
    """Return the page of an owner (e-mail, name or id) for a month like 2026-01, in days of the zone.

    None is this machine's zone. Raises ConfigurationError if the month cannot be read, or nobody of that
    name was ever seen.
    """
    span = month_span(month, zone)
    owner = _owner(database, who)
    view = user(database, owner, ActivityFilter(span.since_us, span.until_us))
    name = view.counts.actor if view.counts is not None else who
    first = datetime_of(span.since_us, zone)
    title = f"{name}, {first:%B %Y}"
    days_of = zone or "this machine's zone"
    under = f"{_person(view)}Days of {days_of}. Made by Gateway Desktop on {datetime.now(zone):%d %B %Y}."
    if view.counts is None:
        return page(title, under, [note("Nothing was asked in this month.")])
    starts = bucket_starts(span, "day", zone)
    asked = AuditFilter("llm", span.since_us, span.until_us, user=f"={owner}")
    days = series_of_kinds(database, asked, KINDS, starts)
    models = by_target(database, asked, starts, most=len(_COLORS) - 1)
    theirs = AlertFilter(user=name, since_us=span.since_us, until_us=span.until_us)
    raised = [item for item in alerts(database, theirs, _MOST_ALERTS) if item.actor == name]
    sections = [*_numbers(view), *_charts(days, models, zone), *_models(view), *_tools(view)]
    return page(title, under, [*sections, *_alerts(raised, zone), *_days(days, models, zone)])


def month_span(month: str, zone: tzinfo | None) -> Span:
    """Return from when until when a month like 2026-01 lasts in the zone."""
    try:
        first = datetime.strptime(month, "%Y-%m").replace(tzinfo=zone).date()
    except ValueError:
        raise ConfigurationError("month", f"'{month}' is not like 2026-01") from None
    if not 1970 <= first.year < 2100:
        raise ConfigurationError("month", f"'{month}' is not within 1970-01 and 2099-12")
    after = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    return Span(midnight_us(first, zone), midnight_us(after, zone))


def _owner(database: Database, who: str) -> str:
    if (owner := owner_named(database, who)) is None:
        raise ConfigurationError("user", f"'{who}' never asked for anything")
    return owner


def _person(view: UserView) -> str:
    counts = view.counts
    if counts is None:
        return ""
    shown = counts.display_name if counts.display_name != counts.actor else ""
    return "".join(f"{part}. " for part in (shown, ", ".join(counts.groups)) if part)


def _numbers(view: UserView) -> Iterable[str]:
    counts = view.counts
    assert counts is not None
    tokens = f"{_short(counts.tokens_in)} in, {_short(counts.tokens_out)} out"
    least = f"at least: {counts.cost_unknown:,} unknown" if counts.cost_unknown else ""
    yield cards(
        (
            ("Requests", f"{counts.requests:,}", ""),
            ("Blocked", f"{counts.blocked:,}", _share(counts.blocked, counts.requests)),
            ("Failed", f"{counts.failed:,}", _share(counts.failed, counts.requests)),
            ("Tokens", _short(counts.tokens_in + counts.tokens_out), tokens),
            ("Cost", _dollars(counts.cost_nano), least),
        )
    )
    yield note(f"Through {', '.join(view.proxies)}.")


def _charts(days: Sequence[Bucket], models: Sequence[TargetSeries], zone: tzinfo | None) -> Iterator[str]:
    labels = [str(_day(bucket, zone).day) for bucket in days]
    outcomes = [Layer(title, color, [getattr(day, name) for day in days]) for title, name, color in _OUTCOMES]
    yield chart("Requests by day", labels, outcomes, lambda n: f"{n:,.0f}")
    colors = [_COLORS[-1] if not one.target else _COLORS[place] for place, one in enumerate(models)]
    costs = [
        Layer(one.target or "others", color, [nano / 1e9 for nano in one.cost_nano])
        for one, color in zip(models, colors, strict=True)
    ]
    tokens = [
        Layer(one.target or "others", color, one.tokens) for one, color in zip(models, colors, strict=True)
    ]
    if any(any(layer.values) for layer in costs):
        yield chart("Cost by day and model", labels, costs, lambda n: _dollars(round(n * 1e9)))
    if any(any(layer.values) for layer in tokens):
        yield chart("Tokens by day and model", labels, tokens, lambda n: _short(round(n)))


def _models(view: UserView) -> Iterator[str]:
    rows = [
        (
            use.target or "without a name",
            f"{use.requests:,}",
            f"{use.tokens_in:,}",
            f"{use.tokens_out:,}",
            _dollars(use.cost_nano, use.cost_unknown),
        )
        for use in view.targets
        if use.kind == "llm"
    ]
    yield heading("Models")
    heads = ("Model", "Requests", "Tokens in", "Tokens out", "Cost")
    yield table(heads, rows, 4) if rows else note("None was asked.")


def _tools(view: UserView) -> Iterator[str]:
    for title, head, kind in (("Tools", "Tool", "mcp"), ("Agents", "Agent", "a2a")):
        uses = [use for use in view.targets if use.kind == kind]
        rows = [
            (
                use.target or "without a name",
                f"{use.requests:,}",
                f"{use.success / use.requests:.1%}",
                f"{use.failed:,}",
                f"{use.blocked:,}",
            )
            for use in uses
        ]
        yield heading(title)
        yield (
            table((head, "Requests", "Succeeded", "Failed", "Blocked"), rows, 4)
            if rows
            else note("None was called.")
        )


def _alerts(raised: Sequence[AlertItem], zone: tzinfo | None) -> Iterator[str]:
    rows = [
        (
            f"{datetime_of(item.last_us, zone):%d %b, %H:%M}",
            item.severity.capitalize(),
            item.title,
            item.state.replace("_", " ").capitalize(),
            item.times,
        )
        for item in raised
    ]
    yield heading("Alerts")
    yield table(("Last seen", "Severity", "What", "State", "Times"), rows, 1) if rows else note("None.")


def _days(days: Sequence[Bucket], models: Sequence[TargetSeries], zone: tzinfo | None) -> Iterator[str]:
    rows = [
        (
            f"{_day(bucket, zone):%a} {_day(bucket, zone).day}",
            f"{bucket.total:,}",
            f"{bucket.failed:,}",
            f"{bucket.blocked:,}",
            f"{sum(one.tokens[place] for one in models):,}",
            _dollars(sum(one.cost_nano[place] for one in models)),
        )
        for place, bucket in enumerate(days)
        if bucket.total
    ]
    yield heading("Day by day")
    yield table(("Day", "Requests", "Failed", "Blocked", "Tokens of models", "Their known cost"), rows, 5)


def _day(bucket: Bucket, zone: tzinfo | None) -> datetime:
    return datetime_of(bucket.start_us, zone)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole and part else ""


def _short(n: int) -> str:
    for unit, size in (("B", 10**9), ("M", 10**6), ("k", 10**3)):
        if n >= size:
            return f"{n / size:,.1f}{unit}".replace(".0", "")
    return f"{n:,}"


def _dollars(nano: int, unknown: int = 0) -> str:
    if unknown and not nano:
        return "unknown"
    shown = f"${nano / 1e9:,.2f}" if nano >= 10**7 or not nano else f"${nano / 1e9:,.4f}"
    return f"at least {shown}" if unknown else shown
