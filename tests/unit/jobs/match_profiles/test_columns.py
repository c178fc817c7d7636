from __future__ import annotations

from typing import Any

import duckdb
import pyarrow as pa

from jobs.match_profiles.columns import Prepared, prepare


def prepared(rows: list[dict[str, Any]]) -> tuple[Prepared, list[dict[str, Any]]]:
    connection = duckdb.connect()
    connection.register("rows", pa.Table.from_pylist(rows))
    made = prepare(connection, "rows")
    found = connection.execute("select * from comparable order by profile")
    names = [column[0] for column in found.description or ()]
    return made, [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def test_values_are_made_comparable() -> None:
    _, (ann, bob, _) = prepared(
        [
            {
                "profile": "a",
                "given_name": "  Ánn-Marie ",
                "surname": "O'Neil",
                "date_of_birth": "1990-02-01T00:00:00Z",
                "postcode": "BS2 0EL",
                "phone": "+44 (0)20 7946 0000",
                "email": " Ann@Mail.example",
                "ip_address": "203.0.113.9",
            },
            {
                "profile": "b",
                "given_name": "王伟",
                "surname": " ",
                "date_of_birth": "1856-86-18",
                "postcode": "75011",
                "phone": "n/a",
                "email": "bob@mail.example",
                "ip_address": "2001:DB8:1:2:3::9",
            },
            {"profile": "c", "surname": "x", "phone": "1"},
        ]
    )

    assert (ann["given_name"], ann["surname"], ann["date_of_birth"]) == ("ann marie", "o neil", "19900201")
    assert (ann["postcode_area"], ann["phone_ending"], ann["email"]) == (
        "bs2",
        "79460000",
        "ann@mail.example",
    )
    assert (ann["local_part"], ann["ip_network"]) == ("ann", "203.0.113")
    # A date that cannot be is kept: it is a typing error away from the right one.
    assert (bob["given_name"], bob["surname"], bob["date_of_birth"]) == ("王伟", None, "18568618")
    assert (bob["postcode_area"], bob["phone"], bob["ip_network"]) == ("750", None, "2001:db8:1:2")


def test_a_full_name_is_taken_apart_where_its_parts_are_missing() -> None:
    made, (ann, bob, _) = prepared(
        [
            {"profile": "a", "full_name": "Ann Mary Lee Smith"},
            {"profile": "b", "full_name": "Bob"},
            {"profile": "c", "full_name": "Cid Otto Jones"},
        ]
    )

    assert (ann["given_name"], ann["middle_names"], ann["surname"]) == ("ann", "mary lee", "smith")
    assert (bob["given_name"], bob["middle_names"], bob["surname"]) == ("bob", None, None)
    assert {"given_name", "surname", "name_words"} <= made.columns


def test_columns_that_say_nothing_are_left_out_and_told() -> None:
    rows = [
        {"profile": str(n), "surname": f"name{n}", "country": "de", "city": None, "shoe_size": n}
        for n in range(300)
    ]
    rows[0]["gender"] = "f"
    made, _ = prepared(rows)

    assert made.columns == {"surname", "surname_key"}
    assert set(made.unused) == {"country", "city", "gender", "shoe_size"}


def test_vectors_need_one_length_and_an_angle() -> None:
    vectors = [[1.0, 2.0], [1.0, 2.0, 3.0], [0.0, 0.0], [3.0, 1.0], None, [1.0, float("nan")]]
    _, found = prepared([{"profile": str(n), "behavior_patterns": v} for n, v in enumerate(vectors)])

    assert [row["behavior_patterns"] for row in found] == [[1.0, 2.0], None, None, [3.0, 1.0], None, None]
