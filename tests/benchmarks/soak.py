"""Does it stay as it is? `python tests/benchmarks/soak.py [--minutes 15] [--rate 100] [--requests N]`.

The gateway as a process at a steady load: chats, streams and conversations that grow, callers that leave, an
upstream that fails now and then. Memory, files and threads are told every tenth of the way; at the end every
exchange that was acknowledged must be a row. Exit status 1 if something grew, was lost, or failed unasked.
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.end_to_end.program import Program
from tests.fakes.answers import answer
from tests.fakes.llm import Connection, FakeUpstream

FAILS = 0.01  # of the upstream's answers
LEAVES = 0.01
GROWTH_KB = 20_000  # of memory, from the third tenth to the last
SAMPLES = 10
USUAL = {200, 500}


@dataclass
class Tally:
    """What callers saw."""

    acknowledged: set[str] = field(default_factory=set)
    left: int = 0
    strange: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Sample:
    """The process at one moment."""

    kilobytes: int
    files: int
    threads: int

    @classmethod
    def of(cls, pid: int) -> "Sample":
        """Read /proc."""
        lines = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        files = sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
        return cls(int(lines["VmRSS"].split()[0]), files, int(lines["Threads"]))


class Callers:
    """A team's tools: each call is one of a few kinds, by chance."""

    def __init__(self, url: str, key: str) -> None:
        self.tally = Tally()
        self._url = f"{url}/v1/chat/completions"
        self._headers = {"Authorization": f"Bearer {key}"}
        self._dice = random.Random(11)
        self._talks: list[list[dict[str, str]]] = [[] for _ in range(20)]

    async def call(self, session: aiohttp.ClientSession, number: int) -> None:
        """Make one call and note how it ended."""
        talk = self._dice.choice(self._talks)
        if len(talk) >= 60:
            talk.clear()
        talk.append({"role": "user", "content": f"{number}: what does this function return?"})
        body = {"model": "gpt-4o-mini", "messages": list(talk), "stream": self._dice.random() < 0.5}
        leaves = body["stream"] and self._dice.random() < LEAVES
        try:
            async with session.post(self._url, json=body, headers=self._headers) as got:
                if leaves:
                    self.tally.left += 1
                    got.close()
                    return
                await got.read()
        except aiohttp.ClientError as error:
            self.tally.strange.append(type(error).__name__)
            return
        if got.status not in USUAL:
            self.tally.strange.append(f"status {got.status}")
        self.tally.acknowledged.add(got.headers["x-gateway-request-id"])
        talk.append({"role": "assistant", "content": "It is sunny."})


async def upstream_answers(connection: Connection) -> None:
    """Answer, or fail now and then."""
    if random.random() < FAILS:
        await connection.whole(b'{"error":{"message":"overloaded","type":"server_error"}}', 500)
    else:
        await answer(connection)


async def drive(callers: Callers, pid: int, count: int, rate: float) -> list[Sample]:
    """Make so many calls at that rate; return the samples."""
    under_way: set[asyncio.Task[None]] = set()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=64)) as session:
        await callers.call(session, -1)  # it waits until all is built
        samples, began = [Sample.of(pid)], time.monotonic()
        for number in range(count):
            await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
            task = asyncio.ensure_future(callers.call(session, number))
            under_way.add(task)
            task.add_done_callback(under_way.discard)
            if (number + 1) % max(1, count // SAMPLES) == 0:
                samples.append(Sample.of(pid))
                say(number + 1, time.monotonic() - began, samples[-1], callers.tally)
        await asyncio.gather(*under_way)
    return samples


def say(calls: int, seconds: float, sample: Sample, tally: Tally) -> None:
    """Print a line."""
    sys.stdout.write(
        f"{calls:9} {seconds:7.0f} s {sample.kilobytes / 1024:9.1f} MB {sample.files:5} files "
        f"{sample.threads:4} threads {tally.left:5} left {len(tally.strange):4} strange\n"
    )
    sys.stdout.flush()


def problems(samples: list[Sample], tally: Tally, rows: set[str]) -> list[str]:
    """Return what went wrong, in sentences."""
    found = []
    if lost := tally.acknowledged - rows:
        found.append(f"{len(lost)} acknowledged exchanges have no row")
    if tally.strange:
        found.append(f"{len(tally.strange)} calls ended strangely: {sorted(set(tally.strange))}")
    settled = samples[3:-1] or samples[:1]
    if samples[-1].kilobytes - settled[0].kilobytes > GROWTH_KB:
        found.append(f"memory grew from {settled[0].kilobytes} to {samples[-1].kilobytes} KB")
    if samples[-1].threads > settled[0].threads + 2:
        found.append(f"threads grew from {settled[0].threads} to {samples[-1].threads}")
    return found


def main() -> int:
    """Run it and return the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument(
        "--rate", type=float, default=100, help="calls a second; half of what the machine can"
    )
    parser.add_argument("--requests", type=int, help="so many instead of minutes")
    arguments = parser.parse_args()
    count = arguments.requests or round(arguments.minutes * 60 * arguments.rate)
    with tempfile.TemporaryDirectory() as folder, FakeUpstream(upstream_answers) as upstream:
        program = Program(Path(folder) / "data")
        program.add_proxy("llm", upstream.url)
        callers = Callers(f"{program.base}/llm", program.add_user("ana@example.org"))
        program.start()
        samples = asyncio.run(drive(callers, program.pid, count, arguments.rate))
        program.stop()
        words = ("audit", "--tab", "llm", "--format", "jsonl", "--columns", "exchange_id")
        out = program.run(*words, seconds=300)
        rows = {json.loads(line)["exchange_id"] for line in out.splitlines()}
        found = problems(samples, callers.tally, rows)
        for sentence in found or [f"All well: {len(callers.tally.acknowledged)} acknowledged, none lost"]:
            sys.stdout.write(f"{sentence}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
