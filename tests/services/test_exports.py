"""Exports: all filtered rows, safe, whole or not at all."""

import csv
import hashlib
import io
import json
from concurrent.futures import CancelledError
from contextlib import closing
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway_desktop.core.audit import AuditRecord, Outcome
from gateway_desktop.core.errors import ConfigurationError, Unavailable
from gateway_desktop.core.files import unfinished
from gateway_desktop.services.audit_columns import COLUMNS
from gateway_desktop.services.export_file import Manifest, write_export
from gateway_desktop.services.export_rows import Layout, checked_columns, text_chunks
from gateway_desktop.services.exports import Wish, manifest_of
from gateway_desktop.services.table_text import csv_cell, csv_text
from gateway_desktop.store.opening import open_database
from gateway_desktop.store.queries import paging
from gateway_desktop.store.queries.audit import AuditRow
from gateway_desktop.store.queries.paging import parse_filter
from tests.makers import a_payload, a_principal, a_record
from tests.services.conftest import Office


def record(office: Office, *records: AuditRecord) -> None:
    for one in records:
        office.store.writer.append(one)
    office.store.writer.submit(lambda _database: None).result()


def exported(office: Office, text: str = "", tab: str = "llm", layout: Layout | None = None) -> str:
    layout = layout or Layout("csv", checked_columns(tab, ()))
    with closing(open_database(office.store.where, reader=True)) as database:
        return "".join(piece for _, piece in text_chunks(database, parse_filter(tab, text), layout))


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_every_column_of_every_tab_is_a_field_of_its_rows() -> None:
    assert tuple(COLUMNS) == paging.TABS
    for columns in COLUMNS.values():
        keys = [column.key for column in columns]
        assert set(keys) <= set(AuditRow.__dataclass_fields__)
        assert len(set(keys)) == len(keys)


def test_a_csv_has_the_tabs_columns_in_their_order_and_every_row(office: Office) -> None:
    record(office, *(a_record(target=f"model-{number}") for number in range(30)))
    text = exported(office)
    assert text.splitlines()[0].startswith(
        "Time (UTC),User,Proxy,Model,Input tokens,Output tokens,Cost (USD),Duration (ms),"
    )
    rows = rows_of(text)
    assert [row["Model"] for row in rows] == [f"model-{number}" for number in range(30)]
    first = rows[0]
    assert first["Time (UTC)"] == "2026-01-01T12:00:00.000000Z"
    assert (first["User"], first["Cost (USD)"], first["Risk"]) == ("ana@example.com", "0.000019", "")
    assert text.endswith("\r\n") and "\n" not in text.replace("\r\n", "")
    assert rows[0]["Id"].isdecimal() and len(rows[0]["Id"]) > 15


