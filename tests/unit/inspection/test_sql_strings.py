"""The strings of a statement: torn where a value broke out, whole in honest statements of all dialects."""

import pytest

from gateway_desktop.inspection.sql_strings import broken


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT a FROM t WHERE name = 'x' <= ''",
        "SELECT a FROM t WHERE name = 'A' / 'B' AND c = 1",
        "SELECT a FROM t WHERE name = '' AND '' AND c = 'x'",
        "SELECT a FROM t WHERE name = 'x' or intcolumn && '1'",
        "SELECT a FROM t WHERE name = 'x'y' AND c = 1",
        "SELECT a FROM t WHERE name = 'it's'",
    ],
)
def test_a_string_that_ends_where_it_should_not_is_seen(statement: str) -> None:
    assert broken(statement.encode()) is not None


@pytest.mark.parametrize(
    "statement",
    [
        'SELECT "user"."id" FROM "user" WHERE "user"."age" > 5 AND "user"."name" = \'Ann\'',
        "SELECT `t`.`x` * 2 FROM `t` WHERE `t`.`x` > 5 AND `t`.`n` = 'a'",
        "SELECT data->>'name' FROM t WHERE data->'age' > '5'",
        "SELECT * FROM t WHERE name = 'O''Brien' -- the one from Cork",
        "SELECT a /* the 'old' one */ FROM t WHERE d BETWEEN '2024-01-01' AND '2024-02-01' AND b = 'x'",
        "SELECT d - INTERVAL '1 day', '%' || n || '%' FROM t WHERE d >= '2024-01-01' - INTERVAL '1 day'",
        "SELECT 'a' AS \"label one\", count(*) FROM t WHERE c IN ('x', 'y') OR c LIKE 'z%'",
        "INSERT INTO notes (text) VALUES ('remember: it''s Monday; bring milk')",
    ],
)
def test_honest_statements_are_whole(statement: str) -> None:
    assert broken(statement.encode()) is None
