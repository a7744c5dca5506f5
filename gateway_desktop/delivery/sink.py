"""Channel: what every kind of sink can do."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

from gateway_desktop.core.sink import OutboxRecord, Records, Sink, SinkKind


class Undelivered(Exception):
    """The other side does not have the records; the sentence says why and holds no secret."""

    def __init__(self, sentence: str, retry_after: float = 0.0) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after  # seconds the other side asked for


class Channel(ABC):
    """One kind of sink. Addresses and secrets are checked by the static methods, before a sink is saved."""

    kind: SinkKind
    title: str  # for people
    address_help: str
    secret_help: str  # what the secret is; empty: there is none
    secret_needed: bool
    usual: frozenset[Records]  # what it is given unless a person says otherwise
    at_once: int  # records in one delivery, at most

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    @staticmethod
    @abstractmethod
    def checked(address: str, secret: str) -> str:
        """Return the address as it is kept and shown, or raise ConfigurationError."""

    @abstractmethod
    def send(self, records: Sequence[OutboxRecord]) -> None:
        """Return once the other side has all of them; raise Undelivered if it may not have one."""
