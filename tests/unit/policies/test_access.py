"""Who may use a proxy, and which models of it."""

import fnmatch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway_desktop.core.errors import Reason
from gateway_desktop.core.principal import ANONYMOUS
from gateway_desktop.core.proxy import Access, Kind
from gateway_desktop.policies.access import allowed, matches
from tests.makers import a_principal, a_proxy


def test_an_open_proxy_is_for_everybody() -> None:
    proxy = a_proxy(restricted=False)
    assert allowed(proxy, a_principal(groups=frozenset()), "gpt-5") is None
    assert allowed(proxy, ANONYMOUS, None) is None


def test_a_limited_proxy_is_for_those_listed() -> None:
    proxy = a_proxy(restricted=True, access=(Access("research"),))
    assert allowed(proxy, a_principal(groups=frozenset({"team", "research"})), "gpt-5") is None
    refused = allowed(proxy, a_principal(groups=frozenset({"team"})), None)
    assert refused is not None
    assert (refused.reason, refused.status) == (Reason.ACCESS, 403)
    assert "ana@example.com (group team) may not use proxy" in refused.message


def test_a_limited_proxy_with_an_empty_list_is_for_nobody() -> None:
    assert allowed(a_proxy(restricted=True), a_principal(), None) is not None
    refused = allowed(a_proxy(restricted=True), ANONYMOUS, None)
    assert refused is not None and refused.message.startswith("Anonymous may not")


def test_models_are_those_of_all_my_groups() -> None:
    access = (
        Access("team", ("gpt-5-mini", "claude-*")),
        Access("research", ("o?",)),
        Access("other", ("*",)),
    )
    proxy = a_proxy(restricted=True, access=access)
    ana = a_principal(groups=frozenset({"team", "research"}))
    for model in ("gpt-5-mini", "claude-sonnet-4-5", "o3"):
        assert allowed(proxy, ana, model) is None
    for model in ("gpt-5", "GPT-5-mini", "o3-pro", "xclaude-1"):
        refused = allowed(proxy, ana, model)
        assert refused is not None and f"model '{model}'" in refused.message


def test_a_call_whose_model_cannot_be_read_is_only_for_those_who_may_use_all() -> None:
    some = a_proxy(restricted=True, access=(Access("team", ("gpt-*",)),))
    every = a_proxy(restricted=True, access=(Access("team"),))
    refused = allowed(some, a_principal(), "")
    assert refused is not None and "cannot be read" in refused.message
    assert allowed(some, a_principal(), None) is None
    assert allowed(every, a_principal(), "") is None


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [
        ("gpt-*", "gpt-", True),
        ("*mini*", "gpt-5-mini-2025", True),
        ("*mini", "gpt-5-mini-2025", False),
        ("a*b*c", "a-b-b-c", True),
        ("a*b*c", "a-c-b", False),
        ("?", "", False),
        ("??", "é中", True),
        ("[ab]", "a", False),
        ("[ab]", "[ab]", True),
        ("a.c", "abc", False),
        ("*", "", True),
        ("**", "", True),
        ("", "", True),
        ("", "a", False),
    ],
)
def test_a_star_is_any_text_and_a_question_mark_one_character(pattern: str, name: str, fits: bool) -> None:
    assert matches(pattern, name) is fits


@given(st.text("ab*?", max_size=8), st.text("ab*?", max_size=8))
def test_wildcards_mean_what_they_mean_in_a_shell(pattern: str, name: str) -> None:
    assert matches(pattern, name) is fnmatch.fnmatchcase(name, pattern)


def test_a_pattern_of_many_stars_is_no_trap() -> None:
    assert not matches("*a" * 30 + "b", "a" * 3000)


@pytest.mark.parametrize(
    "tool",
    [
        "delete_all",
        "DELETE_all",
        "Delete_All",
        " delete_x",
        "\uff44elete_x",
        "de\u200blete_x",
        "d\u0435l\u0435te_x",
    ],
)
def test_what_is_forbidden_is_forbidden_in_every_spelling(tool: str) -> None:
    proxy = a_proxy(kind=Kind.MCP, restricted=True, access=(Access("team", ("*", "!delete_*")),))
    refused = allowed(proxy, a_principal(), tool)
    assert refused is not None and "may not use tool" in refused.message
    assert allowed(proxy, a_principal(), "read") is None


@pytest.mark.parametrize("model", ["gemini-2.5-pro", "models/gemini-2.5-pro", "Models/Gemini-2.5-pro"])
def test_a_model_that_is_forbidden_is_so_in_googles_longer_name(model: str) -> None:
    proxy = a_proxy(restricted=True, access=(Access("team", ("*", "!gemini-2.5-*")),))
    assert allowed(proxy, a_principal(), model) is not None
    assert allowed(proxy, a_principal(), "models/gemini-2.0-flash") is None


@pytest.mark.parametrize("forbidden", ["llama3", "llama3:latest", "Library/llama*:latest"])
@pytest.mark.parametrize("model", ["llama3", "llama3:latest", "registry.ollama.ai/library/llama3:LATEST"])
def test_a_model_that_is_forbidden_is_so_in_all_names_that_ollama_knows(forbidden: str, model: str) -> None:
    proxy = a_proxy(restricted=True, access=(Access("team", ("*", f"!{forbidden}")),))
    assert allowed(proxy, a_principal(), model) is not None
    assert allowed(proxy, a_principal(), "mistral:latest") is None


@pytest.mark.parametrize("tool", ["Read", "read ", "r*", "read?", "\uff52ead"])
def test_what_is_allowed_is_allowed_as_it_is_written(tool: str) -> None:
    proxy = a_proxy(kind=Kind.MCP, restricted=True, access=(Access("team", ("read",)),))
    assert allowed(proxy, a_principal(), tool) is not None
