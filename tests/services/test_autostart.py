"""Start at login: the entry starts this program on this data folder, and goes again."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from gateway_desktop.core.errors import ConfigurationError
from tests.services.conftest import Office

linux = pytest.mark.skipif(sys.platform != "linux", reason="the entry of this desktop is of another kind")


@linux
def test_the_entry_starts_this_program_on_this_folder(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    office.services.settings.set("window.at_login", "on").result()
    entry = tmp_path / "config" / "autostart" / "gateway-desktop.desktop"
    (line,) = (line for line in entry.read_text().splitlines() if line.startswith("Exec="))
    words = shlex.split(line.removeprefix("Exec="))
    assert words[-2:] == ["--data", str(tmp_path)]
    said = subprocess.run([*words, "--version"], capture_output=True, text=True, check=True)
    assert said.stdout.startswith("Gateway Desktop ")
    office.services.settings.change({"window.at_login": None}).result()
    assert not entry.exists()


@linux
def test_a_folder_that_cannot_be_written_is_said_at_the_setting(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config").write_text("not a folder")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    with pytest.raises(ConfigurationError, match="cannot be changed") as refused:
        office.services.settings.set("window.at_login", True).result()
    assert refused.value.place == "window.at_login"
    assert office.services.settings.get("window.at_login").result()[0] is False
