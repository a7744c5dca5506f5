"""Sentences about upstreams that failed, and outgoing proxies."""

import asyncio
import contextlib
import socket
import ssl
import threading

import aiohttp
import pytest
from aiohttp import web
from aiohttp.http import HttpProcessingError
from yarl import URL

from gateway_desktop.core.errors import Failure, UpstreamFailed
from gateway_desktop.core.traffic_settings import Upstream as UpstreamSettings
from gateway_desktop.gateway.upstream.calls import Upstream, failure, outgoing_proxy, sent_on
from gateway_desktop.gateway.upstream.client import HttpClient


@pytest.mark.parametrize(
    ("error", "kind", "status"),
    [
        (TimeoutError(), Failure.TIMEOUT, 504),
        (aiohttp.ServerTimeoutError(), Failure.TIMEOUT, 504),
        (aiohttp.ConnectionTimeoutError(), Failure.UNREACHED, 504),
        (ssl.SSLError("bad"), Failure.TLS, 502),
        (aiohttp.ClientPayloadError(), Failure.BROKEN, 502),
        (aiohttp.ServerDisconnectedError(), Failure.BROKEN, 502),
        (aiohttp.InvalidURL("http://user:hunter2@x"), Failure.REFUSED, 502),
        (ConnectionResetError(), Failure.BROKEN, 502),
    ],
)
def test_every_failure_is_a_sentence_without_the_address(
    error: BaseException, kind: Failure, status: int
) -> None:
    failed = failure(error, "api.example.com")
    assert (failed.kind, failed.status) == (kind, status)
    assert "hunter2" not in failed.message


def test_outgoing_proxies_come_from_the_environment_but_never_for_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "inside.example")
    outgoing_proxy.cache_clear()
    assert outgoing_proxy("https", "api.example.com") == "http://proxy.example:3128"
    assert outgoing_proxy("https", "inside.example") is None
    assert outgoing_proxy("https", "127.0.0.1") is None
    outgoing_proxy.cache_clear()


def test_who_takes_no_connection_in_time_never_had_the_call() -> None:
    async def kind(port: int) -> Failure:
        upstream = Upstream()
        upstream.configure(UpstreamSettings(connect_timeout=1))
        upstream.open()
        try:
            with pytest.raises(UpstreamFailed) as failed:
                await upstream.send("POST", f"https://127.0.0.1:{port}/v1/responses", [], b"{}")
        finally:
            await upstream.close()
        return failed.value.kind

    with socket.create_server(("127.0.0.1", 0)) as deaf:  # TLS never begins
        assert asyncio.run(kind(deaf.getsockname()[1])) is Failure.UNREACHED


def test_an_unreadable_ca_file_is_named() -> None:
    upstream = Upstream()
    upstream.configure(UpstreamSettings(ca_file="/nowhere/ca.pem"))
    assert "/nowhere/ca.pem" in upstream.problem


@pytest.mark.parametrize(("idle", "connections"), [(60.0, 1), (0.0, 2)])
def test_a_connection_that_was_idle_for_longer_than_servers_keep_it_is_not_used_again(
    idle: float, connections: int
) -> None:
    async def seen_of_two() -> int:
        seen = set()

        async def answer(request: web.BaseRequest) -> web.Response:
            seen.add(request.transport)
            return web.Response(text="here")

        runner = web.ServerRunner(web.Server(answer))
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        client, limits = HttpClient(plain_idle=idle), aiohttp.ClientTimeout(total=None)
        url = URL.build(scheme="http", host="127.0.0.1", port=runner.addresses[0][1])
        try:
            for _ in range(2):
                found = await client.request("GET", url, [], b"", verify=True, proxy=None, limits=limits)
                assert await found.read() == b"here"
                found.close()
        finally:
            await client.close()
            await runner.cleanup()
        return len(seen)

    assert asyncio.run(seen_of_two()) == connections


def test_a_connection_that_the_server_closed_unnoticed_is_not_used_again() -> None:
    """The loop was at other work when its end came: nothing was sent yet, so that any request may go on."""
    close, closed = threading.Event(), threading.Event()

    def serve(listening: socket.socket) -> None:
        for _ in range(2):
            connection, _ = listening.accept()
            connection.recv(65_536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhere")
            close.wait()
            connection.close()
            closed.set()

    async def asked(port: int) -> list[bytes]:
        client, limits = HttpClient(plain_idle=60.0), aiohttp.ClientTimeout(sock_read=5)
        url, found = URL.build(scheme="http", host="127.0.0.1", port=port), []
        try:
            for _ in range(2):
                answer = await client.request("POST", url, [], b"", verify=True, proxy=None, limits=limits)
                found.append(await answer.read())
                answer.close()
                close.set()
                closed.wait()
        finally:
            await client.close()
        return found

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,), daemon=True)
        thread.start()
        assert asyncio.run(asked(listening.getsockname()[1])) == [b"here", b"here"]
        thread.join()


