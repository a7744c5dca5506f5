"""The address that tools point at."""

import pytest

from gateway_desktop.core.status import Diagnosis, GatewayStatus


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


def test_of_what_an_upstream_offers_as_many_names_are_shown_as_can_be_read() -> None:
    found = Diagnosis(True, "It answers", models=("echo", "x" * 2_000, *map(str, range(1_000))))
    assert found.first_offers(2) == f"echo, {'x' * 100}… and 1,000 more"
    assert Diagnosis(True, "It answers", models=("echo", "add")).first_offers(2) == "echo, add"
