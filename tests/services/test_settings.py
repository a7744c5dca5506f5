"""Settings: where values come from, what they may be, and how a change is kept."""

import os
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.settings import Settings, entries, value_of
from gateway_desktop.services.setting_layers import Layers, Source, build, environment_settings, variable
from gateway_desktop.services.settings_file import changed_text, changed_texts, read_settings_file
from tests.services.conftest import Office


def found(office: Office, key: str) -> tuple[Any, Source]:
    return office.services.settings.get(key).result()


def test_without_anything_every_setting_has_its_default(office: Office) -> None:
    values = office.services.settings.all().result()
    assert list(values) == list(entries())
    assert {source for _, source in values.values()} == {Source.DEFAULT}
    assert office.services.settings.current().result() == Settings()


def test_command_line_goes_before_environment_before_file_before_table(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    rows = {"audit.payload_kb": "1", "upstream.connect_timeout": "1", "log.level": '"error"'}
    path.write_text("[audit]\npayload_kb = 2\n[log]\nlevel = 'warning'\n[upstream]\nread_timeout = 2\n")
    layers = Layers(path, {"log.level": "debug", "upstream.read_timeout": 3}, {"log.level": "info"})
    values = layers.found(rows)
    assert values["log.level"] == ("info", Source.COMMAND_LINE)
    assert values["upstream.read_timeout"] == (3, Source.ENVIRONMENT)
    assert values["audit.payload_kb"] == (2, Source.FILE)
    assert values["upstream.connect_timeout"] == (1, Source.TABLE)
    assert layers.settings(rows).upstream.connect_timeout == 1


def test_settings_are_made_of_dotted_keys() -> None:
    settings = build({"public_url": "https://x.org", "listen.port": 1, "listen.host": "::1"})
    assert (settings.public_url, settings.listen.port, settings.listen.host) == ("https://x.org", 1, "::1")
    assert settings.audit == Settings().audit


def test_every_setting_has_its_environment_variable() -> None:
    assert variable("listen.port") == "GATEWAY_DESKTOP_LISTEN_PORT"
    given = {"GATEWAY_DESKTOP_LISTEN_PORT": "9000", "GATEWAY_DESKTOP_AUDIT_ENABLED": "off", "HOME": "/"}
    given |= {"GATEWAY_DESKTOP_PUBLIC_URL": "https://x.org"}
    given |= {"GATEWAY_DESKTOP_DATA": "/tmp", "GATEWAY_DESKTOP_KEY": "gwd_of_a_tool"}  # no settings
    assert environment_settings(given) == {
        "listen.port": 9000,
        "audit.enabled": False,
        "public_url": "https://x.org",
    }


def test_a_misspelt_environment_variable_is_named_with_the_nearest_setting() -> None:
    with pytest.raises(
        ConfigurationError, match=r"variable GATEWAY_DESKTOP_LISTEN_PROT: .*mean 'listen\.port'"
    ):
        environment_settings({"GATEWAY_DESKTOP_LISTEN_PROT": "9000"})


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("listen = 3", "no such setting"),
        ("[listen]\nprot = 9000", r"listen\.prot: no such setting; did you mean 'listen\.port'\?"),
        ("[listen]\nport = 'x'", r"listen\.port: expected a whole number, got 'x'"),
        ("[listen]\nport = true", r"listen\.port: expected a whole number, got True"),
        ("[listen]\nport = 0", "0 is less than 1"),
        ("[listen]\nport = 65536", "65536 is more than 65535"),
        ("[audit]\nenabled = 1", "expected true or false"),
        ("[window]\ntheme = 'pink'", "'pink' is none of system, light, dark"),
        ("[listen]\nhost = 'a b'", "neither an address nor a host name"),
        ("[listen]\nhost = ''", "'' is neither an address nor a host name"),
        ("[listen]\ntrusted_proxies = '10.0.0.0/8 x'", "'x' is neither an address nor a network"),
        ("[listen]\nallowed_hosts = 'a_b'", "'a_b' is not a host name"),
        ("[team]\ntime_zone = 'Mars/Base'", "not an IANA time zone"),
        ("[team]\ntime_zone = '../etc'", "not an IANA time zone"),
        ("public_url = 'x.org'", "does not start with http"),
        ("public_url = 'https://x.org/?a'", "without"),
        ("public_url = 'https://['", "does not start with http"),
        ("public_url = 'https://a b.org'", "no user name and no spaces"),
        ("public_url = 'https://ana:word@x.org'", "no user name and no spaces"),
        ("public_url = 'https://x.org:99999'", "does not start with http"),
        ("database = 'postgresql://['", "not like postgresql://user@host/name"),
        (f"public_url = {'[' * 100_000}", "nested too deeply"),
        ("database = 'mysql://x/y'", "not like postgresql://user@host/name"),
        ("database = 'postgresql://x'", "not like postgresql://user@host/name"),
        ("database = 'postgres//ana:secret@x/y'", "database: it is not like postgresql://user@host/name"),
        ("database = 'postgresql:/x/y'", "database: it is not like postgresql://user@host/name"),
        ("database = 'ana:secret@x/y'", "database: it is not like postgresql://user@host/name"),
        (
            "database = 'postgresql://ana:secret@x:99999/y'",
            "database: it is not like postgresql://user@host/name",
        ),
        ("database = 'postgresql://ana:secret@x/y'", r"no password here, .*\.pgpass"),
        ("database = 'postgresql://ana@x/y?password=s'", r"no password here, .*\.pgpass"),
        ("[listen", "is not TOML"),
        ("\xff", "is not TOML"),
    ],
)
def test_what_does_not_hold_in_the_file_is_named_with_its_place(
    tmp_path: Path, text: str, problem: str
) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=problem) as caught:
        read_settings_file(path)
    assert str(path) in caught.value.place


