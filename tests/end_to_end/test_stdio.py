"""A command behind the running gateway: rows, a death in a call, and nothing left after kill -9."""

import json
import os
from pathlib import Path

import pytest

from tests.end_to_end.program import Program
from tests.fakes.stdio_session import ARGUMENTS, HERE, answered, beginning, gone, pids_of, run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


def test_calls_of_a_command_are_rows_and_it_dies_with_the_gateway(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", os.environ.get("PYTHONPATH", str(HERE)))
    program = Program(tmp_path / "data")
    where = ("--stdio", "--cwd", str(HERE), "--env", "PYTHONPATH")
    program.run("proxy", "add", "fake", "--kind", "mcp", *where, "--", *ARGUMENTS)
    key = program.add_user("ana@example.org")
    program.start()

    async def work() -> None:
        async with beginning(f"{program.base}/fake/mcp", key) as session:
            assert await session.result("echo", text="through") == "through"
            async with session.call("die") as answer:
                assert "error" in await answered(answer)
        async with beginning(f"{program.base}/fake/mcp", key) as session:
            pids = await pids_of(session)
            program.kill()
            await gone(*pids)

    run(work)
    out = program.run("audit", "--tab", "mcp", "--format", "jsonl")
    rows = [
        row for row in map(json.loads, out.splitlines()) if row.get("target") == "die" or "die" in str(row)
    ]
    assert [row["outcome"] for row in rows] == ["failed"], out
