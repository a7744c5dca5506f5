"""What streams cost: `python tests/benchmarks/measure_streams.py [--idle 1000] [--streams 50] [--rounds 20]`.

Added time to first token: so many streams at a time, each of half a second, begun at moments of their own;
past the gateway and through it in turn. Idle streams: memory of the gateway with so many
held open, against none. Linux only: it reads /proc.
"""

import argparse
import asyncio
import random
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.end_to_end.program import Program
from tests.fakes.llm import Connection, FakeUpstream

BODY = b'{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hi"}],"stream":true}'
PIECE = b'data: {"choices":[{"index":0,"delta":{"content":"word "}}]}\n\n'
PIECES, GAP = 10, 0.05  # of a stream, and the seconds between two
HELD = 4096  # files that may be open


async def streaming(connection: Connection) -> None:
    """Say a first word at once, more of them slowly, and end."""
    await connection.head(200, ("Content-Type", "text/event-stream"))
    for _ in range(PIECES):
        await connection.chunk(PIECE)
        await asyncio.sleep(GAP)
    await connection.chunk(b"data: [DONE]\n\n")
    await connection.end()


async def idle(connection: Connection) -> None:
    """Say one word and be silent until the other side leaves."""
    await connection.head(200, ("Content-Type", "text/event-stream"))
    await connection.chunk(PIECE)
    await connection.gone()


class Caller:
    """Opens streams at one address."""

    def __init__(self, port: int, path: str, key: str) -> None:
        self._port = port
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n"
        self._request = (
            f"{head}Content-Type: application/json\r\nContent-Length: {len(BODY)}\r\n\r\n".encode() + BODY
        )

    async def open(self) -> tuple[float, asyncio.StreamReader, asyncio.StreamWriter]:
        """Return the seconds until the first word, and the stream."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        began = time.perf_counter()
        writer.write(self._request)
        await reader.readuntil(b"word ")
        return time.perf_counter() - began, reader, writer

    async def whole(self) -> float:
        """Return the seconds until the first word of a stream that is read to its end."""
        first, reader, writer = await self.open()
        await reader.readuntil(b"[DONE]")
        writer.close()
        return first


async def first_words(caller: Caller, streams: int, rounds: int) -> list[float]:
    """Return the milliseconds to the first word of every stream."""
    dice = random.Random(7)

    async def one(pauses: Sequence[float]) -> list[float]:
        found = []
        for pause in pauses:
            await asyncio.sleep(pause)
            found.append(await caller.whole() * 1000)
        return found

    plans = [[dice.random() * PIECES * GAP for _ in range(rounds)] for _ in range(streams)]
    return [first for some in await asyncio.gather(*map(one, plans)) for first in some]


async def held(caller: Caller, count: int, pid: int) -> float:
    """Return the kilobytes that the gateway takes for each of so many silent streams."""
    before = resident(pid)
    opened = []
    for _ in range(count // 50):
        opened += await asyncio.gather(*(caller.open() for _ in range(50)))
    await asyncio.sleep(1)
    taken = resident(pid) - before
    for _, _, writer in opened:
        writer.close()
    return taken / len(opened)


def resident(pid: int) -> int:
    """Return the kilobytes of memory that a process has."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    raise LookupError("no VmRSS")


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(line + "\n")


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value below which that share of the values is."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def main() -> None:
    """Print both."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--idle", type=int, default=1000)
    parser.add_argument("--streams", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=20)
    arguments = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_NOFILE, (HELD, HELD))
    with tempfile.TemporaryDirectory() as folder, FakeUpstream(streaming) as upstream:
        program = Program(Path(folder) / "data")
        program.add_proxy("llm", upstream.url)
        key = program.add_user("ana@example.org")
        program.start()
        path = "/v1/chat/completions"
        direct, through = Caller(upstream.port, path, "x"), Caller(program.port, f"/llm{path}", key)
        asyncio.run(through.whole())  # the first waits until all is built
        asyncio.run(first_words(through, arguments.streams, 1))
        say(f"ms to the first word, {arguments.streams} streams at a time     p50     p99")
        both = []
        for name, caller in (("past the gateway", direct), ("through it", through)):
            both.append(asyncio.run(first_words(caller, arguments.streams, arguments.rounds)))
            say(f"  {name:38} {quantile(both[-1], 0.5):7.2f} {quantile(both[-1], 0.99):7.2f}")
        added = [quantile(both[1], share) - quantile(both[0], share) for share in (0.5, 0.99)]
        say(f"  {'added':38} {added[0]:7.2f} {added[1]:7.2f}")
        upstream.script = idle
        size = asyncio.run(held(through, arguments.idle, program.pid))
        say(f"each of {arguments.idle} silent streams: {size:.1f} KB")
        program.stop()


if __name__ == "__main__":
    main()
