"""`database copy`: a team moves from SQLite to PostgreSQL and finds everything there."""

import json
from contextlib import closing

import pytest

from gateway_desktop.core.changes import ChangeFeed
from gateway_desktop.core.database_url import DatabaseUrl
from gateway_desktop.core.paths import Paths
from gateway_desktop.services.vault import open_vault
from gateway_desktop.store.sqlite import SqliteDatabase
from gateway_desktop.store.store import Store
from tests.commands.conftest import Terminal
from tests.makers import a_payload, a_record
from tests.postgresql import Server
from tests.store.conftest import queued

LISTS = ("user list", "key list", "proxy list", "group list")


@pytest.fixture
def team(terminal: Terminal) -> Terminal:
    """A data folder in which people, keys, a sealed credential and exchanges are."""
    terminal.run("user", "add", "ana@example.com", "--name", "Ana")
    terminal.run("key", "create", "--user", "ana@example.com")
    terminal.run("proxy", "add", "files", "--kind", "mcp", "--upstream", "https://mcp.example.com/mcp")
    with Store.open(terminal.data / "gateway.sqlite", ChangeFeed()) as store:
        open_vault(Paths(terminal.data), store)
        records = [a_record(target=f"m\0{n}", payloads=[a_payload(f"text {n % 3}")]) for n in range(40)]
        for future in queued(store, records):
            future.result(60)
    return terminal


def test_a_team_that_moved_finds_everything_and_the_chains_go_on(
    team: Terminal, empty_database: DatabaseUrl
) -> None:
    before = {
        name: team.json(*name.split()) for name in ("user list", "key list", "proxy list", "group list")
    }
    rows = team.run("audit", "--tab", "llm").splitlines()
    moved = team.json("database", "copy", "", empty_database.url)
    counts = {table["table"]: table["rows"] for table in moved["tables"]}
    assert (counts["user_account"], counts["api_key"], counts["proxy"], counts["part"]) == (1, 1, 1, 3)
    assert counts["event"] >= 43
    there = ("--database", empty_database.url)
    assert {name: team.json(*name.split(), *there) for name in before} == before
    assert [json.loads(row) for row in team.run("audit", "--tab", "llm", *there).splitlines()] == [
        json.loads(row) for row in rows
    ]
    assert "database copied" in team.run("audit", "--tab", "system", *there)
    assert team.run("verify", *there)


def test_a_database_that_is_used_is_not_copied_into(team: Terminal, empty_database: DatabaseUrl) -> None:
    team.run("database", "copy", "", empty_database.url)
    assert "is used already: it has rows in event, user_account" in team.fail(
        "database", "copy", "", empty_database.url
    )


def test_what_does_not_come_back_as_it_was_sent_leaves_nothing_behind(
    team: Terminal, empty_database: DatabaseUrl, server: Server
) -> None:
    team.run("check", "--database", empty_database.url)
    server.ask("DELETE FROM event", empty_database.name)
    server.ask(
        "CREATE FUNCTION lower_it() RETURNS trigger LANGUAGE plpgsql AS"
        " $$BEGIN NEW.display_name := lower(NEW.display_name); RETURN NEW; END$$",
        empty_database.name,
    )
    server.ask(
        "CREATE TRIGGER changed BEFORE INSERT ON user_account FOR EACH ROW EXECUTE FUNCTION lower_it()",
        empty_database.name,
    )
    said = team.fail("database", "copy", "", empty_database.url)
    assert "Nothing was copied. user_account: 1 row was sent, 1 came back, and their hashes differ" in said
    assert server.ask("SELECT count(*) FROM user_account", empty_database.name) == [(0,)]


def test_what_cannot_be_copied_is_named(team: Terminal, empty_database: DatabaseUrl) -> None:
    assert "TO: 'gateway.sqlite' is not like postgresql://" in team.fail(
        "database", "copy", "", "gateway.sqlite"
    )
    assert "FROM: there is no file" in team.fail("database", "copy", "/nowhere.sqlite", empty_database.url)
    with closing(SqliteDatabase(team.data / "gateway.sqlite")) as database:
        database.execute_sql("UPDATE schema_version SET version = 3")
    assert "open it with this program once" in team.fail("database", "copy", "", empty_database.url)
