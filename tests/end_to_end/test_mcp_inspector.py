"""MCP Inspector's command line signs its person in at a proxy, knowing nothing but the address."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.end_to_end.mcp_fixture import PACKAGES, node, with_sign_in
from tests.end_to_end.program import Program, eventually, free_port
from tests.gateway.oauth.person import EMAIL, Person

pytestmark = pytest.mark.slow
INSPECTOR = PACKAGES / "inspector" / "clients" / "launcher" / "build" / "index.js"


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    with with_sign_in(tmp_path) as program:
        yield program


@pytest.mark.parametrize("era", ["legacy", "modern"])
def test_the_inspector_signs_in_and_its_call_bears_the_persons_name(
    program: Program, tmp_path: Path, era: str
) -> None:
    command = [
        *(node(), str(INSPECTOR), "--cli", f"{program.base}/tools/mcp", "--protocol-era", era),
        *("--method", "tools/call", "--tool-name", "add", "--tool-arg", "a=20", "b=22", "--format", "json"),
        *("--callback-url", f"http://127.0.0.1:{free_port()}/oauth/callback", "--connect-timeout", "60000"),
    ]
    environment = {**os.environ, "HOME": str(tmp_path), "BROWSER": "true", "MCP_AUTO_OPEN_ENABLED": "true"}
    running = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert running.stdout is not None and running.stderr is not None
    try:
        said = ""
        for line in running.stderr:
            said += line
            if found := re.search(r"http://\S+/authorize\?\S+", line):
                break
        else:
            raise AssertionError(f"It never asked its person to sign in: {said}")
        answer = Person(program.base).sign_in(found[0])
        assert answer.status_code == 303, answer.text
        assert httpx.get(answer.headers["location"], timeout=60).status_code == 200
        out, rest = running.communicate(timeout=60)
    finally:
        running.kill()
        running.wait(60)
    assert running.returncode == 0, said + rest
    assert "42" in json.dumps(json.loads(out))
    eventually(lambda: EMAIL in {row["actor"] for row in program.rows(tab="mcp")})
