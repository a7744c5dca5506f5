"""A chat asked for as a stream, by hand: who asks sees each piece when it comes."""

import http.client
from collections.abc import Iterator
from contextlib import contextmanager

from tests.end_to_end.conftest import Setting

STREAM = b'{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hi"}],"stream":true}'
PIECE = b'data: {"choices":[{"index":0,"delta":{"content":"It is sunny today"}}],"model":"gpt-4o-mini"}\n\n'


@contextmanager
def streaming(
    setting: Setting, body: bytes = STREAM, path: str = "/v1/chat/completions"
) -> Iterator[http.client.HTTPResponse]:
    """Ask, and give the answer once its head is there."""
    connection = http.client.HTTPConnection("127.0.0.1", setting.program.port, timeout=60)
    connection.request("POST", f"/llm{path}", body, {"Authorization": f"Bearer {setting.key}"})
    yield connection.getresponse()
    connection.close()
