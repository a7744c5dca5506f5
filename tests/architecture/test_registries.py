"""Singular interface, plural folder, one tuple: a new member is a new file, one line, and its test."""

from pathlib import Path

import pytest

from tests.architecture.source import PROGRAM, ROOT, imported, members, shown

# Filters are listed in the order of an exchange, which is their meaning, and not in the folder's own file.
LISTED_ELSEWHERE = {"gateway/filters": "gateway/pipeline.py"}
PLURALS = {
    "dialects",
    "providers",
    "identity_providers",
    "detectors",
    "filters",
    "panels",
    "migrations",
    "conditions",
    "rules",
    "sinks",
}


def plural_folders() -> list[Path]:
    """Return every folder that holds members of one kind."""
    return sorted(path for path in PROGRAM.rglob("*") if path.name in PLURALS and any(path.glob("*.py")))


def registry(folder: Path) -> Path:
    """Return the file that lists the folder's members."""
    elsewhere = LISTED_ELSEWHERE.get(folder.relative_to(PROGRAM).as_posix())
    return PROGRAM / elsewhere if elsewhere else folder / "__init__.py"


def test_there_are_plural_folders() -> None:
    assert {path.name for path in plural_folders()} >= {
        "filters",
        "providers",
        "dialects",
        "panels",
        "migrations",
    }


@pytest.mark.parametrize("folder", plural_folders(), ids=shown)
def test_every_member_is_listed(folder: Path) -> None:
    package = ".".join(folder.relative_to(ROOT).parts)
    names = list(imported(registry(folder)))
    unlisted = [
        member
        for member in members(folder)
        if not any(name == f"{package}.{member}" or name.startswith(f"{package}.{member}.") for name in names)
    ]
    assert not unlisted, f"{shown(registry(folder))} does not list {unlisted}"


@pytest.mark.parametrize("folder", plural_folders(), ids=shown)
def test_every_member_has_a_test(folder: Path) -> None:
    """In a file of its own name, in one over all members of the folder, or in a folder of golden cases."""
    tests = {path.stem.removeprefix("test_") for path in (ROOT / "tests").rglob("test_*.py")}
    golden = {path.name for path in (ROOT / "tests" / "golden").iterdir() if path.is_dir()}
    untested = [] if folder.name in tests else sorted(set(members(folder)) - tests - golden)
    assert not untested
