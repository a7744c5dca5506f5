"""From a bare machine to the program: what can be tried without one."""

import ast
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging_scripts.scripts import ROOT, SCRIPTS, run


@pytest.mark.parametrize("name", ["bootstrap.py", "take_over.py"])
def test_an_old_python_can_read_the_first_files(name: str) -> None:
    ast.parse((SCRIPTS / name).read_text(encoding="utf-8"), feature_version=(3, 6))


def test_a_python_that_is_too_old_and_alone_says_what_is_needed() -> None:
    answer = run(
        "import bootstrap; bootstrap.OLDEST = (3, 99); bootstrap.candidates = lambda version: [];"
        "bootstrap.main()"
    )
    assert answer.returncode == 1
    assert "needs Python 3.11 or newer" in answer.stderr


def test_a_newer_python_is_found_by_starting_it(tmp_path: Path) -> None:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    (tmp_path / f"python{version}").symlink_to(sys.executable)
    (tmp_path / "python3.99").write_text("#!/bin/sh\nexit 127\n")
    question = f"import bootstrap; print(bootstrap.candidates(({version.replace('.', ', ')}))[0])"
    answer = run(question, PATH=str(tmp_path))
    assert str(tmp_path) in answer.stdout
    assert run("import bootstrap; print(bootstrap.version_of(['/nonexistent']))").stdout.strip() == "None"


@pytest.mark.parametrize(("found", "said"), [("[['echo', 'another']]", "another"), ("[]", "usage")])
def test_a_python_that_nobody_tried_goes_on_alone_only_where_there_is_no_other(found: str, said: str) -> None:
    answer = run(
        "import bootstrap; bootstrap.OLDEST = (3, 0); bootstrap.TRIED = ((3, 1),);"
        f"bootstrap.version_of = lambda command: (3, 1); bootstrap.candidates = lambda version: {found};"
        "bootstrap.main()"
    )
    assert (answer.stdout or answer.stderr).startswith(said), answer.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="processes there do not follow one another")
def test_the_python_that_goes_on_takes_the_place_of_the_old_one() -> None:
    answer = run(
        "import bootstrap, os, sys; print(os.getpid()); bootstrap.another_python = lambda:"
        "[sys.executable, '-c', 'import os; print(os.getpid())']; bootstrap.hand_over()"
    )
    first, second = answer.stdout.split()
    assert first == second


