"""The certificate that is shown beyond this machine."""

import os
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gateway_desktop.core.errors import Unavailable
from gateway_desktop.core.traffic_settings import Listen
from gateway_desktop.gateway.downstream.certificates import Certificate


def test_a_self_signed_one_is_made_once_and_its_key_is_private(tmp_path: Path) -> None:
    listen = replace(Listen(), host="192.0.2.7")
    first = Certificate(listen, tmp_path)
    again = Certificate(listen, tmp_path)
    assert len(first.fingerprint) == 95
    assert first.fingerprint == again.fingerprint
    assert (tmp_path / "certificate-key.pem").stat().st_mode & 0o077 == 0


def ended(key: ec.EllipticCurvePrivateKey | None = None) -> bytes:
    """Return a certificate of yesterday."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Gateway Desktop")])
    end = datetime.now(UTC) - timedelta(days=1)
    made = x509.CertificateBuilder().subject_name(named).issuer_name(named).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(end - timedelta(days=1)).not_valid_after(end)
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@pytest.mark.parametrize("content", [b"", ended()[:100], ended()], ids=["empty", "half", "ended"])
def test_a_self_signed_one_that_is_good_no_longer_is_made_anew(tmp_path: Path, content: bytes) -> None:
    listen = replace(Listen(), host="192.0.2.7")
    first = Certificate(listen, tmp_path).fingerprint
    (tmp_path / "certificate.pem").write_bytes(content)
    again = Certificate(listen, tmp_path).fingerprint
    assert again != first and Certificate(listen, tmp_path).fingerprint == again


def test_files_that_change_are_loaded_again(tmp_path: Path) -> None:
    Certificate(replace(Listen(), host="192.0.2.7"), tmp_path / "a")
    Certificate(replace(Listen(), host="192.0.2.8"), tmp_path / "b")
    names = ("certificate.pem", "certificate-key.pem")
    certificate, key = (tmp_path / "a" / name for name in names)
    loaded = Certificate(replace(Listen(), certificate=str(certificate), certificate_key=str(key)), tmp_path)
    before = loaded.fingerprint
    assert not loaded.reload()
    for name in names:
        (tmp_path / "b" / name).replace(tmp_path / "a" / name)
        os.utime(tmp_path / "a" / name, (1, 1))
    assert loaded.reload()
    assert loaded.fingerprint != before
    assert isinstance(loaded.context, ssl.SSLContext)


def shown(context: ssl.SSLContext) -> bytes:
    """Return the certificate that a caller is shown."""
    at_caller, at_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    caller = trusting.wrap_bio(at_caller, at_server)
    server = context.wrap_bio(at_server, at_caller, server_side=True)
    for side in (caller, server, caller):
        with suppress(ssl.SSLWantReadError):
            side.do_handshake()
    return caller.getpeercert(binary_form=True) or b""


def test_one_whose_key_is_still_to_come_leaves_the_one_before_in_use(tmp_path: Path) -> None:
    loaded = Certificate(replace(Listen(), host="192.0.2.7"), tmp_path / "a")
    before = shown(loaded.context)
    Certificate(replace(Listen(), host="192.0.2.8"), tmp_path / "b")
    for name, whole in (("certificate.pem", False), ("certificate-key.pem", True)):
        (tmp_path / "b" / name).replace(tmp_path / "a" / name)
        os.utime(tmp_path / "a" / name, (1, 1))
        if whole:
            assert loaded.reload()
            assert shown(loaded.context) not in (b"", before)
        else:
            with pytest.raises(Unavailable, match="key values mismatch"):
                loaded.reload()
            assert shown(loaded.context) == before


def test_a_key_under_a_passphrase_is_told_of_and_nobody_asked(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    secret = serialization.BestAvailableEncryption(b"a passphrase")
    form = serialization.PrivateFormat.PKCS8
    both = tmp_path / "both.pem"
    both.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, secret) + ended(key))
    with pytest.raises(Unavailable, match="under a passphrase"):
        Certificate(replace(Listen(), certificate=str(both)), tmp_path)


def test_one_that_callers_refuse_is_told_of(tmp_path: Path, expect_log: Callable[[str], None]) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    both = tmp_path / "both.pem"
    both.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, plain) + ended(key))
    expect_log(r"both\.pem is good until .* only")
    assert Certificate(replace(Listen(), certificate=str(both)), tmp_path).fingerprint


def test_a_file_that_is_no_certificate_is_named(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("nothing")
    with pytest.raises(Unavailable, match=r"wrong\.pem"):
        Certificate(replace(Listen(), certificate=str(wrong)), tmp_path)
