"""`bootstrap.py test`: every check there is, each with its time; all run even if one fails."""

import os
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import environment
import node_packages
import side_by_side
import system_packages

# Begun in this order.
LONGEST = ("end_to_end", "ui", "unit", "store", "services", "gateway", "packaging_scripts")
PIECES = {"end_to_end": 3, "ui": 3, "unit": 2}  # so that all end together
ALONE = [  # they measure how soon something happens, or what they start does; others' work would lengthen it
    "tests/ui/test_heartbeat.py",
    "tests/ui/panels/test_observability.py::test_looking_takes_the_window_no_time",
    "tests/end_to_end/test_failures.py::test_a_client_who_leaves_cancels_the_upstream_at_once",
    "tests/end_to_end/test_failures.py::test_a_client_who_leaves_before_the_answer_cancels_too",
    "tests/end_to_end/test_mcp_conformance.py::test_every_server_scenario_is_the_same_through_the_gateway",
]
TESTS_FAILED = 1
LIMIT = 3600  # seconds for one step that has the machine for itself: what hangs has failed


@dataclass
class Score:
    """How many passed, failed and were skipped; a check that is not a test counts as one."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def add_check(self, status: int) -> None:
        """Count a check by its exit status."""
        self.passed += status == 0
        self.failed += status != 0

    def add_tests(self, report: Path, status: int) -> None:
        """Count the tests of pytest's report; a pytest that failed without a failed test counts as one.

        With status 0, what had failed has passed since.
        """
        total = bad = skipped = 0
        try:
            for suite in ElementTree.parse(report).getroot().iter("testsuite"):
                total += int(suite.get("tests", 0))
                bad += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
                skipped += int(suite.get("skipped", 0))
        except (OSError, ElementTree.ParseError):
            print(f"{report.stem}: pytest left no report", flush=True)
        bad = bad if status else 0
        self.passed += max(0, total - bad - skipped)
        self.failed += bad if bad or status == 0 else 1
        self.skipped += skipped


def program(name: str) -> str:
    """Return the path of a program of the environment."""
    return str(environment.SCRIPTS / name)


def checks(folder: Path) -> dict[str, list[str]]:
    """Return what is no test of pytest, by name: the program is read, and started once."""
    version = "{}.{}".format(*sys.version_info)  # whose packages are there
    data = str(folder / "data")
    return {
        "types": [program("mypy"), "--python-version", version],
        "format": [program("ruff"), "format", "--check", "."],
        "lint": [program("ruff"), "check", "."],
        "imports": [program("lint-imports"), "--no-logo"],
        "gateway-desktop check": [str(environment.PYTHON), "-m", "gateway_desktop", "check", "--data", data],
    }


def parts() -> dict[str, list[str]]:
    """Return what pytest runs side by side, by name: all there is in `tests`, what takes longest first."""
    folder = environment.ROOT / "tests"
    files = sorted(path.relative_to(environment.ROOT) for path in folder.rglob("test_*.py"))
    names = {file.parts[1] for file in files}
    found = {}
    for name in [*(name for name in LONGEST if name in names), *sorted(names.difference(LONGEST))]:
        if name not in PIECES:
            found[name] = [f"tests/{name}"]
            continue
        inside = [file.as_posix() for file in files if file.parts[1] == name]
        for piece in range(PIECES[name]):
            found[f"{name} {piece + 1}"] = inside[piece :: PIECES[name]]
    return found


def test_runs(arguments: list[str]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return pytest's runs by name: those that go side by side, then those that want the machine alone."""
    pytest = [str(environment.PYTHON), "-m", "pytest", "-q"]
    if any((environment.ROOT / argument.split("::")[0]).exists() for argument in arguments):
        return {}, {"tests": [*pytest, *arguments]}
    without = [f"--deselect={test}" for test in ALONE]
    beside = {}
    for name, places in parts().items():
        cache = f"cache_dir=.pytest_cache/{name}"  # of two that write into one, the later would forget
        beside[name] = [*pytest, *places, *without, "-o", cache, *arguments]
    return beside, {"tests that measure time": [*pytest, *ALONE, *arguments]}


def run(arguments: list[str]) -> int:
    """Run everything; return 0 only if all of it passed."""
    os.chdir(environment.ROOT)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    system_packages.need(
        (
            *system_packages.OFFSCREEN,
            *system_packages.WINDOWS,
            *system_packages.SCREEN,
            *system_packages.BROWSER,
            *system_packages.SYSLOG,
            *system_packages.SERVER,
        )
    )
    environment.ready(environment.TEST_LOCK)
    node_packages.ready()
    score = Score()
    with own_folder() as folder:
        failures = run_all(arguments, folder, score)
    return closing_lines(score, failures)


@contextmanager
def own_folder() -> Iterator[Path]:
    """Give a folder in which tests leave what is theirs, so that nothing stays of those that are killed."""
    with tempfile.TemporaryDirectory(prefix="gateway-desktop-test-") as name:
        folder = Path(name)
        folder.chmod(0o711)  # for root's tests PostgreSQL runs under another account
        os.environ["TESTS_FOLDER"] = name
        yield folder


def run_all(arguments: list[str], folder: Path, score: Score) -> list[str]:
    """Run checks and tests, and tests that failed once more; count them, and return what failed."""
    beside, alone = test_runs(arguments)
    for name, command in (beside | alone).items():
        command.append(f"--junitxml={folder / name}.xml")
    read = checks(folder)
    statuses = side_by_side.run(read | beside, folder)
    statuses |= {name: side_by_side.run_alone(name, command, LIMIT) for name, command in alone.items()}
    failures = []
    for name in read:
        score.add_check(statuses[name])
        failures += [name] if statuses[name] else []
    for name, command in (beside | alone).items():
        status = statuses[name]
        if status == TESTS_FAILED:
            status = once_more(name, command, folder)
        status = 0 if status == side_by_side.NO_TESTS and arguments else status
        score.add_tests(folder / f"{name}.xml", status)
        failures += [name] if status else []
    return failures


def once_more(name: str, command: list[str], folder: Path) -> int:
    """Run the failed tests again, nothing beside them: what passes now depends on timing, and is named."""
    again = [*command, "-rA", "--last-failed", f"--junitxml={folder / name}.again"]
    status = side_by_side.run_alone(f"{name}, the failed ones once more", again, LIMIT)
    if status == 0:
        print("They passed at the second try only: they depend on timing and need a look.\n", flush=True)
    return status


def closing_lines(score: Score, failures: list[str]) -> int:
    """Say what failed and count; return the exit status."""
    if failures:
        print(f"Failed: {', '.join(failures)}")
    skipped = f", {score.skipped} skipped" if score.skipped else ""
    print(f"{score.passed} passed, {score.failed} failed{skipped}", flush=True)
    return 1 if failures else 0
