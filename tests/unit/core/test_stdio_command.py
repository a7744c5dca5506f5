"""What a command's arguments tell by their names."""

import pytest

from gateway_desktop.core.stdio_command import StdioCommand, is_of_secret


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
    ("name", "is_one"),
    [("GITHUB_TOKEN", True), ("DOCS_URL", False), ("PROJECTS", False), ("GIT_AUTHOR_EMAIL", False)],
)
def test_a_variable_is_of_a_secret_by_its_name(name: str, is_one: bool) -> None:
    assert is_of_secret(name) is is_one
