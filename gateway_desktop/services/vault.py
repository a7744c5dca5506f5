"""The vault: sealed secrets of a data folder, and the key that opens them."""

from dataclasses import dataclass

from gateway_desktop.core.errors import Unavailable
from gateway_desktop.core.ids import new_id
from gateway_desktop.core.paths import Paths
from gateway_desktop.core.secret import Secret
from gateway_desktop.identity.sealing import Sealer
from gateway_desktop.services.master_key import open_master_key
from gateway_desktop.store.database import Database
from gateway_desktop.store.models.proxy import SecretRow
from gateway_desktop.store.store import Store


@dataclass(frozen=True, slots=True)
class OpenVault:
    """The sealer, and what a person should know about where its key is."""

    sealer: Sealer
    notice: str = ""


def open_vault(paths: Paths, store: Store) -> OpenVault:
    """Return the sealer, after a trial: a key that does not open what is sealed here is refused."""
    sealed = store.reader.submit(_one_secret).result()
    master = open_master_key(paths, sealed is not None)
    sealer = Sealer(master.key)
    if sealed is not None:
        try:
            sealer.open(*sealed)
        except Unavailable:
            place = paths.master_key if paths.master_key.exists() else "the keyring"
            raise Unavailable(
                f"The master key in {place} is not the one that the secrets in {paths.data} are sealed with. "
                "Bring the old one back, or name it with --key-file"
            ) from None
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
    row = SecretRow.get_by_id(secret_id)
    return sealer.open(row.owner, bytes(row.nonce), bytes(row.ciphertext))


def _one_secret(_database: Database) -> tuple[str, bytes, bytes] | None:
    row = SecretRow.select().first()
    return None if row is None else (row.owner, bytes(row.nonce), bytes(row.ciphertext))
