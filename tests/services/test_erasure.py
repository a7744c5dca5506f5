"""Erase person: nothing in the file says who they were, and the audit still verifies."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest

from gateway_desktop.core.budget import Mode, Period
from gateway_desktop.core.clock import now_us
from gateway_desktop.core.errors import ConfigurationError
from gateway_desktop.core.principal import ANONYMOUS
from gateway_desktop.core.scope import Scope
from gateway_desktop.core.tool_pin import Listed, Listing
from gateway_desktop.policies.budget import term_at
from gateway_desktop.services.budgets import Wanted
from gateway_desktop.services.integrity import Verification, verify_audit
from gateway_desktop.services.policy_exceptions import NewException
from gateway_desktop.services.proxy_values import NewProxy
from gateway_desktop.store.database import Database
from gateway_desktop.store.first_uses import write_first_use
from gateway_desktop.store.password_store import PasswordStore
from gateway_desktop.store.queries.audit import page
from gateway_desktop.store.queries.paging import AuditFilter
from gateway_desktop.store.queries.tool_pins import pin_rows
from gateway_desktop.store.sqlite import SqliteDatabase
from gateway_desktop.store.whose import add_up_all
from tests.makers import a_payload, a_principal, a_record
from tests.services.conftest import Office
from tests.unit.alerting.makers import a_finding_detail, a_hit_record

EMAIL, NEWER, NAME = "ana.lovelace@example.com", "ana.byron@example.com", "Ana Lovelace"


@pytest.fixture
def user_id(office: Office) -> Iterator[str]:
    """Ana, who had two addresses, a key, requests, an alert; beside her Bo, who said one thing as she did."""
    people = office.services.people
    ana = people.add_user(EMAIL, NAME).result()
    bo = people.add_user("bo@example.com", "Bo").result()
    office.services.keys.create(EMAIL, name="Ana's laptop").result()
    for who, address, name, texts in (
        (ana, EMAIL, NAME, ["my secret plan", "You are helpful"]),
        (bo, "bo@example.com", "Bo", ["what Bo said", "You are helpful"]),
        (ana, NEWER, NAME, ["another plan of mine"]),
    ):
        principal = a_principal(user_id=who.id, actor=address, display_name=name)
        office.store.writer.append(
            a_record(principal=principal, client_ip="10.1.2.3", payloads=[a_payload(text) for text in texts])
        )
    office.store.writer.append(a_record(claimed_user=EMAIL))
    hit = a_hit_record(a_finding_detail())
    hit.principal = a_principal(user_id=ana.id, actor=EMAIL, display_name=NAME)
    office.store.writer.append(hit)
    people.update_user(EMAIL, email=NEWER).result()
    yield ana.id


def verified(office: Office) -> Verification:
    return verify_audit(office.store.where, office.sealer, [])


def stored(office: Office) -> bytes:
    """Return everything in the database; of a file without pages that are free."""
    if not isinstance(office.store.where, Path):
        return office.ask(_everything)
    copy = office.paths.data / "copy.sqlite"
    copy.unlink(missing_ok=True)
    with closing(SqliteDatabase(office.store.where)) as database:
        database.execute_sql("VACUUM INTO ?", (str(copy),))
    return copy.read_bytes()


def _everything(database: Database) -> bytes:
    tables = database.get_tables()
    return str([database.execute_sql(f"SELECT * FROM {table}").fetchall() for table in tables]).encode()


def test_nothing_says_who_they_were(office: Office, user_id: str) -> None:
    nobody = replace(ANONYMOUS, no_user_reason=f"The upstream's token is of {EMAIL}, who is no user here")
    for principal in (a_principal(user_id=None, actor=EMAIL), nobody):
        office.store.writer.append(a_record(principal=principal))
    office.store.writer.submit(add_up_all).result()
    before = stored(office).lower()
    assert all(text.encode().lower() in before for text in (EMAIL, NEWER, NAME, "my secret plan"))
    erased = office.services.erasure.erase_user(NEWER).result(60)
    after = stored(office).lower()
    for text in (EMAIL, NEWER, NAME, "Ana's laptop", "my secret plan", "another plan"):
        assert text.encode().lower() not in after, text
    assert erased.pseudonym.encode() in after and b"bo@example.com" in after
    assert erased.texts >= 2


def test_a_request_that_ran_meanwhile_does_not_name_them_afterwards(office: Office, user_id: str) -> None:
    erased = office.services.erasure.erase_user(NEWER).result(60)
    running = a_principal(user_id=user_id, actor=NEWER, display_name=NAME)
    detail: dict[str, object] = {"evidence": f"of {NEWER}", "n": 1.5}
    payloads = [a_payload("my secret plan")]
    record = a_record(principal=running, client_ip="10.9.8.7", detail=detail, payloads=payloads, error=NAME)
    office.store.writer.append(record)
    office.store.writer.submit(write_first_use, record).result()
    row = office.ask(page, AuditFilter("llm")).rows[0]
    after = stored(office).lower()
    for text in (NEWER, NAME, "my secret plan", "10.9.8.7"):
        assert text.encode().lower() not in after, text
    assert row.actor == erased.pseudonym
    assert verified(office).ok


def test_the_audit_still_verifies_and_says_what_was_done(office: Office, user_id: str) -> None:
    erased = office.services.erasure.erase_user(NEWER).result(60)
    verification = verified(office)
    assert verification.ok, verification
    assert verification.found.amended_seals >= 4
    assert verification.found.erased_texts == erased.texts
    event = office.last_event()
    assert (event.row.method, event.row.target) == ("person erased", erased.pseudonym)
    assert event.detail["after"] == {"rows": erased.rows, "texts": erased.texts, "user": user_id}


def test_what_they_decided_stays_without_their_name(office: Office, user_id: str) -> None:
    office.services.proxies.add(NewProxy("files", "https://files.example.com/mcp", kind="mcp")).result()
    services = office.with_outside(actor=a_principal(user_id=user_id, actor=NEWER)).services
    services.policies.save("name: Ours\nrules:\n- name: r\n  when: {model: x}\n  action: block\n").result()
    services.policy_exceptions.add(NewException("Ours", "r", f"{NAME} knows why", 5)).result()
    budget = services.budgets.set(Scope.GROUP, "team", Period.MONTH, Wanted(5, Mode.BLOCK)).result()
    spent = {"charges": (term_at(budget, now_us(), UTC),), "charged_nano": 7}
    office.store.writer.append(a_record(principal=a_principal(user_id=user_id, actor=NEWER), **spent))
    services.budgets.reset(Scope.GROUP, "team", Period.MONTH, "a test run").result()
    proxy = office.snapshot().proxies["files"]
    services.tool_pins.report(Listing(proxy.id, (Listed("read", "0a", "{}"),))).result()
    services.tool_pins.disable("files", "read").result()
    PasswordStore(office.store, office.sealer).failed(NEWER.title(), "files", "10.1.2.3").result()
    erased = office.services.erasure.erase_user(NEWER).result(60)
    after = stored(office)
    assert NEWER.encode() not in after.lower() and NAME.encode() not in after
    [pin] = office.ask(pin_rows)
    assert pin.pin.decided_by == erased.pseudonym


def test_a_name_in_capital_letters_beyond_ascii_is_found(office: Office, user_id: str) -> None:
    key = office.services.keys.create(NEWER, name="laptop").result()
    office.services.keys.rename(key.prefix, "ÖZGE'S LAPTOP").result()  # told without whose it is
    office.services.erasure.erase_user(NEWER).result(60)
    assert "ÖZGE".encode() not in stored(office)


def test_what_others_said_stays_also_where_they_said_the_same(office: Office, user_id: str) -> None:
    office.services.erasure.erase_user(NEWER).result(60)
    texts = office.store.reader.submit(
        lambda d: d.execute_sql("SELECT count(*) FROM part WHERE body IS NOT NULL").fetchone()[0]
    )
    rows = office.ask(page, AuditFilter("llm")).rows
    assert {row.actor for row in rows} >= {"bo@example.com"}
    assert texts.result() >= 2
    assert office.services.people.add_user(NEWER).result().email == NEWER  # the address is free again


def test_the_numbers_stay(office: Office, user_id: str) -> None:
    sums = "SELECT sum(n), sum(tin), sum(tout), sum(cost) FROM roll_day_actor"
    before = office.store.reader.submit(lambda d: d.execute_sql(sums).fetchone()).result()
    erased = office.services.erasure.erase_user(NEWER).result(60)
    after = office.store.reader.submit(lambda d: d.execute_sql(sums).fetchone()).result()
    actors = office.store.reader.submit(
        lambda d: d.execute_sql(
            "SELECT DISTINCT actor FROM roll_day_actor WHERE user_id = ?", (user_id,)
        ).fetchall()
    )
    assert after[1:] == before[1:]
    assert actors.result() == [(erased.pseudonym,)]


def test_one_who_was_deleted_before_can_be_erased(office: Office, user_id: str) -> None:
    office.services.people.delete_user(NEWER).result()
    erased = office.services.erasure.erase_user(NEWER).result(60)
    assert NEWER.encode() not in stored(office)
    assert verified(office).ok
    again = office.services.erasure.erase_user(user_id).result(60)  # as after one that was stopped
    assert again.pseudonym == erased.pseudonym


def test_a_text_said_again_after_an_erasure_is_stored_again(office: Office, user_id: str) -> None:
    office.services.erasure.erase_user(NEWER).result(60)
    office.store.configure(payload_kb=256)  # as the gateway does when the configuration changed
    office.store.writer.append(a_record(payloads=[a_payload("my secret plan")]))
    office.store.writer.submit(lambda _database: None).result()
    assert b"my secret plan" in stored(office)
    assert verified(office).ok


def test_nobody_by_that_name_is_an_error(office: Office) -> None:
    with pytest.raises(ConfigurationError, match="there is no user 'cy'"):
        office.services.erasure.erase_user("cy").result(60)
