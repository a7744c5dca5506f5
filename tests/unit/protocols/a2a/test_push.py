"""Which webhooks an agent may be told to call."""

import pytest

from gateway_desktop.protocols.a2a.methods import SEND, SET_PUSH
from gateway_desktop.protocols.a2a.push import problem, push_urls

HOSTS = frozenset({"hooks.example.com", "127.0.0.1", "10.0.0.1"})


@pytest.mark.parametrize(
    ("document", "found"),
    [
        ({"configuration": {"pushNotificationConfig": {"url": "https://a"}}}, ["https://a"]),
        ({"configuration": {"push_notification_config": {"url": "https://a"}}}, ["https://a"]),
        ({"configuration": {"taskPushNotificationConfig": {"url": "https://a"}}}, ["https://a"]),
        ({"configuration": {"puſhNotificationConfig": {"URL": "https://a"}}}, ["https://a"]),
        ({"request": {}, "configuration": {"pushNotification": {"url": 7}}}, [""]),
        ({"message": {"parts": [{"url": "https://a/file"}]}}, []),
    ],
)
def test_addresses_for_notifications_are_found_wherever_they_stand(
    document: object, found: list[str]
) -> None:
    assert push_urls(SEND, document) == found


def test_a_config_without_an_address_is_still_a_config() -> None:
    assert push_urls(SET_PUSH, {"taskId": "t"}) == [""]
    assert push_urls(SET_PUSH, {"config": {"pushNotificationConfig": {"url": "https://a"}}}) == ["https://a"]


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/",
        "http://127.0.0.1/",
        "http://10.0.0.1/",
        "http://0x7f000001/",
        "http://[::1]/",
        "http://[fe80::1]/",
        "http://intranet/",
        "ftp://hooks.example.com/",
        "https://hooks.example.com@10.0.0.1/",
        "https://hooks.example.com\\@10.0.0.1/",
        "https://hooks.example.com.evil.org/",
        "https://[bad",
        "",
    ],
)
def test_private_and_foreign_addresses_are_refused_even_where_they_are_listed(url: str) -> None:
    assert problem(url, HOSTS)


def test_a_listed_host_may_be_called_and_nothing_where_none_is_listed() -> None:
    assert problem("https://hooks.example.com:8443/x?y=1", HOSTS) is None
    assert "a2a.push_hosts" in (problem("https://hooks.example.com/", frozenset()) or "")
