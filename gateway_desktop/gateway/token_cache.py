"""TokenCache: access tokens that were found, by digest, so that a request costs no question to the store.

What ends a session empties it: here at once (`forget`), by a person's change with the next snapshot
(`clear`), which is before that change's Future resolves. An answer of the store that was asked for before
does not come in after.
"""

import asyncio
from collections import OrderedDict

from gateway_desktop.core.oauth import Token
from gateway_desktop.gateway.ports import TokenStore

_MOST = 4096


class TokenCache:
    """Least recently used tokens leave first; unknown ones are not kept."""

    def __init__(self, store: TokenStore) -> None:
        self._store = store
        self._tokens: OrderedDict[bytes, Token] = OrderedDict()
        self._generation = 0

    def known(self, digest: bytes) -> Token | None:
        """Return a token that was found before."""
        token = self._tokens.get(digest)
        if token is not None:
            self._tokens.move_to_end(digest)
        return token

    async def find(self, digest: bytes) -> Token | None:
        """Ask the store for a token."""
        generation = self._generation
        token = await asyncio.wrap_future(self._store.token(digest))
        if token is not None and not token.ended and generation == self._generation:
            self._tokens[digest] = token
            if len(self._tokens) > _MOST:
                self._tokens.popitem(last=False)
        return token

    async def of_session(self, session: str) -> Token | None:
        """Ask the store for the token of a session that is good for longest."""
        return await asyncio.wrap_future(self._store.of_session(session))

    def forget(self, session: str) -> None:
        """Forget the tokens of a session."""
        self._generation += 1
        for digest in [digest for digest, token in self._tokens.items() if token.session == session]:
            del self._tokens[digest]

    def clear(self) -> None:
        """Forget all tokens."""
        self._generation += 1
        self._tokens.clear()
