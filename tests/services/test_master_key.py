"""The master key and the vault it opens."""

import base64
import os
import stat
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NoAnswer
from pathlib import Path
from threading import Barrier, Thread

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from gateway_desktop.core.changes import ChangeFeed
from gateway_desktop.core.database_url import DatabaseUrl
from gateway_desktop.core.errors import Unavailable
from gateway_desktop.core.paths import Paths
from gateway_desktop.services.master_key import open_master_key, within
from gateway_desktop.services.proxy_values import NewProxy
from gateway_desktop.services.vault import open_vault
from gateway_desktop.store.store import Store
from tests.services.conftest import Office


class Ring(KeyringBackend):
    """A keyring in memory."""

    priority = 1.0

    def __init__(self, *, locked: bool = False) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring's own
        self.entries: dict[tuple[str, str], str] = {}
        self.locked = locked

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise KeyringLocked
        self.entries[service, username] = password


@pytest.fixture
def ring(request: pytest.FixtureRequest) -> Ring:
    before = keyring.get_keyring()
    made = Ring()
    keyring.set_keyring(made)
    request.addfinalizer(lambda: keyring.set_keyring(before))
    return made


@pytest.mark.skipif(sys.platform == "win32", reason="its files have no such mode")
def test_a_file_that_everybody_may_read_is_told_of(tmp_path: Path) -> None:
    paths = Paths(tmp_path / "data")
    first = open_master_key(paths, sealed=False)
    assert not open_master_key(paths, sealed=True).notice
    paths.master_key.chmod(0o644)
    again = open_master_key(paths, sealed=True)
    assert again.key == first.key and str(paths.master_key) in again.notice and "chmod 600" in again.notice


def test_where_no_keyring_is_the_key_lies_in_a_file_of_its_owner_and_a_notice_says_so(tmp_path: Path) -> None:
    paths = Paths(tmp_path / "data")
    first = open_master_key(paths, sealed=False)
    assert len(first.key) == 32
    assert str(paths.master_key) in first.notice
    if sys.platform != "win32":
        assert stat.S_IMODE(paths.master_key.stat().st_mode) == 0o600
    again = open_master_key(paths, sealed=True)
    assert (again.key, again.notice) == (first.key, "")
    assert [path.name for path in paths.data.iterdir()] == ["master.key"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_the_key_is_not_written_where_a_link_of_somebody_else_leads(tmp_path: Path) -> None:
    paths, elsewhere = Paths(tmp_path), tmp_path / "elsewhere"
    (tmp_path / f"{paths.master_key.name}.{os.getpid()}").symlink_to(elsewhere)
    open_master_key(paths, sealed=False)
    assert paths.master_key.is_file() and not elsewhere.exists()


def test_a_keyring_keeps_the_key_of_each_data_folder(tmp_path: Path, ring: Ring) -> None:
    one, other = (open_master_key(Paths(tmp_path / name), sealed=False) for name in ("one", "other"))
    assert one.key != other.key and not one.notice
    assert open_master_key(Paths(tmp_path / "one"), sealed=True) == one
    assert not list(tmp_path.rglob("master.key"))
    assert len(ring.entries) == 2


def test_a_locked_keyring_is_like_none(tmp_path: Path, ring: Ring) -> None:
    ring.locked = True
    assert "master.key" in open_master_key(Paths(tmp_path), sealed=False).notice


def test_a_keyring_that_gives_no_answer_is_not_waited_for() -> None:
    with pytest.raises(NoAnswer):
        within(0.01, Future[None]().result)
    with pytest.raises(KeyringLocked):
        within(5, lambda: Ring(locked=True).get_password("a", "b"))


def test_no_second_key_is_made_where_something_is_sealed_already(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"sealed with a master key that is not here.*--key-file"):
        open_master_key(Paths(tmp_path), sealed=True)
    assert not list(tmp_path.iterdir())


def test_a_key_file_goes_before_everything(tmp_path: Path, ring: Ring) -> None:
    key_file = tmp_path / "key"
    key_file.write_bytes(base64.b64encode(bytes(range(32))))
    assert open_master_key(Paths(tmp_path / "data", key_file), sealed=True).key == bytes(range(32))
    made = open_master_key(Paths(tmp_path / "data", tmp_path / "new"), sealed=False)
    assert "new" in made.notice and not ring.entries


@pytest.mark.parametrize("content", [b"", b"not base64!", base64.b64encode(bytes(16)), b"\xff\xff"])
def test_a_file_without_a_key_in_it_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "master.key").write_bytes(content)
    with pytest.raises(Unavailable, match="master"):
        open_master_key(Paths(tmp_path), sealed=False)


def test_a_pipe_is_read_but_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = tmp_path / "key"
    os.mkfifo(pipe)
    writer = Thread(target=lambda: pipe.write_bytes(base64.b64encode(bytes(range(32)))))
    writer.start()
    assert open_master_key(Paths(tmp_path, pipe), sealed=True).key == bytes(range(32))
    writer.join()
    monkeypatch.setattr("gateway_desktop.services.master_key._SECONDS", 0.1)
    with pytest.raises(Unavailable, match="cannot be read: nothing came within"):
        open_master_key(Paths(tmp_path, pipe), sealed=True)


@pytest.mark.parametrize(("there", "why"), [("/", "Is a directory"), ("/dev/zero", "does not hold")])
def test_what_is_no_file_is_no_key(tmp_path: Path, there: str, why: str) -> None:
    (tmp_path / "master.key").symlink_to(there)
    with pytest.raises(Unavailable, match=why):
        open_master_key(Paths(tmp_path), sealed=False)


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="cannot be written"):
        open_master_key(Paths(tmp_path, tmp_path / "file" / "key"), sealed=False)


def test_a_vault_opens_what_was_sealed_with_its_key_and_refuses_another(office: Office) -> None:
    first = open_vault(office.paths, office.store)
    assert first.notice
    services = office.with_outside(sealer=lambda: first.sealer).services
    services.proxies.add(NewProxy("openai", "https://host", credential="sk-1")).result()
    again = open_vault(office.paths, office.store)
    assert again.sealer.derive("x") == first.sealer.derive("x") and not again.notice
    office.paths.master_key.write_bytes(base64.b64encode(bytes(32)))
    with pytest.raises(Unavailable, match="was sealed with"):
        open_vault(office.paths, office.store)
    office.paths.master_key.unlink()
    with pytest.raises(Unavailable, match="not here"):
        open_vault(office.paths, office.store)


def test_of_gateways_that_begin_at_once_with_keys_of_their_own_on_a_server_one_goes_on(
    empty_database: DatabaseUrl, tmp_path: Path
) -> None:
    folders = [tmp_path / name for name in "abc"]
    all_here = Barrier(len(folders))

    def begin(folder: Path) -> str:
        with Store.open(empty_database, ChangeFeed(), folder=folder.name) as store:
            store.ready.result(60)
            all_here.wait(60)
            try:
                open_vault(Paths(folder, folder / "key"), store)
            except Unavailable as error:
                return str(error)
            return ""

    with ThreadPoolExecutor(len(folders)) as threads:
        said = list(threads.map(begin, folders))
    assert said.count("") == 1
    assert all("sealed with" in one and "--key-file" in one for one in said if one)
