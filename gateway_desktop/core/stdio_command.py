"""StdioCommand: a command as the upstream of an MCP proxy, shown without the secrets in its arguments."""

from dataclasses import dataclass

_OF_SECRETS = ("token", "secret", "passw", "key", "credential", "auth")
_OF_PLACES = ("file", "path", "url", "id", "name", "type", "dir", "email")


@dataclass(frozen=True, slots=True)
class StdioCommand:
    """A command on this machine that speaks MCP on its standard input and output; never run by a shell."""

    arguments: tuple[str, ...]  # the program first
    folder: str = ""  # where it runs; empty: where the gateway was started
    variables: tuple[str, ...] = ()  # environment variables that are copied by name
    sealed: tuple[str, ...] = ()  # environment variables whose values are sealed

    @property
    def secrets(self) -> tuple[str, ...]:
        """What of the arguments is a secret by its name: a person should have sealed it, and did not."""
        following = (*self.arguments[1:], "")
        found = (_secret_of(one, after) for one, after in zip(self.arguments, following, strict=True))
        return tuple(value for value in found if value)

    @property
    def shown(self) -> tuple[str, ...]:
        """The arguments without those secrets."""
        secrets = self.secrets
        return tuple(_without(argument, secrets) for argument in self.arguments)


def _secret_of(argument: str, following: str) -> str:
    """Return the secret that an argument holds or announces: `--token X`, `--token=X`, `Authorization: X`."""
    name, equals, value = argument.partition("=")
    if not name.startswith("-"):
        name, _, value = argument.partition(":")
        return value.strip() if is_of_secret(name) and "/" not in name else ""
    if not is_of_secret(name):
        return ""
    return value if equals else "" if following.startswith("-") or ":" in following else following


def is_of_secret(name: str) -> bool:
    """Return whether an option, a header or a variable is named as one that holds a secret."""
    plain = name.lower()
    return any(word in plain for word in _OF_SECRETS) and not plain.endswith(_OF_PLACES)


def _without(argument: str, secrets: tuple[str, ...]) -> str:
    for secret in secrets:
        before = argument.removesuffix(secret)
        if before != argument and before[-1:] in ("", "=", ":", " "):
            return f"{before}***"
    return argument