WAITED_FOR = """
import os, signal, sys
signal.signal(signal.SIGINT, lambda *_: os.write(1, b"told\\n"))
print("there", flush=True)
sys.exit(int(sys.stdin.readline()))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_leaves_the_program_its_time_where_it_is_waited_for() -> None:
    script = f"import sys, take_over; sys.exit(take_over.waited_for([sys.executable, '-c', {WAITED_FOR!r}]))"
    with subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=SCRIPTS,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        assert process.stdout.readline() == "there\n"
        os.killpg(process.pid, signal.SIGINT)
        assert process.stdout.readline() == "told\n"
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(1)
        process.stdin.write("7\n")
        process.stdin.close()
        assert process.wait(10) == 7


@pytest.mark.parametrize("words", [[], ["dance"]])
def test_an_unknown_command_says_how_it_is_used(words: list[str]) -> None:
    command = [sys.executable, str(SCRIPTS / "bootstrap.py"), *words]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 2
    assert "run|test|install|uninstall" in answer.stderr


def test_two_dashes_before_the_arguments_of_the_program_are_left_out() -> None:
    words = "sys.argv[1:] = ['run', '--', '--data', 'here']"
    answer = run(f"import bootstrap, start, sys; start.run = print; {words}; bootstrap.main()")
    assert answer.stdout.strip() == "['--data', 'here']", answer.stderr


@pytest.mark.parametrize(
    ("words", "window"),
    [
        ([], True),
        (["--data", "here"], True),
        (["--data=here"], True),
        (["--data", "here", "key", "list"], False),
        (["--data=here", "key", "list"], False),
        (["--json", "proxy", "list"], False),
        (["serve", "--port", "8899"], False),
        (["--help"], False),
    ],
)
def test_a_command_behind_options_is_one_without_a_display_too(words: list[str], window: bool) -> None:
    assert run(f"import start; print(start.wants_window({words}))").stdout.strip() == str(window)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Debian's packages")
def test_a_library_renamed_for_64_bit_time_is_there(tmp_path: Path) -> None:
    listing = tmp_path / "dpkg-query"
    listing.write_text("#!/bin/sh\necho 'libglib2.0-0t64 installed'\necho 'libgl1 config-files'\n")
    listing.chmod(0o755)
    answer = run(
        "import system_packages; print(system_packages.missing(['libglib2.0-0', 'libgl1', 'libegl1']))",
        PATH=f"{tmp_path}:{os.environ['PATH']}",
    )
    assert answer.stdout.strip() == "['libgl1', 'libegl1']", answer.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="paths of the Linux desktop")
def test_uninstall_removes_what_install_wrote_and_nothing_else(tmp_path: Path) -> None:
    home = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "share")}
    data = tmp_path / "share" / "gateway-desktop" / "gateway.sqlite"
    data.parent.mkdir(parents=True)
    data.write_bytes(b"precious")
    installed = run("import menu_entry as m; m.environment.ready = lambda lock: None; m.install([])", **home)
    assert installed.returncode == 0, installed.stderr
    command = tmp_path / ".local" / "bin" / "gateway-desktop"
    entry = tmp_path / "share" / "applications" / "gateway-desktop.desktop"
    assert f'Exec="{command}"' in entry.read_text()
    assert os.access(command, os.X_OK)
    assert run("import menu_entry; menu_entry.uninstall([])", **home).returncode == 0
    left = {path for path in tmp_path.rglob("*") if path.is_file()}
    assert left - {entry.with_name("mimeinfo.cache")} == {data}  # the cache is the desktop's own


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="paths of the Linux desktop")
def test_a_command_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    home = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "share")}
    command = tmp_path / ".local" / "bin" / "gateway-desktop"
    command.parent.mkdir(parents=True)
    command.write_text("#!/bin/sh\n")
    installed = run("import menu_entry as m; m.environment.ready = lambda lock: None; m.install([])", **home)
    assert installed.returncode == 1
    assert "was not made by this program" in installed.stderr
    run("import menu_entry; menu_entry.uninstall([])", **home)
    assert command.read_text() == "#!/bin/sh\n"


@pytest.mark.skipif(sys.platform == "win32", reason="a shell's script")
def test_the_command_starts_a_python_in_a_folder_of_any_name(tmp_path: Path) -> None:
    python = tmp_path / """it's a "$folder" `x`""" / "python"
    python.parent.mkdir()
    python.symlink_to("/bin/echo")
    home = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "share"), "PYTHON": str(python)}
    made = run(
        "import menu_entry as m, os, pathlib; m.environment.PYTHON = pathlib.Path(os.environ['PYTHON']);"
        "m.environment.ready = lambda lock: None; m.install([])",
        **home,
    )
    assert made.returncode == 0, made.stderr
    command = [str(tmp_path / ".local" / "bin" / "gateway-desktop"), "key", "list"]
    assert subprocess.check_output(command, text=True) == "-m gateway_desktop key list\n"


