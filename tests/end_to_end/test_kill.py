"""Acknowledged means durable."""

from pathlib import Path

import pytest

from gateway_desktop.core.database_url import DatabaseUrl, Where
from tests.end_to_end.kill import kill_many


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_ten_kills_under_load_lose_no_acknowledged_exchange(tmp_path: Path, where: Where) -> None:
    database = where.url if isinstance(where, DatabaseUrl) else ""
    block = kill_many(tmp_path / "program", 10, database, counted=True)
    assert len(block.acknowledged) >= 400