@pytest.mark.parametrize(("method", "sent"), [("GET", 3), ("DELETE", 3), ("POST", 2)])
def test_what_a_server_closed_a_kept_connection_on_is_sent_again_where_it_may_come_twice(
    method: str, sent: int
) -> None:
    came = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal came
        with contextlib.suppress(asyncio.IncompleteReadError):
            while True:
                await reader.readuntil(b"\r\n\r\n")
                came += 1
                if came == 2:
                    break
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhere")
        writer.close()

    async def asked() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        client, limits = HttpClient(plain_idle=60.0), aiohttp.ClientTimeout(sock_read=5)
        url = URL.build(scheme="http", host="127.0.0.1", port=server.sockets[0].getsockname()[1])
        try:
            for _ in range(2):
                answer = await client.request(method, url, [], b"", verify=True, proxy=None, limits=limits)
                assert await answer.read() == b"here"
                answer.close()
        finally:
            await client.close()
            server.close()

    if method == "POST":
        with pytest.raises(aiohttp.ServerDisconnectedError):
            asyncio.run(asked())
    else:
        asyncio.run(asked())
    assert came == sent


@pytest.mark.parametrize(
    ("location", "named"),
    [
        ("/s/hunter2/mcp/", "a / at the end"),
        ("https://mcp.example/s/hunter2/mcp", "https://mcp.example:"),
        ("//me:hunter2@other.example:8443/x?key=hunter2", "http://other.example:8443:"),
        ("/elsewhere", "another path"),
        ("http://[", "leads nowhere"),
        ("", "leads nowhere"),
    ],
)
def test_a_redirect_is_told_by_where_it_leads_without_what_may_be_a_credential(
    location: str, named: str
) -> None:
    told = sent_on("http://mcp.example/s/hunter2/mcp", location)
    assert named in told and "hunter2" not in told


@pytest.mark.parametrize("hints", [0, 20, 100_000])
def test_hints_on_the_way_to_an_answer_are_passed_over_but_not_without_end(hints: int) -> None:
    async def status() -> int:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * hints)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        client, limits = HttpClient(), aiohttp.ClientTimeout(sock_read=5)
        url = URL.build(scheme="http", host="127.0.0.1", port=server.sockets[0].getsockname()[1])
        try:
            answer = await client.request("GET", url, [], b"", verify=True, proxy=None, limits=limits)
            answer.close()
            return answer.status
        finally:
            await client.close()
            server.close()

    if hints > 1000:
        with pytest.raises(HttpProcessingError):
            asyncio.run(status())
    else:
        assert asyncio.run(status()) == 200


def test_what_an_upstream_says_unasked_is_no_answer_to_whoever_calls_next() -> None:
    async def statuses() -> list[int]:
        given, said = asyncio.Event(), asyncio.Event()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.suppress(asyncio.IncompleteReadError):
                while True:
                    await reader.readuntil(b"\r\n\r\n")
                    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhere")
                    await given.wait()
                    writer.write(b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 3\r\n\r\nbye")
                    said.set()
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        client, limits = HttpClient(plain_idle=60.0), aiohttp.ClientTimeout(sock_read=5)
        url = URL.build(scheme="http", host="127.0.0.1", port=server.sockets[0].getsockname()[1])
        found = []
        try:
            for _ in range(2):
                answer = await client.request("GET", url, [], b"", verify=True, proxy=None, limits=limits)
                found.append(answer.status)
                assert await answer.read() == b"here"
                answer.close()
                given.set()
                await said.wait()
                for _ in range(3):  # rounds of the loop, in which it arrives
                    await asyncio.sleep(0)
        finally:
            await client.close()
            server.close()
        return found

    assert asyncio.run(statuses()) == [200, 200]


@pytest.mark.parametrize("value", ["nonsense", "socks5://hunter2@proxy.example:1080", "http://[::hunter2"])
def test_an_outgoing_proxy_that_is_none_is_named_and_not_the_upstream(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", value)
    outgoing_proxy.cache_clear()
    with pytest.raises(UpstreamFailed, match=r"^HTTPS_PROXY or ALL_PROXY is not like") as failed:
        outgoing_proxy("https", "api.example.com")
    assert "hunter2" not in failed.value.message
