"""What a profile may be compared by, and how its values are made comparable.

Names of columns are those of the export of profiles; other names are translated by the caller. Everything is
compared as text but behaviour, a vector of numbers of one length.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
from stepwell.errors import InvalidInput

PROFILE = "profile"
DETERMINISTIC = ("customer_id", "verified_email")

# Letters and digits of any script, single spaces between words.
_WORDS = (
    "nullif(trim(regexp_replace(lower(strip_accents({0}::varchar)), '[^\\p{{L}}\\p{{N}}]+', ' ', 'g')), '')"
)
_DIGITS = "nullif(regexp_replace({0}::varchar, '[^0-9]', '', 'g'), '')"
_EXACT = "nullif(lower(trim({0}::varchar)), '')"

NORMAL: Mapping[str, str] = {
    "given_name": _WORDS,
    "surname": _WORDS,
    "full_name": _WORDS,
    # The day alone, as digits: a date that cannot be (a typing error) still resembles the right one.
    "date_of_birth": "left(" + _DIGITS.format("left({0}::varchar, 10)") + ", 8)",
    "address_line": _WORDS,
    "address_line_2": _WORDS,
    "street_number": _WORDS,
    "city": _WORDS,
    "postcode": _WORDS,
    "region": _WORDS,
    "country": _WORDS,
    "phone": _DIGITS,
    "email": _EXACT,
    "company": _WORDS,
    "job_title": _WORDS,
    "gender": _WORDS,
    "ip_address": _EXACT,
    "device_fingerprint": _EXACT,
    "behavior_patterns": "{0}::double[]",
}

# Made from normalised columns: (name, columns it needs, expression).
_DERIVED: Sequence[tuple[str, tuple[str, ...], str]] = (
    ("birth_year", ("date_of_birth",), "nullif(left(date_of_birth, 4), '')"),
    (
        "postcode_area",
        ("postcode",),
        # "bs2 0el" lies in "bs2"; of "75011" the first three digits are the area.
        "case when contains(postcode, ' ') then split_part(postcode, ' ', 1)"
        " else left(postcode, greatest(length(postcode) - 2, 1)) end",
    ),
    ("given_key", ("given_name",), "left(given_name, 3)"),
    ("surname_key", ("surname",), "left(surname, 4)"),
    ("name_words", ("full_name",), "string_split(full_name, ' ')"),
    ("phone_ending", ("phone",), "right(phone, 8)"),
    ("local_part", ("email",), "nullif(split_part(email, '@', 1), '')"),
    (
        "ip_network",
        ("ip_address",),
        "case when contains(ip_address, ':') then array_to_string(list_slice(string_split(ip_address, ':'), 1, 4), ':')"
        " else array_to_string(list_slice(string_split(ip_address, '.'), 1, 3), '.') end",
    ),
)

_LEAST_FILLED = 0.01


@dataclass(frozen=True, slots=True)
class Prepared:
    """Profiles made comparable.

    Attributes:
        table: Where they are: ``profile``, the columns and what was made from them.
        profiles: How many.
        columns: What they can be compared by.
        unused: Columns of the input that say nothing: unknown, empty, or the same for everybody.
    """

    table: str
    profiles: int
    columns: frozenset[str]
    unused: tuple[str, ...]


def prepare(connection: duckdb.DuckDBPyConnection, source: str) -> Prepared:
    """Make the profiles of a table comparable.

    Args:
        connection: Database.
        source: Table with a column ``profile`` and any of ``NORMAL``.

    Raises:
        InvalidInput: No ids, an id twice or none, or fewer than two profiles.
    """
    given = [row[0] for row in connection.execute(f"describe {source}").fetchall()]
    if PROFILE not in given:
        raise InvalidInput("The profiles have no column `profile` with their ids.", code="no_profile_ids")
    rows, ids, profiles = _row(
        connection, f"select count(*), count({PROFILE}), count(distinct {PROFILE}) from {source}"
    )
    if not rows == ids == profiles:
        raise InvalidInput("Each profile needs an id of its own.", code="bad_profile_ids")
    if profiles < 2:
        raise InvalidInput("Matching needs two profiles at least.", code="too_few_profiles")
    known = [c for c in NORMAL if c in given]
    select = ", ".join(f"{NORMAL[c].format(quoted(c))} as {c}" for c in known)
    more = f", {select}" if known else ""
    try:
        connection.execute(
            f"create or replace table normal as select {PROFILE}::varchar as {PROFILE}{more} from {source}"
        )
    except (duckdb.ConversionException, duckdb.BinderException) as error:
        raise InvalidInput(
            "A column does not hold what its name promises: all are text but `behavior_patterns`, lists of numbers.",
            code="bad_column",
            details={"columns": known},
        ) from error
    _name_parts(connection, known)
    if "behavior_patterns" in known:
        _same_length(connection)
    known = [row[0] for row in connection.execute("describe normal").fetchall() if row[0] != PROFILE]
    telling = [c for c in known if c in {"middle_words", "full_name"} or _tells(connection, c, profiles)]
    made = [(n, e) for n, needs, e in _DERIVED if set(needs) <= set(telling)]
    more = "".join(f", {expression} as {column}" for column, expression in made)
    connection.execute(
        f"create or replace table comparable as select {', '.join([PROFILE, *telling])}{more} from normal"
    )
    columns = frozenset([*telling, *(column for column, _ in made)])
    unused = tuple(
        c
        for c in given
        if c not in {*columns, PROFILE, *DETERMINISTIC} and not (c == "full_name" and columns)
    )
    return Prepared("comparable", profiles, columns, unused)


def _name_parts(connection: duckdb.DuckDBPyConnection, known: list[str]) -> None:
    """Take a full name apart: what is missing of given name and surname, and the names in the middle."""
    if "full_name" not in known:
        return
    words = "string_split(full_name, ' ')"
    for column, position in (("given_name", 1), ("surname", -1)):
        if column not in known:
            least = 1 if position == 1 else 2
            connection.execute(f"alter table normal add column {column} varchar")
            connection.execute(
                f"update normal set {column} = {words}[{position}] where len({words}) >= {least}"
            )
    connection.execute(
        "create or replace table normal as select *, nullif(array_to_string(middle_words, ' '), '') as middle_names "
        f"from (select *, list_filter({words}, lambda w: w is distinct from given_name and w is distinct from surname)"
        " as middle_words from normal)"
    )


def _same_length(connection: duckdb.DuckDBPyConnection) -> None:
    """Forget vectors of another length than most have, and those of zeros only: they have no angle."""
    usual = connection.execute("select mode(len(behavior_patterns)) from normal").fetchall()[0][0]
    connection.execute(
        "update normal set behavior_patterns = null where len(behavior_patterns) is distinct from ?"
        " or list_aggregate(list_transform(behavior_patterns, lambda x: x * x), 'sum') is not distinct from 0"
        " or list_contains(list_transform(behavior_patterns, lambda x: x is null or not isfinite(x)), true)",
        [usual],
    )


def _tells(connection: duckdb.DuckDBPyConnection, column: str, profiles: int) -> bool:
    filled, values = _row(connection, f"select count({column}), approx_count_distinct({column}) from normal")
    return filled >= max(2, _LEAST_FILLED * profiles) and values >= 2


def _row(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[int, ...]:
    return tuple(int(v or 0) for v in connection.execute(sql).fetchall()[0])


def quoted(column: str) -> str:
    """Return a column's name for SQL."""
    return '"' + column.replace('"', '""') + '"'
