"""A gateway that starts while its database does not answer: it says so, waits, and comes up by itself."""

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from gateway_desktop.core.database_url import DatabaseUrl
from gateway_desktop.store.gateways import GATEWAYS
from tests.end_to_end.program import Program, eventually
from tests.fakes.answers import answer
from tests.fakes.llm import FakeUpstream
from tests.postgresql import Server

pytestmark = pytest.mark.slow

CHAT = b'{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hello"}]}'


@pytest.fixture
def where(own_server: Server) -> DatabaseUrl:
    return own_server.url(own_server.create())


@pytest.fixture
def program(where: DatabaseUrl, tmp_path: Path) -> Iterator[Program]:
    data = tmp_path / "data"
    data.mkdir()
    (data / "settings.toml").write_text(f"database = {json.dumps(where.url)}\n")
    made = Program(data)
    made.run("user", "list")  # its tables are made
    yield made
    made.stop()


def test_serve_waits_for_a_database_that_is_away_and_serves_once_it_is_back(
    program: Program, own_server: Server
) -> None:
    with FakeUpstream(answer) as upstream:
        program.add_proxy("llm", upstream.url)
        key = program.add_user("ana@example.org")
        own_server.stop()
        program.launch()
        eventually(lambda: "The gateway waits, and does not listen yet" in program.said(), seconds=60)
        assert not program.listens()
        own_server.start()
        eventually(program.listens, seconds=60)
        status = program.post("/llm/v1/chat/completions", CHAT, Authorization=f"Bearer {key}")[0]
        assert status == 200
    assert program.said().count("does not listen yet") == 1


def test_serve_that_waits_ends_when_it_is_told_to(program: Program, own_server: Server) -> None:
    own_server.stop()
    program.launch()
    eventually(lambda: "does not answer" in program.said(), seconds=60)
    program.stop()  # with 0
    own_server.start()


def test_a_gateway_whose_id_is_still_held_waits_for_it(program: Program, where: DatabaseUrl) -> None:
    program.start()
    program.stop()
    with psycopg.connect(where.url, autocommit=True) as left_over:
        left_over.execute(f"SELECT pg_advisory_lock({GATEWAYS}, id) FROM gateway WHERE folder <> ''".encode())
        program.launch()
        eventually(lambda: "Another connection holds the database" in program.said(), seconds=60)
        assert not program.listens()
    eventually(program.listens, seconds=60)


def test_what_does_not_pass_by_itself_ends_serve(
    program: Program, where: DatabaseUrl, own_server: Server
) -> None:
    own_server.ask("UPDATE schema_version SET version = version + 1", where.name)
    assert "belongs to a newer Gateway Desktop" in program.run("serve", status=1)
