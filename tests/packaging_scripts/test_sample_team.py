"""The team of the pictures: its requests stand in the charts where they stand in time."""

import importlib
import random
from pathlib import Path
from typing import Any

import pytest

from gateway_desktop.app import open_application
from gateway_desktop.core.clock import now_us
from gateway_desktop.core.paths import Paths
from gateway_desktop.store.queries.audit import page
from gateway_desktop.store.queries.paging import AuditFilter
from tests.packaging_scripts.scripts import SCRIPTS


@pytest.mark.slow
def test_requests_are_recorded_in_their_own_hours_and_sealed_as_the_gateway_seals(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    team: Any = importlib.import_module("sample_team")
    paths = Paths(tmp_path)
    with open_application(paths) as opened:
        callers = team.set_up(opened)
        team.list_tools(opened)
        looked = team.Looked(opened, random.Random(11))
    records = list(team.traffic(callers, 30, now_us(), looked))
    team.write(paths, records)
    wanted = {record.exchange_id: team.ended_us(record) // team.HOUR_US for record in records}
    with open_application(paths) as opened:
        rows = [
            row
            for kind in ("llm", "mcp", "a2a")
            for row in opened.reader.submit(page, AuditFilter(tab=kind), limit=500).result().rows
        ]
        found = opened.services.integrity.start().result(60)
    assert len(set(wanted.values())) > 10
    assert {row.exchange_id: row.recorded_us // team.HOUR_US for row in rows} == wanted
    assert found.ok, found
