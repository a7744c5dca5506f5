"""How long do a million rows take to answer? `python tests/benchmarks/measure_queries.py FILE`."""

import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from gateway_desktop.core.audit import Recorded
from gateway_desktop.core.clock import DAY_US
from gateway_desktop.store.database import Database
from gateway_desktop.store.models import MODELS
from gateway_desktop.store.models.base import bind
from gateway_desktop.store.queries import activity, audit, overview, usage, user_view
from gateway_desktop.store.queries.paging import AuditFilter, parse_filter
from gateway_desktop.store.queries.ranges import Span, bucket_starts
from gateway_desktop.store.queries.sums import ActivityFilter
from gateway_desktop.store.sqlite import SqliteDatabase

WORST_MS = 100.0


def questions(database: Database) -> dict[str, Callable[[], Any]]:
    """Return what people ask, by name; those with a star must answer within 100 ms."""
    newest = audit.newest_id(database)
    now = Recorded.time_us(newest) + 1
    page = partial(audit.page, database)
    found: dict[str, Callable[[], Any]] = {
        "* page, newest": partial(page, AuditFilter("llm")),
        "* page, in the middle": partial(
            page, AuditFilter("llm"), before=Recorded.first_id(now - 45 * DAY_US)
        ),
        "* page, oldest": partial(page, AuditFilter("llm"), after=0),
        "* page, oldest of all tabs' rarest": partial(page, AuditFilter("a2a"), after=0),
    }
    for text in (
        "user:user000", "user:user150", "user:user1", "user:=", "model:qwen3", "model:gpt*", "status:blocked",
        "status:failed,abandoned", "user:user150 status:blocked", "proxy:ollama", "group:group-3",
        "key:gwd_1500", "client:claude", "session:session-7-", "risk:>=high", "action:blocked",
        "cost:unknown", "user:user180 since:30d", "duration:>30s",
    ):  # fmt: skip
        star = " " if text.startswith("duration") else "*"  # rare, and no index: it walks
        found[f"{star} page, {text}"] = partial(page, parse_filter("llm", text, now))
        found[f"  count, {text}"] = partial(audit.count, database, parse_filter("llm", text, now))
    for days in (1, 7, 30, 90):
        asked = ActivityFilter(now - days * DAY_US, now)
        found[f"* cards, {days} days"] = partial(activity.cards, database, asked)
        found[f"* users, {days} days"] = partial(activity.users, database, asked)
        rows = AuditFilter("llm", since_us=now - days * DAY_US, until_us=now)
        starts = bucket_starts(Span(now - days * DAY_US, now), "hour" if days == 1 else "day")
        found[f"  series, {days} days"] = partial(usage.series, database, rows, starts)
        found[f"  summary, {days} days"] = partial(usage.summary, database, rows)
    week = ActivityFilter(now - 7 * DAY_US, now)
    found["  one user, 7 days"] = partial(user_view.user, database, "user-000", week)
    found["  overview"] = partial(overview.overview, database, now - DAY_US // 2, now)
    found["  choices"] = partial(audit.choices, database, "llm")
    found["  text never found"] = partial(page, parse_filter("llm", "never-there"))
    found["  first 20,000 of an export"] = lambda: next(
        audit.chunks(database, AuditFilter("llm"), ("started_us", "actor", "target", "tokens_in"))
    )
    return found


def main() -> int:
    """Print the table; 1 if something that must be fast is not."""
    database = SqliteDatabase(Path(sys.argv[1]), reader=True)
    bind(database, MODELS)
    slow = 0
    for name, ask in questions(database).items():
        ask()
        times = []
        for _ in range(3):
            begin = time.perf_counter()
            ask()
            times.append((time.perf_counter() - begin) * 1e3)
        median = statistics.median(times)
        too_slow = name.startswith("*") and median > WORST_MS
        slow += too_slow
        sys.stdout.write(f"{median:9.1f} ms  {name}{'   TOO SLOW' if too_slow else ''}\n")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
