"""What was used lately is remembered, and never more than was asked for."""

from hypothesis import given
from hypothesis import strategies as st

from gateway_desktop.core.lately import Lately

KEYS = st.integers(0, 30)


@given(st.integers(2, 12), st.lists(st.tuples(st.booleans(), KEYS)))
def test_the_latest_half_is_known_and_never_more_than_the_most(
    most: int, steps: list[tuple[bool, int]]
) -> None:
    lately: Lately[int, str] = Lately(most)
    used: list[int] = []  # what is known, in the order of its last use
    for is_put, key in steps:
        if is_put:
            lately.put(key, str(key))
        elif lately.get(key) is None:
            assert key not in used[-(most // 2) :]
            continue
        used = [one for one in used if one != key] + [key]
        assert len(lately._young) + len(lately._old) <= most
    for key in set(range(31)) - set(used):
        assert lately.get(key) is None


def test_nothing_is_left_after_clearing() -> None:
    lately: Lately[str, bool] = Lately(4)
    lately.put("a", True)
    lately.clear()
    assert lately.get("a") is None
