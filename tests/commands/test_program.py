"""The program as a process, and what all commands have in common."""

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway_desktop.__main__ import SCREENS, main
from gateway_desktop.commands import SUBJECTS
from tests.commands.conftest import Terminal
from tests.end_to_end.program import free_port

PROGRAM = [sys.executable, "-m", "gateway_desktop"]


def imported(*words: str) -> set[str]:
    """Return the modules that a command imports."""
    code = (
        "import json, sys\nfrom gateway_desktop.__main__ import main\n"
        "status = main(sys.argv[1:])\nsys.stderr.write(json.dumps([status, sorted(sys.modules)]))"
    )
    answer = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True)
    status, names = json.loads(answer.stderr.splitlines()[-1])
    assert status == 0
    return {name.partition(".")[0] for name in names}


def test_the_data_folder_may_stand_anywhere(terminal: Terminal) -> None:
    data = str(terminal.data)
    assert main(["--data", data, "group", "add", "one"]) == 0
    assert main(["group", "--data", data, "add", "two"]) == 0
    assert main(["group", "add", "three", "--data", data]) == 0
    assert len(terminal.json("group", "list")) == 4


def test_the_environment_names_a_data_folder_too(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_DESKTOP_DATA", str(terminal.data))
    assert main(["group", "add", "lab"]) == 0
    monkeypatch.delenv("GATEWAY_DESKTOP_DATA")
    assert "lab" in terminal.run("group", "list")


def test_version_and_help_work_for_every_command(terminal: Terminal) -> None:
    assert terminal.run("--version").startswith("Gateway Desktop ")
    overview = terminal.run("--help")
    for name, summary in SUBJECTS:
        assert summary in " ".join(overview.split())
        assert f"usage: gateway-desktop {name}" in terminal.run(name, "--help")


@pytest.mark.parametrize(
    "words",
    [
        ("proxy", "add", "x", "--kind", "?"),
        ("proxy", "add", "x", "--payloads", "?"),
        ("user", "add", "x", "--role", "?"),
        ("user", "set", "x", "--role", "?"),
        ("tool", "list", "--state", "?"),
        ("oauth", "enable", "x", "--mode", "?"),
        ("oauth", "enable", "x", "--register", "?"),
        ("provider", "add", "x", "--admit", "?"),
    ],
)
def test_what_may_be_chosen_is_told_as_it_is_typed(terminal: Terminal, words: tuple[str, ...]) -> None:
    choices = terminal.misuse(*words).partition("(choose from ")[2]
    assert choices and "<" not in choices


def test_a_data_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path, terminal: Terminal) -> None:
    (tmp_path / "data").write_text("a file")
    for folder in (terminal.data, terminal.data / "within"):
        beside = Terminal(folder, terminal.capture)
        for command in ("group list", "serve"):
            assert (
                beside.fail(*command.split()) == f"gateway-desktop: data folder: {terminal.data} is a file\n"
            )


def test_a_gateway_that_cannot_write_its_log_names_the_data_folder(terminal: Terminal) -> None:
    terminal.data.mkdir()
    (terminal.data / "logs").write_text("in the way of the folder")
    said = terminal.fail("serve")
    assert said == f"gateway-desktop: The data folder {terminal.data} cannot be written: File exists\n"


def test_long_values_are_not_repeated_whole(terminal: Terminal) -> None:
    terminal.run("check")
    long = "x" * 5_000
    for words in (("tool", "list", long), ("audit", "--filter", f"{long}:1"), ("verify", "--anchors", long)):
        said = terminal.fail(*words)
        assert "x" * 90 in said and len(said) < 700
    for typed in (("serve", "--port", long), ("tool", long)):
        said = terminal.misuse(*typed)
        assert "x" * 90 in said and len(said) < 1_200


