"""`bootstrap.py test`: every check there is, each with its time; all run even if one fails."""

import os
import subprocess
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path

import environment
import node_packages
import system_packages

WINDOW = ["tests/ui", "tests/end_to_end"]  # one after the other: they show windows and start programs
TESTS_FAILED, NOTHING_COLLECTED = 1, 5
PARALLEL = ["-n", "2", "--dist", "loadfile"]
LIMIT = 3600  # seconds for one step: what hangs has failed
TIMED_OUT = 124


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
            print("pytest left no report", flush=True)
        bad = bad if status else 0
        self.passed += max(0, total - bad - skipped)
        self.failed += bad if bad or status == 0 else 1
        self.skipped += skipped


def program(name: str) -> str:
    """Return the path of a program of the environment."""
    return str(environment.SCRIPTS / name)


def static_checks() -> list[tuple[str, list[str]]]:
    """Return the checks that read the program without running it."""
    return [
        ("format", [program("ruff"), "format", "--check", "."]),
        ("lint", [program("ruff"), "check", "."]),
        ("types", [program("mypy")]),
        ("imports", [program("lint-imports"), "--no-logo"]),
    ]


def test_runs(arguments: list[str]) -> list[tuple[str, list[str]]]:
    """Return pytest's runs: those that may share the processors, then those that want them alone."""
    pytest = [str(environment.PYTHON), "-m", "pytest", "-q"]
    if any((environment.ROOT / argument.split("::")[0]).exists() for argument in arguments):
        return [("tests", [*pytest, *arguments])]
    there = [folder for folder in WINDOW if (environment.ROOT / folder).exists()]
    others = [f"--ignore={folder}" for folder in there]
    return [
        ("tests", [*pytest, *PARALLEL, *others, *arguments]),
        ("window and whole program", [*pytest, *there, *arguments]),
    ]


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
    score, failures = Score(), []
    with tempfile.TemporaryDirectory(prefix="gateway-desktop-test-") as folder:
        check = [
            str(environment.PYTHON),
            "-m",
            "gateway_desktop",
            "check",
            "--data",
            str(Path(folder) / "data"),
        ]
        for name, command in static_checks():
            status = step(name, command)
            score.add_check(status)
            failures += [name] if status else []
        for name, command in test_runs(arguments):
            report = Path(folder) / f"{name}.xml"
            status = step(name, [*command, f"--junitxml={report}"])
            if status == TESTS_FAILED:
                status = once_more(name, command, report)
            status = 0 if status == NOTHING_COLLECTED and arguments else status
            score.add_tests(report, status)
            failures += [name] if status else []
        status = step("gateway-desktop check", check)
        score.add_check(status)
        failures += ["gateway-desktop check"] if status else []
    return closing_lines(score, failures)


def once_more(name: str, command: list[str], report: Path) -> int:
    """Run the failed tests again, one after the other: what passes now depends on timing, and is named."""
    alone = [word for word in command if word not in PARALLEL]
    again = [*alone, "-rA", "--last-failed", f"--junitxml={report.with_suffix('.again')}"]
    status = step(f"{name}, the failed ones once more", again)
    if status == 0:
        print("They passed at the second try only: they depend on timing and need a look.\n", flush=True)
    return status


def step(name: str, command: list[str]) -> int:
    """Run one command, say how long it took, and return its exit status."""
    words = [Path(command[0]).name, *(word for word in command[1:] if not word.startswith("--junitxml"))]
    print(f"--- {name}: {' '.join(words)}", flush=True)
    started = time.monotonic()
    try:
        status = subprocess.run(command, stdin=subprocess.DEVNULL, timeout=LIMIT, check=False).returncode
    except subprocess.TimeoutExpired:
        status = TIMED_OUT
    result = "passed" if status == 0 else f"FAILED ({status})"
    print(f"--- {name}: {result} in {time.monotonic() - started:.1f} s\n", flush=True)
    return status


def closing_lines(score: Score, failures: list[str]) -> int:
    """Say what failed and count; return the exit status."""
    if failures:
        print(f"Failed: {', '.join(failures)}")
    skipped = f", {score.skipped} skipped" if score.skipped else ""
    print(f"{score.passed} passed, {score.failed} failed{skipped}", flush=True)
    return 1 if failures else 0
