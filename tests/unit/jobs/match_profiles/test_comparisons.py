from __future__ import annotations

import duckdb
import pyarrow as pa
import pytest

from jobs.match_profiles.columns import prepare
from jobs.match_profiles.comparisons import FIELDS, fields


def agreement(field: str, left: dict[str, object], right: dict[str, object]) -> str:
    """How two profiles agree on a field, by the levels that the model uses."""
    connection = duckdb.connect()
    # A third profile, so that no column is the same for everybody.
    other = dict.fromkeys([*left, *right], "zzz 9")
    if "behavior_patterns" in left:
        other = {"behavior_patterns": [0.0, -1.0]}
    table = [
        {"profile": "l", **left},
        {"profile": "r", **right},
        {"profile": "x", **other},
        {"profile": "y", **other},
    ]
    connection.register("rows", pa.Table.from_pylist(table))
    made = prepare(connection, "rows")
    one = next(f for f in fields(made.columns) if f.name == field)
    levels = one.comparison(made.columns).create_comparison_dict("duckdb")["comparison_levels"]
    names = ["missing", *reversed(one.agreements(made.columns))]
    cases = " ".join(
        f"when {level['sql_condition']} then '{name}'"
        for level, name in zip(levels, names, strict=True)
        if level["sql_condition"] != "ELSE"
    )
    pairs = ", ".join(f"{side}.{c} as {c}_{side}" for side in "lr" for c in sorted(made.columns))
    found = connection.execute(
        f"select case {cases} else 'different' end from (select {pairs} from comparable l, comparable r"
        " where l.profile = 'l' and r.profile = 'r')"
    ).fetchall()
    return str(found[0][0])


@pytest.mark.parametrize(
    ("field", "left", "right", "expected"),
    [
        ("date_of_birth", "1990-02-01", "1990-02-01", "same"),
        ("date_of_birth", "1990-02-01", "1990-01-02", "day_month"),
        ("date_of_birth", "1990-02-01", "1990-02-07", "day_month"),
        ("date_of_birth", "1990-02-01", "1990-03-07", "two_typos"),
        ("date_of_birth", "1990-02-01", "1990-11-29", "same_year"),
        ("date_of_birth", "1990-02-01", "1971-11-29", "different"),
        ("date_of_birth", "1990-02-01", None, "missing"),
        ("postcode", "bs2 0el", "bs2 0eu", "one_typo"),
        ("postcode", "bs2 0el", "bs2 9zz", "same_area"),
        ("postcode", "4011", "4101", "one_typo"),
        ("city", "Bristol", "Bristol, City of", "similar"),
        ("city", "Bristol", "Leeds", "different"),
        ("phone", "+44 20 7946 0000", "020 7946 0000", "same_ending"),
        ("phone", "02079460000", "02079460001", "one_typo"),
        ("email", "ann@a.example", "ANN@a.example", "same"),
        ("email", "ann.smith@a.example", "ann.smith@b.test", "same_local_part"),
        ("email", "ann.smith@a.example", "ann.smiht@a.example", "similar"),
        ("email", "ann.smith12@a.example", "ann.smith47@a.example", "different"),
        ("ip_address", "203.0.113.9", "203.0.113.77", "same_network"),
        ("ip_address", "203.0.113.9", "203.0.114.9", "different"),
        ("device_fingerprint", "ab12", "ab12", "same"),
        ("behavior_patterns", [1.0, 2.0], [1.1, 2.1], "similar"),
        ("behavior_patterns", [1.0, 2.0], [2.0, 1.9], "roughly_similar"),
        ("behavior_patterns", [1.0, 0.0], [0.0, 1.0], "different"),
        ("given_name", "Matt", "Matthew", "short_form"),
        ("given_name", "Jonathan", "Jonathon", "similar"),
    ],
)
def test_values_agree_as_people_would_say(field: str, left: object, right: object, expected: str) -> None:
    assert agreement(field, {field: left}, {field: right}) == expected


def test_names_that_changed_places_are_recognised() -> None:
    left = {"given_name": "Anna", "surname": "Becker"}
    right = {"given_name": "Becker", "surname": "Anna"}

    assert agreement("given_name", left, right) == "swapped"
    assert agreement("surname", left, right) == "swapped"


def test_a_surname_may_be_among_the_names_of_the_other() -> None:
    left = {"given_name": "Matthew", "surname": "Ystwyth", "full_name": "Matthew Davies Baron Ystwyth"}
    right = {"given_name": "Matthew", "surname": "Davies", "full_name": "Matthew Davies"}

    assert agreement("surname", left, right) == "in_full_name"


def test_address_lines_may_change_places() -> None:
    left = {"address_line": "12 Mill Lane", "address_line_2": "Rose Cottage"}
    right = {"address_line": "Rose Cottage", "address_line_2": "12 Mill Lane"}

    assert agreement("address_line", left, right) == "swapped"


@pytest.mark.parametrize("columns", [{"surname"}, {"surname", "city", "email"}, {f.name for f in FIELDS}])
def test_the_columns_that_are_there_make_the_comparisons(columns: set[str]) -> None:
    assert {f.name for f in fields(columns)} == columns
    for field in fields(columns):
        made = field.comparison(columns).create_comparison_dict("duckdb")
        assert len(made["comparison_levels"]) == 1 + len(field.agreements(columns))
        assert made["comparison_levels"][0]["is_null_level"]
