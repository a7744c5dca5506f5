"""Waiting on the loop for commits of another thread."""

import asyncio
import sys
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from types import FrameType
from typing import Any

import pytest

from gateway_desktop.core.audit import AuditRecord, SystemEvent
from gateway_desktop.core.figures import StoreFigures
from gateway_desktop.core.proxy import Proxy
from gateway_desktop.gateway.recording.commits import Commits
from tests.makers import a_record

Done = Callable[[BaseException | None], None]


class InBatches:
    """A recorder whose commits happen in another thread, many at once."""

    def __init__(self, failure: BaseException | None = None) -> None:
        self.waiting: list[Done] = []
        self.failure = failure

    def notice(self) -> str:
        return ""

    def ready(self) -> str | None:
        return None

    def storage_problem(self) -> str | None:
        return None

    def figures(self) -> StoreFigures:
        return StoreFigures()

    def append(self, record: AuditRecord, done: Done | None) -> None:
        if done is not None:
            self.waiting.append(done)

    def note(self, event: SystemEvent) -> None:
        raise AssertionError(event)

    def told_tasks(self, proxy: Proxy, since_us: int) -> Future[Mapping[str, str]]:
        raise AssertionError(proxy)

    def commit(self, watch: Callable[[FrameType, str, Any], Any] | None = None) -> None:
        def answer() -> None:
            sys.settrace(watch)
            for done in self.waiting:
                done(self.failure)

        thread = threading.Thread(target=answer)
        thread.start()
        thread.join()


def test_a_batch_of_commits_wakes_all_who_wait() -> None:
    recorder = InBatches()

    async def main() -> int:
        commits = Commits(recorder, asyncio.get_running_loop())
        waiting = [asyncio.ensure_future(commits.durable(a_record())) for _ in range(100)]
        await asyncio.sleep(0)
        recorder.commit()
        return len(await asyncio.gather(*waiting))

    assert asyncio.run(main()) == 100


def test_a_failed_commit_is_raised_where_it_is_waited_for() -> None:
    recorder = InBatches(OSError("disk full"))

    async def main() -> None:
        commits = Commits(recorder, asyncio.get_running_loop())
        waiting = asyncio.ensure_future(commits.durable(a_record()))
        await asyncio.sleep(0)
        recorder.commit()
        await waiting

    with pytest.raises(OSError, match="disk full"):
        asyncio.run(main())


async def test_one_who_left_meanwhile_disturbs_nobody() -> None:
    recorder = InBatches()

    commits = Commits(recorder, asyncio.get_running_loop())
    leaving, staying = (asyncio.ensure_future(commits.durable(a_record())) for _ in range(2))
    await asyncio.sleep(0)
    leaving.cancel()
    await asyncio.sleep(0)
    recorder.commit()
    await staying


@pytest.mark.parametrize("line", range(1, 6))
async def test_a_commit_is_heard_of_wherever_the_loop_is_while_it_is_told(line: int) -> None:
    recorder = InBatches()

    loop = asyncio.get_running_loop()

    def catch_up(frame: FrameType, event: str, _: Any) -> Any:
        """Let the loop do all it has to do before this line of `_committed`."""
        if frame.f_code is not Commits._committed.__code__:
            return None
        if event == "line" and frame.f_lineno - frame.f_code.co_firstlineno == line:
            asyncio.run_coroutine_threadsafe(asyncio.sleep(0), loop).result(60)
        return catch_up

    commits = Commits(recorder, loop)
    waiting = [asyncio.ensure_future(commits.durable(a_record())) for _ in range(3)]
    await asyncio.sleep(0)
    await asyncio.to_thread(recorder.commit, catch_up)
    await asyncio.wait_for(asyncio.gather(*waiting), 5)
