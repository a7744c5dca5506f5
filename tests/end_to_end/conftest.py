"""The gateway as a process in front of a scripted upstream; a browser, and where it comes back to."""

import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.end_to_end.arrival import Arrival
from tests.end_to_end.program import Program
from tests.fakes.answers import answer
from tests.fakes.llm import FakeUpstream, Script
from tests.fakes.receiver import Receiver, receiver


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Let sockets be that clients leave open whose gateway was killed: they are found in any later test."""
    left_open = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(left_open)


@dataclass
class Setting:
    """A gateway with one proxy `llm` and Ana's key."""

    program: Program
    upstream: FakeUpstream
    key: str

    @property
    def url(self) -> str:
        return f"{self.program.base}/llm"

    def script(self, script: Script) -> None:
        self.upstream.script = script


@contextmanager
def prepared(folder: Path) -> Iterator[Setting]:
    """Give a setting that does not serve yet."""
    program = Program(folder / "data")
    with FakeUpstream(answer) as upstream:
        program.add_proxy("llm", upstream.url)
        yield Setting(program, upstream, program.add_user("ana@example.org", "--name", "Ana"))


@pytest.fixture(scope="module")
def collector() -> Iterator[Receiver]:
    """Where telemetry is sent to."""
    with receiver() as there:
        yield there


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setting]:
    """Start once per module: a process takes a second."""
    with prepared(tmp_path_factory.mktemp("gateway")) as setting:
        setting.program.run("settings", "set", "upstream.read_timeout", "2")
        with setting.program.serving():
            yield setting


@pytest.fixture
def setting(running: Setting) -> Setting:
    """The running gateway, its upstream answering as usual again."""
    running.script(answer)
    running.upstream.received.clear()
    running.upstream.left.clear()
    return running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "These tests need a browser: apt-get install chromium"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    yield opened
    context.close()


@pytest.fixture
def arrival() -> Iterator[Arrival]:
    there = Arrival()
    thread = threading.Thread(target=there.server.serve_forever)
    thread.start()
    yield there
    there.server.shutdown()
    thread.join()
    there.server.server_close()
