"""What looking costs a gateway: a conversation of 300 turns, and the longest pause of the loop meanwhile.

`python -m tests.benchmarks.measure_inspection [TURNS]`. All is CPU time, of the loop's thread for its
pauses, so that others on the machine do not count. The models are those that ship.
"""

import asyncio
import sys
import time
from pathlib import Path

from gateway_desktop.core.call import TextPart
from gateway_desktop.core.paths import Paths
from gateway_desktop.core.policy import Direction
from gateway_desktop.gateway.inspector import Inspector
from gateway_desktop.inspection.models import MODELS
from gateway_desktop.inspection.scan import warm_detectors
from tests.makers import a_call, an_exchange

TURN = (
    "The nightly import takes twice as long since Tuesday. Why could that be? Here is the log. " * 11
)  # 1 KB
LARGE = {
    "1 MB of words": "please look at the import of last night and tell me what is slow\n" * 15_600,
    "1 MB of one letter": "a" * 1_000_000,
    "1 MB of brackets": "[(" * 500_000,
    "1 MB without width": "a\u200b" * 500_000,
    "1 MB of base64": "QWxh" * 250_000,
}


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


async def longest_pause(text: str) -> float:
    """Return the longest time the loop did not turn, in milliseconds."""
    worst, done = 0.0, asyncio.Event()

    async def watch() -> None:
        nonlocal worst
        while not done.is_set():
            began = time.thread_time()
            await asyncio.sleep(0)
            worst = max(worst, time.thread_time() - began)

    watching = asyncio.create_task(watch())
    await looked(Inspector(), [TextPart("/messages/0/content", "tool", text)])
    done.set()
    await watching
    return worst * 1e3


def main() -> None:
    """Print the figures."""
    folder = Paths(Path()).resources / "models"
    MODELS.lie(lambda name: (folder / name).read_bytes())
    warm_detectors()
    asyncio.run(conversation(int(sys.argv[1]) if len(sys.argv) > 1 else 300))
    for name, text in LARGE.items():
        pause = min(asyncio.run(longest_pause(text)) for _ in range(3))
        say(f"{name}: longest pause of the loop {pause:.1f} ms")


if __name__ == "__main__":
    main()