def test_a_file_as_windows_writes_it_is_read_and_changed(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(b"\xef\xbb\xbf[listen]\r\nport = 9000\r\n")
    assert read_settings_file(path) == {"listen.port": 9000}
    assert changed_texts(path, {"listen.port": 9001}) == "[listen]\nport = 9001\n"


def a_large_file(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 30)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (
            lambda path: path.write_bytes(b"[listen]\nhost = '\xff'\n"),
            "cannot be read: it is not UTF-8 text",
        ),
        (Path.mkdir, "is not a file with text"),
        (os.mkfifo, "is not a file with text"),
        (lambda path: path.symlink_to("/dev/zero"), "is not a file with text"),
        (a_large_file, "is larger than 1024 KB"),
        (lambda path: path.symlink_to(path.name), "cannot be read: Too many levels of symbolic links"),
    ],
    ids=["bytes", "folder", "pipe", "device", "large", "loop"],
)
def test_what_is_no_file_of_settings_is_refused_unread(
    tmp_path: Path, make: Callable[[Path], object], said: str
) -> None:
    path = tmp_path / "settings.toml"
    make(path)
    with pytest.raises(ConfigurationError, match=said):
        read_settings_file(path)


def test_what_belongs_to_the_machine_goes_into_the_file_and_the_rest_into_the_table(office: Office) -> None:
    settings = office.services.settings
    settings.set("listen.port", "9001").result()
    settings.set("audit.payload_kb", "64").result()
    settings.set("public_url", "https://gateway.example.com").result()
    assert found(office, "listen.port") == (9001, Source.FILE)
    assert found(office, "audit.payload_kb") == (64, Source.TABLE)
    text = office.paths.settings.read_text()
    assert tomllib.loads(text) == {"listen": {"port": 9001}, "public_url": "https://gateway.example.com"}
    assert office.snapshot().settings.audit.payload_kb == 64


def test_a_change_is_one_version_and_says_from_what_to_what(office: Office) -> None:
    before = office.version()
    office.services.settings.change({"listen.port": 9001, "audit.enabled": False}).result()
    assert office.version() == before + 1
    first, second = office.events()
    assert (first.row.method, first.row.target, first.detail["before"], first.detail["after"]) == (
        "settings changed",
        "listen.port",
        {"value": 8899},
        {"value": 9001},
    )
    assert (second.row.method, second.row.severity) == ("logging switched", "warning")


