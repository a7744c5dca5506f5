"""Acknowledged means durable."""

from pathlib import Path

import pytest

from tests.end_to_end.kill import kill_many


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_ten_kills_under_load_lose_no_acknowledged_exchange(tmp_path: Path) -> None:
    assert kill_many(tmp_path, 10) >= 400
