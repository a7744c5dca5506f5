"""The vault: sealed secrets of a data folder, and the key that opens them."""

from dataclasses import dataclass

from gateway_desktop.core.database_url import DatabaseUrl
from gateway_desktop.core.errors import Unavailable
from gateway_desktop.core.ids import new_id
from gateway_desktop.core.paths import Paths
from gateway_desktop.core.seal import mac_of
from gateway_desktop.core.secret import Secret
from gateway_desktop.identity.sealing import Sealer
from gateway_desktop.services.master_key import open_master_key
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.proxy import SecretRow
from gateway_desktop.store.store import Store
from gateway_desktop.store.unsealer import unsealed

SEALS = "seals of the audit"  # what their key is derived for
_TRIED = 5


@dataclass(frozen=True, slots=True)
class OpenVault:
    """The sealer, and what a person should know about where its key is."""

    sealer: Sealer
    notice: str = ""


def open_vault(paths: Paths, store: Store) -> OpenVault:
    """Return the sealer, after a trial, and seal the audit with it; a key that fits nothing is refused."""
    secret, seals = store.reader.submit(_sealed_things).result()
    master = open_master_key(paths, secret is not None or bool(seals))
    sealer = Sealer(master.key)
    if secret is None and not seals and isinstance(store.where, DatabaseUrl):
        secret = store.writer.submit(_first_sealed, sealer).result()
    key = sealer.derive(SEALS)
    # Any of the seals: one that somebody changed is found by `verify`, and must not stop the gateway.
    macs = [(link, mac) for link, mac in seals if isinstance(link, bytes) and isinstance(mac, bytes)]
    if not _opens(sealer, secret) or (macs and not any(mac_of(key, link) == mac for link, mac in macs)):
        place = paths.master_key if paths.master_key.exists() else "the keyring"
        raise Unavailable(
            f"The master key in {place} is not the one that {store.where} was sealed with. "
            "Bring the old one back, or name it with --key-file"
        )
    store.configure(seal_key=key)
    return OpenVault(sealer, master.notice)


def seal(sealer: Sealer, owner: str, plain: str) -> str:
    """Write a sealed secret within the running transaction and return its id."""
    nonce, ciphertext = sealer.seal(owner, plain)
    return str(SecretRow.create(id=new_id(), owner=owner, nonce=nonce, ciphertext=ciphertext).id)


def forget(secret_id: str | None) -> None:
    """Delete a sealed secret within the running transaction."""
    if secret_id is not None:
        SecretRow.delete().where(SecretRow.id == secret_id).execute()


def opened(sealer: Sealer, secret_id: str) -> Secret:
    """Return a sealed secret."""
    return unsealed(SecretRow.get_by_id(secret_id), sealer)


def _opens(sealer: Sealer, secret: tuple[str, bytes, bytes] | None) -> bool:
    try:
        return secret is None or sealer.open(*secret) is not None
    except Unavailable:
        return False


def _first_sealed(database: Database, sealer: Sealer) -> tuple[str, bytes, bytes] | None:
    """Return the secret that all keys are tried with, sealing one if there is none.

    Of several gateways that begin at once on an unused database each may have made a key: one of them is
    here first.
    """
    if not SecretRow.select().exists():
        seal(sealer, "master key", "")
    return _sealed_things(database)[0]


def _sealed_things(database: Database) -> tuple[tuple[str, bytes, bytes] | None, list[tuple[object, object]]]:
    """Return one secret, and link and mac of the oldest and the newest seals."""
    row = SecretRow.select().first()
    secret = None if row is None else (row.owner, bytes(row.nonce), bytes(row.ciphertext))
    seals = [
        seal
        for order in ("", " DESC")
        for seal in database.execute_sql(
            f"SELECT link, mac FROM seal WHERE n > 0 ORDER BY gw{order}, last_id{order} LIMIT {_TRIED}"
        ).fetchall()
    ]
    return secret, seals
