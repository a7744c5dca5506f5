"""Whose tasks are is learnt from rows while others have their turn."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import Future

from gateway_desktop.core.proxy import Proxy
from gateway_desktop.gateway.owners import Owners
from tests.makers import a_proxy, an_exchange
from tests.unit.gateway.filters.runtimes import KeptRecords

TASKS = 20_000


class ManyTasks(KeptRecords):
    """Rows tell of many tasks, all of somebody else."""

    def told_tasks(self, proxy: Proxy, since_us: int) -> Future[Mapping[str, str]]:
        told: Future[Mapping[str, str]] = Future()
        told.set_result({str(number): "user-2" for number in range(TASKS)})
        return told


async def test_the_loop_turns_while_a_month_of_tasks_is_learnt() -> None:
    owners, turns = Owners(ManyTasks()), 0
    learning = asyncio.ensure_future(owners.look_up(a_proxy()))
    while not learning.done():
        turns += 1
        await asyncio.sleep(0)
    await learning
    assert turns >= TASKS // 2_000
    assert not owners.may_see(an_exchange(proxy=a_proxy()), str(TASKS - 1))
