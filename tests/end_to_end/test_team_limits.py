"""Two gateway processes on one PostgreSQL database: limits and budgets hold for both, one of them killed."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from shutil import copyfile

import pytest

from gateway_desktop.core.database_url import DatabaseUrl
from tests.end_to_end.program import Program, eventually
from tests.fakes.answers import answer
from tests.fakes.llm import Connection, FakeUpstream
from tests.postgresql import Server

pytestmark = pytest.mark.slow  # many commands, each a process of its own

CHAT = b'{"model":"gpt-4o-mini","max_tokens":500,"messages":[{"role":"user","content":"Hello"}]}'
ESTIMATE = Decimal("0.000301") + Decimal("0.000010")  # 500 tokens of output, a few of input


@dataclass
class Team:
    """Two gateways, one upstream, one database."""

    first: Program
    second: Program
    upstream: FakeUpstream

    def ask(self, program: Program, key: str) -> int:
        try:
            return program.post("/llm/v1/chat/completions", CHAT, Authorization=f"Bearer {key}")[0]
        except OSError:
            return 0  # it was killed

    def ask_both(self, key: str, times: int = 50) -> list[int]:
        """Ask so many times at once, one gateway as often as the other; return the statuses."""
        with ThreadPoolExecutor(times) as pool:
            members = [(self.first, self.second)[number % 2] for number in range(times)]
            return list(pool.map(lambda program: self.ask(program, key), members))

    def a_user(self, name: str, *settings: tuple[str, ...]) -> str:
        """Return the key of somebody new of whom both gateways know, their limits set before."""
        self.first.run("user", "add", name)
        for words in settings:
            self.first.run(*words)
        key = str(self.first.json("key", "create", "--user", name)["key"])
        for program in (self.first, self.second):
            eventually(partial(self.knows, program, key), seconds=90)
        return key

    def knows(self, program: Program, key: str) -> bool:
        try:
            return program.get("/llm/v1/models", Authorization=f"Bearer {key}") != 401
        except OSError:
            return False  # what looks at texts is built at the very first

    def spent(self, name: str) -> Decimal:
        rows = self.second.json("budget", "list")
        return next(Decimal(row["used"][1:]) for row in rows if name in row["budget"])


@pytest.fixture(scope="module")
def database(server: Server, template: str) -> Iterator[DatabaseUrl]:
    name = server.create(template)
    yield server.url(name)
    server.drop(name)


@pytest.fixture(scope="module")
def team(database: DatabaseUrl, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    folders = [tmp_path_factory.mktemp(name) / "data" for name in ("first", "second")]
    first, second = (on_database(folder, database) for folder in folders)
    with FakeUpstream(answer) as upstream:
        first.add_proxy("llm", upstream.url)
        copyfile(folders[0] / "master.key", folders[1] / "master.key")  # a team shares it
        (folders[1] / "master.key").chmod(0o600)
        first.start()
        second.start()
        team = Team(first, second, upstream)
        key = team.a_user("warm@example.org")
        for program in (first, second):
            eventually(partial(lambda one: team.ask(one, key) == 200, program), seconds=90)
        yield team
        first.stop()
        second.stop()


def on_database(folder: Path, database: DatabaseUrl) -> Program:
    folder.mkdir()
    (folder / "settings.toml").write_text(f"database = {json.dumps(database.url)}\n")
    return Program(folder)


def test_a_rate_limit_lets_pass_through_both_what_it_says(team: Team) -> None:
    key = team.a_user("ana@example.org", ("limit", "set", "user", "ana@example.org", "--requests", "31"))
    began = time.monotonic()  # one of the 31 may be gone for asking whether they know
    statuses = team.ask_both(key)
    refilled = int((time.monotonic() - began) * 31 / 60) + 1
    assert set(statuses) == {200, 429}
    assert 29 <= statuses.count(200) <= 31 + refilled


def test_fifty_calls_over_two_gateways_and_one_of_them_killed_do_not_spend_more(team: Team) -> None:
    words = ("budget", "set", "user", "bo@example.org", "--limit", "0.002", "--period", "day")
    key = team.a_user("bo@example.org", words)
    statuses = team.ask_both(key)
    assert set(statuses) == {200, 402}
    assert team.spent("bo@example.org") <= Decimal("0.002") + ESTIMATE
    while 200 in (team.ask(team.first, key), team.ask(team.second, key)):
        pass
    before = team.spent("bo@example.org")
    assert Decimal("0.002") <= before <= Decimal("0.002") + ESTIMATE
    team.first.kill()
    assert team.ask(team.second, key) == 402
    team.first.start()
    assert team.ask(team.first, key) == 402
    assert team.spent("bo@example.org") == before


def test_what_a_gateway_had_set_aside_when_it_was_killed_holds_until_it_comes_back(
    team: Team, server: Server, database: DatabaseUrl
) -> None:
    words = ("budget", "set", "user", "cy@example.org", "--limit", "0.0005", "--period", "day")
    key = team.a_user("cy@example.org", words)

    async def never(connection: Connection) -> None:
        await connection.gone()

    team.upstream.script = never
    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(team.ask, team.first, key) for _ in range(2)]
        held = "SELECT count(*) FROM budget_hold"
        eventually(lambda: server.ask(held, database.name) == [(2,)])
        assert team.ask(team.second, key) == 402
        team.first.kill()
        assert [one.result(60) for one in waiting] == [0, 0]
    assert team.ask(team.second, key) == 402  # its lease lasts
    team.upstream.script = answer
    team.first.start()
    eventually(lambda: team.ask(team.second, key) == 200)
    assert server.ask(held, database.name) == [(0,)]


def test_while_the_database_is_away_what_cannot_be_counted_is_refused_and_all_else_is_spooled(
    tmp_path: Path,
) -> None:
    own = Server(("max_connections=40",))
    try:
        program = on_database(tmp_path / "data", own.url(own.create()))
        with FakeUpstream(answer) as upstream:
            program.add_proxy("llm", upstream.url)
            limited = program.add_user("ana@example.org")
            program.run("limit", "set", "user", "ana@example.org", "--requests", "1000")
            free = program.add_user("bo@example.org")
            program.start()
            team = Team(program, program, upstream)
            for key in (limited, free):
                eventually(partial(lambda one: team.ask(program, one) == 200, key), seconds=90)
            own.stop("immediate")
            eventually(lambda: team.ask(program, free) == 200)
            path, headers = "/llm/v1/chat/completions", {"Authorization": f"Bearer {limited}"}
            status, _, body = program.post(path, CHAT, **headers)
            assert status == 503
            assert b"Rate limits and budgets cannot be counted" in body
            own.start()
            eventually(lambda: team.ask(program, limited) == 200)
            eventually(lambda: len(program.rows("--filter", "user:bo@example.org")) >= 2)
            program.run("settings", "set", "audit.when_unwritable", "pass")
            late = program.add_user("cy@example.org")
            eventually(lambda: team.ask(program, late) == 200)  # so it knows the setting, too
            own.stop("immediate")
            eventually(lambda: team.ask(program, limited) == 200)
            own.start()  # what passed uncounted is written down and charged
            eventually(lambda: len(program.rows("--filter", "user:ana@example.org")) >= 3)
            program.stop()
    finally:
        own.remove()
