"""Roles: what each function of the services takes, asked of the account as it stands in the database."""

import inspect
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest

from gateway_desktop.core.audit import Category, SystemEvent
from gateway_desktop.core.budget import Mode, Period
from gateway_desktop.core.errors import NotAllowed
from gateway_desktop.core.people import Role
from gateway_desktop.core.rate_limit import Measure
from gateway_desktop.core.scope import Scope
from gateway_desktop.core.tool_pin import Listing
from gateway_desktop.services.budgets import Wanted
from gateway_desktop.services.model_prices import NewPrice
from gateway_desktop.services.policy_exceptions import NewException
from gateway_desktop.services.provider_values import NewProvider
from gateway_desktop.services.proxy_values import NewProxy
from gateway_desktop.services.services import Services
from gateway_desktop.services.sinks import NewSink
from tests.conftest import sqlite_only
from tests.services.conftest import Office

Call = Callable[[Services], Future[Any]]
OPERATOR: dict[str, Call] = {
    "alerts.review": lambda s: s.alerts.review(["a"]),
    "alerts.resolve": lambda s: s.alerts.resolve(["a"]),
    "alerts.dismiss": lambda s: s.alerts.dismiss(["a"], "duplicate"),
    "alerts.assign": lambda s: s.alerts.assign(["a"], "ana"),
    "alerts.note": lambda s: s.alerts.note(["a"], "seen"),
    "keys.revoke": lambda s: s.keys.revoke("gwd_x"),
    "oauth_sessions.revoke_client": lambda s: s.oauth_sessions.revoke_client("c"),
    "oauth_sessions.revoke_session": lambda s: s.oauth_sessions.revoke_session("s"),
    "oauth_sessions.revoke_user": lambda s: s.oauth_sessions.revoke_user("ana@example.com"),
    "proxies.start": lambda s: s.proxies.start("openai"),
    "proxies.stop": lambda s: s.proxies.stop("openai"),
}
GROUP, MONTH = Scope.GROUP, Period.MONTH
ADMIN: dict[str, Call] = {
    "people.add_group": lambda s: s.people.add_group("lab"),
    "people.add_member": lambda s: s.people.add_member("team", "bo@example.com"),
    "people.add_user": lambda s: s.people.add_user("bo@example.com"),
    "people.deactivate_user": lambda s: s.people.deactivate_user("bo@example.com"),
    "people.delete_user": lambda s: s.people.delete_user("bo@example.com"),
    "people.reactivate_user": lambda s: s.people.reactivate_user("bo@example.com"),
    "people.remove_group": lambda s: s.people.remove_group("lab"),
    "people.remove_member": lambda s: s.people.remove_member("lab", "bo@example.com"),
    "people.rename_group": lambda s: s.people.rename_group("lab", "night"),
    "people.unlink_user": lambda s: s.people.unlink_user("bo@example.com"),
    "people.update_user": lambda s: s.people.update_user("bo@example.com", role="admin"),
    "erasure.erase_user": lambda s: s.erasure.erase_user("bo@example.com"),
    "keys.create": lambda s: s.keys.create("bo@example.com"),
    "keys.rename": lambda s: s.keys.rename("gwd_x", "laptop"),
    "keys.rotate": lambda s: s.keys.rotate("gwd_x"),
    "passwords.drop_codes": lambda s: s.passwords.drop_codes("bo@example.com"),
    "passwords.require_codes": lambda s: s.passwords.require_codes("bo@example.com"),
    "passwords.set_password": lambda s: s.passwords.set_password("bo@example.com", "long enough"),
    "passwords.unlock": lambda s: s.passwords.unlock("bo@example.com"),
    "identity_providers.add": lambda s: s.identity_providers.add(
        NewProvider("Office", "id", "google", secret_env="S")
    ),
    "identity_providers.remove": lambda s: s.identity_providers.remove("Office"),
    "identity_providers.set_rules": lambda s: s.identity_providers.set_rules("Office", ()),
    "identity_providers.set_secret": lambda s: s.identity_providers.set_secret("Office", "s"),
    "identity_providers.update": lambda s: s.identity_providers.update("Office", {"name": "X"}),
    "oauth_proxies.enable": lambda s: s.oauth_proxies.enable("openai"),
    "oauth_proxies.disable": lambda s: s.oauth_proxies.disable("openai"),
    "oauth_sessions.add_client": lambda s: s.oauth_sessions.add_client("openai", "app"),
    "proxies.add": lambda s: s.proxies.add(NewProxy("x", "llm", "https://x.example.com", "openai")),
    "proxies.allow": lambda s: s.proxies.allow("openai", "team"),
    "proxies.disallow": lambda s: s.proxies.disallow("openai", "team"),
    "proxies.open_to_all": lambda s: s.proxies.open_to_all("openai"),
    "proxies.remove": lambda s: s.proxies.remove("openai"),
    "proxies.set_credential": lambda s: s.proxies.set_credential("openai", "sk-x"),
    "proxies.update": lambda s: s.proxies.update("openai", {"name": "x"}),
    "tool_pins.approve": lambda s: s.tool_pins.approve("files"),
    "tool_pins.disable": lambda s: s.tool_pins.disable("files"),
    "tool_pins.report": lambda s: s.tool_pins.report(Listing("openai", ())),
    "rate_limits.set": lambda s: s.rate_limits.set(GROUP, "team", {Measure.REQUESTS: 5}),
    "rate_limits.remove": lambda s: s.rate_limits.remove(GROUP, "team"),
    "model_prices.set": lambda s: s.model_prices.set(NewPrice("m", 1, 2)),
    "model_prices.remove": lambda s: s.model_prices.remove("p"),
    "budgets.set": lambda s: s.budgets.set(GROUP, "team", MONTH, Wanted(5, Mode.BLOCK)),
    "budgets.reset": lambda s: s.budgets.reset(GROUP, "team", MONTH, "because"),
    "budgets.remove": lambda s: s.budgets.remove(GROUP, "team", MONTH),
    "sinks.add": lambda s: s.sinks.add(NewSink("log", "webhook", "https://log.example.com")),
    "sinks.remove": lambda s: s.sinks.remove("log"),
    "proxy_variables.set": lambda s: s.proxy_variables.set("files", "TOKEN", "x"),
    "proxy_variables.remove": lambda s: s.proxy_variables.remove("files", "TOKEN"),
    "policies.assign": lambda s: s.policies.assign("Guard", ["openai"]),
    "policies.unassign": lambda s: s.policies.unassign("Guard", ["openai"]),
    "policies.change": lambda s: s.policies.change("Ours", "name: Ours\nrules: []"),
    "policies.copy": lambda s: s.policies.copy("Guard", "Ours"),
    "policies.disable": lambda s: s.policies.disable("Guard"),
    "policies.enable": lambda s: s.policies.enable("Guard"),
    "policies.remove": lambda s: s.policies.remove("Guard"),
    "policies.restore": lambda s: s.policies.restore("Guard", 1),
    "policies.save": lambda s: s.policies.save(DOCUMENT),
    "policies.save_all": lambda s: s.policies.save_all(DOCUMENT),
    "policies.ship": lambda s: s.policies.ship(),
    "policy_exceptions.add": lambda s: s.policy_exceptions.add(NewException("Guard", "r", "because", 5)),
    "policy_exceptions.revoke": lambda s: s.policy_exceptions.revoke("e"),
    "settings.change": lambda s: s.settings.change({"audit.enabled": False}),
    "settings.change_now": lambda s: s.settings.change_now("listen.port", 8900),
    "settings.set": lambda s: s.settings.set("audit.enabled", False),
    "first_steps.first_key": lambda s: s.first_steps.first_key(),
    "retention.run": lambda s: s.retention.run(),
}
DOCUMENT = "name: Ours\nrules:\n- name: r\n  when: {model: x}\n  action: block\n"
# What only reads, tries out, or writes down what a person has read; and what is this process's own.
FREE = {
    "passwords": ("check_code",),
    "administration": ("change", "note", "require"),
    "kept_sign_ins": ("read", "write"),
    "identity_providers": ("get", "test"),
    "proxies": ("get", "test", "test_new"),
    "sinks": ("test",),
    "policies": ("get",),
    "policy_files": ("documents", "propose", "read", "save", "unmet"),
    "settings": ("all", "current", "found", "get"),
    "policy_tester": ("try_out",),
    "gateway_control": ("restart", "start", "status", "stop"),  # has its own test
    "observability": ("figures", "log", "machine"),
    "backups": (
        "back_up",
        "compact",
        "proposed",
        "restore",
        "unavailable",
    ),  # of files, where everybody is admin
    "diagnostics": ("save", "text"),
    "exports": ("command", "export", "note"),
    "payload_views": ("listed", "opened"),
    "integrity": ("note", "start"),
}


