"""What looking costs a gateway: a conversation of 300 turns, the longest pause of the loop, texts of 1 KB.

`python -m tests.benchmarks.measure_inspection [--turns 300] [--corpus FILE [--step 1]]`. A corpus has a line
of JSON with `text`, `ctx` and `kind` for each text; every so many are cut, or repeated, to 1 KB. All is CPU
time, of the loop's thread for its pauses; while others use the machine it is up to twice as much. The models
are those that ship.
"""

import argparse
import asyncio
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from gateway_desktop.core.call import TextPart
from gateway_desktop.core.finding import Context, Passage
from gateway_desktop.core.paths import Paths
from gateway_desktop.core.policy import Direction
from gateway_desktop.gateway.guarding.inspector import Inspector
from gateway_desktop.inspection.models import MODELS
from gateway_desktop.inspection.scan import scan, warm_detectors
from tests.makers import a_call, an_exchange

TURN = (
    "The nightly import takes twice as long since Tuesday. Why could that be? Here is the log. " * 11
)  # 1 KB
LARGE = {
    "words": "please look at the import of last night and tell me what is slow\n",
    "one letter": "a",
    "brackets": "[(",
    "without width": "a\u200b",
    "base64": "QWxh",
    "turned letters": "\u202e a",
    "entities": "&#65;",
    "numbers": "4111 ",
}
COMMANDS = {
    "commands": "find . -type f | xargs rm\n",
    "broken commands": "a)|id ",
    "many commands": "cat x;",
    "tangled commands": "cat ()`<<X\n",
}
SMALL = 1024


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


async def looked(inspector: Inspector, texts: list[TextPart]) -> float:
    """Return the milliseconds of CPU time that looking at a request takes."""
    began = time.process_time()
    await inspector.look(an_exchange(call=a_call(texts=texts)), texts, Direction.REQUEST)
    return (time.process_time() - began) * 1e3


async def conversation(turns: int) -> None:
    """Send a conversation again and again, each time with a message more, as tools do."""
    inspector, texts, costs = Inspector(), [], []
    for turn in range(turns):
        role = "assistant" if turn % 2 else "user"
        texts.append(TextPart(f"/messages/{turn}/content", role, f"{turn}: {TURN}"))
        costs.append(await looked(inspector, texts))
    tenth = max(1, turns // 10)
    first, last = sum(costs[:tenth]) / tenth, sum(costs[-tenth:]) / tenth
    say(f"{turns} turns of 1 KB: a request costs {first:.2f} ms at first, {last:.2f} ms at last")
    say(f"without a memory the last would cost {await looked(Inspector(), texts):.1f} ms")


async def longest_pause(part: TextPart) -> tuple[float, float]:
    """Return the longest time the loop did not turn, and what the look took, in milliseconds."""
    worst, done = 0.0, asyncio.Event()

    async def watch() -> None:
        nonlocal worst
        while not done.is_set():
            began = time.thread_time()
            await asyncio.sleep(0)
            worst = max(worst, time.thread_time() - began)

    watching = asyncio.create_task(watch())
    took = await looked(Inspector(), [part])
    done.set()
    await watching
    return worst * 1e3, took


def large(name: str, piece: str, role: str, tool: str = "") -> None:
    text = (piece * (1_000_000 // len(piece) + 1))[:1_000_000]
    part = TextPart("/messages/0/content", role, text, tool)
    runs = [asyncio.run(longest_pause(part)) for _ in range(3)]
    pause, took = min(run[0] for run in runs), min(run[1] for run in runs)
    say(f"1 MB of {name}: {took:.0f} ms, longest pause of the loop {pause:.1f} ms")


def of_corpus(file: Path, step: int) -> None:
    """Print what texts of 1 KB cost, by context and kind."""
    texts: dict[tuple[str, str], list[str]] = defaultdict(list)
    for line in file.read_bytes().splitlines()[::step]:
        row = json.loads(line)
        if row["text"]:
            texts[row["ctx"], row["kind"]].append(row["text"])
    of_context: dict[str, list[float]] = defaultdict(list)
    for (context, kind), those in sorted(texts.items()):
        costs = [once_scanned(text, context) for text in those]
        of_context[context] += costs
        say(f"1 KB of {context}, {kind}: {spread(costs)}")
    for context, costs in of_context.items():
        say(f"1 KB of {context}: {spread(costs)}")
    pieces = (*LARGE.values(), *COMMANDS.values())
    hostile = [once_scanned(piece, context) for piece in pieces for context in Context]
    say(f"1 KB, hostile: {spread(hostile)}")


def once_scanned(text: str, context: str) -> float:
    """Return the microseconds of CPU that a text takes as 1 KB, at best of three."""
    passage = Passage(((text + " ") * (SMALL // len(text) + 1))[:SMALL], Context(context))
    best = float("inf")
    for _ in range(3):
        began = time.thread_time()
        scan([passage])
        best = min(best, time.thread_time() - began)
    return best * 1e6


def spread(costs: Iterable[float]) -> str:
    ordered = sorted(costs)
    p50, p99 = ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100]
    return f"p50 {p50:.0f}, p99 {p99:.0f}, at most {ordered[-1]:.0f} µs ({len(ordered)} texts)"


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--turns", type=int, default=300)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--step", type=int, default=1)
    arguments = parser.parse_args()
    folder = Paths(Path()).resources / "models"
    MODELS.lie(lambda name: (folder / name).read_bytes())
    warm_detectors()
    asyncio.run(conversation(arguments.turns))
    for name, piece in LARGE.items():
        large(name, piece, "tool")
    for name, piece in COMMANDS.items():
        large(name, piece, "tool_call", "bash")
    if arguments.corpus:
        of_corpus(arguments.corpus, arguments.step)


if __name__ == "__main__":
    main()
