"""Addresses that lead inside."""

import pytest

from gateway_desktop.inspection.detectors.ssrf import Ssrf
from tests.unit.inspection.found import kinds


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("http://169.254.169.254/latest/meta-data/", "metadata_service"),
        ("http://metadata.google.internal/x", "metadata_service"),
        ("http://2852039166/", "metadata_service"),
        ("http://0x7f000001/", "disguised_address"),
        ("http://0177.0.0.1/", "disguised_address"),
        ("http://127.1/", "disguised_address"),
        ("http://①②⑦.⓪.⓪.①/", "disguised_address"),
        ("http://localhost%00.example.com/", "confused_host"),
        ("http://169-254-169-254.nip.io/", "metadata_service"),
        ("http://[::ffff:127.0.0.1]/", "disguised_address"),
        ("http://127\u30020\u30020\u30021/", "disguised_address"),
        ("http://[::127.0.0.1]/", "disguised_address"),
        ("http://[2002:7f00:1::]/", "disguised_address"),
        ("http://[64:ff9b::a9fe:a9fe]/", "metadata_service"),
        ("http://metadata.tencentyun.com/latest/meta-data", "metadata_service"),
        ("http://localhost:8080/admin", "private_address"),
        ("http://10.0.0.5/", "private_address"),
        ("gopher://127.0.0.1:6379/_x", "odd_scheme"),
        ("file:///etc/passwd", "odd_scheme"),
        ("https://kubernetes.default.svc/api", "private_address"),
        ('<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hosts">]><r>&x;</r>', "external_entity"),
        ('<!DOCTYPE r [<!ENTITY % d SYSTEM "http://a.example/e.dtd"> %d;]>', "external_entity"),
        ('<!ENTITY a "b"><!ENTITY c "&a;&a;&a;">', "external_entity"),
        ("http://10.0.0.1.nip.io/", "rebinding_name"),
        ("http://lvh.me/", "rebinding_name"),
        ("http://a.localtest.me:8080/", "rebinding_name"),
        ("http://172.17.0.1:2375/containers/json", "inner_service"),
        ("http://localhost:6379/", "inner_service"),
        ("http://kubernetes.default.svc/api/v1/secrets", "inner_service"),
        ('<!DOCTYPE r SYSTEM "http://a.example/e.dtd"><r/>', "external_entity"),
        ("http://a.example@b@127.0.0.1/", "confused_host"),
        ("http://localhost@a.example/", "confused_host"),
        ("http://bank.com@a.example/", "confused_host"),
        ("http://127.0.0.1:80@a.example/", "confused_host"),
        ("http://a.example#@169.254.169.254/", "confused_host"),
        ("http:169.254.169.254/latest/meta-data", "metadata_service"),
        ("http:///127.0.0.1:6379/", "inner_service"),
        ("http:\\\\169.254.169.254\\latest", "confused_host"),
        ("http://[::ffff:0:169.254.169.254]/", "metadata_service"),
        ("https://a.example/to?url=http://169.254.169.254/latest/meta-data/", "metadata_service"),
        ("https://a.example/p?x=1&u=http%3A%2F%2F169.254.169.254%2Flatest", "metadata_service"),
        ("https://a.example/p?u=gopher%3A%2F%2F127.0.0.1%3A6379%2F_x", "odd_scheme"),
    ],
)
def test_an_address_that_leads_inside_is_found(url: str, kind: str) -> None:
    assert kind in kinds(Ssrf(), url, "fetch", "url")


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/a?b=c",
        "<!DOCTYPE html><p>a</p>",
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x"><p>a</p>',
        "http://93.184.216.34/",
        "https://solvh.me/a",  # it only ends like a name that means this machine
        "mailto:ana@firma.de",
        "https://ana:word@a.example/",
        "https://docs.example.com/x#@scope/name",
        "note: 10.0.0.5 is ours",
        "git@github.com:a/b.git",
        "https://a.example/auth?redirect_uri=http%3A%2F%2Flocalhost%3A8085%2Fback",
        "https://a.example/r?next=https://b.example/home&x=1",
        "https://a.example/docs?topic=169.254.169.254",
        "https:/a.example/x",
    ],
)
def test_addresses_outside_pass(url: str) -> None:
    assert kinds(Ssrf(), url, "fetch", "url") == set()


@pytest.mark.parametrize(
    "document",
    [
        '<!DOCTYPE note SYSTEM "note.dtd"><note/>',
        '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd"><plist/>',
        '<!DOCTYPE mapper PUBLIC "-//mybatis.org//DTD Mapper 3.0//EN" "http://mybatis.org/dtd/mybatis-3-mapper.dtd"><mapper/>',
    ],
)
def test_the_public_name_of_a_document_type_and_a_file_beside_it_are_everyday(document: str) -> None:
    assert kinds(Ssrf(), document, "parse_xml", "xml") == set()
