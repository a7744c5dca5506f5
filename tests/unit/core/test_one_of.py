"""One of some words, or an error that names them."""

import pytest

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.one_of import one_of
from gateway_desktop.core.proxy import Kind


def test_a_word_becomes_what_it_means() -> None:
    assert one_of(Kind, "mcp", "kind") is Kind.MCP
    assert one_of(Kind, Kind.A2A, "kind") is Kind.A2A


@pytest.mark.parametrize("entered", ["MCP", "", None, 5])
def test_what_means_nothing_names_the_field_and_the_words(entered: object) -> None:
    with pytest.raises(ConfigurationError) as caught:
        one_of(Kind, entered, "kind")
    assert (caught.value.place, caught.value.problem) == ("kind", f"'{entered}' is none of llm, mcp, a2a")
