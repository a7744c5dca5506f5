"""Syslog, read by rsyslog."""

import json
import socket
import threading
from pathlib import Path

import pytest

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.sink import SinkKind
from gateway_desktop.delivery.sink import Undelivered
from gateway_desktop.delivery.sinks.syslog import Syslog, message
from tests.end_to_end.program import eventually
from tests.fakes.rsyslog import rsyslog
from tests.makers import a_sink, an_outbox_record


@pytest.mark.parametrize("tls", [True, False], ids=["tls", "plain"])
def test_rsyslog_reads_every_field_in_order(tmp_path: Path, tls: bool) -> None:
    with rsyslog(tmp_path / "rsyslog", tls=tls) as server:
        sink = a_sink(kind=SinkKind.SYSLOG, address=server.address, ca_file=str(server.certificate))
        many = [an_outbox_record(seq=n, severity="warning", summary="Grüße\nan alle") for n in range(300)]
        Syslog(sink).send(many)
        messages = eventually(lambda: found if len(found := server.messages()) >= 300 else None)
    assert len(messages) == 300
    priority, time, application, kind, ids, text = messages[0]
    assert (priority, application, kind) == (str(13 * 8 + 4), "gateway-desktop", "llm")
    assert time.startswith("2026-01-01T12:00:00")
    assert ids == '[gateway@32473 id="9007199254740993" gw="1" seq="0"]'
    assert json.loads(text)["summary"] == "Grüße\nan alle"
    assert [json.loads(each[5])["seq"] for each in messages] == list(range(300))


def test_a_certificate_that_nobody_vouches_for_gets_nothing(tmp_path: Path) -> None:
    with rsyslog(tmp_path / "rsyslog", tls=True) as server:
        with pytest.raises(Undelivered, match="not trusted"):
            Syslog(a_sink(kind=SinkKind.SYSLOG, address=server.address)).send((an_outbox_record(),))
        assert server.messages() == []


def test_a_server_that_dies_while_reading_has_not_taken_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def break_off() -> None:
            connection, _ = server.accept()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            connection.recv(10)
            connection.close()  # with a reset

        thread = threading.Thread(target=break_off)
        thread.start()
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(Undelivered):
            Syslog(a_sink(kind=SinkKind.SYSLOG, address=address)).send([an_outbox_record()] * 500)
        thread.join()


def test_a_message_is_never_longer_than_every_server_takes() -> None:
    long = an_outbox_record(summary="x" * 9000, fields={"detail": {"a": "y" * 9000}, "actor": "ana"})
    text = message(long)
    document = json.loads(text[text.index(b"{") :])
    assert len(text) <= 8192
    assert (document["cut"], document["actor"], document["detail"]) == (True, "ana", None)


@pytest.mark.parametrize("address", ["tcp://logs.example.com:601", "udp://127.0.0.1", "tls://", "tls://h:x"])
def test_plain_tcp_leaves_this_machine_never(address: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Syslog.checked(address, "")
    assert caught.value.place == "address"
