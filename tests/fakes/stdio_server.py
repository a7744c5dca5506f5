"""An MCP server on standard input and output, by the official SDK: every way a server can talk back.

python -m tests.fakes.stdio_server
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.types import SamplingMessage, TextContent
from pydantic import BaseModel

server = MCPServer("fake")


class Answer(BaseModel):
    colour: str


@server.tool()
def echo(text: str) -> str:
    return text


@server.tool()
def big(kilobytes: int, seconds: float = 0) -> str:
    time.sleep(seconds)
    return "x" * (kilobytes << 10)


@server.tool()
def fail() -> str:
    raise ValueError("it failed on purpose")


@server.tool()
async def steps(count: int, ctx: Context[Any]) -> str:
    for step in range(count):
        await ctx.report_progress(step + 1, count, f"step {step + 1}")
    return "done"


@server.tool()
async def ask_model(question: str, ctx: Context[Any]) -> str:
    message = SamplingMessage(role="user", content=TextContent(type="text", text=question))
    found = await ctx.session.create_message([message], max_tokens=10)
    return str(getattr(found.content, "text", found.content))


@server.tool()
async def ask_person(ctx: Context[Any]) -> str:
    found = await ctx.elicit("Which colour?", Answer)
    return f"{found.action} {found.data.colour if found.action == 'accept' else ''}".strip()


@server.tool()
def context(ctx: Context[Any]) -> str:
    return json.dumps(ctx.request_context.meta)


@server.tool()
def variable(name: str) -> str:
    return os.environ.get(name, "not set")


@server.tool()
def where() -> str:
    return str(Path.cwd())


@server.tool()
def pids() -> list[int]:
    """Start a process of its own and say both numbers."""
    grandchild = subprocess.Popen(
        [sys.executable, "-c", "import signal; signal.pause()"], stdin=subprocess.DEVNULL
    )
    return [os.getpid(), grandchild.pid]


@server.tool()
def daemon() -> int:
    """Start a process that leaves the group and keeps the output open; say its number."""
    waits = [sys.executable, "-c", "import signal; signal.pause()"]
    return subprocess.Popen(waits, stdin=subprocess.DEVNULL, start_new_session=True).pid


@server.tool()
def left_behind() -> int:
    """Start what no longer belongs to us in any way, as daemons begin; say its number."""
    started = ["sh", "-c", "setsid sleep 1000 </dev/null >/dev/null 2>&1 & echo $!"]
    return int(subprocess.run(started, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True).stdout)


@server.tool()
def complain(text: str) -> str:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
    return "complained"


@server.tool()
def die() -> str:
    os._exit(3)


@server.resource("note://one")
def note() -> str:
    return "a note"


@server.prompt()
def greet(name: str) -> str:
    return f"Greet {name}"


if __name__ == "__main__":
    if "--banner" in sys.argv:
        sys.stdout.write("Starting up: this line is no message\n")
        sys.stdout.flush()
    server.run("stdio")
