"""Whose tasks are is learnt from rows, and lists are sifted, while others have their turn."""

import asyncio
import json
import time
from collections.abc import Mapping
from concurrent.futures import Future

import pytest

from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.proxy import Kind, Proxy
from gateway_desktop.gateway.agents.task_owners import TaskOwners as AgentTasks
from gateway_desktop.gateway.mcp_http.task_owners import TaskOwners as McpTasks
from gateway_desktop.gateway.owners import Owners
from tests.makers import a_call, a_principal, a_proxy, an_exchange
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


async def test_who_begins_very_many_tasks_has_nobody_elses_forgotten() -> None:
    owners, proxy = Owners(KeptRecords()), a_proxy()
    ana, bob = (an_exchange(proxy=proxy, principal=a_principal(user_id=one)) for one in ("ana", "bob"))
    owners.learn(ana, ["task"])
    owners.learn(bob, map(str, range(250_000)))
    assert owners.may_see(ana, "task") and not owners.may_see(bob, "task")
    assert not owners.may_see(ana, "249999")


async def test_where_many_people_begin_very_many_tasks_the_oldest_is_forgotten_first() -> None:
    owners, proxy = Owners(KeptRecords()), a_proxy()
    people = [an_exchange(proxy=proxy, principal=a_principal(user_id=f"user-{one}")) for one in range(5)]
    for person in people:
        owners.learn(person, (f"{person.principal.user_id}:{number}" for number in range(25_000)))
    oldest = [f"user-{one}:{number}" for one in range(2) for number in (0, 24_999)]
    assert [owners.may_see(people[-1], task) for task in oldest] == [True, True, False, False]


async def listing(kind: Kind) -> Exchange:
    """Return an exchange whose answer is a list of tasks."""
    exchange = an_exchange(proxy=a_proxy(kind=kind))
    if kind is Kind.MCP:
        await McpTasks(ManyTasks()).check(exchange, a_call(operation="tasks/list"))
    else:
        async with AgentTasks(ManyTasks()).watching(exchange, a_call(operation="ListTasks")):
            pass
    return exchange


@pytest.mark.usefixtures("no_collector")
@pytest.mark.parametrize("kind", [Kind.MCP, Kind.A2A])
async def test_the_loop_turns_while_a_long_list_of_tasks_is_sifted(kind: Kind) -> None:
    """Its own work is measured: sifted on it, each of these took more than a tenth of a second."""
    exchange, name = await listing(kind), "taskId" if kind is Kind.MCP else "id"
    words = {f"word-{number}": "it" for number in range(10)}
    tasks = [{name: str(number), **words} for number in range(60_000)]
    answer = json.dumps({"jsonrpc": "2.0", "id": 1, "result": {"tasks": tasks}}).encode()
    worst, sifting = 0.0, None
    while sifting is None or not sifting.done():
        began = time.thread_time()
        sifting = sifting or asyncio.ensure_future(exchange.on_message[-1](answer))
        await asyncio.sleep(0.001)
        worst = max(worst, time.thread_time() - began)
    kept = json.loads(await sifting)["result"]["tasks"]
    assert [task[name] for task in kept] == [str(number) for number in range(TASKS, 60_000)]
    assert worst < 0.1
