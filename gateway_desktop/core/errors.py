"""What can go wrong, sorted by whose turn it is to do something about it.

GatewayError                  its message is safe to show to a person and to a caller
├── Refused                   we said no
├── Malformed                 they spoke badly
└── UpstreamFailed            the other side failed
ConfigurationError            a person's input does not hold
StorageUnavailable            the disk, not us
Unavailable                   the program is not in a state to do that
└── NotAllowed                a person's role does not reach
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from itertools import repeat
from typing import Self


class GatewayError(Exception):
    """An exchange that cannot go on; the message may be shown to the caller."""

    headers: tuple[tuple[str, str], ...] = ()  # of the answer, such as where to sign in

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.message = message
        self.status = status

    def for_caller(self, exchange_id: str) -> str:
        """Return the sentence for who called: who says it, what, and by which id the audit knows it."""
        return f"Gateway Desktop: {self.message.rstrip('.')}. (request {exchange_id})"

    def bare(self) -> Self:
        """Return it without where it was raised and what led to it: these hold what was read until then."""
        self.__cause__ = self.__context__ = None
        return self.with_traceback(None)


class Reason(StrEnum):
    """Why an exchange was refused, as stored in `event.block_reason`."""

    CREDENTIAL = "credential"
    ACCESS = "access"
    RATE_LIMIT = "rate_limit"
    BUDGET = "budget"
    POLICY = "policy"
    AUDIT = "audit"


class Refused(GatewayError):
    """We said no. `status` is the HTTP status the caller gets (401, 402, 403, 429, 503)."""

    def __init__(self, reason: Reason, message: str, status: int = 403) -> None:
        super().__init__(message, status)
        self.reason = reason


class Malformed(GatewayError):
    """The caller's request cannot be understood; `place` is a JSON Pointer, a header or a path."""

    def __init__(self, message: str, place: str = "", status: int = 400) -> None:
        super().__init__(f"{message} (at {place})" if place else message, status)
        self.place = place


class Failure(StrEnum):
    """How an upstream failed."""

    REFUSED = "refused"  # no connection, or no such host
    UNREACHED = "unreached"  # no connection in time
    TIMEOUT = "timeout"
    TLS = "tls"
    BROKEN = "broken"  # reset, or an answer that is not what was announced
    CREDENTIAL = "credential"  # we have none to give, though one is configured, or it is refused


class UpstreamFailed(GatewayError):
    """The upstream could not be reached or broke off: 502, or 504 when it was too slow."""

    def __init__(self, kind: Failure, message: str) -> None:
        super().__init__(message, 504 if kind in (Failure.TIMEOUT, Failure.UNREACHED) else 502)
        self.kind = kind

    @property
    def was_reached(self) -> bool:
        """Whether the upstream may have had the call."""
        return self.kind in (Failure.TIMEOUT, Failure.BROKEN)


class Stopped(GatewayError):
    """The gateway was told to stop, and waited no longer for the answer's end."""

    def __init__(self) -> None:
        super().__init__("The gateway stopped before the answer ended", 503)


class ConfigurationError(ValueError):
    """What a person entered does not hold: `place` names the field, `problem` says why."""

    def __init__(self, place: str, problem: str) -> None:
        self.place = place
        self.problem = with_short_words(problem)
        super().__init__(f"{place}: {self.problem}")


class Unavailable(RuntimeError):
    """The program is not in a state to do that (a taken port, a locked data folder, a missing keyring)."""


class NotAllowed(Unavailable):
    """A person's role does not reach to what they asked for."""


class Disk(StrEnum):
    """What is the matter with the database."""

    FULL = "full"
    READ_ONLY = "read-only"
    CORRUPT = "corrupt"
    BUSY = "busy"
    AWAY = "away"  # its server does not answer
    REFUSED = "refused"  # its server answers, and does not let us in
    OTHER = "other"


_OF_DISK = {
    Disk.FULL: "Where the audit is written is full",
    Disk.READ_ONLY: "The database is read-only",
    Disk.CORRUPT: "The database is damaged",
    Disk.BUSY: "Another program holds the database",
    Disk.AWAY: "The database does not answer",
    Disk.REFUSED: "The database does not let the gateway in",
    Disk.OTHER: "The database cannot be used",
}


class StorageUnavailable(RuntimeError):
    """The database cannot be read or written; the message says what to do."""

    def __init__(self, kind: Disk, message: str) -> None:
        super().__init__(message)
        self.kind = kind

    @property
    def told(self) -> str:
        """What callers are told, whoever they are: no path, host or account of the database."""
        return f"{_OF_DISK[self.kind]}; the gateway's window and log say more"

    @property
    def passes(self) -> bool:
        """Return whether it goes away by itself, so that who starts may wait for it."""
        return self.kind in (Disk.AWAY, Disk.BUSY)


def in_words(error: BaseException) -> str:
    """Return what an exception says; of the system's only its words, without number and path."""
    if isinstance(error, UnicodeDecodeError):
        return f"it is not UTF-8 text, at byte {error.start + 1}"
    return getattr(error, "strerror", None) or str(error)


def with_short_words(sentence: str) -> str:
    """Return a sentence in which words of more than 300 characters stand by their beginning and end."""
    return re.sub(r"\S{301,}", lambda word: f"{word[0][:100]}…{word[0][-20:]}", sentence)


def pauses() -> Iterator[float]:
    """Return the seconds between tries at what does not answer: more each time, 15 at most."""
    yield from (1.0, 2.0, 4.0, 8.0)
    yield from repeat(15.0)
