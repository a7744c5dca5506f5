"""Our credential in what an upstream says."""

from hypothesis import given
from hypothesis import strategies as st

from gateway_desktop.core.secret import Secret
from gateway_desktop.gateway.upstream.own_credential import Stream, out_of_headers

SECRET = Secret("up-" + "up-stream-secret-up-")  # it begins like parts of itself


@given(
    words=st.lists(
        st.sampled_from(["up-", "up-stream-", str(SECRET), "stream", "x", "secret-up-up-"]), max_size=12
    ),
    cuts=st.lists(st.integers(0, 300), max_size=12),
)
def test_a_stream_loses_the_credential_wherever_it_is_cut_and_nothing_else(
    words: list[str], cuts: list[int]
) -> None:
    said = "".join(words).encode()
    stream, passed, begin = Stream(SECRET), b"", 0
    for cut in [*sorted(min(cut, len(said)) for cut in cuts), len(said)]:
        passed += stream.feed(said[begin:cut])
        begin = cut
    passed += stream.end()
    assert passed == said.replace(SECRET.encode(), b"*" * len(SECRET))


def test_what_cannot_be_its_beginning_passes_at_once() -> None:
    stream = Stream(SECRET)
    assert stream.feed(b"data: {}\n\n") == b"data: {}\n\n"
    assert stream.feed(b"data: up") == b"data: "
    assert stream.feed(b"on\n\n") == b"upon\n\n"
    assert stream.end() == b""


def test_headers_lose_it_too() -> None:
    headers = [("X-Echo", f"Bearer {SECRET}"), ("Server", "x"), (f"X-{SECRET.upper()}", "1")]
    assert out_of_headers(SECRET, headers) == [("X-Echo", "Bearer ***"), ("Server", "x")]
    assert out_of_headers(None, headers) is headers
