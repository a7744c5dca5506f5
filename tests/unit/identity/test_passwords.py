"""Passwords: argon2id, as long for strangers as for friends; one-time codes, good once."""

import statistics
import time

import pyotp
import pytest

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.identity.passwords import (
    checked_password,
    code_step,
    hash_password,
    make_seed,
    verify_password,
)


def test_a_password_is_kept_as_argon2id_and_verified() -> None:
    stored = hash_password("correct horse battery")
    assert stored.startswith("$argon2id$")
    assert verify_password(stored, "correct horse battery")
    assert not verify_password(stored, "correct horse")
    assert not verify_password("not a hash", "correct horse")


def test_a_name_that_nobody_has_takes_as_long_as_a_wrong_password() -> None:
    stored = hash_password("correct horse battery")
    verify_password(None, "warm")

    def cost(known: str | None) -> float:
        before = time.process_time()
        assert not verify_password(known, "wrong")
        return time.process_time() - before

    friends = [cost(stored) for _ in range(5)]
    strangers = [cost(None) for _ in range(5)]
    assert 0.5 < statistics.median(strangers) / statistics.median(friends) < 2


def test_a_short_password_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="10 to 1024"):
        checked_password("short")


def test_a_one_time_code_is_good_for_its_minute_and_once() -> None:
    seed, now = make_seed(), 1_800_000_015.0
    code = pyotp.TOTP(seed).at(int(now))
    step = code_step(seed, code, now, last_step=0)
    assert step == int(now) // 30
    assert code_step(seed, code, now, last_step=step) is None
    assert code_step(seed, code, now + 30, last_step=0) == step
    assert code_step(seed, code, now + 60, last_step=0) is None
    assert code_step(seed, "", now, last_step=0) is None
