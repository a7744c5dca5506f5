"""Syslog: RFC 5424 over TLS (RFC 5425), or over plain TCP to this machine; frames with their length first.

TCP tells a sender that bytes left, not that they arrived: so each delivery ends its side of the connection
and waits until the server has read to that end and closes its own.
"""

import json
import os
import socket
import ssl
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from gateway_desktop.core.clock import iso
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.loopback import is_loopback
from gateway_desktop.core.sink import OutboxRecord, Records, SinkKind
from gateway_desktop.delivery.document import document
from gateway_desktop.delivery.http import SECONDS, trust
from gateway_desktop.delivery.sink import Channel, Undelivered

_FACILITY = 13  # log audit
_SEVERITIES = {"critical": 2, "warning": 4, "info": 6}
_LONGEST = 8192  # bytes that every server has to take (RFC 5425 section 4.3.1)
_LONGEST_TEXT = 200
_STANDARD_PORTS = {"tls": 6514, "tcp": 601}
_ENTERPRISE = 32473  # the number that RFC 5612 keeps for examples: we have none of our own


class Syslog(Channel):
    """rsyslog, syslog-ng, and what listens like them."""

    kind = SinkKind.SYSLOG
    title = "Syslog"
    address_help = "tls://logs.example.com:6514, or tcp://127.0.0.1:601"
    secret_help = ""
    secret_needed = False
    usual = frozenset({Records.EXCHANGES, Records.SYSTEM})
    at_once = 200

    @staticmethod
    def checked(address: str, secret: str) -> str:  # noqa: ARG004 - there is none
        """Return the address; plain TCP goes to this machine only."""
        try:
            parts = urlsplit(address.strip())
            host, _ = parts.hostname, parts.port
        except ValueError:
            host = None
        if not host or parts.scheme not in _STANDARD_PORTS or parts.path.strip("/"):
            raise ConfigurationError("address", "the address is tls://HOST:PORT, or tcp://127.0.0.1:PORT")
        if parts.scheme == "tcp" and not is_loopback(host):
            raise ConfigurationError("address", "other machines need tls://: tcp can be read on the way")
        return address.strip()

    def send(self, records: Sequence[OutboxRecord]) -> None:
        """Send one frame for each record, and see the server take the last."""
        parts = urlsplit(self._sink.address)
        host, port = parts.hostname or "", parts.port or _STANDARD_PORTS[parts.scheme]
        frames = b"".join(b"%d %s" % (len(line), line) for line in map(message, records))
        try:
            with socket.create_connection((host, port), timeout=SECONDS) as plain:
                if parts.scheme == "tls":
                    with trust(self._sink.ca_file).wrap_socket(plain, server_hostname=host) as tls:
                        tls.sendall(frames)
                        _end_tls(tls)
                else:
                    plain.sendall(frames)
                    _end(plain)
        except OSError as error:  # ssl.SSLError is one
            raise Undelivered(f"{host}:{port} did not take it: {_words(error)}") from None


def message(record: OutboxRecord) -> bytes:
    """Return one record as RFC 5424 says: header, the ids as structured data, and JSON."""
    priority = _FACILITY * 8 + _SEVERITIES.get(record.severity, 6)
    host = "".join(sign for sign in socket.gethostname() if "!" <= sign <= "~")[:255] or "-"
    ids = f'[gateway@{_ENTERPRISE} id="{record.id}" gw="{record.gateway}" seq="{record.seq}"]'
    header = f"{iso(record.at_us)} {host} gateway-desktop {os.getpid()} {record.kind} {ids} "
    head = f"<{priority}>1 {header}".encode()
    whole = head + json.dumps(document(record), ensure_ascii=False).encode()
    if len(whole) <= _LONGEST:
        return whole
    short = document(replace(record, fields={**record.fields, "detail": None, "cut": True}))
    return head + json.dumps({name: _shortened(value) for name, value in short.items()}).encode()


def _shortened(value: object) -> object:
    return value[:_LONGEST_TEXT] if isinstance(value, str) else value


def _end(connection: socket.socket) -> None:
    """End our side, and wait for the end of theirs."""
    connection.shutdown(socket.SHUT_WR)
    while connection.recv(4096):
        pass


def _end_tls(connection: ssl.SSLSocket) -> None:
    """The same with TLS: say farewell, and wait for theirs; some only close, having read ours."""
    try:
        connection.unwrap()
    except ssl.SSLEOFError:
        return
    except OSError as error:
        if error.errno != 0:  # how an end without a farewell is told, too
            raise


def _words(error: OSError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message})"
    return error.strerror or str(error)
