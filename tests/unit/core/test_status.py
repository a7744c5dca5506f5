"""The address that tools point at."""

import pytest

from gateway_desktop.core.status import GatewayStatus


@pytest.mark.parametrize(
    ("host", "tls", "url"),
    [
        ("127.0.0.1", False, "http://127.0.0.1:8899"),
        ("::1", False, "http://[::1]:8899"),
        ("0.0.0.0", True, "https://localhost:8899"),
        ("::", True, "https://[::1]:8899"),  # it listens to no address of the older kind
        ("192.0.2.7", True, "https://192.0.2.7:8899"),
    ],
)
def test_the_address_can_be_used_as_it_stands(host: str, tls: bool, url: str) -> None:
    assert GatewayStatus(host=host, port=8899, tls=tls).base_url == url
