"""What is installed: pinned, with hashes, and under licences that a closed program may use."""

import importlib.metadata
import re
import sys
import tomllib
from pathlib import Path

import pytest
from aiohttp.client_proto import ResponseHandler
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from gateway_desktop.ui.panels.settings.about import PARTS
from tests.architecture.source import PROGRAM, ROOT, imported

RUNTIME = ROOT / "packaging" / "requirements.txt"
TEST = ROOT / "packaging" / "requirements-test.txt"
ALLOWED = re.compile(
    r"\b(MIT|0?BSD|Apache|PSF|Python Software Foundation|MPL|LGPL|Zlib|ISC)\b", re.IGNORECASE
)
GPL = re.compile(r"\bA?GPL|GNU (Affero )?General Public")
SAID_IN_A_FILE_ONLY = {"peewee": "MIT", "pysqlite3": "Zlib"}
USED_WITHOUT_AN_IMPORT = {
    "pyqtgraph": "late",
    "pysqlite3": "by Peewee",
    "tzdata": "by zoneinfo",
    "wasmtime": "late",
}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def locked(path: Path) -> list[Requirement]:
    """Return the pinned packages of a lock."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [Requirement(line.rstrip(" \\")) for line in lines if re.match(r"[A-Za-z0-9]", line)]


@pytest.mark.parametrize("path", [RUNTIME, TEST], ids=lambda path: path.name)
def test_a_lock_pins_every_package_with_hashes_and_names_no_index(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert blocks
    assert all(re.match(r"[\w.-]+==\S+", block) and "--hash=sha256:" in block for block in blocks)
    assert "://" not in text
    assert "--index" not in text


@pytest.mark.parametrize("declared", PROJECT["project"]["dependencies"])
def test_the_locks_satisfy_what_the_project_declares(declared: str) -> None:
    """After a change of dependencies: python packaging/lock.py."""
    requirement = Requirement(declared)
    for path in (RUNTIME, TEST):
        pins = [
            pin for pin in locked(path) if canonicalize_name(pin.name) == canonicalize_name(requirement.name)
        ]
        versions = [next(iter(pin.specifier)).version for pin in pins]
        assert any(requirement.specifier.contains(version) for version in versions), (
            f"{path.name}: {declared}"
        )


def test_what_the_project_declares_is_imported_and_named_in_about() -> None:
    declared = [Requirement(line) for line in PROJECT["project"]["dependencies"]]
    assert {requirement.name for requirement in declared} == set(PARTS)
    used = {name.partition(".")[0] for path in PROGRAM.rglob("*.py") for name in imported(path)}
    unused = set()
    for requirement in declared:
        if requirement.marker is None or requirement.marker.evaluate():
            files = importlib.metadata.files(requirement.name) or []
            modules = {file.parts[0].partition(".")[0] for file in files}
            if not modules & used:
                unused.add(requirement.name)
    assert unused == USED_WITHOUT_AN_IMPORT.keys()


@pytest.mark.parametrize(
    "declared",
    [
        next(each for each in PROJECT["project"]["dependencies"] if each.startswith("aiohttp")),
        *PROJECT["project"]["optional-dependencies"]["otel"],
    ],
)
def test_what_is_leant_on_by_private_members_stays_at_its_minor_version(declared: str) -> None:
    requirement = Requirement(declared)
    installed = Version(importlib.metadata.version(requirement.name))
    assert installed in requirement.specifier
    assert f"{installed.major}.{installed.minor + 1}.0" not in requirement.specifier
    assert f"{installed.major}.{installed.minor - 1}.0" not in requirement.specifier


def test_what_is_overridden_of_aiohttp_s_private_members_is_there() -> None:
    """mypy looks after those that are read; one that is gone would just be called no longer."""
    assert {"_drop_timeout", "_reschedule_timeout"} <= vars(ResponseHandler).keys()


def test_both_locks_hold_the_same_versions() -> None:
    runtime, test = ({str(pin) for pin in locked(path)} for path in (RUNTIME, TEST))
    pinned = {text.split(";")[0] for text in test}
    assert not {text for text in runtime if text.split(";")[0] not in pinned}


def licence(name: str) -> str:
    """Return what an installed package says about its licence, in whichever field it says it."""
    metadata = importlib.metadata.metadata(name)
    words = [*(metadata.get_all("License-Expression") or []), *(metadata.get_all("License") or [])]
    words += [line for line in metadata.get_all("Classifier") or [] if line.startswith("License ::")]
    return " | ".join(word.strip() for word in words) or SAID_IN_A_FILE_ONLY.get(name, "")


@pytest.mark.parametrize("name", sorted({pin.name for pin in locked(RUNTIME)}))
def test_every_package_that_ships_with_the_program_is_under_a_licence_that_allows_it(name: str) -> None:
    """LGPL (Qt, linked dynamically) is one of them; so is GPL where it is one of several to choose from."""
    pins = [pin for pin in locked(RUNTIME) if pin.name == name]
    if not any(pin.marker is None or pin.marker.evaluate() for pin in pins):
        return  # a package of another platform: not here to be asked
    choices = re.split(r"\bOR\b|\|", licence(name))
    assert [one for one in choices if ALLOWED.search(one) and not GPL.search(one)], licence(name)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None and True are immortal from 3.12 on")
def test_the_installed_qt_does_not_lose_references_to_none_and_true() -> None:
    """6.12 on 3.11 loses one with every void call and every emit, until the interpreter aborts."""
    from PySide6.QtCore import QObject, Signal

    class Bell(QObject):
        rung = Signal(bool)

    bell = Bell()
    before = sys.getrefcount(None), sys.getrefcount(True)
    for _ in range(1000):
        bell.rung.emit(True)
        bell.blockSignals(False)
        bell.setObjectName("bell")
    after = sys.getrefcount(None), sys.getrefcount(True)
    assert all(abs(late - early) < 500 for early, late in zip(before, after, strict=True))