def test_a_change_that_does_not_hold_changes_nothing_of_it(office: Office) -> None:
    with pytest.raises(ConfigurationError, match=r"listen\.port: 70000 is more than 65535"):
        office.services.settings.change({"audit.payload_kb": 1, "listen.port": 70000}).result()
    assert found(office, "audit.payload_kb") == (256, Source.DEFAULT)
    assert not office.paths.settings.exists()
    assert not office.events()


def test_setting_what_holds_already_leaves_no_event(office: Office) -> None:
    office.services.settings.set("listen.port", 8899).result()
    assert not office.events()


def test_a_setting_goes_back_to_its_default(office: Office) -> None:
    settings = office.services.settings
    settings.change({"listen.port": 9001, "audit.payload_kb": 64}).result()
    settings.change({"listen.port": None, "audit.payload_kb": None}).result()
    assert settings.current().result() == Settings()


@pytest.mark.parametrize(
    ("key", "value", "problem"),
    [
        ("listen.prot", "1", "did you mean 'listen.port'"),
        ("audit.enabled", "maybe", "neither on nor off"),
        ("listen.port", "many", "'many' is not a whole number"),
        ("listen.certificate", "/no/such.pem", "no file /no/such.pem"),
    ],
)
def test_what_a_person_enters_is_checked(office: Office, key: str, value: str, problem: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        office.services.settings.set(key, value).result()
    assert caught.value.place == key and problem in caught.value.problem


@pytest.mark.parametrize(("word", "value"), [("on", True), ("TRUE", True), ("no", False), ("0", False)])
def test_switches_understand_words(office: Office, word: str, value: bool) -> None:
    office.services.settings.set("audit.wait_for_commit", word).result()
    assert found(office, "audit.wait_for_commit")[0] is value


def test_a_certificate_that_is_gone_later_is_no_reason_not_to_read_the_file(
    office: Office, tmp_path: Path
) -> None:
    certificate = tmp_path / "certificate.pem"
    certificate.write_text("x")
    office.services.settings.set("listen.certificate", str(certificate)).result()
    certificate.unlink()
    assert found(office, "listen.certificate") == (str(certificate), Source.FILE)


BEFORE = """\
# mine
public_url = 'https://a.org'  # why

[listen]
# the office
host = '127.0.0.1'

[log]
level = 'info'
"""
AFTER = """\
# mine
public_url = "https://b.org"  # why

[listen]
# the office
host = '127.0.0.1'
port = 9001

[log]
level = 'info'

[window]
theme = "dark"
"""


def test_comments_and_order_of_the_file_stay(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(BEFORE)
    changes = {"listen.port": 9001, "public_url": "https://b.org", "window.theme": "dark"}
    assert changed_texts(path, changes) == AFTER


def test_a_setting_is_taken_out_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("[listen]\nport = 1\nhost = '::1'\n")
    assert changed_texts(path, {"listen.port": None}) == "[listen]\nhost = '::1'\n"
    assert changed_text("", "listen.port", None) == ""
    assert changed_text("port = 1\n", "port", None) == ""


@pytest.mark.parametrize(
    "text",
    ["listen.port = 1\nlog.level = 'debug'\n", "listen = { port = 1 }\nlog = { level = 'debug' }\n"],
)
def test_a_file_laid_out_otherwise_is_written_anew_with_all_its_values(tmp_path: Path, text: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text)
    path.write_text(changed_texts(path, {"listen.port": 2, "public_url": "https://x.org"}))
    assert read_settings_file(path) == {"public_url": "https://x.org", "listen.port": 2, "log.level": "debug"}


def test_rows_of_another_version_are_kept_and_ignored_and_broken_ones_named(tmp_path: Path) -> None:
    layers = Layers(tmp_path / "settings.toml")
    assert layers.settings({"later.setting": "1"}) == Settings()
    with pytest.raises(ConfigurationError, match=r"database: audit\.payload_kb: is not JSON"):
        layers.settings({"audit.payload_kb": "{"})


def test_what_the_command_line_gives_is_checked_too(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="--port: 0 is less than 1"):
        Layers.of(tmp_path / "settings.toml", {"listen.port": 0})
    layers = Layers.of(tmp_path / "settings.toml", {"listen.port": 1})
    assert value_of(layers.settings({}), "listen.port") == 1
