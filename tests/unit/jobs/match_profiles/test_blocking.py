from __future__ import annotations

import duckdb
import pyarrow as pa

from jobs.match_profiles.blocking import choose, count_pairs

COLUMNS = {"surname", "surname_key", "birth_year", "date_of_birth", "email"}


def table(profiles: int, surnames: int) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    rows = [
        {
            "surname": f"s{n % surnames}",
            "surname_key": f"s{n % surnames}",
            "birth_year": str(1940 + n // surnames % 60),
            "date_of_birth": f"{n % 9000}",
            "email": f"{n % (profiles - 5)}" if n % 3 else None,
        }
        for n in range(profiles)
    ]
    connection.register("rows", pa.Table.from_pylist(rows))
    connection.execute("create table people as select * from rows")
    return connection


def test_pairs_are_counted_without_comparing_and_missing_values_make_none() -> None:
    connection = table(30, 10)

    assert count_pairs(connection, "people", ("surname",)) == 10 * 3
    assert count_pairs(connection, "people", ("surname", "birth_year")) == 0
    assert count_pairs(connection, "people", ("email",)) == 2


def test_small_data_are_compared_by_broad_keys() -> None:
    chosen = choose(table(300, 100), "people", COLUMNS, 300, 150)

    assert ("surname",) in chosen.rules
    # Whoever agrees on surname and year agrees on the surname.
    assert ("surname", "birth_year") not in chosen.rules


def test_what_grows_with_the_square_gives_way_to_narrower_keys() -> None:
    chosen = choose(table(20_000, 40), "people", COLUMNS, 20_000, 20)

    assert ("surname",) not in chosen.rules
    assert ("surname", "birth_year") in chosen.rules
    assert sum(chosen.pairs.values()) <= 500_000
