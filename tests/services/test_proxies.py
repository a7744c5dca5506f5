"""Proxies, their credentials and who may use them."""

import shlex
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gateway_desktop.core.errors import ConfigurationError, Unavailable
from gateway_desktop.core.proxy import Kind, PayloadLevel, Proxy
from gateway_desktop.core.secret import Secret
from gateway_desktop.core.status import Diagnosis
from gateway_desktop.core.stdio_command import StdioCommand
from gateway_desktop.services.administration import resolved
from gateway_desktop.services.proxy_values import NewProxy
from gateway_desktop.services.stdio import words_of
from gateway_desktop.store.models.proxy import SecretRow
from tests.services.conftest import Office

SECRET = "sk-live-0123456789"


def add(office: Office, **changes: Any) -> Proxy:
    new = NewProxy(**({"name": "openai", "upstream": "https://api.openai.com/v1/"} | changes))
    return office.services.proxies.add(new).result()


def test_a_new_proxy_runs_and_is_open_to_everybody_with_a_key(office: Office) -> None:
    proxy = add(office)
    assert (proxy.upstream, proxy.provider) == ("https://api.openai.com/v1", "openai")
    assert proxy.running and not proxy.restricted and not proxy.anonymous and proxy.verify_tls
    assert proxy.payloads is PayloadLevel.REDACTED
    assert office.snapshot().proxies == {"openai": proxy}
    assert (office.last_event().row.method, office.last_event().row.proxy) == ("created", "openai")


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"name": "Open AI"}, "name"),
        ({"name": "healthz"}, "name"),
        ({"upstream": "api.openai.com"}, "upstream"),
        ({"upstream": "ftp://api.openai.com"}, "upstream"),
        ({"upstream": "http://host:99999"}, "upstream"),
        ({"upstream": "https://user:password@host"}, "upstream"),
        ({"upstream": "https://host/?a=1"}, "upstream"),
        ({"upstream": "https://api.exa\nmple.com"}, "upstream"),
        ({"upstream": "https://host/a b"}, "upstream"),
        ({"upstream": "https://host/v1\u200b"}, "upstream"),
        ({"credential": "first\nsecond"}, "credential"),
        ({"kind": "ftp"}, "kind"),
        ({"provider": "acme"}, "provider"),
        ({"payloads": "some"}, "payloads"),
        ({"credential_env": "NOT A NAME"}, "credential_env"),
        ({"credential_env": "NAME", "credential": "x"}, "credential"),
        ({"access": (("nobody", ()),)}, "group"),
    ],
)
def test_what_does_not_hold_is_refused_at_its_field(
    office: Office, changes: dict[str, Any], place: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        add(office, **changes)
    assert caught.value.place == place
    assert not office.snapshot().proxies


def test_two_proxies_have_two_names(office: Office) -> None:
    add(office)
    add(office, name="other")
    with pytest.raises(ConfigurationError, match="already a proxy 'openai'"):
        add(office)
    with pytest.raises(ConfigurationError, match="already a proxy 'openai'"):
        office.services.proxies.update("other", {"name": "openai"}).result()


def test_a_credential_is_sealed_and_stands_nowhere_else(office: Office) -> None:
    proxy = add(office, credential=SECRET)
    assert office.snapshot().credentials == {proxy.id: SECRET}
    assert SECRET not in str(office.events())
    assert SECRET.encode() not in office.stored()


def test_a_credential_that_is_replaced_or_removed_is_kept_nowhere(office: Office) -> None:
    def kept() -> int:
        return office.store.reader.submit(lambda _: SecretRow.select().count()).result()

    proxies = office.services.proxies
    add(office, credential=SECRET)
    proxies.set_credential("openai", SECRET + "-new").result()
    with pytest.raises(ConfigurationError, match="credential: a line"):
        proxies.set_credential("openai", "first\nsecond").result()
    assert kept() == 1
    proxies.update("openai", {"credential_env": "OPENAI_API_KEY"}).result()
    assert kept() == 0
    proxies.set_credential("openai", SECRET).result()
    proxies.set_credential("openai", "").result()
    assert kept() == 0
    proxies.set_credential("openai", SECRET).result()
    proxies.remove("openai").result()
    assert kept() == 0


def test_a_changed_credential_replaces_the_old_one_whichever_way_it_was_kept(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_KEY", "from-the-environment")
    proxies = office.services.proxies
    proxy = add(office, credential=SECRET)
    proxies.set_credential("openai", "sk-new").result()
    assert office.snapshot().credentials == {proxy.id: "sk-new"}
    proxies.update("openai", {"credential-env": "OPENAI_KEY"}).result()
    assert office.snapshot().credentials == {proxy.id: "from-the-environment"}
    monkeypatch.delenv("OPENAI_KEY")
    assert office.snapshot().credentials == {proxy.id: "from-the-environment"}  # the sealed copy
    proxies.set_credential("openai", " sk-newest\n").result()
    assert office.snapshot().credentials == {proxy.id: "sk-newest"}
    proxies.set_credential("openai", "").result()
    assert not office.snapshot().credentials
    changes = [event.detail for event in office.events() if event.row.method == "credential changed"]
    assert [change["after"] for change in changes] == [
        {"credential": "sealed"},
        {"credential": "sealed"},
        {"credential": "none"},
    ]


def test_no_event_holds_what_an_address_or_an_argument_hides(office: Office) -> None:
    proxies = office.services.proxies
    key = "zq" + "0123456789"
    proxies.add(NewProxy("far", f"http://127.0.0.1:9/mcp?api_key={key}&v=1", kind=Kind.MCP)).result()
    shown = "http://127.0.0.1:9/mcp?api_key=***&v=***"
    assert office.last_event().detail["after"]["upstream"] == shown
    proxies.update("far", {"upstream": f"http://127.0.0.1:9/mcp?api_key={key[::-1]}&v=1"}).result()
    changed = {"before": {"upstream": shown}, "after": {"upstream": shown}}  # it is told that it changed
    assert office.last_event().detail == changed
    path = "http://127.0.0.1:9/gpt-4o-mini-2024-07-18/" + "{}/mcp"
    proxies.update("far", {"upstream": path.format(key + "ABcdEF")}).result()
    assert office.last_event().detail["after"]["upstream"] == path.format("***")
    command = StdioCommand(("server", "--token", key))
    proxies.add(NewProxy("near", "", kind=Kind.MCP, stdio=command)).result()
    assert office.last_event().detail["after"]["command"] == ["server", "--token", "***"]


@pytest.mark.parametrize(
    ("line", "windows", "words"),
    [
        (
            r"C:\tools\server.exe --dir 'D:\my notes' # x",
            True,
            (r"C:\tools\server.exe", "--dir", r"D:\my notes", "#", "x"),
        ),
        (r'"C:\Program Files\server.exe" a', True, (r"C:\Program Files\server.exe", "a")),
        (r"my\ server 'it'\''s' # x", False, ("my server", "it's", "#", "x")),
    ],
)
def test_a_line_is_read_as_words(line: str, windows: bool, words: tuple[str, ...]) -> None:
    assert words_of(line, windows=windows) == words
    assert words_of(shlex.join(words), windows=windows) == words


@pytest.mark.parametrize(("line", "windows"), [("~/notes", False), (r"~\notes", True), ("~/notes", True)])
def test_a_tilde_is_the_home_folder(line: str, windows: bool) -> None:
    assert words_of(line, windows=windows) == (str(Path.home()) + line[1:],)


def test_a_proxy_can_be_changed_with_typed_values_or_with_text(office: Office) -> None:
    add(office)
    changes: dict[str, object] = {"name": "main", "upstream": "http://127.0.0.1:1", "payloads": "full"}
    proxy = office.services.proxies.update(
        "openai", changes | {"verify_tls": "off", "anonymous": True}
    ).result()
    assert (proxy.name, proxy.upstream, proxy.payloads) == ("main", "http://127.0.0.1:1", PayloadLevel.FULL)
    assert proxy.anonymous and not proxy.verify_tls
    event = office.last_event()
    assert event.row.severity == "warning"
    assert event.detail["before"]["anonymous"] is False
    assert event.detail["after"]["anonymous"] is True
    assert "provider" not in event.detail["after"]


def test_a_misspelt_setting_of_a_proxy_is_named_with_the_nearest_one(office: Office) -> None:
    add(office)
    with pytest.raises(
        ConfigurationError, match="upstraem: a proxy has no such setting; did you mean 'upstream'"
    ):
        office.services.proxies.update("openai", {"upstraem": "x"}).result()
    with pytest.raises(ConfigurationError, match="anonymous: 'perhaps' is neither on nor off"):
        office.services.proxies.update("openai", {"anonymous": "perhaps"}).result()


def test_starting_stopping_and_removing_are_told(office: Office) -> None:
    add(office, credential=SECRET)
    proxies = office.services.proxies
    assert not proxies.stop("openai").result().running
    proxies.stop("openai").result()
    assert proxies.start("openai").result().running
    id = proxies.stop("openai").result().id
    proxies.start(id).result()
    proxies.remove("openai").result()
    told = [event for event, _ in office.told()]
    assert told == ["created", "stopped", "started", "stopped", "started", "deleted"]
    with pytest.raises(ConfigurationError, match="there is no such proxy any more"):
        proxies.start(id).result()
    assert not office.snapshot().proxies
    with pytest.raises(ConfigurationError, match="there is no proxy 'openai'"):
        proxies.start("openai").result()
    assert add(office).running  # the name is free again


def test_the_first_group_allowed_limits_a_proxy_to_those_listed(office: Office) -> None:
    add(office)
    lab = office.services.people.add_group("lab").result()
    proxies = office.services.proxies
    proxy = proxies.allow("openai", "lab", ["gpt-5*", " gpt-5* ", "o3"]).result()
    assert proxy.restricted
    assert [(access.group_id, access.models) for access in proxy.access] == [(lab.id, ("gpt-5*", "o3"))]
    assert proxies.allow("openai", "lab").result().access[0].models == ("*",)
    assert len(proxies.allow("openai", "team", ["x", "*"]).result().access) == 2
    assert office.last_event().detail["after"]["access"] == {"lab": ["*"], "team": ["*"]}


def test_the_last_group_disallowed_leaves_a_proxy_for_nobody_until_it_is_opened(office: Office) -> None:
    add(office, access=(("team", ()),))
    proxies = office.services.proxies
    proxy = proxies.disallow("openai", "team").result()
    assert proxy.restricted and not proxy.access
    with pytest.raises(ConfigurationError, match="'team' is not on the list"):
        proxies.disallow("openai", "team").result()
    proxies.allow("openai", "team").result()
    proxy = proxies.open_to_all("openai").result()
    assert not proxy.restricted and not proxy.access
    with pytest.raises(ConfigurationError, match="open to everybody"):
        proxies.disallow("openai", "team").result()


def test_the_sandbox_is_added_once(office: Office) -> None:
    sandbox = office.services.first_steps.first_key().result().proxy
    assert sandbox.sandbox and sandbox.name == "sandbox" and sandbox.upstream == ""
    assert office.services.first_steps.first_key().result().proxy == sandbox
    with pytest.raises(ConfigurationError, match="upstream: the sandbox has its own"):
        office.services.proxies.update("sandbox", {"upstream": "http://x"}).result()


def test_one_button_makes_everything_for_a_first_call(office: Office) -> None:
    first = office.services.first_steps.first_key().result()
    again = office.services.first_steps.first_key().result()
    assert first.key is not None and again == replace(first, key=None)
    (user,) = office.snapshot().users.values()
    assert user.email is None and not user.service and user.shown == first.user
    (key,) = office.snapshot().keys.values()
    office.services.keys.revoke(key.id).result()
    assert office.services.first_steps.first_key().result().key is not None
    office.services.people.update_user(user.shown, email="me@example.com").result()
    office.services.first_steps.first_key().result()
    assert len(office.snapshot().users) == 1


class Asked:
    """Stands where the gateway's probe stands, and keeps what it was asked."""

    def __init__(self) -> None:
        self.calls: list[tuple[Proxy, Secret | None]] = []

    def __call__(self, proxy: Proxy, secret: Secret | None) -> Future[Diagnosis]:
        self.calls.append((proxy, secret))
        return resolved(Diagnosis(True, "The upstream answers"))


def test_an_upstream_is_tried_with_the_credential_that_calls_would_have(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Asked()
    proxies = office.with_outside(probe=asked).services.proxies
    proxy = add(office, credential=SECRET)
    assert proxies.test("openai").result().ok
    assert asked.calls[-1] == (office.services.proxies.get("openai").result(), SECRET)
    assert asked.calls[-1][0].id == proxy.id
    add(office, name="env", credential_env="THEIR_KEY")
    with pytest.raises(ConfigurationError, match="THEIR_KEY is not set here"):
        proxies.test("env").result()
    monkeypatch.setenv("THEIR_KEY", "sk-env")
    proxies.test("env").result()
    assert asked.calls[-1][1] == "sk-env"
    add(office, name="bare")
    proxies.test("bare").result()
    assert asked.calls[-1][1] is None


def test_an_upstream_can_be_tried_before_it_is_saved(office: Office) -> None:
    asked = Asked()
    proxies = office.with_outside(probe=asked).services.proxies
    assert proxies.test_new(NewProxy("new", "https://api.anthropic.com", credential="sk-new")).result().ok
    assert (asked.calls[0][0].provider, asked.calls[0][1]) == ("anthropic", "sk-new")
    with pytest.raises(ConfigurationError, match="upstream"):
        proxies.test_new(NewProxy("new", "nowhere")).result()
    with pytest.raises(Unavailable, match="no gateway"):
        office.services.proxies.test_new(NewProxy("new", "https://host")).result()


def test_a_key_of_this_gateway_is_never_an_upstreams_credential(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Asked()
    services = office.with_outside(probe=asked).services
    proxies = services.proxies
    services.people.add_user("ana@example.com").result()
    ours = str(services.keys.create("ana@example.com").result().key)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-theirs")
    kept = add(office, credential_env="OPENAI_API_KEY")
    add(office, name="bare", credential_env="NOT_SET_YET")

    monkeypatch.setenv("OPENAI_API_KEY", ours)  # as a tool reads it
    monkeypatch.setenv("NOT_SET_YET", ours)
    for refused in (
        lambda: add(office, name="new", credential=ours),
        lambda: add(office, name="new", credential_env="OPENAI_API_KEY"),
        lambda: proxies.set_credential("openai", ours).result(),
        lambda: proxies.update("openai", {"credential_env": "OPENAI_API_KEY"}).result(),
        lambda: proxies.test_new(NewProxy("new", "https://host", credential=ours)).result(),
        lambda: proxies.test("bare").result(),
    ):
        with pytest.raises(ConfigurationError, match="a key of this gateway"):
            refused()
    assert not asked.calls
    assert office.snapshot().credentials == {kept.id: "sk-theirs"}  # the sealed copy
    assert proxies.test("openai").result().ok and asked.calls[-1][1] == "sk-theirs"
