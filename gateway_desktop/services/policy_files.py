"""Policies as YAML files: what a file would change, before it does, and the policies written into one."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.files import read_text
from gateway_desktop.core.policy import Policy
from gateway_desktop.policies.document import read_all, write
from gateway_desktop.policies.scope import fits
from gateway_desktop.services.policies import difference, the_policy
from gateway_desktop.store.database import Database
from gateway_desktop.store.queries.configuration import group_rows, proxy_rows
from gateway_desktop.store.queries.policies import PolicyItem, policy_rows
from gateway_desktop.store.reader import Reader


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an import would do to one policy."""

    name: str
    version: int  # that it has now; 0: there is none of this name
    changes: str  # lines with - and +, all of the document for a new one; empty: it says what it said

    def __str__(self) -> str:
        """Return it in one line."""
        if not self.changes:
            return f"{self.name} stays at version {self.version}"
        return f"{self.name} gets version {self.version + 1}" if self.version else f"{self.name} is new"


class PolicyFiles:
    """Files are read and written in a reader's thread."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def read(self, path: Path) -> Future[str]:
        """Return what stands in a file, or raise ConfigurationError saying why it cannot be read."""
        return self._reader.submit(lambda _: read_text(path))

    def propose(self, documents: str) -> Future[tuple[Proposal, ...]]:
        """Return what `Policies.save_all` would change; ConfigurationError names line and column."""

        def work(database: Database) -> tuple[Proposal, ...]:
            known = {item.policy.name.lower(): item for item in policy_rows(database)}
            policies = read_all(documents)
            if not policies:
                raise ConfigurationError("document", "holds no policy")
            return tuple(_proposal(policy, known.get(policy.name.lower())) for policy in policies)

        return self._reader.submit(work)

    def unmet(self, documents: str) -> Future[tuple[str, ...]]:
        """Return a sentence for each proxy and group that a scope names and that is not there."""
        return self._reader.submit(lambda database: tuple(_unmet(database, read_all(documents))))

    def documents(self, names: Sequence[str] = ()) -> Future[str]:
        """Return these policies as one YAML text; without names all."""
        return self._reader.submit(lambda database: _documents(database, names))

    def save(self, path: Path, names: Sequence[str] = ()) -> Future[Path]:
        """Write these policies, or all, into a file."""
        return self._reader.submit(lambda database: _written(path, _documents(database, names)))


def _written(path: Path, text: str) -> Path:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(str(path), f"cannot be written: {error.strerror}") from None
    return path


def _proposal(policy: Policy, known: PolicyItem | None) -> Proposal:
    document = write(policy)
    if known is None:
        return Proposal(policy.name, 0, document)
    return Proposal(policy.name, known.policy.version, difference(write(known.policy), document))


def _unmet(database: Database, policies: Sequence[Policy]) -> Iterator[str]:
    proxies = [item.proxy.name for item in proxy_rows(database)]
    groups = [item.group.name for item in group_rows(database)]
    for policy in policies:
        named = (("proxy", policy.scope.proxies, proxies), ("group", policy.scope.groups, groups))
        for word, patterns, known in named:
            for pattern in patterns:
                if not any(fits((pattern,), name) for name in known):
                    yield f"{policy.name}: its scope names the {word} '{pattern}', and there is none"


def _documents(database: Database, names: Sequence[str]) -> str:
    items = {item.policy.id: item for item in policy_rows(database)}
    chosen = [items[the_policy(name).id] for name in names] if names else items.values()
    return "---\n".join(item.document for item in chosen)