@pytest.mark.skipif(sys.platform != "linux", reason="homes of other platforms")
def test_without_a_home_the_data_folder_has_to_be_named(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.getuid", lambda: 4_000_000)  # an account without a name
    assert main(["user", "list"]) == 1
    assert "this account has no home folder; name another with --data" in capsys.readouterr().err
    terminal.run("check")
    assert terminal.json("user", "list") == []
    assert "Libraries" in terminal.run("diagnostics")


def test_bytes_that_are_no_text_are_one_sentence(terminal: Terminal) -> None:
    said = r"'an\udcffa' is not text in this terminal's encoding"
    assert said in terminal.misuse("user", "add", os.fsdecode(b"an\xffa"))
    assert said in terminal.misuse("proxy", "add", "files", "--stdio", "--", "echo", os.fsdecode(b"an\xffa"))


def test_a_secret_that_is_no_text_is_one_sentence(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.run("user", "add", "ana@example.com")
    typed = io.TextIOWrapper(io.BytesIO(b"abcdefghijkl\xff\n"), "utf-8", "surrogateescape")  # as in C.UTF-8
    monkeypatch.setattr(sys, "stdin", typed)
    said = terminal.fail("user", "set-password", "ana@example.com", "--password-stdin")
    assert said == "gateway-desktop: standard input: it is not text in this terminal's encoding\n"


def test_two_dashes_are_no_value(terminal: Terminal) -> None:
    assert "'--user=--' has no value" in terminal.misuse("key", "create", "--user=--")
    terminal.run("proxy", "add", "files", "--kind", "mcp", "--stdio", "--", "echo", "--user=--")


def test_settings_that_do_not_hold_stop_a_command_with_one_sentence(terminal: Terminal) -> None:
    terminal.run("group", "add", "lab")
    (terminal.data / "settings.toml").write_text("[listen]\nprot = 1\n")
    assert "did you mean 'listen.port'?" in terminal.fail("settings", "list")


@pytest.mark.usefixtures("begun")
def test_a_folder_of_nobody_is_one_sentence(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = "~nobody-of-this-name/here"
    for option in ("--key-file", "--database"):
        assert f"'{folder}' is in the home folder of nobody here" in terminal.fail(
            "group", "list", option, folder
        )
    for command in ("diagnostics --out", "database backup --out", "database restore", "audit --out"):
        assert f"'{folder}' is in the home folder of nobody here" in terminal.fail(*command.split(), folder)
    monkeypatch.setenv("GATEWAY_DESKTOP_DATA", folder)
    assert main(["group", "list"]) == 1


def test_a_command_imports_neither_qt_nor_the_gateway(tmp_path: Path) -> None:
    assert main(["group", "add", "lab", "--data", str(tmp_path)]) == 0
    for words in (("user", "list"), ("audit", "--tab", "llm")):
        names = imported(*words, "--data", str(tmp_path))
        assert names.isdisjoint(
            {"PySide6", "shiboken6", "aiohttp", "genai_prices", "numpy", "keyring", "pyqtgraph", "psycopg"}
        )


def test_the_gateway_without_a_window_never_imports_qt(tmp_path: Path) -> None:
    names = imported("check", "--data", str(tmp_path))
    assert "aiohttp" in names
    assert names.isdisjoint({"PySide6", "shiboken6", "pyqtgraph"})


def test_output_that_nobody_reads_to_its_end_is_no_accident(terminal: Terminal) -> None:
    for number in range(3):
        terminal.run("group", "add", f"group {number}")
    read, write = os.pipe()
    os.close(read)
    words = [*PROGRAM, "audit", "--tab", "system", "--data", str(terminal.data)]
    answer = subprocess.run(words, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)
    assert (answer.returncode, answer.stderr) == (1, "")


def test_check_says_that_all_is_well(terminal: Terminal) -> None:
    answer = subprocess.run(
        [*PROGRAM, "check", "--json", "--data", str(terminal.data)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout) == {"ok": True, "data": str(terminal.data)}


@contextlib.contextmanager
def serve(data: Path, *words: str) -> Iterator["subprocess.Popen[str]"]:
    """A served gateway, which ends with the test however the test ends."""
    process = subprocess.Popen(
        [*PROGRAM, "serve", "--json", *words, "--data", str(data)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process without asking it")
def test_a_served_gateway_says_where_it_listens_answers_and_ends_when_told(terminal: Terminal) -> None:
    port = free_port()
    with serve(terminal.data, "--port", str(port)) as process:
        assert process.stdout is not None and process.stderr is not None
        said = json.loads(process.stdout.readline())
        assert said == {"url": f"http://127.0.0.1:{port}", "port": port, "pid": process.pid, "tls": False}
        with urllib.request.urlopen(f"{said['url']}/healthz", timeout=60) as answer:
            assert answer.status == 200
        assert f"(process {process.pid})" in terminal.fail("serve")
        assert f"(process {process.pid})" in terminal.fail("check")
        terminal.run("proxy", "add", "main", "--upstream", "http://127.0.0.1:9")
        assert f"http://127.0.0.1:{port}/main" in terminal.run("proxy", "connect", "main")
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
        assert "Traceback" not in process.stderr.read()
    events = [json.loads(line)["method"] for line in terminal.run("audit", "--tab", "system").splitlines()]
    assert events == ["started", "created", "stopped"]


@pytest.mark.parametrize("given", ["option", "environment"])
def test_the_public_url_that_only_the_gateway_was_given_is_the_one_that_commands_tell(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    words = ["--public-url", "https://gw.example.org/"] if given == "option" else []
    if given == "environment":
        monkeypatch.setenv("GATEWAY_DESKTOP_PUBLIC_URL", "https://gw.example.org/")
    with serve(terminal.data, "--port", str(free_port()), *words) as process:
        assert process.stdout is not None and process.stdout.readline()
        monkeypatch.delenv("GATEWAY_DESKTOP_PUBLIC_URL", raising=False)
        terminal.run("proxy", "add", "main", "--upstream", "http://127.0.0.1:9")
        assert "https://gw.example.org/main" in terminal.run("oauth", "enable", "main", "--provider", "local")
        assert "https://gw.example.org/main" in terminal.run("proxy", "connect", "main")
        assert process.pid == int(terminal.json("status")["pid"])


def test_a_port_that_does_not_exist_is_one_sentence(terminal: Terminal) -> None:
    assert "--port: 70000 is more than 65535" in terminal.fail("serve", "--port", "70000")


@pytest.mark.usefixtures("begun")
def test_what_the_machine_refuses_is_one_sentence(terminal: Terminal) -> None:
    said = terminal.fail("database", "backup", "--out", str(terminal.data / ("long" * 100)))
    assert said.endswith(": File name too long\n") and said.count("\n") == 1


def test_closed_streams_and_letters_that_the_terminal_has_not_stop_no_command(
    terminal: Terminal,
) -> None:
    terminal.run("group", "add", "Žluť 🐎")
    listing = [*PROGRAM, "group", "list", "--data", str(terminal.data)]
    few = {**os.environ, "PYTHONIOENCODING": "ascii"}
    shown = subprocess.run(listing, capture_output=True, text=True, env=few, check=True)
    assert r"\u017dlu\u0165 \U0001f40e" in shown.stdout
    told = subprocess.run([*listing, "--json"], capture_output=True, text=True, env=few, check=True)
    assert "Žluť 🐎" in [group["group"] for group in json.loads(told.stdout)]
    closed = ["sh", "-c", 'exec "$@" >&- 2>&-', "sh"]
    assert subprocess.run([*closed, *listing]).returncode == 0
    assert subprocess.run([*closed, *PROGRAM, "group", "remove", "x", *listing[-2:]]).returncode == 1


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a screen")
def test_without_a_display_the_window_says_what_runs_instead(terminal: Terminal) -> None:
    bare = {name: value for name, value in os.environ.items() if name not in SCREENS}
    command = [*PROGRAM, "--data", str(terminal.data)]
    done = subprocess.run(command, env=bare, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "gateway-desktop: There is no display here; "
        "'gateway-desktop serve' runs the gateway without a window\n"
    )


@pytest.mark.parametrize(
    ("module", "status"), [("platformdirs", 130), ("shiboken6", -signal.SIGINT)], ids=["program", "qt"]
)
def test_ctrl_c_while_it_is_imported_ends_the_program_without_a_word(
    tmp_path: Path, module: str, status: int
) -> None:
    code = (
        "import os, signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # ignored where a shell runs it aside
        "class Interrupting:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name == '{module}': os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Interrupting())\n"
        "from gateway_desktop.__main__ import main\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", code, "--data", str(tmp_path / "data")]
    ended = subprocess.run(command, capture_output=True, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"})
    assert (ended.returncode, ended.stderr) == (status, b"")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process without asking it")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_command_that_is_told_to_end_clears_away_what_it_began(
    terminal: Terminal, tmp_path: Path, number: signal.Signals
) -> None:
    terminal.run("group", "add", "lab")
    code = (
        "import os, signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # ignored where a shell runs it aside
        "class Ending:\n"
        "    def write(self, text):\n"  # of progress: a part of the file is written
        f"        if 'rows' in text: os.kill(os.getpid(), {int(number)})\n"
        "    def flush(self): pass\n"
        "sys.stderr = Ending()\n"
        "from gateway_desktop.__main__ import main\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    out = tmp_path / "out"
    words = ["audit", "--tab", "system", "--out", str(out / "rows.csv"), "--progress"]
    ended = subprocess.run([sys.executable, "-c", code, *words, "--data", str(terminal.data)])
    assert ended.returncode == 130 and not list(out.iterdir())
