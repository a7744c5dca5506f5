"""Calls that leave the machine: outgoing proxies, private authorities, TLS that is not verified."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.end_to_end.program import Program, eventually
from tests.fakes.answers import answer
from tests.fakes.authority import make_certificate
from tests.fakes.llm import FakeUpstream
from tests.fakes.outgoing_proxy import OutgoingProxy

NAME = "api.example.test"
CHAT = b'{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hi"}]}'


@dataclass
class Away:
    """An upstream that only the outgoing proxy reaches, and the gateway behind that."""

    program: Program
    upstream: FakeUpstream
    proxy: OutgoingProxy
    key: str
    authority: Path

    def ask(self, proxy: str) -> tuple[int, str]:
        status, _, body = self.program.post(
            f"/{proxy}/v1/chat/completions", CHAT, Authorization=f"Bearer {self.key}"
        )
        return status, str(json.loads(body).get("error", {}).get("message", ""))


@pytest.fixture(scope="module")
def away(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Away]:
    folder = tmp_path_factory.mktemp("away")
    authority, context = make_certificate(folder, NAME)
    program = Program(folder / "data")
    with FakeUpstream(answer, tls=context) as upstream, OutgoingProxy(upstream.port) as proxy:
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("HTTPS_PROXY", proxy.url)
            environment.setenv("NO_PROXY", "inside.example.test")
            program.add_proxy("away", f"https://{NAME}")
            program.add_proxy("inside", "https://inside.example.test")
            key = program.add_user("ana@example.org")
            program.start()
        yield Away(program, upstream, proxy, key, authority)
        program.stop()


def test_an_authority_that_is_not_trusted_ends_the_call_and_one_that_is_named_lets_it_pass(
    away: Away,
) -> None:
    status, message = away.ask("away")
    assert status == 502 and f"TLS with the upstream {NAME} failed" in message
    assert away.upstream.received == []
    away.program.run("settings", "set", "upstream.ca_file", str(away.authority))
    eventually(lambda: away.ask("away")[0] == 200)
    assert away.upstream.received[-1].header("Host") == NAME.encode()
    assert set(away.proxy.asked) == {f"CONNECT {NAME}:443 HTTP/1.1"}
    away.program.run("settings", "reset", "upstream.ca_file")
    eventually(lambda: away.ask("away")[0] == 502)


def test_names_of_no_proxy_go_past_it(away: Away) -> None:
    status, message = away.ask("inside")
    assert status == 502 and "inside.example.test" in message
    assert not any("inside" in line for line in away.proxy.asked)


def test_tls_that_is_not_verified_is_said_loudly_and_recorded(away: Away) -> None:
    done = away.program.json("proxy", "set", "away", "verify_tls=off")
    assert done
    eventually(lambda: away.ask("away")[0] == 200)
    events = away.program.rows(tab="system")
    weakened = [row for row in events if row["method"] == "updated" and row["proxy"] == "away"]
    assert weakened[-1]["severity"] == "warning"
