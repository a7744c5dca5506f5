"""HTTP, byte for byte."""

import socket


def sent(port: int, line: str, *headers: str, body: bytes = b"") -> bytes:
    """Send a request as it is and return all of its answer."""
    given = [line, f"Host: 127.0.0.1:{port}", *headers, f"Content-Length: {len(body)}"]
    if not any(header.lower().startswith("connection:") for header in headers):
        given.append("Connection: close")
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall("\r\n".join([*given, "", ""]).encode("latin-1") + body)
        answer = b""
        while data := connection.recv(65536):
            answer += data
    return answer
