"""Policies and exceptions: every change is a version with its author, and can be gone back from."""

import pytest

from gateway_desktop.core.clock import now_us
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.policy import Action, AnswerMode
from gateway_desktop.policies.values import hashed_value
from gateway_desktop.services.policies import difference
from gateway_desktop.services.policy_exceptions import VALUE_KEY, NewException
from gateway_desktop.services.proxy_values import NewProxy
from gateway_desktop.store.expired import write_expired_exceptions
from gateway_desktop.store.queries.policies import caught, exception_rows, policy_rows, policy_versions
from tests.makers import a_record
from tests.services.conftest import ACTOR, Office

MINE = "name: Mine\nrules:\n- {name: stop, when: {finding: secret}, action: block}\n"


def names(office: Office) -> list[str]:
    return [policy.name for policy in office.snapshot().policies]


def test_watch_is_on_from_the_start_and_the_others_are_there(office: Office) -> None:
    office.services.policies.ship().result()
    office.services.policies.ship().result()
    assert [item.policy.name for item in office.ask(policy_rows)] == ["Guard", "Strict", "Watch"]
    assert names(office) == ["Watch"]
    assert office.told() == []


def test_removed_policies_do_not_come_back(office: Office) -> None:
    office.services.policies.ship().result()
    for name in ("Watch", "Guard", "Strict"):
        office.services.policies.remove(name).result()
    office.services.policies.ship().result()
    assert office.ask(policy_rows) == () and names(office) == []


def test_a_change_is_a_version_with_author_and_difference_and_one_can_go_back(office: Office) -> None:
    policies = office.services.policies
    first = policies.save(MINE).result()
    second = policies.save(MINE.replace("block", "monitor"), "too strict").result()
    assert (first.version, second.version) == (1, 2)
    newest, oldest = office.ask(policy_versions, first.id)
    assert (newest.author, newest.note) == (ACTOR.actor, "too strict")
    changes = difference(oldest.document, newest.document)
    assert "-  action: block" in changes and "+  action: monitor" in changes
    back = policies.restore("mine", 1).result()
    assert back.version == 3 and back.rules == first.rules
    assert office.snapshot().policies[0].rules[0].action is Action.BLOCK
    assert [event for event, _ in office.told()] == ["policy created", "policy updated", "policy updated"]
    with pytest.raises(ConfigurationError, match="versions 1 to 3"):
        policies.restore("Mine", 9).result()


def test_the_same_document_again_is_no_version(office: Office) -> None:
    office.services.policies.save(MINE).result()
    assert office.services.policies.save(MINE).result().version == 1
    assert len(office.events()) == 1


def test_switching_is_a_version_and_its_own_event(office: Office) -> None:
    policies = office.services.policies
    policies.save(MINE).result()
    policies.disable("Mine").result()
    assert names(office) == [] and office.last_event().row.severity == "warning"
    policies.enable("Mine").result()
    assert names(office) == ["Mine"]
    assert [event for event, _ in office.told()][1:] == ["policy disabled", "policy enabled"]


def test_assigned_it_is_on_and_holds_there_only_and_without_any_it_is_off(office: Office) -> None:
    policies = office.services.policies
    proxy = office.services.proxies.add(NewProxy("openai", "https://api.openai.com")).result()
    policies.save(MINE + "enabled: false\n").result()
    assert policies.assign("Mine", ["openai"]).result().enabled
    assert office.snapshot().policies[0].assigned == {proxy.id}
    assert not policies.unassign("Mine", ["openai"]).result().enabled
    events = [event for event, _ in office.told()][2:]
    assert events == ["policy assigned", "policy enabled", "policy unassigned", "policy disabled"]
    with pytest.raises(ConfigurationError, match="did you mean 'Mine'"):
        policies.assign("Mien", ["openai"]).result()