def test_a_filter_holds_for_the_export_too(office: Office) -> None:
    record(
        office, a_record(), a_record(outcome=Outcome.FAILED, principal=a_principal(actor="bo@example.com"))
    )
    assert [row["User"] for row in rows_of(exported(office, "status:failed"))] == ["bo@example.com"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n=", " =", "\uff1d", "\u200b="])
def test_no_cell_is_a_formula(office: Office, start: str) -> None:
    record(office, a_record(target=f"{start}1+cmd|' /C calc'!A0", session='quoted "and, split"\nin two'))
    (row,) = rows_of(exported(office))
    shown = start.replace("\r", "\\u000d").replace("\n=", "\n'=")
    assert row["Model"].startswith((f"'{shown}1+cmd", f"\\u200b={'1+cmd'}"))
    assert row["Session"] == 'quoted "and, split"\nin two'


@pytest.mark.parametrize("mark", [";", "\n", "\r\n"])
def test_no_part_of_a_cell_is_a_formula_where_semicolons_part_cells(office: Office, mark: str) -> None:
    record(office, a_record(target=f"a \"b{mark}=1+cmd|' /C calc'!A0;@SUM(1)"))
    text = exported(office)
    parts = [part for line in text.splitlines() for part in line.split(";")]
    assert not [part for part in parts if part.startswith(("=", "@"))]
    assert [row["Model"] for row in rows_of(text)] == [f"a \"b{mark}'=1+cmd|' /C calc'!A0;'@SUM(1)"]


def test_no_cell_moves_the_cursor_of_a_terminal_or_pretends(office: Office) -> None:
    record(office, a_record(target="\x1b[2J\x9bm\u202egpj", session="one\r\ntwo"))
    (row,) = rows_of(exported(office))
    assert (row["Model"], row["Session"]) == ("\\u001b[2J\\u009bm\\u202egpj", "one\r\ntwo")


texts = st.text(st.sampled_from(list("=+-@a ,;'\"\r\n\té")), max_size=4)
cells = st.none() | st.integers(-9, 9) | texts | st.text(max_size=6)


@given(st.lists(st.lists(cells, min_size=2, max_size=2), min_size=1, max_size=6))
def test_cells_made_one_by_one_are_what_a_whole_line_would_be(rows: list[list[object]]) -> None:
    lines = "".join(",".join(csv_cell(cell) for cell in row) + "\r\n" for row in rows)
    assert lines == csv_text(rows)


def test_one_column_alone_has_a_line_for_every_row(office: Office) -> None:
    record(office, a_record(error=None), a_record(error="no, never"))
    layout = Layout("csv", checked_columns("llm", ["error"]))
    with closing(open_database(office.store.where, reader=True, once=True)) as database:
        text = "".join(piece for _, piece in text_chunks(database, parse_filter("llm", ""), layout))
    assert text == 'Error\r\n""\r\n"no, never"\r\n'


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_half_a_letter_in_a_stored_text_keeps_no_export_from_being_written(office: Office, form: str) -> None:
    record(office, a_record(payloads=[a_payload("half \ud83d a letter")]))
    written = exported(office, layout=Layout(form, ("target",), payloads=True)).encode()
    assert "half \ufffd" in written.decode()


def test_columns_can_be_chosen_and_unknown_ones_are_named(office: Office) -> None:
    record(office, a_record(detail={"service_tier": "flex"}))
    layout = Layout("csv", checked_columns("llm", ["service_tier", "target"]))
    assert exported(office, layout=layout) == "Service tier,Model\r\nflex,gpt-5-mini\r\n"
    with pytest.raises(ConfigurationError, match="columns: 'modle' is none of"):
        checked_columns("llm", ["modle"])


def test_payloads_are_written_only_by_an_explicit_wish(office: Office) -> None:
    record(office, a_record())
    assert "Hello" not in exported(office)
    (row,) = rows_of(exported(office, layout=Layout("csv", ("target",), payloads=True)))
    assert (row["Request"], row["Response"]) == ("[user] Hello", "[assistant] Hi!")
    (line,) = exported(office, layout=Layout("jsonl", (), payloads=True)).splitlines()
    assert json.loads(line)["request"] == [
        {"place": "/messages/0/content", "role": "user", "text": "Hello", "cut": False}
    ]


def test_json_lines_have_everything_by_name_and_ids_as_text(office: Office) -> None:
    record(office, a_record(detail={"tier": "x"}), a_record(cost_nano=None))
    first, second = (json.loads(line) for line in exported(office, layout=Layout("jsonl", ())).splitlines())
    assert isinstance(first["id"], str) and int(first["id"]) > 2**53
    assert (first["time"], first["actor"], first["tokens_in"]) == (
        "2026-01-01T12:00:00.000000Z",
        "ana@example.com",
        12,
    )
    assert first["cost"] == 0.000019 and first["detail"] == {"tier": "x"}
    assert "cost" not in second and second["cost_nano"] is None


def test_an_export_in_its_own_process_is_whole_with_a_manifest_and_an_event(office: Office) -> None:
    office.keep_key()
    record(office, *(a_record() for _ in range(25)), a_record(outcome=Outcome.FAILED))
    path = office.paths.data / "exports" / "march.csv"
    heard: list[tuple[int, int | None]] = []
    wish = Wish("llm", "status:success", path, columns=("actor", "target"))
    done = office.services.exports.export(wish, lambda rows, of: heard.append((rows, of))).future.result(60)
    assert (done.path, done.rows) == (path, 25)
    assert heard[-1] == (25, 25)
    manifest = json.loads(manifest_of(path).read_text())
    assert manifest["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (manifest["rows"], manifest["filter"], manifest["columns"]) == (
        25,
        "status:success",
        ["actor", "target"],
    )
    assert manifest["who"].startswith("local:")
    beside = {found.name for found in path.parent.iterdir()} - {path.name}
    assert beside == {"march.csv.manifest.json", "march.csv.proof.jsonl", "verify_export.py"}
    event = office.last_event()
    assert (event.row.method, event.row.target) == ("export written", "march.csv")
    assert event.detail["after"]["sha256"] == manifest["sha256"]


def test_json_lines_of_no_rows_are_an_empty_file(office: Office) -> None:
    path = office.paths.data / "nothing.jsonl"
    done = office.services.exports.export(Wish("llm", "status:failed", path, "jsonl")).future.result(60)
    assert (done.rows, path.read_bytes()) == (0, b"")


def test_an_export_lets_the_gateway_go_first(office: Office) -> None:
    office.keep_key()
    others = psutil.Process().children()  # what tests before this one left running
    export = office.services.exports.export(Wish("llm", "", office.paths.data / "rows.csv"))
    (process,) = [child for child in psutil.Process().children() if child not in others]
    assert process.nice() == min(psutil.Process().nice() + 10, 19)
    export.cancel()
    with pytest.raises(CancelledError):
        export.future.result(60)


def test_a_cancelled_export_leaves_nothing(office: Office) -> None:
    path = office.paths.data / "exports" / "never.csv"
    export = office.services.exports.export(Wish("llm", "", path))
    export.cancel()
    with pytest.raises(CancelledError):
        export.future.result(60)
    assert not path.exists() and not unfinished(path).exists() and not office.events()


def test_an_export_is_not_written_into_what_somebody_else_put_there(office: Office, tmp_path: Path) -> None:
    path, theirs = tmp_path / "rows.csv", tmp_path / "theirs"
    theirs.write_text("as it was")
    unfinished(path).symlink_to(theirs)
    office.services.exports.export(Wish("llm", "", path)).future.result(60)
    assert theirs.read_text() == "as it was" and not path.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o600


def test_an_export_that_fails_says_why_and_leaves_nothing(office: Office, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    export = office.services.exports.export(Wish("llm", "", tmp_path / "taken" / "x.csv"))
    with pytest.raises(Unavailable, match=r"x\.csv cannot be written: "):
        export.future.result(60)
    with pytest.raises(Unavailable, match="colour: not a filter"):
        office.services.exports.export(Wish("llm", "colour:red", tmp_path / "x.csv")).future.result(60)
    assert not (tmp_path / "x.csv").exists()


def test_an_older_file_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("old")

    def broken() -> object:
        yield 1, "new"
        assert path.read_text() == "old"
        raise OSError(28, "No space left on device")

    def unproven(proof: Path, _manifest: object) -> Manifest:
        proof.write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(Unavailable, match="No space left on device"):
        write_export(path, broken(), {}, lambda _rows: None)  # type: ignore[arg-type]  # it never ends well
    with pytest.raises(Unavailable, match="No space left on device"):
        write_export(path, iter([(1, "new")]), {}, lambda _rows: None, unproven)
    assert path.read_text() == "old"
    assert [found.name for found in tmp_path.iterdir()] == ["x.csv"]
