"""What waits, waits for its time only; and how often something may be tried."""

from gateway_desktop.gateway.oauth.throttle import Throttle
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
