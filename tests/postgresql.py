"""A PostgreSQL server for one run of tests: a throw-away cluster on a socket of its own, no TCP."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from gateway_desktop.core.database_url import DatabaseUrl

_FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=on", "max_connections=60")
_QUIET = (
    "listen_addresses=",
    "log_min_messages=fatal",
    "log_min_error_statement=panic",
    "shared_buffers=32MB",
)


def programs() -> Path | None:
    """Return where the server's programs are; Debian keeps them out of the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    named = shutil.which("postgres")
    return found[-1].parent if found else Path(named).resolve().parent if named else None


class Server:
    """Starts, stops and kills the server; PostgreSQL refuses to run as root, so root asks `postgres` to."""

    def __init__(self, settings: tuple[str, ...] = _FAST) -> None:
        found = programs()
        assert found is not None, "PostgreSQL is not installed"
        self._programs = found
        self._settings = settings
        self.folder = Path(tempfile.mkdtemp(prefix="gd-pg-", dir=os.environ.get("TESTS_FOLDER")))
        self._account = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        if self._account is not None:
            os.chown(self.folder, self._account.pw_uid, self._account.pw_gid)
        self.folder.chmod(0o755)
        self._run(
            "initdb", "--auth=trust", "--username=tester", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"
        )
        self._process: subprocess.Popen[bytes] | None = None
        self._made = 0
        self.start()

    def _command(self, program: str, *words: str) -> list[str]:
        return [str(self._programs / program), "-D", str(self.folder / "data"), *words]

    def _run(self, program: str, *words: str) -> None:
        subprocess.run(
            self._command(program, *words),
            check=True,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            user=self._account.pw_uid if self._account else None,
            group=self._account.pw_gid if self._account else None,
            extra_groups=[] if self._account else None,
        )

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        options = [f"-c{setting}" for setting in (*self._settings, *_QUIET)]
        words = " ".join([*options, f"-cunix_socket_directories={self.folder}"])
        self._run("pg_ctl", "start", "--wait", "--silent", "-l", str(self.folder / "log"), "-o", words)

    def stop(self, mode: str = "fast") -> None:
        """Stop it; `immediate` is a crash."""
        self._run("pg_ctl", "stop", "--wait", "--silent", "-m", mode)

    def kill(self) -> None:
        """Kill it as the kernel would."""
        first = (self.folder / "data" / "postmaster.pid").read_text().splitlines()[0]
        os.kill(int(first), signal.SIGKILL)

    def freeze(self) -> None:
        """Let it answer nobody any more, as behind a cable that was cut; `thaw` lets it go on."""
        self._tell_all(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._tell_all(signal.SIGCONT)

    def _tell_all(self, number: signal.Signals) -> None:
        first = (self.folder / "data" / "postmaster.pid").read_text().splitlines()[0]
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        for process in (first, *children):
            os.kill(int(process), number)

    def url(self, name: str) -> DatabaseUrl:
        """Return the address of one of its databases."""
        return DatabaseUrl(f"postgresql://tester@/{name}?host={self.folder}")

    def create(self, template: str = "template0") -> str:
        """Make a database and return its name."""
        self._made += 1
        name = f"made_{self._made}"
        self.ask(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, name: str) -> None:
        """Drop a database, whoever is in it."""
        self.ask(f"DROP DATABASE {name} WITH (FORCE)")

    def ask(self, sql: str, name: str = "postgres") -> list[tuple[object, ...]]:
        """Run a statement past the program."""
        import psycopg

        with psycopg.connect(self.url(name).url, autocommit=True) as connection:
            cursor = connection.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

    def remove(self) -> None:
        """Stop it and delete its files."""
        if (self.folder / "data" / "postmaster.pid").exists():
            self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)