@pytest.mark.parametrize("ours", [True, False])
def test_uninstall_leaves_somebody_else_s_application_on_macos(tmp_path: Path, ours: bool) -> None:
    contents = tmp_path / "Applications" / "Gateway Desktop.app" / "Contents"
    (contents / "MacOS").mkdir(parents=True)
    mark = "made by packaging/bootstrap.py install" if ours else "theirs"
    (contents / "Info.plist").write_text(f"<!-- {mark} -->")
    done = run("import menu_entry as m, sys; sys.platform = 'darwin'; m.uninstall([])", HOME=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert contents.parent.exists() is not ours


def test_the_closing_line_counts_a_crash_of_pytest_as_a_failure(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text('<testsuites><testsuite tests="5" failures="1" errors="0" skipped="1"/></testsuites>')
    script = f"""
import suite
from pathlib import Path
score = suite.Score()
score.add_tests(Path({str(report)!r}), 1)
score.add_tests(Path("/nonexistent.xml"), 3)
score.add_check(0)
raise SystemExit(suite.closing_lines(score, ["tests"]))
"""
    answer = run(script)
    assert answer.stdout.splitlines()[-1] == "4 passed, 2 failed, 1 skipped", answer.stderr
    assert answer.returncode == 1


BACKEND = """
import zipfile

def build_editable(folder, config_settings=None, metadata_directory=None):
    name = "tiny-1-py3-none-any.whl"
    with zipfile.ZipFile(f"{folder}/{name}", "w") as wheel:
        wheel.writestr("tiny.py", "")
        wheel.writestr("tiny-1.dist-info/METADATA", "Metadata-Version: 2.1\\nName: tiny\\nVersion: 1\\n")
        wheel.writestr("tiny-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\n")
        wheel.writestr("tiny-1.dist-info/RECORD", "")
    return name
"""
PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "tiny"
version = "1"
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of a program with nothing in it, and the scripts that make its environment."""
    place = tmp_path / "checkout"
    (place / "packaging").mkdir(parents=True)
    for name in ("environment.py", "system_packages.py"):
        shutil.copy(SCRIPTS / name, place / "packaging")
    for name in ("requirements.txt", "requirements-test.txt"):
        (place / "packaging" / name).write_text(f"# nothing in {name}\n")
    (place / "backend.py").write_text(BACKEND)
    (place / "pyproject.toml").write_text(PROJECT)
    return place


def ready(place: Path) -> str:
    """Make the environment ready and return what was said."""
    answer = run("import environment as e; e.ready(e.RUNTIME_LOCK)", place / "packaging")
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout


def test_a_checkout_that_cannot_be_written_is_one_sentence(checkout: Path) -> None:
    (checkout / ".venv").write_text("in the way")
    answer = run("import environment as e; e.ready(e.RUNTIME_LOCK)", checkout / "packaging")
    assert answer.returncode == 1 and "Traceback" not in answer.stderr
    assert answer.stderr.splitlines()[-1].endswith(".venv cannot be made; the lines above say why.")
    words = "sys.argv[1:] = ['run']; start.run = lambda words: open('/no/file')"
    answer = run(f"import bootstrap, start, sys; {words}; sys.exit(bootstrap.main())")
    assert (answer.returncode, answer.stderr) == (1, "[Errno 2] No such file or directory: '/no/file'\n")


@pytest.mark.slow
def test_the_environment_is_made_once_and_again_when_it_is_not_right_any_more(checkout: Path) -> None:
    assert "Making" in ready(checkout)
    assert ready(checkout) == ""  # the second run finds the stamp
    lock = checkout / "packaging" / "requirements.txt"
    lock.write_text("# still nothing\n")
    assert ready(checkout).startswith("Installing")  # another lock: filled again, not made again
    (checkout / ".venv" / "gateway-desktop.json").unlink()
    (checkout / ".venv" / "installing").touch()
    assert "Making" in ready(checkout)  # interrupted while it was being filled
    moved = checkout.rename(checkout.with_name("moved"))
    assert "Making" in ready(moved)  # its scripts name the old place
    (moved / ".venv" / "bin" / "python").unlink()
    assert "Making" in ready(moved)  # the Python it was made with is gone


@pytest.mark.slow
@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="where the user's cache is, is said so on Linux"
)
def test_what_detection_looks_with_is_built_by_the_set_up_and_not_by_the_first_request(
    tmp_path: Path,
) -> None:
    def kept() -> list[tuple[str, int]]:
        return [(file.name, file.stat().st_mtime_ns) for file in tmp_path.glob("gateway-desktop/*")]

    built = run("import environment as e; e.build_detection()", XDG_CACHE_HOME=str(tmp_path))
    assert built.stdout.startswith("Building")
    before = kept()
    assert before
    again = "from gateway_desktop.services.detection import build_machines; build_machines()"
    assert run(again, ROOT, XDG_CACHE_HOME=str(tmp_path)).returncode == 0
    assert kept() == before
