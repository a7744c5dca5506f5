"""What a call waits for a rate limit and a budget of a team: `python -m tests.benchmarks.measure_counters`.

One gateway, then two at once, on a PostgreSQL server of their own, beside counting in the process.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count

from gateway_desktop.core.budget import Budget, Period, Term
from gateway_desktop.core.rate_limit import RateLimit
from gateway_desktop.core.scope import Scope
from gateway_desktop.gateway.ports import Counters
from gateway_desktop.policies.budget import MemoryLedger
from gateway_desktop.policies.rates import MemoryRates
from gateway_desktop.store.migration import migrate
from gateway_desktop.store.opening import open_database
from gateway_desktop.store.shared_ledger import SharedLedger
from gateway_desktop.store.shared_rates import SharedRates
from gateway_desktop.store.turns import Turns
from tests.postgresql import Server

CALLS = 300
LIMIT = RateLimit("limit", Scope.GROUP, "group", "lab", requests=1 << 30, concurrent=1 << 30)
TERM = Term(Budget("budget", Scope.GATEWAY, "", "all", Period.DAY, 1 << 60), 0, 1 << 61)
numbers = count()


async def one(counters: Counters) -> float:
    """Return how many ms a call waited for both."""
    began = time.perf_counter()
    await counters.rates.take([LIMIT], 0, time.monotonic())
    await counters.ledger.reserve(f"exchange-{next(numbers)}", [TERM], 1)
    took = time.perf_counter() - began
    counters.rates.settle([LIMIT], 0, time.monotonic())
    return took * 1000


async def many(counters: Counters, callers: int) -> list[float]:
    """Let so many callers ask one after the other."""

    async def ask() -> list[float]:
        return [await one(counters) for _ in range(CALLS // callers)]

    return [took for of_one in await asyncio.gather(*(ask() for _ in range(callers))) for took in of_one]


def measure(what: str, of: Sequence[Counters], callers: int) -> None:
    """Print a row of the table."""
    began = time.perf_counter()
    with ThreadPoolExecutor(len(of)) as threads:
        asked = [threads.submit(lambda each: asyncio.run(many(each, callers)), each) for each in of]
        taken = [took for each in asked for took in each.result()]
    seconds = time.perf_counter() - began
    p50, p99 = statistics.median(taken), statistics.quantiles(taken, n=100)[98]
    what = f"{what}, {callers} callers each"
    sys.stdout.write(
        f"{what:34} p50 {p50:7.3f} ms  p99 {p99:7.3f} ms  {len(taken) / seconds:8,.0f} calls/s\n"
    )


def main() -> None:
    """Print the table."""
    server = Server(("max_connections=20",))
    try:
        where = server.url(server.create())
        database = open_database(where)
        migrate(database)
        database.close()
        members = [Turns(where, gateway) for gateway in (1, 2)]
        shared = [Counters(SharedRates(turns), SharedLedger(turns)) for turns in members]
        for turns, counters in zip(members, shared, strict=True):
            turns.start(counters.rates, counters.ledger)  # type: ignore[arg-type]
        alone = [Counters(MemoryRates(), MemoryLedger())]
        for what, of in (("in the process", alone), ("shared", shared[:1]), ("shared by two", shared)):
            for callers in (1, 50):
                measure(what, of, callers)
                server.ask("DELETE FROM budget_hold", where.name)  # as the writer does with every batch
        for turns in members:
            turns.close()
    finally:
        server.remove()


if __name__ == "__main__":
    main()
