"""Names of members as steps of a JSON Pointer."""

import pytest

from gateway_desktop.core.json_pointer import escaped, unescaped


@pytest.mark.parametrize(("name", "step"), [("a/b", "a~1b"), ("m~n", "m~0n"), ("~1", "~01"), ("", "")])
def test_a_name_is_a_step_and_a_step_its_name(name: str, step: str) -> None:
    assert (escaped(name), unescaped(step)) == (step, name)
