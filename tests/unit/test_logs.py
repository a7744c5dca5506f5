"""Logging: one file, and a last resort for every thread."""

import logging
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gateway_desktop import logs


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root = logging.getLogger()
    before = root.level, list(root.handlers), sys.excepthook, threading.excepthook
    yield
    for handler in [handler for handler in root.handlers if handler not in before[1]]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(before[0])
    sys.excepthook, threading.excepthook = before[2:]


def text(folder: Path) -> str:
    return (folder / "gateway-desktop.log").read_text(encoding="utf-8")


def test_what_is_logged_stands_in_the_file_with_time_level_and_thread(tmp_path: Path) -> None:
    logs.set_up(tmp_path / "logs", "info")
    logging.getLogger("gateway_desktop.test").info("Hello, %s", "world")
    logging.getLogger("gateway_desktop.test").debug("not this")
    (line,) = text(tmp_path / "logs").splitlines()
    assert line[:2] == "20" and line[23] == "Z"
    assert line.endswith("INFO     MainThread gateway_desktop.test: Hello, world")


def test_what_is_logged_begins_no_line_of_its_own_and_moves_no_cursor(tmp_path: Path) -> None:
    logs.set_up(tmp_path, "info")
    log = logging.getLogger("gateway_desktop.test")
    log.info("files[7]: %s", "\x1b[2K\r2026-01-01T00:00:00Z INFO all is well\n2026 \u202eso")
    [ours] = [handler for handler in logging.getLogger().handlers if getattr(handler, "ours", False)]
    try:
        raise ValueError("a\n2026-01-01 said\x1b[0m")
    except ValueError:  # another handler would keep the traceback as it wrote it
        ours.handle(log.makeRecord(log.name, logging.ERROR, "", 1, "down", (), sys.exc_info()))
    first, second, *rest = text(tmp_path).splitlines()
    assert first.endswith(r": files[7]: \u001b[2K\u000d2026-01-01T00:00:00Z INFO all is well\n2026 \u202eso")
    assert second.endswith(": down") and rest[-1] == r"  2026-01-01 said\u001b[0m"
    assert all(line.startswith(" ") for line in rest[1:])


def test_a_console_gets_warnings_and_the_file_everything(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], expect_log: Callable[[str], None]
) -> None:
    expect_log("careful")
    logs.set_up(tmp_path, "debug", console=True)
    logs.set_up(tmp_path, "debug", console=True)  # a second time changes nothing
    logging.getLogger("gateway_desktop.test").debug("detail")
    logging.getLogger("gateway_desktop.test").warning("careful")
    assert capsys.readouterr().err == "WARNING: careful\n"
    assert len(text(tmp_path).splitlines()) == 2


def test_chatty_libraries_speak_from_warnings_on(tmp_path: Path) -> None:
    logs.set_up(tmp_path, "debug")
    logging.getLogger("peewee").debug("SELECT 1")
    assert not (tmp_path / "gateway-desktop.log").exists()


def test_what_nobody_caught_is_logged_with_its_thread(
    tmp_path: Path, expect_log: Callable[[str], None]
) -> None:
    expect_log("CRITICAL: Nobody caught this$")
    expect_log("CRITICAL: Nobody caught this in broken one")
    logs.set_up(tmp_path, "info")

    def fail() -> None:
        raise ValueError("in a thread")

    thread = threading.Thread(target=fail, name="broken one")
    thread.start()
    thread.join()
    error = ValueError("in the main thread")
    sys.excepthook(ValueError, error, None)
    assert "ValueError: in a thread" in text(tmp_path)
    assert "ValueError: in the main thread" in text(tmp_path)


def test_an_interruption_by_a_person_is_not_logged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.set_up(tmp_path, "info")
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert not (tmp_path / "gateway-desktop.log").exists()
    assert "KeyboardInterrupt" in capsys.readouterr().err


def test_a_file_that_cannot_be_written_is_no_flood_of_tracebacks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "gateway-desktop.log").mkdir()
    logs.set_up(tmp_path, "info")
    logging.getLogger("gateway_desktop.test").info("nobody reads this")
    assert capsys.readouterr().err == ""
