"""What the gateway reads once is read again if it could not be: no exchange is refused for ever."""

import asyncio
import sys

import pytest

from tests.makers import a_snapshot
from tests.unit.gateway.filters.runtimes import a_runtime


def test_prices_that_could_not_be_read_are_read_when_they_are_wanted_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def main() -> str:
        runtime = a_runtime(a_snapshot())
        with monkeypatch.context() as broken:
            broken.setitem(sys.modules, "genai_prices", None)  # its import fails
            with pytest.raises(ImportError):
                await runtime.prices()
        return (await runtime.prices()).version

    assert asyncio.run(main()).startswith("genai-prices")
