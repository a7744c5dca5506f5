"""Which headers travel on."""

import pytest
from multidict import CIMultiDict

from gateway_desktop.core.exchange import RequestHead
from gateway_desktop.gateway.upstream.headers import answer_headers, request_headers


def raw(headers: list[tuple[str, str]]) -> tuple[tuple[bytes, bytes], ...]:
    return tuple((name.encode(), value.encode()) for name, value in headers)


def sent(
    headers: list[tuple[str, str]], *, compressed: bool = False, hides_usage: bool = False
) -> list[tuple[str, str]]:
    head = RequestHead("POST", "/v1/x", "", CIMultiDict(headers), None, raw(headers))
    theirs = [("Authorization", "Bearer theirs")]
    kept = request_headers(head, theirs, compressed=compressed, plain=hides_usage)
    return [(name.decode(), value.decode()) for name, value in kept]


def test_unknown_headers_keep_their_spelling_order_and_repetition() -> None:
    headers = [("X-One", "1"), ("x-two", "a"), ("X-TWO", "b"), ("anthropic-beta", "c,d")]
    assert sent(headers) == [*headers, ("Authorization", "Bearer theirs")]


def test_the_callers_credential_never_travels_on() -> None:
    ours = [(name, "gwd_x") for name in ("authorization", "X-API-Key", "api-key", "X-Goog-Api-Key")]
    assert sent(ours) == [("Authorization", "Bearer theirs")]


def test_what_is_looked_at_is_not_asked_for_in_ranges() -> None:
    headers = [("Range", "bytes=0-9"), ("If-Range", '"a"')]
    assert sent(headers) == [*headers, ("Authorization", "Bearer theirs")]
    assert sent(headers, hides_usage=True) == [("Authorization", "Bearer theirs")]


def test_hop_by_hop_headers_stay_also_those_that_connection_names() -> None:
    headers = [
        ("Connection", "keep-alive, X-Hop"),
        ("X-Hop", "1"),
        ("TE", "trailers"),
        ("Host", "h"),
        ("Expect", "100-continue"),
    ]
    assert sent(headers) == [("Authorization", "Bearer theirs")]


def test_the_coding_of_a_body_that_was_changed_stays() -> None:
    assert ("Content-Encoding", "gzip") in sent([("Content-Encoding", "gzip")], compressed=True)
    assert ("Content-Encoding", "gzip") not in sent([("Content-Encoding", "gzip")])


def test_no_coding_is_asked_for_where_a_chunk_must_be_kept_from_the_client() -> None:
    assert ("Accept-Encoding", "identity") in sent([("Accept-Encoding", "gzip, br")], hides_usage=True)
    assert ("Accept-Encoding", "gzip") in sent([("Accept-Encoding", "gzip, br")])


def test_an_answer_keeps_all_but_framing_and_hops() -> None:
    headers = [
        ("Content-Type", "text/plain"),
        ("Content-Length", "3"),
        ("Transfer-Encoding", "chunked"),
        ("Set-Cookie", "a"),
        ("Set-Cookie", "b"),
        ("X-Y", "z"),
    ]
    assert answer_headers(raw(headers), "close") == [headers[0], *headers[3:]]


def test_an_upstream_says_nothing_of_our_address_and_shares_no_cookie_of_sign_in() -> None:
    cookie = "__Host-gateway_desktop_browser=x"
    headers = [("Alt-Svc", 'h3=":443"'), ("Clear-Site-Data", "*"), ("Set-Cookie", f"{cookie}; Path=/")]
    assert answer_headers(raw([*headers, ("Content-Type", "text/plain")]), "") == [
        ("Content-Type", "text/plain")
    ]
    assert sent([("Cookie", f"a=b; {cookie}")]) == [("Authorization", "Bearer theirs")]


def test_an_upstream_asks_callers_for_a_sign_in_only_where_it_has_one() -> None:
    challenge = ("WWW-Authenticate", 'Bearer resource_metadata="https://elsewhere.example"')
    headers = raw([challenge, ("Content-Type", "text/plain")])
    assert answer_headers(headers, "") == [("Content-Type", "text/plain")]
    assert challenge in answer_headers(headers, "", challenges=True)


def test_a_key_of_ours_stays_in_whichever_header_it_stands() -> None:
    key = "gwd_" + "a1B-" * 10 + "xyz"
    headers = [("Cookie", f"a=b; k={key}"), ("X-Any", f"Token {key}"), ("X-Kept", "gwd_is_no_key")]
    assert sent(headers) == [("X-Kept", "gwd_is_no_key"), ("Authorization", "Bearer theirs")]


@pytest.mark.parametrize(
    "kind",
    [
        "text/html",
        "Text/HTML; charset=utf-8",
        "image/svg+xml",
        "application/xml",
        "multipart/mixed",
        "what",
        "",
    ],
)
def test_scripts_of_an_upstreams_page_do_not_run_where_people_sign_in(kind: str) -> None:
    assert ("Content-Security-Policy", "sandbox") in answer_headers(raw([("Content-Type", kind)]), "")


@pytest.mark.parametrize("kind", ["application/json", "text/event-stream", "text/plain", "application/pdf"])
def test_all_other_answers_come_as_they_are(kind: str) -> None:
    assert answer_headers(raw([("Content-Type", kind)]), "") == [("Content-Type", kind)]
