"""The certificate that the listener shows beyond this machine."""

import datetime
import hashlib
import ipaddress
import logging
import os
import socket
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gateway_desktop.core.errors import Unavailable, in_words
from gateway_desktop.core.traffic_settings import Listen

_log = logging.getLogger(__name__)
_YEARS = 2


class Certificate:
    """A certificate in files, loaded again when they change; new connections get the new one."""

    def __init__(self, listen: Listen, folder: Path) -> None:
        if listen.certificate:
            self._certificate = Path(listen.certificate)
            self._key = Path(listen.certificate_key or listen.certificate)
        else:
            self._certificate, self._key = (folder / "certificate.pem", folder / "certificate-key.pem")
            if not self._key.exists() or not _holds(self._certificate):
                _make_self_signed(self._certificate, self._key, listen.host)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2
        self.fingerprint = ""
        self._loaded: tuple[float, float] | None = None
        self.reload()

    def reload(self) -> bool:
        """Load the files if they changed; raise Unavailable, keeping the old ones, if they cannot be used."""
        try:
            state = (self._certificate.stat().st_mtime, self._key.stat().st_mtime)
            if state == self._loaded:
                return False
            # Tried aside: a context that met a certificate with another's key would have none afterwards.
            for context in (ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), self.context):
                context.load_cert_chain(self._certificate, self._key, _not_to_be_asked)
            encoded = ssl.PEM_cert_to_DER_cert(_first_certificate(self._certificate.read_text()))
        except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
            raise Unavailable(
                f"The certificate {self._certificate} cannot be used: {in_words(error)}"
            ) from error
        self._loaded = state
        self.fingerprint = hashlib.sha256(encoded).digest().hex(":").upper()
        if (end := _end(self._certificate)) and _soon(end):
            _log.warning(
                "The certificate %s is good until %s only, and callers refuse it after that. "
                "Put a new one in its place: it is shown without a restart",
                self._certificate,
                f"{end:%Y-%m-%d %H:%M} UTC",
            )
        return True


def _not_to_be_asked() -> str:
    """OpenSSL would ask at the terminal, and the gateway stand still until somebody answers."""
    raise ValueError("its key is under a passphrase; a key without one is needed")


def _holds(certificate: Path) -> bool:
    """Return whether the one that was made is there, whole, and good for a while."""
    end = _end(certificate)
    return end is not None and not _soon(end)


def _soon(end: datetime.datetime) -> bool:
    return end < datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=14)


def _end(certificate: Path) -> datetime.datetime | None:
    """Return until when the first one in the file is good; None: it is not there, or cannot be read."""
    try:
        return x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc
    except (FileNotFoundError, ValueError):  # the latter where the disk was full
        return None


def _first_certificate(pem: str) -> str:
    begin, end = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
    return pem[pem.index(begin) : pem.index(end) + len(end)]


def _make_self_signed(certificate: Path, key_file: Path, host: str) -> None:
    """Write a P-256 certificate for this machine's names and its key, readable by this user only."""
    key = ec.generate_private_key(ec.SECP256R1())
    names: list[x509.GeneralName] = [x509.DNSName("localhost"), x509.DNSName(socket.gethostname())]
    for address in {"127.0.0.1", "::1", host}:
        try:
            names.append(x509.IPAddress(ipaddress.ip_address(address)))
        except ValueError:
            names.append(x509.DNSName(address))
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Gateway Desktop")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=5))
        .not_valid_after(now + datetime.timedelta(days=365 * _YEARS))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate.parent.mkdir(parents=True, exist_ok=True)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    descriptor = os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(private)
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
