"""On a team's database a person signs in; on a file everybody acts as admin."""

import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from gateway_desktop.core.changes import ChangeFeed
from gateway_desktop.core.database_url import DatabaseUrl
from gateway_desktop.store.queries.audit import HIDDEN
from gateway_desktop.store.store import Store
from tests.commands.conftest import Terminal
from tests.makers import a_payload, a_record
from tests.postgresql import Server
from tests.store.conftest import queued

PASSWORD = "correct horse battery"
Typed = Callable[..., None]


@pytest.fixture
def team(server: Server, template: str, terminal: Terminal) -> Iterator[DatabaseUrl]:
    name = server.create(template)
    terminal.data.mkdir(parents=True, exist_ok=True)
    (terminal.data / "settings.toml").write_text(f'database = "{server.url(name).url}"\n')
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def typing(monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Have this line typed into the next command."""
    return lambda line: monkeypatch.setattr("sys.stdin", io.StringIO(f"{line}\n"))


@pytest.fixture
def staff(team: DatabaseUrl, terminal: Terminal, typing: Typed) -> Terminal:
    """A team with one person of each role; from the first admin with a password on, people sign in."""
    for role in ("member", "viewer", "operator", "admin"):
        terminal.run("user", "add", f"{role}@example.com", "--role", role)
        typing(PASSWORD)
        terminal.run("user", "set-password", f"{role}@example.com", "--password-stdin")
    return terminal


def sign_in(terminal: Terminal, typing: Typed, role: str) -> None:
    typing(PASSWORD)
    said = terminal.json("login", f"{role}@example.com", "--password-stdin")
    assert said == {"user": f"{role}@example.com", "role": role}


def test_nobody_does_anything_without_signing_in(staff: Terminal) -> None:
    for words in (("user", "list"), ("group", "add", "lab"), ("audit", "--tab", "llm")):
        assert "Sign in first: gateway-desktop login" in staff.fail(*words)


def test_roles_hold_and_events_name_the_person(staff: Terminal, typing: Typed) -> None:
    sign_in(staff, typing, "viewer")
    assert "viewer@example.com" in staff.run("user", "list")
    assert "This takes an admin; viewer@example.com is viewer" in staff.fail("group", "add", "lab")
    sign_in(staff, typing, "admin")
    staff.run("group", "add", "lab")
    events = [json.loads(line) for line in staff.run("audit", "--tab", "system").splitlines()]
    [made] = [event for event in events if event["target"] == "lab"]
    assert (made["actor"], made["display_name"]) == ("admin@example.com", "admin")
    assert [e["actor"] for e in events if e["method"] == "login"] == [
        "viewer@example.com",
        "admin@example.com",
    ]
    assert staff.json("verify")["ok"]


def test_a_member_has_no_business_here_and_a_wrong_password_says_no_more_than_that(
    staff: Terminal, typing: Typed
) -> None:
    typing(PASSWORD)
    assert "take a viewer at least" in staff.fail("login", "member@example.com", "--password-stdin")
    for email in ("admin@example.com", "nobody@example.com"):
        typing("wrong")
        said = staff.fail("login", email, "--password-stdin")
        assert "The address, the password or the code is wrong" in said
    sign_in(staff, typing, "viewer")
    assert staff.json("verify")["ok"]


def test_where_nobody_can_type_a_password_that_is_said(staff: Terminal) -> None:
    command = [
        sys.executable,
        "-m",
        "gateway_desktop",
        "login",
        "admin@example.com",
        "--data",
        str(staff.data),
    ]
    nobody = subprocess.DEVNULL
    done = subprocess.run(command, stdin=nobody, capture_output=True, text=True, start_new_session=True)
    assert done.returncode == 1
    assert "gateway-desktop: Nobody typed a password; a script gives it with --password" in done.stderr


def test_signing_out_and_being_deactivated_end_it(staff: Terminal, typing: Typed) -> None:
    sign_in(staff, typing, "operator")
    kept = (staff.data / "session").read_text()
    assert (staff.data / "session").stat().st_mode & 0o077 == 0
    staff.run("logout")
    assert "Sign in first" in staff.fail("user", "list")
    (staff.data / "session").write_text(kept)  # what was kept is good for nothing afterwards
    assert "Sign in first" in staff.fail("user", "list")
    sign_in(staff, typing, "admin")
    assert staff.json("verify")["ok"]
    staff.run("user", "deactivate", "admin@example.com")
    assert "Sign in first" not in staff.run("check")


def test_a_viewer_sees_no_texts(staff: Terminal, team: DatabaseUrl, typing: Typed) -> None:
    with Store.open(team, ChangeFeed()) as store:
        for future in queued(store, [a_record(payloads=[a_payload("the secret plan")])]):
            future.result(60)
    shown = ("audit", "--tab", "llm", "--payloads")
    sign_in(staff, typing, "viewer")
    said = staff.run(*shown)
    assert HIDDEN in said and "secret plan" not in said
    sign_in(staff, typing, "operator")
    assert "the secret plan" in staff.run(*shown)
    told = [json.loads(line) for line in staff.run("audit", "--tab", "system").splitlines()]
    assert [row["actor"] for row in told if row["method"] == "payload opened"] == ["operator@example.com"]


def test_on_a_file_there_is_nobody_to_sign_in(terminal: Terminal, typing: Typed) -> None:
    typing(PASSWORD)
    assert "on this one you act as admin" in terminal.fail("login", "ana@example.com", "--password-stdin")
