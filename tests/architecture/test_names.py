"""The naming law, and the two lengths to feel."""

import ast
import re

from tests.architecture.source import PROGRAM, modules, shown, tree

LONGEST_FUNCTION = 60  # 40 is the aim; beyond 60 it is two things
LONGEST_FILE = 400  # 300 is the aim
FORBIDDEN = re.compile(r"(Manager|Helper|Utils?|Impl|Data|Info|Misc|Common)$", re.IGNORECASE)
MODULE = re.compile(r"(__init__|__main__|[a-z][a-z0-9_]*)$")


def test_modules_are_nouns_in_small_letters_and_no_drawers() -> None:
    names = {shown(path): path.stem for path in modules()}
    assert not [path for path, name in names.items() if not MODULE.match(name) or FORBIDDEN.search(name)]


def test_classes_are_what_a_person_would_draw_and_no_drawers() -> None:
    drawers = [
        f"{shown(path)}: {node.name}"
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef) and FORBIDDEN.search(node.name)
    ]
    assert not drawers


def test_no_function_is_longer_than_a_screen() -> None:
    long = []
    for path in modules():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > LONGEST_FUNCTION and not is_table(node):
                    long.append(f"{shown(path)}: {node.name} has {length} lines")
    assert not long


def is_table(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Return whether the function only returns one written-down value, as a list of columns is."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return len(body) == 1 and isinstance(body[0], ast.Return)


def test_no_file_is_longer_than_a_reader_keeps_in_mind() -> None:
    lengths = {shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert not {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE}


def test_rooms_are_at_most_three_folders_deep() -> None:
    assert not [shown(path) for path in modules() if len(path.relative_to(PROGRAM).parts) > 4]
