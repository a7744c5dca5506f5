"""JSON of which no two parsers can think differently."""

import time

import pytest

from gateway_desktop.core.errors import Malformed
from gateway_desktop.protocols.strict_json import strict


def test_a_key_that_stands_twice_is_named() -> None:
    with pytest.raises(Malformed) as raised:
        strict(b'{"a":{"name":"one","name":"two"}}')
    assert raised.value.place == "'name'"


def test_the_last_of_many_keys_twice_costs_one_walk() -> None:
    keys = ",".join(f'"k{number}":1' for number in range(100_000))
    body = f'{{{keys},"k99999":2}}'.encode()
    began = time.process_time()
    with pytest.raises(Malformed, match="twice"):
        strict(body)
    assert time.process_time() - began < 10  # looked for in the list of all, it takes minutes


@pytest.mark.parametrize(
    "body", [b'{"a":' + b"9" * 1001 + b"}", b'{"a":NaN}', b"{", b"\xff", b"[" * 200_000], ids=range(5)
)
def test_what_cannot_be_read_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        strict(body)
