"""Sentences about upstreams that failed, and outgoing proxies."""

import ssl

import aiohttp
import pytest

from gateway_desktop.core.errors import Failure
from gateway_desktop.core.traffic_settings import Upstream as UpstreamSettings
from gateway_desktop.gateway.upstream import Upstream, failure, outgoing_proxy


@pytest.mark.parametrize(
    ("error", "kind", "status"),
    [
        (TimeoutError(), Failure.TIMEOUT, 504),
        (aiohttp.ServerTimeoutError(), Failure.TIMEOUT, 504),
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


def test_an_unreadable_ca_file_is_named() -> None:
    upstream = Upstream()
    upstream.configure(UpstreamSettings(ca_file="/nowhere/ca.pem"))
    assert "/nowhere/ca.pem" in upstream.problem
