"""What is told of a try of an upstream."""

from gateway_desktop.core.status import how_many


def test_one_is_one_and_others_are_many() -> None:
    assert [how_many("t" * count, "tool") for count in (0, 1, 2)] == ["0 tools", "1 tool", "2 tools"]
