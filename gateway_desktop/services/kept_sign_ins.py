"""Kept sign-ins: the tokens with which `connect` speaks for its person, sealed in the data folder."""

from collections.abc import Callable
from concurrent.futures import Future

from gateway_desktop.identity.sealing import Sealer
from gateway_desktop.services.vault import opened, seal
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.proxy import SecretRow
from gateway_desktop.store.store import Store

_OWNER = "sign-in at "


class KeptSignIns:
    """One for each address. Renewing one is no change that a person makes: there is no System event."""

    def __init__(self, store: Store, sealer: Callable[[], Sealer]) -> None:
        self._store = store
        self._sealer = sealer

    def read(self, url: str) -> Future[str]:
        """Return what is kept for the address, or nothing."""
        sealer = self._sealer()

        def work(_database: Database) -> str:
            row = SecretRow.get_or_none(SecretRow.owner == _OWNER + url)
            return "" if row is None else str(opened(sealer, row.id))

        return self._store.reader.submit(work)

    def write(self, url: str, text: str) -> Future[None]:
        """Keep this for the address, instead of what was there."""
        sealer = self._sealer()

        def work(_database: Database) -> None:
            SecretRow.delete().where(SecretRow.owner == _OWNER + url).execute()
            seal(sealer, _OWNER + url, text)

        return self._store.writer.submit(work)
