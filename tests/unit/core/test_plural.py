"""Numbers of things."""

import pytest

from gateway_desktop.core.plural import plural


@pytest.mark.parametrize(
    ("count", "words", "said"),
    [
        (0, ("row",), "0 rows"),
        (1, ("row",), "1 row"),
        (12_345, ("row",), "12,345 rows"),
        (1, ("proxy", "proxies"), "1 proxy"),
        (2, ("proxy", "proxies"), "2 proxies"),
    ],
)
def test_one_is_one_and_others_are_many(count: int, words: tuple[str, ...], said: str) -> None:
    assert plural(count, *words) == said
