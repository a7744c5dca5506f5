"""What MCP costs: memory of sessions, idle and in a call that streams, and the time that is added to a call.

    python -m tests.benchmarks.measure_mcp [--sessions 200] [--calls 1600]

Prints KB a session (of the gateway's process, with one open GET stream each), and the medians of `tools/call`
at 16 at a time, direct and through the gateway, in turns, and what is added turn by turn: of a tool that
works for 100 ms, as tools do, called by 16 who know nothing of each other and by 16 in step, whose calls all
come in the same millisecond; and of a tool that answers at once, where 16 callers keep every core busy.
A call ends when its result is there, as for the callers of the SDKs: with the event of a stream, which is how
servers of the official SDK answer, or with the end of a JSON answer. Policies stand as they come.
"""

import argparse
import asyncio
import itertools
import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import aiohttp

from tests.end_to_end.mcp_fixture import fixture_server
from tests.end_to_end.program import Program

ACCEPT = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
CONCURRENT = 16
ROUNDS = 8


def memory_kb(pid: int) -> int:
    """Return the resident memory of a process."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024


def cpu_ms(pid: int) -> float:
    """Return the time that a process has spent on a core: it says more than a clock on a busy machine."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def message(method: str, params: Mapping[str, object], id: int | None = 1) -> bytes:
    body = {"jsonrpc": "2.0", "method": method, "params": params}
    return json.dumps(body if id is None else {**body, "id": id}).encode()


async def opened(http: aiohttp.ClientSession, url: str, headers: dict[str, str]) -> str:
    """Open a session and return its id."""
    params = {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "m", "version": "1"},
    }
    async with http.post(url, data=message("initialize", params), headers=headers) as answer:
        await answer.read()
        return answer.headers["Mcp-Session-Id"]


async def sessions_kb(
    program: Program, url: str, headers: dict[str, str], count: int, streaming: int = 0
) -> float:
    """Return the KB that the gateway holds for one session with an open stream; some are in a call."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        for _ in range(5):
            await opened(http, url, headers)
        before = memory_kb(program.pid)
        streams = []
        for number in range(count):
            mine = headers | {"Mcp-Session-Id": await opened(http, url, headers)}
            streams.append(await http.get(url, headers=mine))
            if number < streaming:
                slow = {"name": "wait", "arguments": {"seconds": 120}, "_meta": {"progressToken": 1}}
                streams.append(await http.post(url, data=message("tools/call", slow), headers=mine))
        await asyncio.sleep(2)
        after = memory_kb(program.pid)
        for stream in streams:
            stream.close()
        return (after - before) / count


WORKS = 0.1  # seconds of the tool that takes its time
TOOLS: dict[str, dict[str, object]] = {"wait": {"seconds": WORKS}, "add": {"a": 1, "b": 2}}
WAYS = (("wait", "on their own", WORKS), ("wait", "in step", 0.0), ("add", "in step", 0.0))


async def times_of(
    url: str, headers: dict[str, str], calls: int, tool: str, within: float = 0.0
) -> list[float]:
    """Return the times of all calls, in ms; each caller begins at some moment within so many seconds."""
    times: list[float] = []
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        mine = headers | {"Mcp-Session-Id": await opened(http, url, headers)}
        ids = itertools.count(1)  # each its own: answers find their way by it

        async def caller(begins: float) -> None:
            await asyncio.sleep(begins)
            for _ in range(calls // CONCURRENT):
                body = message("tools/call", {"name": tool, "arguments": TOOLS[tool]}, next(ids))
                started = time.perf_counter()
                async with http.post(url, data=body, headers=mine) as answer:
                    async for line in answer.content:
                        if b'"result"' in line:
                            ended = time.perf_counter()
                times.append((ended - started) * 1000)

        await asyncio.gather(*(caller(random.uniform(0, within)) for _ in range(CONCURRENT)))
    return times


def measure_calls(program: Program, origin: str, url: str, key: str, calls: int, form: str) -> None:
    """Print what the gateway adds to calls of each tool, where answers have this form."""
    keyed = ACCEPT | {"Authorization": f"Bearer {key}"}
    asyncio.run(times_of(url, keyed, 10 * CONCURRENT, "add"))  # detectors are built for the first call
    for tool, way, within in WAYS:
        direct: list[float] = []  # medians of the rounds
        through: list[float] = []
        spent, some = 0.0, max(calls // ROUNDS, CONCURRENT)
        for _ in range(ROUNDS):
            alone = times_of(f"{origin}/mcp", ACCEPT, some, tool, within)
            direct.append(statistics.median(asyncio.run(alone)))
            before = cpu_ms(program.pid)
            through.append(statistics.median(asyncio.run(times_of(url, keyed, some, tool, within))))
            spent += cpu_ms(program.pid) - before
        added = sorted(one - other for one, other in zip(through, direct, strict=True))
        between = f"({added[0]:.2f} to {added[-1]:.2f})"
        cpu = spent / ROUNDS / (some // CONCURRENT * CONCURRENT)
        print(f"{tool}, {form}, p50 at {CONCURRENT} {way}: ", end="")  # noqa: T201
        print(f"direct {statistics.median(direct):.2f} ms, ", end="")  # noqa: T201
        print(f"through {statistics.median(through):.2f} ms, ", end="")  # noqa: T201
        print(f"added {statistics.median(added):.2f} ms {between}; ", end="")  # noqa: T201
        print(f"{cpu:.2f} ms of the gateway's CPU a call")  # noqa: T201


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sessions", type=int, default=200)
    parser.add_argument("--calls", type=int, default=1600)
    arguments = parser.parse_args()
    some = arguments.sessions // 4
    for form, words, streaming in (("a stream", (), some), ("JSON", ("--plain",), 0)):
        with tempfile.TemporaryDirectory() as folder, fixture_server(Path(folder), *words) as origin:
            program = Program(Path(folder) / "data")
            program.run("proxy", "add", "mcp", "--kind", "mcp", "--upstream", f"{origin}/mcp")
            key = program.add_user("ana@example.org")
            program.start()
            url = f"{program.base}/mcp/mcp"
            measure_calls(program, origin, url, key, arguments.calls, form)
            keyed = ACCEPT | {"Authorization": f"Bearer {key}"}
            found = asyncio.run(sessions_kb(program, url, keyed, arguments.sessions, streaming))
            which = f"{streaming} of them in a call that streams" if streaming else "idle, with a stream"
            print(f"{arguments.sessions} sessions, {which}: {found:.1f} KB each")  # noqa: T201
            program.kill()


if __name__ == "__main__":
    main()
