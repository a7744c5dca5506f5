"""Owners: who began a task; to everybody else it does not exist.

Servers and agents see one credential for all people behind it. What this process does not know, the rows of
the audit tell; what they do not tell either is whose it is that asks for it first.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable

from gateway_desktop.core.clock import DAY_US, MINUTE_US, now_us
from gateway_desktop.core.errors import Reason, Refused, StorageUnavailable
from gateway_desktop.core.exchange import Exchange
from gateway_desktop.core.lru_cache import LruCache
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.gateway.beside import if_long, in_turns
from gateway_desktop.gateway.ports import Recorder

_MOST = 100_000
_MOST_OF_ONE = 25_000  # of one person
_BACK_US = 30 * DAY_US  # older rows are not read
_LATE_US = MINUTE_US  # rows of a team's other gateways may come that much later than their time
_AT_ONCE = 1_000
_Sift = Callable[[bytes, Callable[[str], bool]], bytes]  # those tasks only
_GONE = "There is no such task here: it ended, or never was"


class _Known:
    """Whose each task is, by proxy id and task id; who begins very many has their own forgotten first."""

    def __init__(self) -> None:
        self._owners: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._tasks: dict[str, deque[tuple[str, str]]] = {}  # by owner, the oldest first

    def get(self, task: tuple[str, str]) -> str | None:
        """Return whose it is, or None."""
        return self._owners.get(task)

    def put(self, task: tuple[str, str], owner: str) -> None:
        """Keep whose it is; that does not change."""
        if task in self._owners:
            return
        self._owners[task] = owner
        tasks = self._tasks.setdefault(owner, deque())
        tasks.append(task)
        if len(tasks) > _MOST_OF_ONE:
            del self._owners[tasks.popleft()]
        elif len(self._owners) > _MOST:
            _, oldest = self._owners.popitem(last=False)
            self._tasks[oldest].popleft()
            if not self._tasks[oldest]:
                del self._tasks[oldest]


class Owners:
    """On the gateway's loop."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._owners = _Known()
        self._untold: LruCache[tuple[str, str], bool] = LruCache(_MOST)  # named by somebody, and in no row
        self._read_us: dict[str, int] = {}  # by proxy id: the rows until then are known
        self._reading = asyncio.Lock()

    def may_see(self, exchange: Exchange, task: str) -> bool:
        """Return whether nobody else began the task."""
        return self._owners.get((exchange.proxy.id, task)) in (None, exchange.principal.person)

    async def sifted(self, exchange: Exchange, answer: bytes, sift: _Sift) -> bytes:
        """Return a list of tasks without those that others began; what takes long is done beside the loop."""
        named: dict[str, bool] = {}
        answer = await if_long(lambda data: sift(data, lambda task: named.setdefault(task, True)), answer)
        others = {task async for task in in_turns(named) if not self.may_see(exchange, task)}
        if not others:
            return answer
        return await if_long(lambda data: sift(data, lambda task: task not in others), answer)

    async def check(self, exchange: Exchange, tasks: Iterable[str]) -> None:
        """Raise Refused where one of these tasks is another's (403), or may be and nobody can say (503)."""
        keys = [(exchange.proxy.id, task) for task in tasks if task]
        new = [key for key in keys if self._owners.get(key) is None and not self._untold.get(key)]
        if new:
            await self.look_up(exchange.proxy)
            for key in new:
                self._untold.put(key, True)
        if not all(self.may_see(exchange, task) for _, task in keys):
            raise Refused(Reason.ACCESS, _GONE)

    async def look_up(self, proxy: Proxy) -> None:
        """Learn what rows tell that are new since the last time: of earlier runs, and of other gateways."""
        async with self._reading:
            at_us = now_us()
            since_us = self._read_us.get(proxy.id, at_us - _BACK_US)
            try:
                told = await asyncio.wrap_future(self._recorder.told_tasks(proxy, since_us))
            except StorageUnavailable as error:
                problem = f"Whose task it is cannot be looked up: {error.told}"
                raise Refused(Reason.AUDIT, problem, 503) from error
            self._read_us[proxy.id] = at_us - _LATE_US
        for number, (task, owner) in enumerate(told.items()):
            if number % _AT_ONCE == 0:
                await asyncio.sleep(0)  # others have their turn: rows of a month tell of many
            if self._owners.get((proxy.id, task)) is None:
                self._owners.put((proxy.id, task), owner)

    def learn(self, exchange: Exchange, tasks: Iterable[str]) -> None:
        """Take that the caller was told of these tasks."""
        for task in tasks:
            if task and self.may_see(exchange, task):
                self._owners.put((exchange.proxy.id, task), exchange.principal.person)
