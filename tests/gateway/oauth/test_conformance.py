"""The official conformance suite's scenarios for authorization servers."""

import subprocess

import httpx
import pytest

from tests.end_to_end.mcp_fixture import PACKAGES, node
from tests.end_to_end.program import free_port
from tests.gateway.oauth.conftest import Place
from tests.gateway.oauth.person import Application, Person

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("revision", ["2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"])
def test_the_authorization_server_conforms(place: Place, revision: str) -> None:
    port = free_port()
    application = Application(place.base, redirect=f"http://127.0.0.1:{port}/callback")
    application.register()
    suite = [node(), str(PACKAGES / "conformance" / "dist" / "index.js"), "authorization"]
    about = ["--url", f"{place.base}/llm", "--client-id", application.client_id, "--port", str(port)]
    more = ["--resource", f"{place.base}/llm", "--spec-version", revision]
    with subprocess.Popen([*suite, *about, *more], stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        said = []
        for line in running.stdout:
            said.append(line)
            if line.startswith(f"{place.base}/oauth/llm/authorize?"):
                back = Person(place.base).sign_in(line.strip())
                httpx.get(back.headers["location"], timeout=60)
    assert running.returncode == 0, "".join(said)
    assert any("authorization-code-grant: 1 passed, 0 failed" in line for line in said), "".join(said)
