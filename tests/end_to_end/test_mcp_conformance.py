"""The official conformance suite: what passes directly passes through the gateway."""

import subprocess
from pathlib import Path

import pytest

from tests.end_to_end.mcp_fixture import PACKAGES, fixture_server, node
from tests.end_to_end.program import Program

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def scenarios(url: str, folder: Path) -> dict[str, tuple[int, int]]:
    """Run all server scenarios; return how many checks of each passed and failed."""
    suite = PACKAGES / "conformance" / "dist" / "index.js"
    command = [node(), str(suite), "server", "--url", url, "--suite", "all"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=140, check=False)
    found: dict[str, tuple[int, int]] = {}
    for line in done.stdout.splitlines():
        if line[:1] in ("✓", "✗"):
            name, _, counts = line[2:].partition(": ")
            words = counts.split()
            found[name] = (int(words[0]), int(words[2]))
    assert found, done.stdout[-2000:] + done.stderr[-2000:]
    return found


def test_every_server_scenario_that_passes_directly_passes_through_the_gateway(tmp_path: Path) -> None:
    with fixture_server(tmp_path) as origin:
        direct = scenarios(f"{origin}/mcp", tmp_path)
        program = Program(tmp_path / "data")
        program.run("proxy", "add", "suite", "--kind", "mcp", "--upstream", f"{origin}/mcp")
        program.run("proxy", "set", "suite", "anonymous=on")
        program.start()
        try:
            through = scenarios(f"{program.base}/suite/mcp", tmp_path)
        finally:
            program.stop()
    for name, results in (("direct", direct), ("through the gateway", through)):
        passed, failed = (sum(counts) for counts in zip(*results.values(), strict=True))
        said = f"{name}: {len(results)} scenarios, {passed} checks passed, {failed} failed"
        print(said)  # noqa: T201 - the counts are asked for
    worse = {
        name: (counts, through.get(name))
        for name, counts in direct.items()
        if (other := through.get(name)) is None or other[0] < counts[0] or other[1] > counts[1]
    }
    assert not worse
    assert sum(passed for passed, _ in direct.values()) >= 38
