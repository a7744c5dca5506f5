"""How long does the whole page User Activity take? `python tests/benchmarks/measure_activity.py FILE [ROWS]`.

The file is made by `make_rows.py` if it is not there, with 5,000,000 rows of 90 days if no number is said.
Prints, for each range, the slowest of three warm readings of everything on the page; 1 if 90 days are slow.
"""

import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from gateway_desktop.core.audit import Recorded
from gateway_desktop.services.access_review import access_review
from gateway_desktop.store.models import MODELS
from gateway_desktop.store.models.base import bind
from gateway_desktop.store.queries.activity import cards, choices, groups, users
from gateway_desktop.store.queries.audit import newest_id
from gateway_desktop.store.queries.reasons import reasons
from gateway_desktop.store.queries.sums import ActivityFilter
from gateway_desktop.store.rollups import DAY_US
from gateway_desktop.store.sqlite import SqliteDatabase
from gateway_desktop.ui.panels.user_activity.reading import activity
from tests.benchmarks.make_rows import make_rows

ROWS = 5_000_000
WORST_MS = 300.0
ZONE = ZoneInfo("Europe/Berlin")


def slowest(ask: Callable[[], Any]) -> float:
    """Return the slowest of three in milliseconds, after one that is not counted."""
    ask()
    times = []
    for _ in range(3):
        begin = time.perf_counter()
        ask()
        times.append((time.perf_counter() - begin) * 1e3)
    return max(times)


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
        page = slowest(partial(activity, database, ActivityFilter(now - days * DAY_US, now), ZONE))
        sys.stdout.write(f"{page:9.1f} ms  the whole page, {days} days\n")
    quarter = ActivityFilter(now - 90 * DAY_US, now)
    for ask in (cards, users, groups, reasons):
        sys.stdout.write(f"{slowest(partial(ask, database, quarter)):9.1f} ms  {ask.__name__}, 90 days\n")
    sys.stdout.write(f"{slowest(partial(choices, database)):9.1f} ms  choices\n")
    grouped = ActivityFilter(now - 90 * DAY_US, now, group="group-3")
    sys.stdout.write(
        f"{slowest(partial(activity, database, grouped, ZONE)):9.1f} ms  the page, one group, 90 days\n"
    )
    sys.stdout.write(f"{slowest(partial(access_review, database, now)):9.1f} ms  access review\n")
    return int(page > WORST_MS)


if __name__ == "__main__":
    sys.exit(main())
