"""Values that break out, statements that do what none should; and what people write every day."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway_desktop.inspection.detectors.sql_injection import SqlInjection
from tests.unit.inspection.found import found, kinds

SQL = SqlInjection()


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("' OR 1=1 --", "tautology"),
        ("*)(uid=*))(|(uid=*", "filter_break_out"),
        ("admin)(&)", "filter_break_out"),
        ("admin*)((|userPassword=*)", "filter_break_out"),
        ("[$ne]=1", "filter_break_out"),
        ("'; return true; var a='", "filter_break_out"),
        ("(CASE WHEN (SELECT 1 FROM a) THEN b ELSE c END)", "blind_probe"),
        ("'] | //user/* | a['", "filter_break_out"),
        ("*))(|(mail=*", "filter_break_out"),
        ("1' or '1'='1", "break_out"),
        ("x' AND 'a'='a' /*", "tautology"),
        ("5 UNION ALL SELECT name, secret FROM accounts", "union_select"),
        ("7; DROP TABLE bills", "stacked_statement"),
        ("1 and sleep(5)", "time_delay"),
        ("1>sleep(5)", "time_delay"),
        ("0'xor(if(now()=sysdate(),sleep(15),0))xor'z", "time_delay"),
        ("1 or benchmark(5000000, md5('x'))", "time_delay"),
        ("1; waitfor delay '0:0:9'--", "time_delay"),
        ("admin'--", "comment_cut_off"),
        ("3) or (select count(*) from information_schema.tables)>1", "catalogue"),
        ("1 and load_file('/x')", "file_or_system"),
        ("1 and extractvalue(1, concat(0x7e, version()))", "blind_probe"),
        ("' order by 9 -- ", "column_probe"),
        ("un/**/ion sel/**/ect 1", "hidden_by_comments"),
        ("1 and sleep/**/(5)", "hidden_by_comments"),
        ("1%20union%20select%201", "union_select"),
        ("%27%20OR%201%3D1%20--%20and%20more", "tautology"),
        ("a' rlike '.", "operator_after_quote"),
    ],
)
def test_a_value_that_breaks_out_is_found(value: str, kind: str) -> None:
    assert kind in kinds(SQL, value)


@pytest.mark.parametrize(
    "value",
    [
        "Conan O'Brien", "rock 'n' roll", "2026-01-31", "5' 11\"", "it's 40 and 50 percent", "a or b",
        "union of two sets", "select a colour from the list", 'names "Ana" and "Bob"', "drop by on Friday",
        "where is the station?", "Smith (the elder)(1) and (2)", "C# -- a language", "https://a.example/?q=1&r=2", '{"a": "b"}', "100% sure; really",
        "Smith (CEO) -- Berlin", "Room 3 -- second floor", "L'Orient #3", "12--A", "1--5",
        "price > 10", "O'Reilly and Associates", "order by phone", "tree --help",
        "sleep(5) in javascript", "Thread.sleep(1000); in java", "benchmark(10) python",
        "setTimeout(() => sleep(5))", "await sleep(5);",
        '{"operation": "mod", "a": 7}', '{"conditions": [[ "age", ">", "30"]]}',
    ],
)  # fmt: skip
def test_what_people_write_is_left_alone(value: str) -> None:
    assert kinds(SQL, value) == set()


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM a WHERE name = '' OR 1=1 --'",
        "SELECT a FROM b WHERE id = 3; DROP TABLE b",
        "DELETE FROM users",
        "DROP DATABASE shop",
        "ALTER USER ana WITH SUPERUSER",
        "SELECT a FROM b WHERE id = -1 UNION SELECT 1, user(), 3",
        "SELECT a FROM b WHERE id = 1 AND pg_sleep(9)",
        "COPY (SELECT a FROM b) TO PROGRAM 'sh'",
        "SELECT a FROM b INTO OUTFILE '/var/www/x.php'",
        "SELECT a FROM b WHERE name = 'x' AND email IS NULL; --' LIMIT 1",
        "SELECT a FROM b WHERE name = 'A' LIKE 'B'",
        "SELECT a FROM b WHERE name = 'x' OR ord('A')'",
        "SELECT a FROM b WHERE name = 'x'y' AND c = 1",
    ],
)
def test_a_statement_that_was_broken_into_is_found(query: str) -> None:
    assert kinds(SQL, query, "run_query", "sql")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT name, count(*) FROM orders WHERE year > 2000 AND state = 'open' GROUP BY name HAVING count(*) > 3",
        "SELECT 'a' AS k, 1 AS v UNION SELECT 'b', 2",
        "DROP TABLE IF EXISTS tmp; CREATE TABLE tmp (id int)",
        "WITH t AS (SELECT a FROM b) SELECT * FROM t UNION SELECT c FROM d",
        "UPDATE users SET name = 'O''Brien' WHERE id = 7",
        "INSERT INTO log(at, text) VALUES (now(), 'a; b')",
        "DELETE FROM carts WHERE age > 30",
        "SELECT a -- the name of a user\nFROM b WHERE c = 'x'",
        "SELECT \"a\".\"b\", 'it''s' || c, date '2026-01-01' FROM d WHERE e IN ('f','g') AND h LIKE '%i%'",
    ],
)
def test_honest_statements_pass(query: str) -> None:
    assert kinds(SQL, query, "run_query", "sql") == set()


def test_prose_and_contents_of_files_are_not_looked_at() -> None:
    assert kinds(SQL, "' OR 1=1 --", "write_file", "content") == set()


def test_the_place_is_that_of_the_text_as_it_stands() -> None:
    text = "id=7' OR 1=1 --"
    (finding, *_) = [one for one in found(SQL, text) if one.kind.endswith("tautology")]
    assert text[finding.start : finding.end].startswith("OR 1=1")


@given(st.text(max_size=300))
@settings(max_examples=100)
def test_it_never_raises(text: str) -> None:
    found(SQL, text)
