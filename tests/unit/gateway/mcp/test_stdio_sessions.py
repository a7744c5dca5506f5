"""Sessions of commands: HTTP's rules, resumption, deaths, and nothing left behind."""

import asyncio
import base64
import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import aiohttp
import pytest

from gateway_desktop.core.audit import SystemEvent
from gateway_desktop.core.proxy import Kind, Proxy
from gateway_desktop.core.secret import Secret
from gateway_desktop.core.stdio_command import StdioCommand
from gateway_desktop.gateway.mcp.message import parse
from gateway_desktop.gateway.mcp.stdio import StdioServers
from gateway_desktop.gateway.mcp.stdio_probe import probe_command
from tests.end_to_end.program import eventually
from tests.fakes.stdio_session import (
    ACCEPT,
    ARGUMENTS,
    HERE,
    INITIALIZE,
    SEALED,
    SECRET,
    Session,
    alive,
    answered,
    beginning,
    command,
    event,
    events,
    gone,
    pids_of,
    run,
    serving,
)


async def test_each_session_has_a_child_of_its_own_that_ends_with_it_and_with_what_it_started() -> None:
    async with serving(command()) as (_, url), beginning(url) as one, beginning(url) as two:
        first, second = await pids_of(one), await pids_of(two)
        assert first[0] != second[0]
        async with one.client.delete(url, headers=one.headers) as answer:
            assert answer.status == 200
        await gone(*first)
        async with one.call("echo", text="x") as answer:
            assert answer.status == 404
        assert await two.result("echo", text="still here") == "still here"
    await gone(*second)


async def test_a_child_that_dies_in_a_call_is_an_error_of_that_call_and_the_session_is_over(
    expect_log: Callable[[str], None],
) -> None:
    expect_log("The command of fake ended by itself")

    async with serving(command()) as (_, url), beginning(url) as session:
        async with session.call("die") as answer:
            assert answer.status in (502, 200)  # 200: a stream had begun, on a slow machine
            error = (await answered(answer))["error"]
            assert error["code"] == -32603 and "status 3" in error["message"]
        async with session.call("echo", text="x") as answer:
            assert answer.status == 404
        async with beginning(url) as again:
            assert await again.result("echo", text="new child") == "new child"


async def test_a_child_that_dies_is_an_error_of_the_call_though_what_left_its_group_holds_the_output_open(
    expect_log: Callable[[str], None],
) -> None:
    expect_log("The command of fake ended by itself")

    async with serving(command()) as (_, url), beginning(url) as session:
        daemon = int(await session.result("daemon"))
        async with session.call("die") as answer:
            assert "status 3" in (await answered(answer))["error"]["message"]
        await gone(daemon)


@pytest.mark.parametrize("tool", ["daemon", "left_behind"])
async def test_what_left_the_group_of_a_command_ends_with_its_session(tool: str) -> None:
    async with serving(command()) as (_, url), beginning(url) as one, beginning(url) as two:
        ours, others = int(await one.result(tool)), int(await two.result(tool))
        async with one.client.delete(url, headers=one.headers) as answer:
            assert answer.status == 200
        await gone(ours)
        assert alive(others)
    await gone(others)


async def test_a_command_that_always_dies_is_not_started_again_and_again(
    expect_log: Callable[[str], None],
) -> None:
    expect_log("The command of fake ended by itself")

    said: list[str] = []
    dying = command(sys.executable, "-c", "raise SystemExit(7)")
    async with serving(dying) as (_, url), aiohttp.ClientSession() as client:
        while not said or ("next try in" not in said[-1] and len(said) < 12):
            async with client.post(url, json=INITIALIZE, headers=ACCEPT) as answer:
                said.append((await answered(answer))["error"]["message"])
    assert "status 7" in said[0] and "next try in" in said[-1]


async def test_many_that_start_a_command_that_dies_at_once_are_one_try(
    expect_log: Callable[[str], None], tmp_path: Path
) -> None:
    expect_log("The command of fake ended by itself")
    started, gate = tmp_path / "started", tmp_path / "gate"
    os.mkfifo(gate)
    opened = os.open(gate, os.O_RDWR)  # as long as it is, those that were started do not end
    dies = ("sh", "-c", 'exec < "$1"; echo >> "$0"; read line; exit 7', str(started), str(gate))

    async def said() -> str:
        async with client.post(url, json=INITIALIZE, headers=ACCEPT) as answer:
            return str(await answered(answer))

    async with serving(command(*dies)) as (_, url), aiohttp.ClientSession() as client:
        asked = [asyncio.create_task(said()) for _ in range(20)]
        await asyncio.to_thread(
            eventually, lambda: started.exists() and len(started.read_bytes()) == len(asked)
        )
        os.close(opened)
        assert all("status 7" in one for one in await asyncio.gather(*asked))
        gate.unlink()
        gate.touch()
        assert "status 7" in await said()


