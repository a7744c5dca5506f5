"""Whoever takes what is POSTed: a server on loopback that answers as it is told, and keeps everything."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Post:
    """One request."""

    path: str
    headers: dict[str, str]  # names in small letters
    body: bytes


@dataclass
class Receiver:
    """What was received; `answers` are the statuses of the next requests, 200 afterwards."""

    url: str = ""
    posts: list[Post] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    further: dict[str, str] = field(default_factory=dict)  # headers of the answers

    @property
    def taken(self) -> list[Post]:
        """Those that were answered with success."""
        return [post for post in self.posts if post.headers["status"] == "200"]


@contextmanager
def receiver(port: int = 0) -> Iterator[Receiver]:
    """Receive until the end of the block."""
    received = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = received.answers.pop(0) if received.answers else 200
            headers = {name.lower(): value for name, value in self.headers.items()}
            received.posts.append(Post(self.path, {**headers, "status": str(status)}, body))
            self.send_response(status)
            for name, value in received.further.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    received.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield received
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
