"""Keys, people and models as the command line changes them: each refusal is one row that names the owner."""

import asyncio
import json
import subprocess
from typing import Any

import pytest

from tests.end_to_end.conftest import Setting
from tests.end_to_end.program import PROGRAM, eventually, free_port
from tests.end_to_end.streams import PIECE, streaming
from tests.fakes.answers import answer
from tests.fakes.llm import Connection

HIDDEN: tuple[tuple[str, dict[str, Any]], ...] = (
    ("/model/o3/converse", {}),
    ("/v1/speak?model=o3", {}),
    ("/api/copy", {"source": "o3", "destination": "gpt-4o-o3"}),
    ("/v1/messages/batches", {"requests": [{"params": {"model": "o3"}}]}),
    ("/v1/chat/completions", {"messages": [], "content_policy_fallbacks": [{"gpt-4o-mini": ["o3"]}]}),
)


def ask(setting: Setting, key: str, model: str = "gpt-4o-mini") -> tuple[int, dict[str, Any]]:
    """Return the status of a chat, and its row."""
    body = json.dumps({"model": model, "messages": []}).encode()
    status, headers, _ = setting.program.post("/llm/v1/chat/completions", body, Authorization=f"Bearer {key}")
    return status, setting.program.row(headers["x-gateway-request-id"])


def becomes(setting: Setting, key: str, status: int, model: str = "gpt-4o-mini") -> dict[str, Any]:
    """Return the row of the first chat with that status, which comes at one of the next looks."""

    def look() -> dict[str, Any] | None:
        got, row = ask(setting, key, model)
        return row if got == status else None

    return eventually(look)


def test_a_revoked_key_stops_and_its_row_names_the_owner(setting: Setting) -> None:
    key = setting.program.add_user("bo@example.org")
    becomes(setting, key, 200)
    setting.program.run("key", "revoke", key[:12])
    row = becomes(setting, key, 401)
    assert (row["outcome"], row["block_reason"], row["actor"]) == ("blocked", "credential", "bo@example.org")


def test_a_rotated_key_works_beside_the_new_one(setting: Setting) -> None:
    key = setting.program.add_user("cy@example.org")
    new = setting.program.json("key", "rotate", key[:12], "--overlap", "1")["key"]
    becomes(setting, new, 200)
    assert ask(setting, key)[0] == 200


def test_an_inactive_owner_is_refused_at_the_next_look(setting: Setting) -> None:
    key = setting.program.add_user("di@example.org")
    becomes(setting, key, 200)
    setting.program.run("user", "deactivate", "di@example.org")
    assert becomes(setting, key, 403)["actor"] == "di@example.org"


def test_models_are_limited_by_wildcard_and_strangers_kept_out(setting: Setting) -> None:
    program = setting.program
    program.run("group", "add", "lab")
    key = program.add_user("ed@example.org", "--group", "lab")
    becomes(setting, key, 200)
    program.run("proxy", "allow", "llm", "--group", "lab", "--model", "gpt-4o-*")
    try:
        becomes(setting, key, 403, model="o3")
        assert ask(setting, key, "gpt-4o-mini")[0] == 200
        for path, more in HIDDEN:  # beside one that is allowed
            body = json.dumps({"model": "gpt-4o-mini", **more}).encode()
            answered, _, _ = program.post(f"/llm{path}", body, Authorization=f"Bearer {key}")
            assert answered == 403, path
        status, row = ask(setting, setting.key)
        assert (status, row["actor"], row["block_reason"]) == (403, "ana@example.org", "access")
    finally:
        program.run("proxy", "set", "llm", "open=on")
        becomes(setting, setting.key, 200)


def test_a_change_drops_no_stream_and_a_stopped_proxy_says_so(setting: Setting) -> None:
    async def held(connection: Connection) -> None:
        if b'"stream":true' not in connection.received.body:
            return await answer(connection)
        await connection.head(200, ("Content-Type", "text/event-stream"))
        await connection.chunk(PIECE)
        told = asyncio.ensure_future(connection.upstream.signalled())
        while not told.done():  # a command may take longer than the gateway bears silence
            await connection.chunk(b": still here\n\n")
            await asyncio.wait({told}, timeout=0.3)
        await connection.chunk(b"data: [DONE]\n\n")
        return await connection.end()

    setting.script(held)
    try:
        with streaming(setting) as stream:
            assert b"sunny" in stream.readline()
            setting.program.run("proxy", "stop", "llm")
            becomes(setting, setting.key, 503)
            setting.upstream.go_on.release()
            assert stream.read().endswith(b"data: [DONE]\n\n")
    finally:
        setting.program.run("proxy", "start", "llm")


def test_a_second_gateway_on_the_same_folder_ends_with_a_sentence(setting: Setting) -> None:
    given = ["serve", "--port", str(free_port()), "--data", str(setting.program.data)]
    done = subprocess.run([*PROGRAM, *given], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert str(setting.program.pid) in done.stderr
    assert "Traceback" not in done.stderr


def test_a_taken_port_ends_with_a_sentence(
    setting: Setting, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other") / "data"
    done = subprocess.run(
        [*PROGRAM, "serve", "--port", str(setting.program.port), "--data", str(other)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert f"Port {setting.program.port}" in done.stderr


def test_what_a_claim_says_stands_beside_the_owner(setting: Setting) -> None:
    body = b'{"model":"gpt-4o-mini","messages":[],"user":"somebody-else"}'
    _, headers, _ = setting.program.post(
        "/llm/v1/chat/completions",
        body,
        Authorization=f"Bearer {setting.key}",
        X_Claude_Code_Session_Id="s-1",
    )
    row = setting.program.row(headers["x-gateway-request-id"])
    assert (row["actor"], row["claimed_user"], row["session"]) == ("ana@example.org", "somebody-else", "s-1")
