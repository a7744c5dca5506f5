"""The program as a person types it, in this process."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gateway_desktop.__main__ import main
from gateway_desktop.core.changes import ChangeFeed
from gateway_desktop.core.paths import Paths
from gateway_desktop.store.store import Store


@dataclass(frozen=True)
class Terminal:
    """Types commands for one data folder and reads what they say."""

    data: Path
    capture: pytest.CaptureFixture[str]

    def type(self, *words: str) -> tuple[int, str, str]:
        """Return exit status, standard output and standard error."""
        self.capture.readouterr()
        at = words.index("--") if "--" in words else len(words)
        status = main([*words[:at], "--data", str(self.data), *words[at:]])
        said = self.capture.readouterr()
        return status, said.out, said.err

    def run(self, *words: str) -> str:
        """Return the output of a command that works."""
        status, out, err = self.type(*words)
        assert status == 0, err
        return out

    def json(self, *words: str) -> Any:
        """Return the answer of a command that works, as a machine reads it."""
        return json.loads(self.run(*words, "--json"))

    def fail(self, *words: str) -> str:
        """Return the one sentence of a command that fails."""
        status, out, err = self.type(*words)
        assert (status, out) == (1, "")
        sentences = [
            line for line in err.splitlines() if not line.startswith("The master key is in the file")
        ]
        assert len(sentences) == 1 and err.endswith("\n")
        assert sentences[0].startswith("gateway-desktop: ")
        return f"{sentences[0]}\n"

    def misuse(self, *words: str) -> str:
        """Return what a command says that was typed wrongly."""
        status, out, err = self.type(*words)
        assert (status, out) == (2, "")
        return err


@pytest.fixture
def terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(tmp_path / "data", capsys)


@pytest.fixture
def begun(terminal: Terminal) -> None:
    """Make the data folder, in which nobody has done anything yet."""
    with Store.open(Paths(terminal.data).database, ChangeFeed(), 0) as store:
        store.ready.result(60)
