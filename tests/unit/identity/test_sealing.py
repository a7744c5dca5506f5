"""Secrets at rest."""

import pytest

from gateway_desktop.core.errors import Unavailable
from gateway_desktop.identity.sealing import Sealer

MASTER = bytes(range(32))


def test_what_is_sealed_opens_for_the_same_owner() -> None:
    nonce, ciphertext = Sealer(MASTER).seal("proxy:1", "sk-very-secret é")
    opened = Sealer(MASTER).open("proxy:1", nonce, ciphertext)
    assert opened == "sk-very-secret é"
    assert "secret" not in repr(opened)
    assert b"secret" not in ciphertext


def test_the_same_secret_looks_different_every_time() -> None:
    sealer = Sealer(MASTER)
    assert sealer.seal("proxy:1", "same") != sealer.seal("proxy:1", "same")


def test_a_row_moved_to_another_owner_does_not_open() -> None:
    sealer = Sealer(MASTER)
    with pytest.raises(Unavailable, match="proxy:2"):
        sealer.open("proxy:2", *sealer.seal("proxy:1", "secret"))


def test_another_master_key_does_not_open_it() -> None:
    with pytest.raises(Unavailable, match="another master key"):
        Sealer(bytes(32)).open("proxy:1", *Sealer(MASTER).seal("proxy:1", "secret"))


def test_a_key_of_another_length_is_refused() -> None:
    with pytest.raises(Unavailable, match="16 bytes instead of 32"):
        Sealer(bytes(16))


def test_keys_for_different_purposes_differ_and_stay() -> None:
    sealer = Sealer(MASTER)
    assert sealer.derive("parts") == Sealer(MASTER).derive("parts") != sealer.derive("chain")
    assert len(sealer.derive("parts")) == 32
