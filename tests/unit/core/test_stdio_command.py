"""What a command's arguments tell by their names."""

import pytest

from gateway_desktop.core.stdio_command import StdioCommand, is_credential


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (("srv", "--token", "abcd", "--verbose"), ("srv", "--token", "***", "--verbose")),
        (("srv", "--password=k", "risk"), ("srv", "--password=***", "risk")),
        (("srv", "--api-key", "k", "look"), ("srv", "--api-key", "***", "look")),
        (
            ("npx", "mcp-remote", "https://x.example/mcp", "--header", "Authorization: Bearer abcd"),
            ("npx", "mcp-remote", "https://x.example/mcp", "--header", "Authorization: ***"),
        ),
        (("srv", "--header", "X-Api-Key:abcd"), ("srv", "--header", "X-Api-Key:***")),
        (("srv", "--key-file", "/etc/key.pem", "--auth-type", "basic"), None),
        (("srv", "--use-token", "--other", "http://token:1/", "C:\\keys\\a"), None),
    ],
)
def test_what_is_a_secret_by_its_name_is_not_shown(
    arguments: tuple[str, ...], shown: tuple[str, ...] | None
) -> None:
    command = StdioCommand(arguments)
    assert command.shown == (shown or arguments)
    assert len(command.secrets) == (1 if shown else 0)


@pytest.mark.parametrize(
    ("variable", "value", "is_one"),
    [
        ("GITHUB_TOKEN", "ghp-something", True),
        ("DATABASE_URI", "postgresql://me:pass@db.example/x", True),
        ("DOCS_URL", "https://docs.example.com/en", False),
        ("PROJECTS", "/home/me/projects", False),
        ("GIT_AUTHOR_EMAIL", "me@team.example", False),
    ],
)
def test_a_variable_holds_a_credential_by_its_name_or_as_an_address_with_a_password(
    variable: str, value: str, is_one: bool
) -> None:
    assert is_credential(variable, value) is is_one
