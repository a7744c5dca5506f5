"""Anchoring: the end of each chain is signed, kept beside the database and sent to the sinks."""

import os
from collections.abc import Callable
from concurrent.futures import Future

from gateway_desktop.core.seal import heads_in
from gateway_desktop.core.sink import OutboxRecord
from gateway_desktop.identity.signing import Signer, is_signed
from gateway_desktop.services.anchoring import Anchoring
from gateway_desktop.store.heads import signed_heads
from tests.services.conftest import Office


class Post:
    """A sink called *far away* that takes everything."""

    def __init__(self) -> None:
        self.taken: list[OutboxRecord] = []

    def tell(self, record: OutboxRecord) -> Future[tuple[str, ...]]:
        self.taken.append(record)
        done: Future[tuple[str, ...]] = Future()
        done.set_result(("far away",))
        return done


def test_chains_are_signed_at_the_start_and_at_the_end_and_only_if_they_went_on(office: Office) -> None:
    post = Post()
    office.services.people.add_user("ana@example.com").result()
    anchoring = Anchoring(office.store, office.paths, Signer(office.sealer), post.tell)
    anchoring.close()
    assert [record.seq for record in post.taken] == [1]  # the start; the end found nothing new
    office.services.people.add_user("bo@example.com").result()
    anchoring = Anchoring(office.store, office.paths, Signer(office.sealer), post.tell)
    anchoring.close()
    assert [record.seq for record in post.taken] == [1, 2]


def test_a_head_stands_in_the_file_in_the_database_and_in_what_sinks_got(office: Office) -> None:
    post = Post()
    signer = Signer(office.sealer)
    office.services.people.add_user("ana@example.com").result()
    Anchoring(office.store, office.paths, signer, post.tell).close()
    [head] = heads_in(office.paths.heads.read_text())
    assert is_signed(signer.public_key, head.signed_bytes(), head.signature)
    assert (head.gateway, head.n, head.hi) == (0, 1, 1)
    assert office.ask(signed_heads) == [head] == heads_in(post.taken[0].summary)
    sinks = office.store.reader.submit(lambda d: d.execute_sql("SELECT sinks FROM anchor").fetchall())
    assert sinks.result() == [("far away",)]
    assert office.paths.heads.stat().st_mode & 0o777 == 0o600


def test_a_pipe_in_the_place_of_the_file_stops_nobody(
    office: Office, expect_log: Callable[[str], None]
) -> None:
    expect_log("heads of the audit could not be kept: .*No such device")
    office.paths.heads.parent.mkdir()
    os.mkfifo(office.paths.heads)
    office.services.people.add_user("ana@example.com").result()
    Anchoring(office.store, office.paths, Signer(office.sealer), Post().tell).close()
