"""What README and the doors of the rooms say is what there is."""

import ast
import re
import shlex
import subprocess
import sys

import pytest

from gateway_desktop.__main__ import parse
from gateway_desktop.commands import SUBJECTS
from gateway_desktop.core.settings import entries
from tests.architecture.source import PROGRAM, ROOT, members, modules, shown, tree

README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDES = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "resources" / "help").glob("*.md")}


def test_every_module_says_what_it_is() -> None:
    silent = []
    for path in modules():
        words = ast.get_docstring(tree(path)) or ""
        if not words.splitlines() or len(words.splitlines()[0]) < 5:
            silent.append(shown(path))
    assert not silent


def test_every_room_is_on_the_map() -> None:
    rooms = {path.name for path in PROGRAM.iterdir() if (path / "__init__.py").exists()}
    files = {path.name for path in PROGRAM.glob("*.py")} - {"__init__.py"}
    assert _mapped("## The map of rooms") == rooms | files


def test_every_room_within_the_gateway_is_on_its_map() -> None:
    rooms = {path.parent.name for path in (PROGRAM / "gateway").glob("*/__init__.py")}
    assert _mapped("### Within `gateway`") == rooms


def _mapped(heading: str) -> set[str]:
    """Return the rooms that the table below a heading of README.md names."""
    section = re.split(r"\n##", README.split(heading + "\n")[1])[0]
    return {
        name
        for row in re.findall(r"^\| (`.+?) \|", section, re.MULTILINE)
        for name in row.strip("`").split("`, `")
    }


def test_the_guide_of_all_settings_is_made_from_the_settings() -> None:
    command = [sys.executable, "packaging/settings_table.py", "--check"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_every_file_that_the_readme_names_exists() -> None:
    links = re.findall(r"\]\(((?!https?:|#)[^)]+)\)", README)
    paths = re.findall(r"`((?:gateway_desktop|packaging|resources|tests)/[\w./-]+)`", README)
    example = "gateway_desktop/protocols/llm/providers/mistral.py"  # what a reader might add
    assert example in paths
    assert not [path for path in links + paths if path != example and not (ROOT / path).exists()]


COMMANDS = re.findall(r"^gateway-desktop .+$", "\n".join([README, *GUIDES.values()]), re.MULTILINE)


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_in_readme_and_guides_is_understood(line: str) -> None:
    words = shlex.split(line, comments=True)[1:]
    assert parse(words).subject == words[0]


RUNNING_TEXT = re.sub(
    r"^```.*?^```", "", "\n".join([README, *GUIDES.values()]), flags=re.MULTILINE | re.DOTALL
)
NAMED = re.findall(
    rf"`(?:gateway-desktop )?((?:{'|'.join(name for name, _ in SUBJECTS)})(?: [^`]+))`", RUNNING_TEXT
)


@pytest.mark.parametrize("line", sorted(set(NAMED)))
def test_every_command_in_running_text_exists(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    try:  # some stand there without what they work on, or with words such as NAME in its place
        parse(shlex.split(line))
    except SystemExit:
        said = capsys.readouterr().err
        assert "unrecognized arguments" not in said and "argument ACTION: invalid choice" not in said


@pytest.mark.parametrize("name", [name for name, _ in SUBJECTS])
def test_every_option_says_what_it_is_for(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    silent: list[str] = []
    waiting: list[list[str]] = [[name]]
    while waiting:
        words = waiting.pop()
        with pytest.raises(SystemExit):
            parse([*words, "--help"])
        said = capsys.readouterr().out
        if actions := re.search(
            r"^positional arguments:\n  (?:ACTION|\S+\|\S+)\n((?:   .*\n)+)", said, re.MULTILINE
        ):
            waiting += [
                [*words, action] for action in re.findall(r"^    ([a-z-]+)", actions[1], re.MULTILINE)
            ]
        options = said.partition("\noptions:\n")[2]
        # an option stands at two spaces; what it is for, in the same line or deeper in the next
        silent += re.findall(r"^  (--\S+(?: \S+)*)\n(?! {10})", options, re.MULTILINE)
    assert not silent


def test_the_guides_show_every_command() -> None:
    shown_there = {line.split()[1] for line in COMMANDS}
    assert shown_there == {name for name, _ in SUBJECTS}


def test_every_page_and_setting_that_help_names_exists() -> None:
    named = set(re.findall(r"\]\((page|setting):([^)]+)\)", "\n".join(GUIDES.values())))
    pages = {("page", name) for name in members(PROGRAM / "ui" / "panels")}
    settings = {("setting", key) for key in entries()}
    assert named
    assert not named - pages - settings


def test_every_guide_that_a_guide_names_exists_and_the_readme_lists_all() -> None:
    named = set(re.findall(r"\]\(([\w-]+\.md)\)", "\n".join(GUIDES.values())))
    listed = set(re.findall(r"\]\(resources/help/([\w-]+\.md)\)", README))
    assert named and named <= listed == GUIDES.keys()
