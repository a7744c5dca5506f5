"""Sinks of the running program: killed at any moment, it leaves nothing out."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.program import Program, eventually
from tests.fakes.answers import answer
from tests.fakes.llm import FakeUpstream
from tests.fakes.receiver import Receiver, receiver

CHAT = b'{"model":"gpt-5-mini","messages":[{"role":"user","content":"Hi"}]}'


def records_of(there: Receiver) -> list[dict[str, Any]]:
    """Return the exchanges; heads of the chains come beside them."""
    found = [record for post in there.taken for record in json.loads(post.body)["data"]]
    return [record for record in found if record["kind"] == "llm"]


@pytest.mark.slow
def test_killed_and_started_again_every_row_arrives_at_least_once_in_order(tmp_path: Path) -> None:
    program = Program(tmp_path / "data")
    with FakeUpstream(answer) as upstream, receiver() as there:
        program.add_proxy("llm", upstream.url)
        key = program.add_user("ana@example.org")
        program.run(
            "sink", "add", "hook", "--kind", "webhook", "--address", there.url, "--records", "exchanges"
        )
        for _ in range(3):
            program.start()
            for n in range(8):
                if n == 4:  # some of the deliveries fail, too
                    there.answers[:] = [500]
                assert program.post("/llm/v1/chat/completions", CHAT, Authorization=f"Bearer {key}")[0] == 200
            program.kill()
        program.start()
        rows = [row["id"] for row in program.rows()]
        assert len(rows) == 24
        found = eventually(
            lambda: ids if set(rows) <= set(ids := [each["id"] for each in records_of(there)]) else None,
            seconds=40,
        )
        assert list(dict.fromkeys(found)) == rows  # in the order in which each came first
        program.stop()
    assert program.json("sink", "list")[0]["problem"] == ""
