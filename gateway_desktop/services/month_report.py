"""A person's month as one HTML page: requests, cost, models, tools, alerts, and a chart."""

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from html import escape

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.services.export_rows import iso
from gateway_desktop.store.database import Database
from gateway_desktop.store.queries.activity import choices
from gateway_desktop.store.queries.alerts import AlertFilter, AlertItem, alerts
from gateway_desktop.store.queries.paging import AuditFilter
from gateway_desktop.store.queries.ranges import Span, bucket_starts
from gateway_desktop.store.queries.sums import KINDS, ActivityFilter
from gateway_desktop.store.queries.usage import Bucket, series
from gateway_desktop.store.queries.user_view import UserView, user

_MOST_ALERTS = 200
_BAR, _HEIGHT = 20, 120  # pixels
_STYLE = (
    "body{font:14px system-ui,sans-serif;max-width:800px;margin:32px auto;color:#16191f}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:4px 8px;"
    "border-bottom:1px solid #e3e6eb}.n{text-align:right;font-variant-numeric:tabular-nums}"
)


def month_report(database: Database, who: str, month: str, zone: tzinfo) -> str:
    """Return the page of an owner (e-mail, name or id) for a month like 2026-01, in days of the zone.

    Raises ConfigurationError if the month cannot be read, or nobody of that name was ever seen.
    """
    span = month_span(month, zone)
    owner = _owner(database, who)
    view = user(database, owner, ActivityFilter(span.since_us, span.until_us))
    days = bucket_starts(span, "day", zone)
    found = [
        series(database, AuditFilter(kind, span.since_us, span.until_us, user=f"={owner}"), days)
        for kind in KINDS
    ]
    name = view.counts.actor if view.counts is not None else who
    theirs = AlertFilter(user=name, since_us=span.since_us, until_us=span.until_us)
    raised = [item for item in alerts(database, theirs, _MOST_ALERTS) if item.actor == name]
    title = f"{escape(name)}, {month}"
    body = [*_numbers(view), _chart([sum(b.total for b in day) for day in zip(*found, strict=True)])]
    body += [*_blocked(zip(*found, strict=True)), *_targets(view), *_alerts(raised)]
    head = f'<meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
    lines = "\n".join([f"<h1>{title}</h1>", *body])
    return f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head><body>{lines}</body></html>\n'


def month_span(month: str, zone: tzinfo) -> Span:
    """Return from when until when a month like 2026-01 lasts in the zone."""
    try:
        first = datetime.strptime(month, "%Y-%m").replace(tzinfo=zone)
    except ValueError:
        raise ConfigurationError("month", f"'{month}' is not like 2026-01") from None
    after = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    return Span(round(first.timestamp()) * 1_000_000, round(after.timestamp()) * 1_000_000)


def _owner(database: Database, who: str) -> str:
    for owner, name in choices(database).users:
        if who in (owner, name):
            return owner
    raise ConfigurationError("user", f"'{who}' never asked for anything")


def _numbers(view: UserView) -> Iterable[str]:
    counts = view.counts
    if counts is None:
        return ["<p>Nothing was asked in this month.</p>"]
    least = "at least " if counts.cost_unknown else ""
    rows: list[Sequence[object]] = [
        ("Requests", f"{counts.requests:,}"),
        ("Blocked", f"{counts.blocked:,}"),
        ("Failed", f"{counts.failed:,}"),
        ("Tokens in", f"{counts.tokens_in:,}"),
        ("Tokens out", f"{counts.tokens_out:,}"),
        ("Cost", f"{least}${counts.cost_nano / 1e9:,.2f}"),
        ("Proxies", ", ".join(view.proxies)),
    ]
    return [_table(("", ""), rows)]


def _chart(requests: Sequence[int]) -> str:
    top = max([*requests, 1])
    bars = "".join(
        f'<rect x="{place * _BAR}" y="{_HEIGHT - n * _HEIGHT / top:.1f}" width="{_BAR - 3}" '
        f'height="{n * _HEIGHT / top:.1f}" fill="#2f5bea"><title>Day {place + 1}: {n:,}</title></rect>'
        for place, n in enumerate(requests)
    )
    size = f'width="{len(requests) * _BAR}" height="{_HEIGHT}"'
    return f'<h2>Requests by day</h2><svg {size} role="img" aria-label="Requests by day">{bars}</svg>'


def _blocked(days: Iterable[tuple[Bucket, ...]]) -> Iterable[str]:
    rows = [
        (place, f"{sum(b.total for b in day):,}", f"{sum(b.blocked for b in day):,}")
        for place, day in enumerate(days, 1)
        if any(b.total for b in day)
    ]
    return [_table(("Day", "Requests", "Blocked"), rows)]


def _targets(view: UserView) -> Iterable[str]:
    for title, kinds in (("Models", ("llm",)), ("Tools and agents", ("mcp", "a2a"))):
        rows = [
            (
                use.target or "without a name",
                f"{use.requests:,}",
                f"{use.tokens_in + use.tokens_out:,}",
                f"{'≥ ' if use.cost_unknown else ''}${use.cost_nano / 1e9:,.4f}",
            )
            for use in view.targets
            if use.kind in kinds
        ]
        yield f"<h2>{title}</h2>"
        yield _table(("Name", "Requests", "Tokens", "Cost"), rows) if rows else "<p>None.</p>"


def _alerts(raised: Sequence[AlertItem]) -> Iterable[str]:
    rows = [(iso(item.last_us)[:16], item.severity, item.title, item.times, item.state) for item in raised]
    heads = ("Last seen (UTC)", "Severity", "Title", "Times", "State")
    return ["<h2>Alerts</h2>", _table(heads, rows) if rows else "<p>None.</p>"]


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    top = "".join(f"<th>{escape(head)}</th>" for head in heads) if any(heads) else ""
    lines = [
        "".join(
            f"<td{' class=n' if place else ''}>{escape(str(cell))}</td>" for place, cell in enumerate(row)
        )
        for row in rows
    ]
    return f"<table><tr>{top}</tr>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"
