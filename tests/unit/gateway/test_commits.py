"""Waiting on the loop for commits of another thread."""

import asyncio
import threading
from collections.abc import Callable

import pytest

from gateway_desktop.core.audit import AuditRecord
from gateway_desktop.core.figures import StoreFigures
from gateway_desktop.gateway.commits import Commits
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

    def figures(self) -> StoreFigures:
        return StoreFigures()

    def append(self, record: AuditRecord, done: Done | None) -> None:
        if done is not None:
            self.waiting.append(done)

    def commit(self) -> None:
        def answer() -> None:
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


def test_one_who_left_meanwhile_disturbs_nobody() -> None:
    recorder = InBatches()

    async def main() -> None:
        commits = Commits(recorder, asyncio.get_running_loop())
        leaving, staying = (asyncio.ensure_future(commits.durable(a_record())) for _ in range(2))
        await asyncio.sleep(0)
        leaving.cancel()
        await asyncio.sleep(0)
        recorder.commit()
        await staying

    asyncio.run(main())
