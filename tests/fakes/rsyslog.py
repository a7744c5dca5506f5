"""Debian's rsyslog as a server of its own, over TLS or plain TCP, that writes down what it read."""

import datetime
import ipaddress
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.end_to_end.program import eventually, free_port

_CONFIGURATION = """\
global(workDirectory="{folder}" maxMessageSize="64k"
       defaultNetstreamDriverCAFile="{certificate}" defaultNetstreamDriverCertFile="{certificate}"
       defaultNetstreamDriverKeyFile="{key}")
module(load="imtcp" streamDriver.name="{driver}" streamDriver.mode="{mode}" streamDriver.authMode="anon")
input(type="imtcp" address="127.0.0.1" port="{port}")
template(name="read" type="string"
         string="%PRI%|%TIMESTAMP:::date-rfc3339%|%APP-NAME%|%MSGID%|%STRUCTURED-DATA%|%msg%\\n")
action(type="omfile" file="{out}" template="read")
"""


class Rsyslog:
    """The server, its address, and what it has read."""

    def __init__(self, folder: Path, port: int, *, tls: bool) -> None:
        self.address = f"{'tls' if tls else 'tcp'}://127.0.0.1:{port}"
        self.certificate = folder / "certificate.pem"
        self.out = folder / "messages"

    def messages(self) -> list[list[str]]:
        """Return priority, time, application, id, structured data and text of each message."""
        text = self.out.read_text(encoding="utf-8") if self.out.exists() else ""
        return [line.split("|", 5) for line in text.splitlines()]


@contextmanager
def rsyslog(folder: Path, *, tls: bool, port: int | None = None) -> Iterator[Rsyslog]:
    """Serve until the end of the block."""
    program = shutil.which("rsyslogd") or "/usr/sbin/rsyslogd"
    assert Path(program).exists(), "These tests need rsyslog: apt-get install rsyslog rsyslog-openssl"
    folder.mkdir(exist_ok=True)
    server = Rsyslog(folder, port or free_port(), tls=tls)
    key = folder / "key.pem"
    if not key.exists():
        _make_certificate(server.certificate, key)
    configuration = folder / "rsyslog.conf"
    configuration.write_text(
        _CONFIGURATION.format(
            folder=folder,
            certificate=server.certificate,
            key=key,
            driver="ossl" if tls else "ptcp",
            mode=1 if tls else 0,
            port=server.address.rpartition(":")[2],
            out=server.out,
        )
    )
    command = [program, "-n", "-f", str(configuration), "-i", str(folder / "pid")]
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        eventually(lambda: _listens(int(server.address.rpartition(":")[2])))
        yield server
    finally:
        process.terminate()
        process.wait(60)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _make_certificate(certificate: Path, key: Path) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .sign(private, hashes.SHA256())
    )
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.TraditionalOpenSSL
    key.write_bytes(private.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
