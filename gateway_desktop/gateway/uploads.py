"""Uploads that go on at an address of ours, and who began them: Google's clients send no key there."""

import time
from collections import OrderedDict
from typing import NamedTuple

from gateway_desktop.core.secret import Secret
from gateway_desktop.identity.tokens import UPLOAD, digest, make

_MOST = 10_000  # uploads at once; the oldest are forgotten
_LASTS = 24 * 3600.0  # seconds


class _Begun(NamedTuple):
    proxy_id: str
    path: str
    query: str
    credential: Secret
    until: float  # time.monotonic()


class Uploads:
    """Handles that stand in the addresses of uploads; each is good for its own address only."""

    def __init__(self) -> None:
        self._begun: OrderedDict[bytes, _Begun] = OrderedDict()

    def begin(self, proxy_id: str, path: str, query: str, credential: Secret) -> str:
        """Return a new handle for what goes on at this path and query, in the name of that credential."""
        handle = make(UPLOAD)
        self._begun[digest(handle)] = _Begun(proxy_id, path, query, credential, time.monotonic() + _LASTS)
        if len(self._begun) > _MOST:
            self._begun.popitem(last=False)
        return handle

    def credential(self, presented: Secret, proxy_id: str, path: str, query: str) -> Secret:
        """Return who began the upload where a handle of it is presented; anything else is as it was."""
        if not presented.startswith(UPLOAD):
            return presented
        begun = self._begun.get(digest(presented))
        if begun is None or time.monotonic() > begun.until:
            return presented
        return begun.credential if (proxy_id, path, query) == begun[:3] else presented
