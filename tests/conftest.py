"""What holds for every test: no warning, no unexpected log, nothing of the person's own machine."""

import atexit
import gc
import inspect
import logging
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import uvloop
from httpx._config import DEFAULT_TIMEOUT_CONFIG
from hypothesis import HealthCheck, settings

from gateway_desktop.core.database_url import DatabaseUrl, Where
from tests.postgresql import Server, programs

# Before Qt, keyring or platformdirs are imported by anything.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"  # never the person's own keyring
for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
    os.environ.pop(name, None)
    os.environ.pop(name.lower(), None)
os.environ.pop("PYTHONUNBUFFERED", None)  # it would hide a line that was never flushed
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # a thousand programs are started, and none needs to compile
sys.dont_write_bytecode = False
_FOLDER = os.environ.get("TESTS_FOLDER")  # deleted when all runs have ended
_HOME = tempfile.TemporaryDirectory(prefix="gateway-desktop-tests-", dir=_FOLDER, ignore_cleanup_errors=True)
atexit.register(_HOME.cleanup)
for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
    os.environ[name] = str(Path(_HOME.name) / name)
if _FOLDER:  # of runs side by side: what detection keeps there is built once
    os.environ["XDG_CACHE_HOME"] = str(Path(_FOLDER) / "cache")

settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("default"), derandomize=True, print_blob=True)
settings.register_profile("thorough", settings.get_profile("default"), max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "default"))


for step in ("connect", "read", "write", "pool"):  # httpx's own five seconds are few for a busy machine
    setattr(DEFAULT_TIMEOUT_CONFIG, step, 60.0)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a test that is a coroutine as the gateway runs: on uvloop, in a thread that is not the first."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    with ThreadPoolExecutor(1) as thread:
        thread.submit(uvloop.run, pyfuncitem.obj(**arguments)).result()
    return True


@pytest.fixture(scope="session", autouse=True)
def _shipped_models() -> None:
    """Let the detectors find their models, as the program does when it starts."""
    from gateway_desktop.core.paths import Paths
    from gateway_desktop.services.detection import find_models

    find_models(Paths(Path()))


class _Watch(logging.Handler):
    """Collects records of WARNING or more, from all threads."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []
        self.expected: list[re.Pattern[str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the record."""
        self.records.append(record)

    def complaints(self) -> list[str]:
        """Return what was said without being expected, and what was expected without being said."""
        said = [f"{record.name} {record.levelname}: {record.getMessage()}" for record in self.records]
        unexpected = [line for line in said if not any(pattern.search(line) for pattern in self.expected)]
        missing = [
            f"expected but never logged: {pattern.pattern}"
            for pattern in self.expected
            if not any(pattern.search(line) for line in said)
        ]
        return unexpected + missing


@pytest.fixture(autouse=True)
def log_watch() -> Iterator[_Watch]:
    """Fail the test if something logged WARNING or more and `expect_log` did not announce it."""
    watch = _Watch()
    logging.getLogger().addHandler(watch)
    yield watch
    logging.getLogger().removeHandler(watch)
    complaints = watch.complaints()
    if complaints:
        pytest.fail("log:\n" + "\n".join(complaints), pytrace=False)


@pytest.fixture
def no_collector() -> Iterator[None]:
    """What a test measures is its own work, not a walk over all that the tests before it left."""
    gc.disable()
    yield
    gc.enable()


@pytest.fixture
def expect_log(log_watch: _Watch) -> Callable[[str], None]:
    """Announce a log line of WARNING or more by a regular expression over "logger LEVEL: message"."""

    def expect(pattern: str) -> None:
        log_watch.expected.append(re.compile(pattern))

    return expect


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server, started when the first test asks for it."""
    if programs() is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    started = Server()
    yield started
    started.remove()


@pytest.fixture(scope="session")
def template(server: Server) -> str:
    """A database with the schema in it, to be copied."""
    from gateway_desktop.store.migration import migrate
    from gateway_desktop.store.opening import open_database

    name = server.create()
    database = open_database(server.url(name))
    migrate(database)
    database.close()
    return name


@pytest.fixture
def empty_database(server: Server) -> Iterator[DatabaseUrl]:
    """A database in which there is nothing, no schema either."""
    name = server.create()
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def own_server(template: str) -> Iterator[Server]:
    """A server that only this test stops and starts."""
    started = Server(("max_connections=20",))
    yield started
    started.remove()


# For tests of what only a file does: its pragmas, its disk, its functions.
sqlite_only = pytest.mark.parametrize("where", ["sqlite"], indirect=True)
postgresql_only = pytest.mark.parametrize("where", ["postgresql"], indirect=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Where]:
    """A database to be, on either engine."""
    if request.param == "sqlite":
        yield tmp_path / "gateway.sqlite"
        return
    server: Server = request.getfixturevalue("server")
    name = server.create(request.getfixturevalue("template"))
    yield server.url(name)
    server.drop(name)
