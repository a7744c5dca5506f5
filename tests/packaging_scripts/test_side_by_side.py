"""Runs of the tests beside each other: what crashes or hangs is a failure with a name, and nothing else."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging_scripts.scripts import ROOT
from tests.postgresql import programs

CRASH = "import os, signal; print('half a', flush=True); os.kill(os.getpid(), signal.SIGKILL)"
HANG = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
print("child", child.pid, flush=True)
time.sleep(600)
"""
FINE = "print('one'); print('two')"

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="processes as Linux tells of them"
)


def side_by_side(script: str, *words: str) -> list[str]:
    """Run lines of Python beside the scripts and return what they say."""
    command = [
        sys.executable,
        "-c",
        f"import json, pathlib, sys\nimport side_by_side, suite\n{script}",
        *words,
    ]
    answer = subprocess.run(
        command, cwd=ROOT / "packaging", capture_output=True, text=True, timeout=120, check=False
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout.splitlines()


def test_one_that_crashes_or_hangs_ends_itself_and_what_it_started(tmp_path: Path) -> None:
    commands = {
        name: [sys.executable, "-c", text] for name, text in [("bad", CRASH), ("slow", HANG), ("fine", FINE)]
    }
    said = side_by_side(
        "found = side_by_side.run(json.loads(sys.argv[1]), pathlib.Path(sys.argv[2]), silence=3)\n"
        "print(json.dumps(found))",
        json.dumps(commands),
        str(tmp_path),
    )
    assert json.loads(said[-1]) == {"bad": -9, "slow": 124, "fine": 0}
    assert "bad | half a" in said and {"fine | one", "fine | two"} <= set(said)
    assert any(line.startswith("--- bad: FAILED (SIGKILL) in ") for line in said)
    assert any(line.startswith("--- slow: FAILED (it hung) in ") for line in said)
    child = next(line.split()[-1] for line in said if line.startswith("slow | child"))
    assert not Path("/proc", child).exists() or _is_dead(child)


def test_what_one_alone_started_ends_with_it() -> None:
    said = side_by_side(f"print(side_by_side.run_alone('x', [sys.executable, '-c', {HANG!r}], 3))")
    assert said[-1] == "124"
    assert _is_dead(next(line.split()[-1] for line in said if line.startswith("child")))


@pytest.mark.skipif(programs() is None, reason="PostgreSQL is not installed")
def test_a_server_whose_tests_are_killed_ends_and_its_files_are_deleted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    killed = "import os, tests.postgresql as p; print(p.Server().folder, flush=True); os.kill(os.getpid(), 9)"
    said = side_by_side(
        "with suite.own_folder() as folder:\n"
        f"    side_by_side.run({{'killed': [sys.executable, '-c', {killed!r}]}}, folder)\n"
        "print(folder)"
    )
    [data] = [Path(line.split()[-1]) for line in said if line.startswith("killed | /")]
    assert data.parent == Path(said[-1])
    assert not data.parent.exists()


def _is_dead(pid: str) -> bool:
    """Return whether a process has ended, though its parent may not have asked yet."""
    try:
        state = Path("/proc", pid, "stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"


def test_every_test_is_run_once_and_those_that_measure_time_alone() -> None:
    script = "print(json.dumps([suite.test_runs(['-k', 'x']), suite.ALONE, list(suite.parts().values())]))"
    (beside, alone), tests, parts = json.loads(side_by_side(script)[-1])
    files = [
        path
        for part in parts
        for place in part
        for path in ([place] if place.endswith(".py") else _files(place))
    ]
    assert sorted(files) == sorted(_files("tests"))
    for command in beside.values():
        assert {f"--deselect={test}" for test in tests} <= set(command)
    (command,) = alone.values()
    assert set(tests) <= set(command) and command[-2:] == ["-k", "x"]
    for test in tests:
        file, _, name = test.partition("::")
        assert f"def {name}(" in (ROOT / file).read_text() or not name
    chosen = json.loads(side_by_side("print(json.dumps(suite.test_runs(['tests/store', '-k', 'x'])))")[-1])
    assert chosen[0] == {} and chosen[1]["tests"][-3:] == ["tests/store", "-k", "x"]


def test_checks_run_beside_the_tests_and_one_that_fails_is_named(tmp_path: Path) -> None:
    commands = {"good": [sys.executable, "-c", FINE], "bad": [sys.executable, "-c", "raise SystemExit(3)"]}
    tests = tmp_path / "test_one.py"
    tests.write_text("def test_one() -> None:\n    assert 1\n")
    said = side_by_side(
        "suite.environment.PYTHON = sys.executable\n"
        f"suite.checks = lambda folder: {commands!r}\n"
        "score = suite.Score()\n"
        f"words = [{str(tests)!r}, '-p', 'no:cacheprovider']\n"
        f"failed = suite.run_all(words, pathlib.Path({str(tmp_path)!r}), score)\n"
        "raise SystemExit(suite.closing_lines(score, failed) - 1)"
    )
    assert said[-2:] == ["Failed: bad", "2 passed, 1 failed"]


def _files(folder: str) -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("test_*.py")]
