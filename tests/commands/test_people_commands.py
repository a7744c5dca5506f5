"""`user`, `group`, `key`."""

from tests.commands.conftest import Terminal


def test_from_nothing_to_a_key_in_two_commands(terminal: Terminal) -> None:
    assert terminal.run("user", "add", "ana@example.com", "--name", "Ana") == "Added ana@example.com\n"
    created = terminal.json(
        "key", "create", "--user", "ana@example.com", "--name", "laptop", "--expires", "30"
    )
    assert created["key"].startswith("gwd_") and len(created["key"]) == 47
    assert (created["user"], created["group"], created["name"]) == ("ana@example.com", "team", "laptop")
    assert created["expires"].endswith("Z")


def test_for_a_person_the_key_stands_alone_on_standard_output(terminal: Terminal) -> None:
    terminal.run("user", "add", "nightly", "--service")
    status, out, err = terminal.type("key", "create", "--user", "nightly")
    assert status == 0 and out.startswith("gwd_") and len(out) == 48
    assert "shown only now" in err


def test_users_are_listed_deactivated_and_removed(terminal: Terminal) -> None:
    terminal.run("group", "add", "lab")
    terminal.run("user", "add", "ana@example.com", "--group", "lab", "--group", "team", "--role", "admin")
    (ana,) = terminal.json("user", "list")
    assert (ana["user"], ana["groups"], ana["role"], ana["active"]) == (
        "ana@example.com",
        ["lab", "team"],
        "admin",
        True,
    )
    assert terminal.run("user", "deactivate", "ana@example.com") == "Deactivated ana@example.com\n"
    assert terminal.json("user", "reactivate", "ana@example.com")["active"] is True
    assert terminal.json("user", "remove", "ana@example.com") == {"user": "ana@example.com", "removed": True}
    status, out, err = terminal.type("user", "list")
    assert (status, out) == (0, "") and "No users yet" in err
    assert terminal.json("user", "list") == []


def test_who_a_user_is_and_what_a_key_is_for_can_be_changed(terminal: Terminal) -> None:
    terminal.run("group", "add", "lab")
    terminal.run("user", "add", "ana@example.com", "--name", "Ana")
    changes = ("--name", "Anna", "--email", "anna@example.com", "--role", "operator", "--group", "lab")
    assert terminal.run("user", "set", "ana@example.com", *changes) == "Changed anna@example.com\n"
    terminal.run("user", "set", "anna@example.com", "--role", "viewer")
    (anna,) = terminal.json("user", "list")
    assert (anna["user"], anna["name"], anna["role"], anna["groups"]) == (
        "anna@example.com",
        "Anna",
        "viewer",
        ["lab"],
    )
    prefix = terminal.json("key", "create", "--user", "anna@example.com")["prefix"]
    assert terminal.run("key", "rename", prefix, "laptop") == f"{prefix} is now called laptop\n"
    assert [key["name"] for key in terminal.json("key", "list")] == ["laptop"]
    assert "there is no" in terminal.fail("user", "set", "nobody@example.com", "--role", "admin")


def test_lists_are_tables_for_people(terminal: Terminal) -> None:
    terminal.run("user", "add", "ana@example.com", "--name", "Ana")
    head, row = terminal.run("user", "list").splitlines()
    assert head.split() == [
        "USER",
        "NAME",
        "GROUPS",
        "ROLE",
        "SERVICE",
        "ACTIVE",
        "LOCKED",
        "KEYS",
        "LAST",
        "SEEN",
    ]
    assert row.split() == ["ana@example.com", "Ana", "team", "member", "no", "yes", "no", "0", "-"]


def test_groups_and_their_members(terminal: Terminal) -> None:
    terminal.run("user", "add", "ana@example.com")
    terminal.run("group", "add", "lab")
    assert terminal.run("group", "member", "add", "lab", "ana@example.com") == "ana@example.com is in lab\n"
    assert terminal.run("group", "rename", "lab", "labor") == "Group lab is now labor\n"
    listed = {row["group"]: row["members"] for row in terminal.json("group", "list")}
    assert listed == {"labor": ["ana@example.com"], "team": ["ana@example.com"]}
    assert "still has 1 member" in terminal.fail("group", "remove", "labor")
    terminal.run("group", "member", "remove", "labor", "ana@example.com")
    assert terminal.run("group", "remove", "labor") == "Removed group labor\n"


def test_keys_are_listed_rotated_and_revoked(terminal: Terminal) -> None:
    terminal.run("user", "add", "ana@example.com")
    old = terminal.json("key", "create", "--user", "ana@example.com")
    new = terminal.json("key", "rotate", old["prefix"], "--overlap", "1")
    terminal.run("key", "revoke", new["key"])
    states = {row["prefix"]: row["state"] for row in terminal.json("key", "list")}
    assert states == {old["prefix"]: "active", new["prefix"]: "revoked"}
    assert "several keys start with" in terminal.fail("key", "revoke", "gwd_")
    assert old["key"] not in terminal.run("key", "list")


def test_mistakes_are_one_sentence(terminal: Terminal) -> None:
    terminal.run("user", "add", "ana@example.com")
    assert "already a user" in terminal.fail("user", "add", "ana@example.com")
    assert "did you mean 'ana@example.com'" in terminal.fail("key", "create", "--user", "ana@example.co")
    assert "no group 'lab'" in terminal.fail("key", "create", "--user", "ana@example.com", "--group", "lab")
    assert "no user" in terminal.fail("user", "remove", "nobody@example.com")


def test_misuse_shows_how_it_is_used(terminal: Terminal) -> None:
    assert "--user" in terminal.misuse("key", "create")
    assert "usage: gateway-desktop user add" in terminal.misuse("user", "add")
    assert "invalid choice" in terminal.misuse("usr", "add", "x")
    assert "usage: gateway-desktop user" in terminal.misuse("user")


def test_an_option_of_a_command_that_is_not_named_is_told_where_it_stands(terminal: Terminal) -> None:
    for words in (("--port", "8899"), ("--port=8899",), ("--port", "8899", "serve")):
        said = terminal.misuse(*words)
        assert "--port is no option of the window" in said
        assert "serve --port 8899" in said
        assert "invalid choice" not in said
    assert "unrecognized arguments: --bogus" in terminal.misuse("user", "list", "--bogus")