async def test_who_ends_a_command_by_a_call_again_and_again_keeps_nobody_from_it(
    expect_log: Callable[[str], None],
) -> None:
    expect_log("The command of fake ended by itself")
    answer_of = '{"jsonrpc":"2.0","id":2,"result":{"protocolVersion":"2025-06-18"}}'
    dies = ("sh", "-c", 'read opening; echo "$0"; read initialized; read call; exit 3', answer_of)

    async with serving(command(*dies)) as (_, url):
        for _ in range(4):
            async with beginning(url) as session, session.call("die") as answer:
                assert "status 3" in (await answered(answer))["error"]["message"]


async def test_a_command_that_is_not_there_is_said_to_be_not_there() -> None:
    async with (
        serving(command("no-such-command-anywhere")) as (_, url),
        aiohttp.ClientSession() as client,
        client.post(url, json=INITIALIZE, headers=ACCEPT) as answer,
    ):
        assert answer.status == 502
        assert "no-such-command-anywhere" in (await answered(answer))["error"]["message"]


def test_a_folder_that_is_not_there_is_not_taken_for_the_command(tmp_path: Path) -> None:
    async def work() -> None:
        async with (
            serving(StdioCommand(ARGUMENTS, str(tmp_path / "gone"))) as (_, url),
            aiohttp.ClientSession() as client,
            client.post(url, json=INITIALIZE, headers=ACCEPT) as answer,
        ):
            assert "the folder it runs in is not there" in (await answered(answer))["error"]["message"]

    run(work)


def test_a_command_that_ends_by_itself_is_told_of_with_what_it_wrote_last(
    expect_log: Callable[[str], None],
) -> None:
    expect_log("The command of fake ended by itself")
    told: asyncio.Queue[SystemEvent] = asyncio.Queue()
    complains = f"import sys; sys.exit('no such option: --token {SECRET}')"
    dies = command(sys.executable, "-c", complains)
    proxy = Proxy(id="p", name="fake", kind=Kind.MCP, upstream="", stdio=dies)
    sealed = {"TOKEN": Secret(SECRET)}

    async def work() -> None:
        servers = StdioServers(note=told.put_nowait)
        await servers.obey({"fake": proxy}, {"p": sealed})
        try:
            async with (
                aiohttp.ClientSession() as client,
                client.post(servers.url("p"), json=INITIALIZE, headers=ACCEPT) as answer,
            ):
                assert "no such option" not in await answer.text()  # what it writes is not for callers
            event = await told.get()
            assert event.details.endswith("it said last: no such option: --token ***")
            tried = await probe_command(servers, proxy, sealed)
            assert tried.steps == ("started it", "it said last: no such option: --token ***")
        finally:
            await servers.close()

    run(work)


async def test_a_long_line_does_not_hide_what_a_command_wrote_last(expect_log: Callable[[str], None]) -> None:
    expect_log("The command of fake ended by itself")
    complains = "import sys; sys.stderr.write('x ' * 50_000 + chr(10)); sys.exit('no such option')"
    dies = command(sys.executable, "-c", complains)
    servers = StdioServers()
    try:
        tried = await probe_command(servers, Proxy("p", "fake", Kind.MCP, "", stdio=dies), {})
    finally:
        await servers.close()
    assert tried.steps[-1].endswith(" / no such option") and len(tried.steps[-1]) < 2_100


