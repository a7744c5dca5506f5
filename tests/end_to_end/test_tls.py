"""Beyond this machine the listener speaks TLS, and says by which certificate."""

import hashlib
import http.client
import ssl
import subprocess
from pathlib import Path

from tests.end_to_end.program import PROGRAM, eventually, free_port


def test_another_address_is_served_with_tls_and_the_fingerprint_that_was_said(tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    command = [*PROGRAM, "serve", "--host", "0.0.0.0", "--port", str(port), "--data", str(tmp_path / "data")]
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out)
    try:
        eventually(lambda: "Listening on https://" in log.read_text())
        shown = ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate(("127.0.0.1", port)))
        said = log.read_text().replace(":", "")
        assert hashlib.sha256(shown).hexdigest().upper() in said
        trusting = ssl.create_default_context(cadata=shown)
        connection = http.client.HTTPSConnection("127.0.0.1", port, context=trusting, timeout=60)
        connection.request("GET", "/healthz")
        assert connection.getresponse().status == 200
        connection.close()
    finally:
        process.terminate()
        assert process.wait(60) == 0
