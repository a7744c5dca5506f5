"""A command that is forked is a process of its own, as one that is started."""

import subprocess
from pathlib import Path

import pytest

from tests.end_to_end import forks


def test_what_a_command_is_given_and_says_is_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GATEWAY_DESKTOP_DATA", "here")
    assert forks.run(["user", "add", "ana@example.org"], None, 60)[:2] == (0, "Added ana@example.org\n")
    given = ["user", "set-password", "ana@example.org", "--password-stdin"]
    assert forks.run(given, "correct horse battery\n", 60)[0] == 0
    monkeypatch.setenv("GATEWAY_DESKTOP_DATA", "there")
    status, said, complaints = forks.run(given, "correct horse battery\n", 60)
    assert (status, said) == (1, "") and "there is no database" in complaints
    assert {folder.name for folder in tmp_path.iterdir()} == {"here"}


def test_one_that_takes_too_long_is_named() -> None:
    with pytest.raises(AssertionError, match="takes more than 0 s"):
        forks.run(["--version"], None, 0)


def test_what_others_start_is_forked_with_their_streams_and_ends_as_they_hear() -> None:
    words = forks.command("gateway_desktop.__main__")
    done = subprocess.run([*words, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Gateway Desktop ")
    assert subprocess.run([*words, "--nonsense"], capture_output=True, check=False).returncode == 2
