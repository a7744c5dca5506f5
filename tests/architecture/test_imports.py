"""Who may import whom: the contracts of pyproject.toml, and what they cannot see."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, imported, modules, shown, tree

QT = ("PySide6", "shiboken6", "pyqtgraph")
# Where `re` may be imported in rooms that see traffic: never for the traffic itself.
OWN_WORDS_ONLY: dict[str, str] = {}


def test_every_import_contract_is_kept() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    answer = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.parametrize(
    "module", ["gateway_desktop.app", "gateway_desktop.__main__", "gateway_desktop.commands.serve"]
)
def test_the_headless_program_does_not_load_qt(module: str) -> None:
    script = f"import sys, {module}; print([name for name in sys.modules if name.split('.')[0] in {QT}])"
    answer = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.stdout.strip() == "[]", answer.stdout + answer.stderr


@pytest.mark.parametrize("package", ["psycopg", "numpy"])
def test_what_few_need_is_loaded_where_it_is_needed(package: str) -> None:
    """The driver of PostgreSQL takes 22 MB, NumPy 12, each a twentieth of the time of the start."""
    script = f"import sys, gateway_desktop.app; print({package!r} in sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.stdout.strip() == "False", answer.stdout + answer.stderr


def test_python_regular_expressions_do_not_see_traffic() -> None:
    """`re` backtracks: one crafted text would hold the loop for minutes. RE2 is linear."""
    users = {
        shown(path)
        for path in modules("protocols", "inspection", "gateway")
        if any(name.split(".")[0] == "re" for name in imported(path))
    }
    assert users == set(OWN_WORDS_ONLY)


def test_a_late_import_says_why_it_is_late() -> None:
    """It hides a dependency; a comment stands near it, or it is there for one platform only."""
    bare = []
    for path in modules():
        lines = path.read_text(encoding="utf-8").splitlines()
        functions = [
            node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ]
        for node in (inner for function in functions for inner in ast.walk(function)):
            if isinstance(node, ast.Import | ast.ImportFrom):
                around = " ".join(lines[max(0, node.lineno - 5) : node.lineno + 2])
                if "#" not in around and "sys.platform" not in around:
                    bare.append(f"{shown(path)}:{node.lineno}")
    assert not bare
