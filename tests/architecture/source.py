"""The program's files as the tests of this folder read them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "gateway_desktop"


def modules(*rooms: str) -> list[Path]:
    """Return every file of the program, or of some of its rooms."""
    folders = [PROGRAM / room for room in rooms] or [PROGRAM]
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


@cache
def tree(path: Path) -> ast.Module:
    """Return the parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def shown(path: Path) -> str:
    """Return the path as people write it."""
    return str(path.relative_to(ROOT))


def imported(path: Path) -> Iterator[str]:
    """Yield the dotted names that a file imports, wherever in the file."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def members(folder: Path) -> list[str]:
    """Return the names of the modules and packages in a folder."""
    files = [path.stem for path in folder.glob("*.py") if path.stem != "__init__"]
    packages = [path.name for path in folder.iterdir() if (path / "__init__.py").exists()]
    return sorted(files + packages)
