"""How long does the whole page User Activity take? `python tests/benchmarks/measure_activity.py FILE [ROWS]`.

The file is made by `make_rows.py` if it is not there, with 5,000,000 rows of 90 days if no number is said.
Prints the slowest of three warm readings and its CPU: of everything on the page for each range, of its
parts, and of the page narrowed to one group, user, proxy or kind; 1 if 90 days of everything are slow.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from gateway_desktop.core.audit import Recorded
from gateway_desktop.core.clock import DAY_US
from gateway_desktop.services.access_review import access_review
from gateway_desktop.store.models import MODELS
from gateway_desktop.store.models.base import bind
from gateway_desktop.store.queries.activity import choices, counted
from gateway_desktop.store.queries.audit import newest_id
from gateway_desktop.store.queries.reasons import reasons
from gateway_desktop.store.queries.sums import ActivityFilter
from gateway_desktop.store.queries.user_view import user
from gateway_desktop.store.sqlite import SqliteDatabase
from gateway_desktop.ui.panels.user_activity.reading import activity, models
from tests.benchmarks.make_rows import make_rows

ROWS = 5_000_000
WORST_MS = 300.0
ZONE = ZoneInfo("Europe/Berlin")


def measured(name: str, ask: Callable[[], Any]) -> float:
    """Print and return the slowest of three in milliseconds, after one that is not counted."""
    ask()
    times = []
    for _ in range(3):
        begin, busy = time.perf_counter(), time.process_time()
        ask()
        times.append(((time.perf_counter() - begin) * 1e3, (time.process_time() - busy) * 1e3))
    wall, cpu = max(times)
    sys.stdout.write(f"{wall:9.1f} ms {cpu:9.1f} ms CPU  {name}\n")
    return wall


def main() -> int:
    """Print the figures."""
    path = Path(sys.argv[1])
    if not path.exists():
        make_rows(path, int(sys.argv[2]) if len(sys.argv) > 2 else ROWS)
    database = SqliteDatabase(path, reader=True)
    bind(database, MODELS)
    now = Recorded.time_us(newest_id(database)) + 1
    page = 0.0
    for days in (1, 7, 30, 90):
        asked = ActivityFilter(now - days * DAY_US, now)
        page = measured(f"the whole page, {days} days", partial(activity, database, asked, ZONE))
    quarter = ActivityFilter(now - 90 * DAY_US, now)
    for ask in (counted, reasons):
        measured(f"{ask.__name__}, 90 days", partial(ask, database, quarter))
    measured("choices", partial(choices, database))
    measured("models, 90 days", partial(models, database, quarter, ZONE))
    for name, narrowed in (
        ("group", replace(quarter, group="group-0")),
        ("user", replace(quarter, user="user-000")),
        ("proxy", replace(quarter, proxy="openai")),
        ("kind", replace(quarter, kind="mcp")),
    ):
        measured(f"the page, one {name}, 90 days", partial(activity, database, narrowed, ZONE))
    measured("one user's page, 90 days", partial(user, database, "user-000", quarter))
    measured("access review", partial(access_review, database, now))
    return int(page > WORST_MS)


if __name__ == "__main__":
    sys.exit(main())
