"""check_rollups(): do the rollups count what the rows say? Charts, cards, budgets and lists read only them.

Days whose rows retention removed are left out, kind by kind: their counts stay, and nothing is left to
compare them with. That rows were removed, or names in them rewritten, has to stand in the chain, which
verify() checks: anything else could have been written by anybody. Coarser and finer rollups (spans of days;
owners and groups by the hour) are compared with those that were compared with rows.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from gateway_desktop.core.audit import Recorded
from gateway_desktop.core.clock import DAY_US, HOUR_US, datetime_of
from gateway_desktop.core.latency import LOG_STEP
from gateway_desktop.store.chain import Broken
from gateway_desktop.store.database import Database
from gateway_desktop.store.rollups import DAY_COLUMNS, HOUR_COLUMNS, LATENCY_COLUMNS, SPAN_DAYS, SPAN_US
from gateway_desktop.store.whose import GROUP, OWNER

_NAMES = ("actor", "target")  # what an erasure rewrites in rows, and in some rollups
_WORDS = {
    "n": "the number of requests",
    "n_blocked": "the number of blocked requests",
    "n_failed": "the number of failed requests",
    "tin": "input tokens",
    "tout": "output tokens",
    "cost": "the cost in 1e-9 dollars",
    "n_cost_unknown": "the number of requests of unknown cost",
    "dur": "the sum of durations in ms",
    "max_risk": "the highest risk",
    "last_id": "the last row",
}
_FIGURES = ("n", "tin", "tout", "cost", "n_cost_unknown")
_SUMS = (
    "coalesce(sum(tokens_in), 0), coalesce(sum(tokens_out), 0), coalesce(sum(cost_nano), 0),"
    " sum(CASE WHEN cost_nano IS NULL THEN 1 ELSE 0 END)"
)
_OF_DAY = " FROM event WHERE kind <> 'system' AND id >= ? AND id < ? GROUP BY "
_DURATION = "coalesce(duration_ms, 0)"
# As `bucket_of`: no whole number of ms is so near to an edge that a last digit of a logarithm would matter.
_BUCKET = (
    "CASE WHEN duration_ms > 1"
    f" THEN CAST(floor(ln(CAST(duration_ms AS DOUBLE PRECISION)) / {LOG_STEP!r}) AS INTEGER) ELSE 0 END"
)
_AMENDED = (
    "SELECT CASE WHEN a.since = a.n THEN s.first_id ELSE s.behind END, s.last_id FROM amendment a JOIN"
    " (SELECT gw, n, first_id, last_id, coalesce(lag(last_id) OVER (PARTITION BY gw ORDER BY last_id), 0)"
    " AS behind FROM seal) s ON s.gw = a.gw AND s.n = a.n"
)
Rows = Collection[tuple[Any, ...]]


def _period(length_us: int) -> str:
    return f"((id >> {Recorded.GATEWAY_BITS}) + {Recorded.EPOCH_US}) / {length_us}"


def _outcomes(outcome: str) -> str:
    return f"sum(CASE WHEN outcome = '{outcome}' THEN 1 ELSE 0 END)"


class _Table(NamedTuple):
    name: str
    title: str
    length_us: int
    columns: Sequence[str]
    key: int  # how many of the columns tell rows apart
    of_rows: str  # the same, as the rows of a day say


_TABLES = (
    _Table(
        "roll_hour",
        "hourly counts",
        HOUR_US,
        HOUR_COLUMNS,
        6,
        f"SELECT {_period(HOUR_US)}, gw, proxy, kind, coalesce(target, ''), outcome, count(*), {_SUMS},"
        f" sum({_DURATION}){_OF_DAY}1, 2, 3, 4, 5, 6",
    ),
    _Table(
        "roll_day_actor",
        "daily counts of people",
        DAY_US,
        DAY_COLUMNS,
        9,
        f"SELECT {_period(DAY_US)}, gw, coalesce(user_id, ''), actor, principal_kind, grp,"
        f" coalesce(api_key_id, ''), proxy, kind, count(*), {_outcomes('blocked')}, {_outcomes('failed')},"
        f" {_SUMS}, max(risk), max(id){_OF_DAY}1, 2, 3, 4, 5, 6, 7, 8, 9",
    ),
    _Table(
        "lat_hour",
        "hourly durations",
        HOUR_US,
        LATENCY_COLUMNS,
        5,
        f"SELECT {_period(HOUR_US)}, gw, proxy, kind, {_BUCKET}, count(*){_OF_DAY}1, 2, 3, 4, 5",
    ),
)


class _Derived(NamedTuple):
    """A rollup of a rollup: two questions whose answers are the same."""

    title: str
    length_us: int
    key: Sequence[str]  # what tells rows of both answers apart, after the period
    figures: Sequence[str]
    stored: str
    expected: str


def _spans() -> _Derived:
    key, figures = (*DAY_COLUMNS[1:9], "max_risk"), DAY_COLUMNS[9:-2]
    days = ", ".join(f"r.{name}" for name in key[:-1])
    return _Derived(
        f"counts of people over {SPAN_DAYS} days",
        SPAN_US,
        key,
        figures,
        f"SELECT span, {', '.join((*key, *figures))} FROM roll_span_actor",
        f"SELECT day / {SPAN_DAYS}, {days}, max(max_risk), {_summed(figures)} FROM roll_day_actor r"
        f" JOIN gateway g ON g.id = r.gw WHERE day / {SPAN_DAYS} < g.closed_span"
        f" GROUP BY day / {SPAN_DAYS}, {days}",
    )


def _summed(figures: Iterable[str]) -> str:
    return ", ".join(f"sum({name})" for name in figures)


def _whose(title: str, length_us: int, key: Sequence[str], field: str, table: str, value: str) -> _Derived:
    """Return a comparison of `roll_hour_whose` up to the period that it has not wholly added up."""
    rolled = f"((g.rolled_id >> {Recorded.GATEWAY_BITS}) + {Recorded.EPOCH_US}) / {length_us}"

    def question(of: str, period: str, columns: str, more: str) -> str:
        return (
            f"SELECT {period}, {columns}, {_summed(_FIGURES)} FROM {of} r JOIN gateway g ON g.id = r.gw"
            f" WHERE {period} < {rolled}{more}"
            f" GROUP BY {', '.join(map(str, range(1, len(key) + 2)))}"
        )

    columns = ", ".join(f"r.{name}" for name in key)
    hours = length_us // HOUR_US
    return _Derived(
        title,
        length_us,
        key,
        _FIGURES,
        question("roll_hour_whose", f"hour / {hours}", columns, f" AND field = '{field}'"),
        question(table, "hour" if hours == 1 else "day", columns.replace("r.value", value), ""),
    )


_PEOPLE = ("gw", "value", "actor", "principal_kind", "grp", "proxy", "kind")
_HOURS = ("gw", "proxy", "kind", "outcome")
_ACTOR = "coalesce(nullif(r.user_id, ''), r.actor)"
_WHOSE = (
    _whose("hours of owners", HOUR_US, _HOURS, OWNER, "roll_hour", ""),
    _whose("hourly counts of owners", DAY_US, _PEOPLE, OWNER, "roll_day_actor", _ACTOR),
    _whose(
        "hourly counts of groups", DAY_US, ("gw", "value", "proxy", "kind"), GROUP, "roll_day_actor", "r.grp"
    ),
)


def check_rollups(database: Database) -> int:
    """Return how many counts are those of the rows, or raise Broken at the first that is not."""
    connection = database.raw()
    marks = connection.execute("SELECT kind, until_us FROM retention_mark").fetchall()
    amended = _amended_days(connection)
    gone = {kind: {day for day in amended if day * DAY_US < until_us} for kind, until_us in marks}
    days = connection.execute(
        "SELECT DISTINCT hour / 24 FROM roll_hour UNION SELECT DISTINCT day FROM roll_day_actor"
        " UNION SELECT DISTINCT hour / 24 FROM lat_hour"
        f" UNION SELECT DISTINCT {_period(DAY_US)} FROM event WHERE kind <> 'system'"
    ).fetchall()
    counts = 0
    for day in sorted(row[0] for row in days):
        kinds = {kind for kind, days_gone in gone.items() if day in days_gone}
        for table in _TABLES:
            counts += _compare(connection, table, day, kinds, _NAMES if day in amended else ())
    _compare_derived(connection, _spans(), {})
    for derived in _WHOSE:
        _compare_derived(connection, derived, gone)
    return counts


def _amended_days(connection: Any) -> set[int]:
    """Return the days from which rows were removed, or in which some were rewritten.

    A seal into which others were merged stands for all that was behind the one before it.
    """
    days: set[int] = set()
    for first_id, last_id in connection.execute(_AMENDED).fetchall():
        first, last = (Recorded.time_us(event_id) // DAY_US for event_id in (first_id, last_id))
        days.update(range(first, last + 1))
    return days


def _compare(connection: Any, table: _Table, day: int, gone: set[str], left_out: Sequence[str]) -> int:
    period, buckets, kind = table.columns[0], DAY_US // table.length_us, table.columns.index("kind")
    stored = connection.execute(
        f"SELECT {', '.join(table.columns)} FROM {table.name} WHERE {period} >= ? AND {period} < ?",
        (day * buckets, (day + 1) * buckets),
    ).fetchall()
    ids = tuple(Recorded.first_id(at * DAY_US) for at in (day, day + 1))
    counted = connection.execute(table.of_rows, ids).fetchall()
    if gone:
        stored = [row for row in stored if row[kind] not in gone]
        counted = [row for row in counted if row[kind] not in gone]
    if set(stored) != set(counted):
        places = [place for place, name in enumerate(table.columns) if name not in left_out]
        _differ(table, places, stored, counted)
    return len(stored)


def _differ(table: _Table, places: Sequence[int], stored: Rows, counted: Rows) -> None:
    """Raise Broken at the first figure that is not the same, names apart that an erasure rewrites."""
    names = [table.columns[place] for place in places]
    key = sum(place < table.key for place in places)
    there, expected = (_added_up(rows, places, key, names) for rows in (stored, counted))
    nothing = [None if name == "max_risk" else 0 for name in names[key:]]
    for one in sorted(there.keys() | expected.keys()):
        both = zip(names[key:], there.get(one, nothing), expected.get(one, nothing), strict=True)
        for name, has, should in both:
            if has != should:
                place = f"{table.title} of {_time(one[0], table.length_us)}"
                raise Broken(
                    place,
                    f"{_WORDS[name]} is {has}, but the rows say {should}, of {_said(names[1:], one[1:])}",
                )


def _added_up(
    rows: Rows, places: Sequence[int], key: int, names: Sequence[str]
) -> dict[tuple[Any, ...], list[Any]]:
    found: dict[tuple[Any, ...], list[Any]] = {}
    for row in rows:
        values = [row[place] for place in places]
        known = found.get(tuple(values[:key]))
        found[tuple(values[:key])] = (
            values[key:]
            if known is None
            else [
                max((value for value in both if value is not None), default=None)
                if name in ("max_risk", "last_id")
                else sum(both)
                for name, *both in zip(names[key:], known, values[key:], strict=True)
            ]
        )
    return found


def _compare_derived(connection: Any, derived: _Derived, gone: Mapping[str, Collection[int]]) -> None:
    names = (*(f"k{n}" for n in range(len(derived.key) + 1)), *(f"f{n}" for n in range(len(derived.figures))))
    key, figures = names[: len(derived.key) + 1], names[len(derived.key) + 1 :]
    listed, less = ", ".join(names), ", ".join([*key, *(f"-{name}" for name in figures)])
    found = connection.execute(
        f"WITH a({listed}) AS ({derived.stored}), b({listed}) AS ({derived.expected})"
        f" SELECT {', '.join(key)}, {_summed(figures)} FROM (SELECT {listed} FROM a UNION ALL"
        f" SELECT {less} FROM b) c GROUP BY {', '.join(key)}"
        f" HAVING {' OR '.join(f'sum({name}) <> 0' for name in figures)} ORDER BY 1"
    )
    kind = 1 + derived.key.index("kind")
    found = next(
        (row for row in found if row[0] * derived.length_us // DAY_US not in gone.get(row[kind], ())), None
    )
    if found is None:
        return
    of = _said(derived.key, found[1 : len(key)])
    name, more = next((n, m) for n, m in zip(derived.figures, found[len(key) :], strict=True) if m)
    than = f"{abs(more)} {'more' if more > 0 else 'less'} than other counts of the same"
    raise Broken(
        f"{derived.title} from {_time(found[0], derived.length_us)}", f"{_WORDS[name]} is {than}, of {of}"
    )


def _time(period: int, length_us: int) -> str:
    at = datetime_of(max(0, min(period * length_us, 253_402_300_799_000_000)))
    return f"{at:%Y-%m-%d}" if length_us >= DAY_US else f"{at:%Y-%m-%d %H:00} UTC"


def _said(names: Sequence[str], values: Sequence[Any]) -> str:
    """Return whose counts they are, in words."""
    known = {"gw": "gateway", "grp": "group", "user_id": "user", "api_key_id": "key", "value": "whose"}
    pairs = zip(names, values, strict=False)  # the key comes first
    return ", ".join(f"{known.get(name, name)} {value}" for name, value in pairs if value not in ("", None))
