"""What waits, waits for its time only; and how often something may be tried."""

import pytest

from gateway_desktop.gateway.oauth.throttle import Throttle, network_of
from gateway_desktop.gateway.oauth.waiting import Waiting


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_thing_is_there_until_its_time_is_over_and_taken_once() -> None:
    clock = Clock()
    waiting: Waiting[str] = Waiting(60, clock)
    waiting.put("a", "thing")
    clock.now = 59.9
    assert waiting.get("a") == "thing"
    assert waiting.pop("a") == "thing" and waiting.pop("a") is None
    waiting.put("b", "thing")
    clock.now = 120
    assert waiting.get("b") is None


def test_a_flood_pushes_out_the_oldest_and_nothing_grows() -> None:
    waiting: Waiting[int] = Waiting(60, Clock())
    for number in range(6000):
        waiting.put(str(number), number)
    assert waiting.get("0") is None and waiting.get("5999") == 5999


def test_a_throttle_lets_through_so_many_in_a_time_for_each_key() -> None:
    clock = Clock()
    throttle = Throttle(2, 60, clock)
    assert throttle.take("a") and throttle.take("a") and not throttle.take("a")
    assert not throttle.allows("a") and throttle.allows("b")
    clock.now = 60
    assert throttle.take("a")


def test_one_network_pushes_out_its_own_and_nobody_elses() -> None:
    waiting: Waiting[int] = Waiting(60, Clock())
    waiting.put("mine", 1, "192.0.2.1")
    for number in range(6000):
        waiting.put(str(number), number, f"2001:db8:0:7::{number:x}")
    assert waiting.get("mine") == 1 and waiting.get("0") is None and waiting.get("5999") == 5999
    assert waiting.get("5799") is None


def test_when_all_is_full_the_one_who_put_most_loses_the_oldest() -> None:
    waiting: Waiting[int] = Waiting(60, Clock())
    waiting.put("mine", 1, "192.0.2.1")
    for number in range(6000):
        waiting.put(str(number), number, f"2001:db8:0:{number % 50:x}::1")
    assert waiting.get("mine") == 1 and waiting.get("0") is None


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_of_ipv6_a_network_counts_as_one(address: str, network: str) -> None:
    assert network_of(address) == network
    throttle = Throttle(1, 60, Clock())
    assert throttle.take(address) and not throttle.take(network.replace("/64", "9"))


def test_a_flood_of_addresses_does_not_make_a_throttle_forget() -> None:
    clock = Clock()
    throttle = Throttle(2, 60, clock)
    assert throttle.take("192.0.2.1") and throttle.take("192.0.2.1")
    passed = [throttle.take(f"198.51.{number // 250}.{number % 250}") for number in range(20_000)]
    assert passed.count(True) == 98  # of all together no more than 50 times as much
    assert not throttle.take("192.0.2.1")
    clock.now = 60
    assert throttle.take("192.0.2.1")
