"""Host, Origin and the caller's address."""

import pytest
from multidict import CIMultiDict

from gateway_desktop.core.loopback import is_loopback
from gateway_desktop.core.settings import Settings
from gateway_desktop.core.traffic_settings import Listen
from gateway_desktop.gateway.downstream.doorway import Doorway, host_name, own_names


def doorway(public_url: str = "", **listen: str) -> Doorway:
    settings = Settings(public_url=public_url, listen=Listen(**listen))  # type: ignore[arg-type]  # all are text here
    return Doorway(settings)


@pytest.mark.parametrize("host", ["127.0.0.1:8899", "localhost:8899", "LOCALHOST", "[::1]:8899", "[::1]"])
def test_names_of_this_machine_are_let_in(host: str) -> None:
    assert doorway().problem(CIMultiDict(Host=host)) is None


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example:8899", "192.168.1.4:8899", "", "localhost.evil"]
)
def test_other_names_are_refused_on_loopback(host: str) -> None:
    problem = doorway().problem(CIMultiDict(Host=host))
    assert problem is not None
    assert repr(host) in problem


def test_the_address_listened_on_is_let_in_and_no_host_at_all_is_not() -> None:
    assert doorway(host="127.0.0.2").problem(CIMultiDict(Host="127.0.0.2:8899")) is None
    assert doorway(host="127.0.0.2").problem(CIMultiDict(Host="127.0.0.3:8899")) is not None
    assert doorway(host="::").problem(CIMultiDict(Host="")) is not None


def test_a_page_from_elsewhere_is_refused_even_with_a_good_host() -> None:
    headers = CIMultiDict({"Host": "localhost:8899", "Origin": "https://evil.example"})
    assert "evil.example" in (doorway().problem(headers) or "")


@pytest.mark.parametrize("origin", ["http://localhost:3000", "http://127.0.0.1:8899"])
def test_a_page_of_this_machine_is_let_in(origin: str) -> None:
    assert doorway().problem(CIMultiDict({"Host": "localhost:8899", "Origin": origin})) is None


def test_an_opaque_origin_is_refused() -> None:
    assert doorway().problem(CIMultiDict({"Host": "localhost", "Origin": "null"})) is not None


@pytest.mark.parametrize(
    ("target", "inside"),
    [
        ("/lab/v1?page=https://evil.example/x", "/lab/v1?page=https://evil.example/x"),
        ("http://127.0.0.1:8899/lab/v1?a=b", "/lab/v1?a=b"),
        ("HTTPS://localhost?a=b", "/?a=b"),
        ("http://evil.example/lab/v1", ""),
        ("http://localhost@evil.example/lab/v1", ""),
        ("http://evil.example@localhost/lab/v1", ""),
    ],
)
def test_a_target_that_is_a_whole_address_is_below_our_root_or_for_nobody_here(
    target: str, inside: str
) -> None:
    assert doorway().inside(target) == inside


def test_the_public_url_and_further_names_are_let_in() -> None:
    door = doorway(public_url="https://gateway.team.example:8443", allowed_hosts="box box.lan")
    for host in ("gateway.team.example:8443", "box:8899", "BOX.lan"):
        assert door.problem(CIMultiDict(Host=host)) is None


def test_beyond_this_machine_an_address_is_let_in_but_a_strange_name_is_not() -> None:
    door = doorway(host="0.0.0.0")
    assert door.problem(CIMultiDict(Host="192.168.1.4:8899")) is None
    assert door.problem(CIMultiDict(Host="rebound.evil.example")) is not None


def test_forwarded_headers_count_only_from_listed_addresses() -> None:
    headers = CIMultiDict({"X-Forwarded-For": "203.0.113.9, 10.0.0.2"})
    assert doorway().peer("10.0.0.1", headers) == "10.0.0.1"
    assert doorway(trusted_proxies="10.0.0.0/8").peer("10.0.0.1", headers) == "203.0.113.9"
    assert doorway(trusted_proxies="10.0.0.0/8").peer("192.0.2.1", headers) == "192.0.2.1"


def test_a_caller_is_where_either_of_the_headers_says() -> None:
    door = doorway(trusted_proxies="10.0.0.1")
    standard = CIMultiDict({"Forwarded": 'for="[2001:db8::7]:4711";proto=https'})
    assert door.peer("10.0.0.1", standard) == "2001:db8::7"
    assert door.peer("10.0.0.1", CIMultiDict({"X-Forwarded-For": "203.0.113.9:4711"})) == "203.0.113.9"
    assert door.peer("10.0.0.1", CIMultiDict({"X-Forwarded-For": "2001:db8::7"})) == "2001:db8::7"


def test_an_address_that_a_caller_made_up_is_not_its_own() -> None:
    door = doorway(trusted_proxies="127.0.0.1")
    # HAProxy adds a line of its own behind the caller's.
    lines = CIMultiDict([("X-Forwarded-For", "127.0.0.1"), ("X-Forwarded-For", "203.0.113.9")])
    assert door.peer("127.0.0.1", lines) == "203.0.113.9"
    # nginx knows nothing of Forwarded, and passes it on.
    for made_up in ("127.0.0.1", "198.51.100.1"):
        both = CIMultiDict({"Forwarded": f"for={made_up}", "X-Forwarded-For": "203.0.113.9"})
        assert door.peer("127.0.0.1", both) == "unknown"
    agreed = CIMultiDict({"Forwarded": "for=203.0.113.9", "X-Forwarded-For": "203.0.113.9"})
    assert door.peer("127.0.0.1", agreed) == "203.0.113.9"


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "gateway.team.example"},
        {"Host": "localhost:8899", "X-Forwarded-For": "203.0.113.9"},
        {"Host": "localhost:8899", "Forwarded": "for=127.0.0.1"},
        {"Host": "127.0.0.1:8899", "CF-Connecting-IP": "203.0.113.9"},
    ],
)
def test_who_comes_through_a_forwarder_is_not_here(headers: dict[str, str]) -> None:
    door = doorway(public_url="https://gateway.team.example")
    assert door.here("127.0.0.1", CIMultiDict(Host="localhost:8899"))
    assert door.problem(CIMultiDict(headers)) is None
    assert not door.here("127.0.0.1", CIMultiDict(headers))


def test_an_address_that_is_no_network_is_an_error() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        doorway(trusted_proxies="nonsense")


def test_host_names_are_read_with_and_without_ports() -> None:
    assert [host_name(text) for text in ("A.b:1", "[::1]:2", "c")] == ["a.b", "[::1]", "c"]
    assert is_loopback("127.0.0.5") and is_loopback("::1") and not is_loopback("0.0.0.0")


def test_the_name_server_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def slow() -> str:
        asked.append(1)
        return "Here.example"

    monkeypatch.setattr("socket.getfqdn", slow)
    own_names.cache_clear()
    for _ in range(2):
        assert doorway(host="0.0.0.0").problem(CIMultiDict(Host="here.example:8899")) is None
    assert doorway().problem(CIMultiDict(Host="here.example")) is not None
    assert asked == [1]
    own_names.cache_clear()
