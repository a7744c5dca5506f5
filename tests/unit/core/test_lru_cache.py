"""What was used last is kept, and never more than was asked for."""

from hypothesis import given
from hypothesis import strategies as st

from gateway_desktop.core.lru_cache import LruCache

KEYS = st.integers(0, 30)


@given(st.integers(2, 12), st.lists(st.tuples(st.booleans(), KEYS)))
def test_the_latest_half_is_known_and_never_more_than_the_most(
    most: int, steps: list[tuple[bool, int]]
) -> None:
    cache: LruCache[int, str] = LruCache(most)
    used: list[int] = []  # what is known, in the order of its last use
    for is_put, key in steps:
        if is_put:
            cache.put(key, str(key))
        elif cache.get(key) is None:
            assert key not in used[-(most // 2) :]
            continue
        used = [one for one in used if one != key] + [key]
        assert len(cache._young) + len(cache._old) <= most
    for key in set(range(31)) - set(used):
        assert cache.get(key) is None


def test_nothing_is_left_after_clearing() -> None:
    cache: LruCache[str, bool] = LruCache(4)
    cache.put("a", True)
    cache.clear()
    assert cache.get("a") is None