def test_a_copy_is_off_and_a_taken_name_is_refused(office: Office) -> None:
    policies = office.services.policies
    policies.save(MINE).result()
    assert not policies.copy("Mine", "Yours").result().enabled
    with pytest.raises(ConfigurationError, match="already a policy"):
        policies.copy("Mine", "Yours").result()
    with pytest.raises(ConfigurationError, match="already a policy"):
        policies.change("Yours", MINE).result()
    renamed = policies.change("Yours", MINE.replace("Mine", "Theirs")).result()
    assert (renamed.name, renamed.version) == ("Theirs", 2)


def test_a_file_with_one_mistake_changes_nothing(office: Office) -> None:
    with pytest.raises(ConfigurationError, match="line 6"):
        office.services.policies.save_all(MINE + "---\nname: Other\nrules: 5\n").result()
    with pytest.raises(ConfigurationError, match="holds no policy"):
        office.services.policies.save_all("# nothing\n").result()
    assert office.ask(policy_rows) == ()


def an_exception(**changes: object) -> NewException:
    values: dict[str, object] = {"policy": "Mine", "rule": "stop", "reason": "a test key", "days": 7}
    return NewException(**(values | changes))  # type: ignore[arg-type]  # as above


def test_an_exception_has_owner_reason_and_end_and_its_value_is_not_kept(office: Office) -> None:
    office.services.policies.save(MINE).result()
    made = office.services.policy_exceptions.add(an_exception(value="sk-test", tool="shell")).result()
    assert made.value == hashed_value(office.sealer.derive(VALUE_KEY), "sk-test")
    assert (made.owner, made.tool) == (ACTOR.actor, "shell")
    assert made.expires_us - made.created_us == 7 * 86_400_000_000
    assert office.snapshot().exceptions == (made,)
    assert "sk-test" not in str(office.last_event())
    revoked = office.services.policy_exceptions.revoke(made.id[-8:]).result()
    assert revoked.revoked_us is not None and office.snapshot().exceptions == ()
    assert len(office.ask(lambda database: exception_rows(database, ended=True))) == 1
    assert [event for event, _ in office.told()][1:] == ["exception created", "exception revoked"]


def test_an_exception_that_is_over_is_told_once(office: Office) -> None:
    office.services.policies.save(MINE).result()
    office.services.policy_exceptions.add(an_exception(days=1e-9)).result()
    for expected in (1, 0):
        assert office.store.writer.submit(write_expired_exceptions, now_us()).result() == expected
    assert [event for event, _ in office.told()].count("exception expired") == 1


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"reason": " "}, "say why"),
        ({"days": 0}, "more than 0"),
        ({"days": 400}, "more than 0"),
        ({"rule": "other"}, "has the rules stop"),
        ({"policy": "Yours"}, "no policy 'Yours'"),
        ({"value": "a", "value_hash": "b"}, "not both"),
    ],
)
def test_a_wide_open_exception_is_refused(office: Office, changes: dict[str, object], problem: str) -> None:
    office.services.policies.save(MINE).result()
    with pytest.raises(ConfigurationError, match=problem):
        office.services.policy_exceptions.add(an_exception(**changes)).result()


def test_a_proxy_says_how_its_answers_pass(office: Office) -> None:
    office.services.proxies.add(NewProxy("openai", "https://api.openai.com")).result()
    changed = office.services.proxies.update("openai", {"answers": "hold"}).result()
    assert changed.answers is AnswerMode.HOLD
    assert office.snapshot().proxies["openai"].answers is AnswerMode.HOLD
    with pytest.raises(ConfigurationError, match="auto, pass, hold, buffer"):
        office.services.proxies.update("openai", {"answers": "later"}).result()


def test_what_each_policy_caught_is_counted_by_what_was_done(office: Office) -> None:
    for policy, action in (
        ("Watch@1/serious", "monitored"),
        ("Watch@2/rest", "monitored"),
        ("Mine@1/x", "blocked"),
    ):
        office.store.writer.append(a_record(policy=policy, policy_action=action))
    office.store.writer.append(a_record())
    office.services.policies.save(MINE).result()  # the writer has written what stood before it
    assert office.ask(caught, 0) == {"Watch": {"monitored": 2}, "Mine": {"blocked": 1}}
    assert office.ask(caught, now_us() + 10**9) == {}