def signed_in(office: Office, role: Role) -> Services:
    """Return the services of a person with that role."""
    user = office.services.people.add_user("ana@example.com", role=str(role)).result()
    return office.with_outside(person=user.id).services


def refused(call: Call, services: Services) -> bool:
    try:
        call(services).result(60)
    except NotAllowed:
        return True
    except Exception:  # noqa: BLE001 - it got as far as what it was asked for, which is not there
        return False
    return False


@sqlite_only
@pytest.mark.parametrize("name", OPERATOR)
def test_it_takes_an_operator(office: Office, name: str) -> None:
    assert refused(OPERATOR[name], signed_in(office, Role.VIEWER))
    office.services.people.update_user("ana@example.com", role="operator").result()
    ana = office.ask(_id_of, "ana@example.com")
    assert not refused(OPERATOR[name], office.with_outside(person=ana).services)


@sqlite_only
@pytest.mark.parametrize("name", ADMIN)
def test_it_takes_an_admin(office: Office, name: str) -> None:
    services = signed_in(office, Role.OPERATOR)
    events = office.told()
    assert refused(ADMIN[name], services)
    assert office.told() == events
    office.services.people.update_user("ana@example.com", role="admin").result()
    assert not refused(ADMIN[name], services)  # the role is asked for anew each time