def test_credentials_reach_the_child_and_come_back_in_no_message_log_or_argument(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOT_NAMED", "must not be copied")
    caplog.set_level(logging.DEBUG)

    async def work() -> None:
        async with serving(command(*ARGUMENTS, "--banner")) as (_, url), beginning(url) as session:
            for name, value in SEALED.items():
                shown = value if name in ("DOCS_URL", "PROJECTS") else "***"
                assert await session.result("variable", name=name) == shown
            assert await session.result("variable", name="NOT_NAMED") == "not set"
            pid = (await pids_of(session))[0]
            shown = await asyncio.to_thread(Path(f"/proc/{pid}/cmdline").read_text)
            assert "stdio_server" in shown and SECRET not in shown
            coded = base64.b64encode(f"x:{SECRET}".encode()).decode()
            await session.result("complain", text=f"my token is {SECRET}, Basic {coded}")
            said = ("my token is", "not a message")
            await asyncio.to_thread(eventually, lambda: all(part in caplog.text for part in said), 20)

    run(work)
    assert SECRET not in caplog.text and "my token is ***, Basic " in caplog.text
    assert base64.b64encode(f"x:{SECRET}".encode()).decode() not in caplog.text


async def test_what_was_missed_comes_again_after_the_lastevent() -> None:
    async with serving(command()) as (_, url), beginning(url) as session:
        params = {"name": "steps", "arguments": {"count": 3}, "_meta": {"progressToken": "mine"}}
        body = {"jsonrpc": "2.0", "id": 5, "method": "tools/call", "params": params}
        async with session.client.post(url, json=body, headers=session.headers) as answer:
            assert answer.content_type == "text/event-stream"
            found = events(await answer.text())
        assert [one["params"]["progressToken"] for _, one in found[:-1]] == ["mine"] * 3
        assert found[-1][1]["id"] == 5
        headers = session.headers | {"Last-Event-ID": found[1][0]}
        async with session.client.get(url, headers=headers) as answer:
            assert events(await answer.text()) == found[2:]


async def test_a_client_that_leaves_an_older_revision_finds_the_answer_later() -> None:
    async with serving(command()) as (_, url), beginning(url) as session:
        params = {"name": "ask_model", "arguments": {"question": "?"}}
        body = {"jsonrpc": "2.0", "id": 9, "method": "tools/call", "params": params}
        async with session.client.post(url, json=body, headers=session.headers) as answer:
            name, asked = event((await answer.content.readuntil(b"\n\n")).decode())
            assert asked["method"] == "sampling/createMessage"
        said = {"role": "assistant", "content": {"type": "text", "text": "late"}, "model": "none"}
        reply = {"jsonrpc": "2.0", "id": asked["id"], "result": said}
        async with session.client.post(url, json=reply, headers=session.headers) as answer:
            assert answer.status == 202
        headers = session.headers | {"Last-Event-ID": name}
        async with session.client.get(url, headers=headers) as answer:
            [(_, result)] = events(await answer.text())
        assert result["id"] == 9 and result["result"]["content"][0]["text"] == "late"


async def test_who_cancels_what_was_answered_meanwhile_cancels_nothing_else() -> None:
    async with (
        serving(command()) as (_, url),
        beginning(url) as session,
        session.call("ask_model", question="?") as answer,
    ):
        question = event((await answer.content.readuntil(b"\n\n")).decode())[1]
        for done in range(20):  # but for 1, which waits; our own numbers are among them
            await session.note("notifications/cancelled", requestId=done if done != 1 else "1")
        said = {"role": "assistant", "content": {"type": "text", "text": "words"}, "model": "m"}
        body = {"jsonrpc": "2.0", "id": question["id"], "result": said}
        async with session.client.post(url, json=body, headers=session.headers) as taken:
            assert taken.status == 202
        assert (await answered(answer))["result"]["content"][0]["text"] == "words"


async def test_a_command_may_name_the_number_of_a_request_as_a_text() -> None:
    said = (
        "import json, sys\n"
        "for line in sys.stdin:\n"
        "    if 'id' in (asked := json.loads(line)):\n"
        "        result = {'protocolVersion': '2025-06-18', 'method': asked['method']}\n"
        "        said = {'jsonrpc': '2.0', 'id': str(asked['id']), 'result': result}\n"
        "        print(json.dumps(said), flush=True)\n"
    )

    child = command(sys.executable, "-c", said)
    async with serving(child) as (_, url), beginning(url) as session, session.call("any") as answer:
        assert (await answered(answer))["result"]["method"] == "tools/call"


@pytest.mark.parametrize("words", [(), ("--result-first",)])
async def test_an_answer_that_is_too_long_to_be_held_is_an_error_and_the_session_goes_on(
    words: tuple[str],
) -> None:
    child = command(sys.executable, "-m", "tests.fakes.stdio_giant", *words)
    async with serving(child) as (_, url), beginning(url) as session:
        async with session.call("giant") as answer:
            assert "more than 64 MB" in (await answered(answer))["error"]["message"]
        assert await session.result("small") == "small"


@pytest.mark.parametrize("words", [(), ("--result-first",)])
async def test_an_answer_that_is_no_json_is_an_error_and_the_session_goes_on(words: tuple[str, ...]) -> None:
    child = command(sys.executable, "-m", "tests.fakes.stdio_giant", *words)
    async with serving(child) as (_, url), beginning(url) as session:
        async with asyncio.timeout(3), session.call("no number") as answer:
            assert "no JSON" in (await answered(answer))["error"]["message"]
        assert await session.result("small") == "small"


async def test_batches_are_split_where_the_revision_has_them_and_refused_elsewhere() -> None:
    batch = [{"jsonrpc": "2.0", "id": number, "method": "ping"} for number in (1, 2)]

    async with serving(command()) as (_, url), aiohttp.ClientSession() as client:
        for version, status in (("2025-03-26", 200), ("2025-06-18", 400)):
            session = Session(client, url)
            begin = INITIALIZE | {"params": INITIALIZE["params"] | {"protocolVersion": version}}  # type: ignore[operator]
            async with client.post(url, json=begin, headers=ACCEPT) as answer:
                session.headers["Mcp-Session-Id"] = answer.headers["Mcp-Session-Id"]
                assert (await answered(answer))["result"]["protocolVersion"] == version
            json_only = session.headers | {"Accept": "application/json"}
            async with client.post(url, json=batch, headers=json_only) as answer:
                assert answer.status == status
                if status == 200:
                    assert sorted(item["id"] for item in await answer.json()) == [1, 2]


@pytest.mark.parametrize(
    ("method", "body", "headers", "status"),
    [
        ("POST", b"{", {}, 400),
        ("POST", b'{"jsonrpc":"2.0","id":1,"method":"ping"}', {}, 400),
        ("POST", b'{"jsonrpc":"2.0","id":1,"method":"ping"}', {"Mcp-Session-Id": "other"}, 404),
        ("GET", b"", {}, 400),
        ("DELETE", b"", {"Mcp-Session-Id": "other"}, 404),
    ],
)
async def test_wrong_requests_have_their_status(
    method: str, body: bytes, headers: dict[str, str], status: int
) -> None:
    async with (
        serving(command()) as (_, url),
        aiohttp.ClientSession() as client,
        client.request(method, url, data=body, headers=ACCEPT | headers) as answer,
    ):
        assert answer.status == status
        assert "error" in await answer.json()


async def test_a_revision_that_nobody_knows_is_refused_in_a_session() -> None:
    async with serving(command()) as (_, url), beginning(url) as session:
        for version, status in (("1999-01-01", 400), ("2025-03-26", 200), ("2025-06-18", 200)):
            session.headers["MCP-Protocol-Version"] = version
            async with session.call("echo", text="x") as answer:
                assert answer.status == status
                assert ("error" in await answered(answer)) is (status == 400)


async def test_without_the_secret_of_the_address_nothing_is_there() -> None:
    async with serving(command()) as (_, url), aiohttp.ClientSession() as client:
        guessed = url.replace(url.split("/")[3], "x" * 43)
        async with client.post(guessed, json=INITIALIZE, headers=ACCEPT) as answer:
            assert answer.status == 404


async def test_idle_sessions_end() -> None:
    async with serving(command()) as (servers, url), beginning(url) as session:
        pids = await pids_of(session)
        servers.idle_seconds = 0.1
        await gone(*pids)


async def test_who_left_without_an_answer_does_not_keep_a_session_open() -> None:
    silent = command(sys.executable, "-c", "import sys; sys.stdin.read()")
    proxy = Proxy("p1", "fake", Kind.MCP, "", stdio=silent)
    async with serving(silent) as (servers, _), servers.trial(proxy, {}) as session:
        stream = await session.send(parse(json.dumps(INITIALIZE).encode())[0])
        assert stream is not None
        with stream.followed():
            assert session.busy
        assert not session.busy


async def test_a_command_that_does_not_answer_the_handshake_ends_with_who_waited_for_it(
    tmp_path: Path,
) -> None:
    waits = "import os, sys; open(sys.argv[1], 'w').write(str(os.getpid())); sys.stdin.read()"
    silent = command(sys.executable, "-c", waits, str(tmp_path / "pid"))
    async with serving(silent) as (_, url), aiohttp.ClientSession() as client:
        async with client.post(url, json=INITIALIZE, headers=ACCEPT) as answer:
            assert answer.status == 200
            pid = await asyncio.to_thread(eventually, lambda: (tmp_path / "pid").read_text())
        await gone(int(pid))


async def test_a_changed_command_ends_the_sessions_of_the_former_one() -> None:
    async with serving(command()) as (servers, url), beginning(url) as session:
        pids = await pids_of(session)
        await servers.obey({}, {})
        await gone(*pids)


def test_no_command_outlives_a_gateway_that_is_killed() -> None:
    script = (
        "import asyncio\n"
        "from tests.fakes.stdio_session import command, serving\n"
        "async def main():\n"
        "    async with serving(command()) as (_, url):\n"
        "        print(url, flush=True)\n"
        "        await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=HERE, stdout=subprocess.PIPE, text=True
    ) as gateway:
        assert gateway.stdout is not None
        url = gateway.stdout.readline().strip()

        async def work() -> None:
            async with beginning(url) as session:
                pids = [*await pids_of(session), int(await session.result("left_behind"))]
                gateway.send_signal(signal.SIGKILL)
                await gone(*pids)

        run(work)