def test_every_function_of_the_services_says_whom_it_takes(office: Office) -> None:
    free = {f"{name}.{function}" for name, functions in FREE.items() for function in functions}
    there = {
        f"{name}.{function}"
        for name, service in vars(office.services).items()
        for function, _ in inspect.getmembers(type(service), inspect.isfunction)
        if not function.startswith("_")
    }
    assert there == free | OPERATOR.keys() | ADMIN.keys()


def test_starting_and_stopping_the_gateway_takes_an_operator(office: Office) -> None:
    services = signed_in(office, Role.VIEWER)
    with pytest.raises(NotAllowed, match=r"This takes an operator; ana@example\.com is viewer"):
        services.administration.require(Role.OPERATOR).result()
    office.services.people.update_user("ana@example.com", role="operator").result()
    services.administration.require(Role.OPERATOR).result()


def test_how_the_own_window_is_takes_nobody_but_who_sees_it(office: Office) -> None:
    services = signed_in(office, Role.VIEWER)
    services.settings.change({"window.theme": "dark", "notifications.sound": True}).result()
    assert office.services.settings.current().result().window.theme == "dark"
    with pytest.raises(NotAllowed, match="This takes an admin"):
        services.settings.change({"window.theme": "light", "audit.enabled": False}).result()
    with pytest.raises(NotAllowed, match="This takes an admin"):
        services.settings.set("listen.port", 9000).result()
    assert office.services.settings.current().result().window.theme == "dark"


def test_who_was_deactivated_may_do_nothing_from_then_on(office: Office) -> None:
    services = signed_in(office, Role.ADMIN)
    services.people.add_group("lab").result()
    services.people.deactivate_user("ana@example.com").result()
    with pytest.raises(NotAllowed, match="not active any more"):
        services.people.add_group("night").result()


def test_a_note_of_what_was_read_takes_no_role(office: Office) -> None:
    services = signed_in(office, Role.VIEWER)
    services.administration.note(SystemEvent(Category.SYSTEM, "export written")).result()


def _id_of(_database: Any, email: str) -> str:
    from gateway_desktop.store.models.people import UserRow

    return str(UserRow.get(UserRow.email == email).id)
