"""Which pairs are compared at all: those that agree on some key, within a budget.

Comparing everybody with everybody grows with the square of the profiles. Each rule is a set of columns on which a
pair must agree; how many pairs a rule gives is counted before any is compared, so that rules which are selective
in small data (a surname alone) give way to narrower ones as the data grow.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import duckdb

Rule = tuple[str, ...]

CANDIDATES: Sequence[Rule] = (
    ("email",),
    ("phone_ending",),
    ("device_fingerprint",),
    ("ip_address",),
    ("local_part",),
    ("postcode",),
    ("date_of_birth",),
    ("surname",),
    ("middle_names",),
    ("address_line",),
    ("address_line_2",),
    ("given_name", "city"),
    ("given_name", "birth_year"),
    ("given_name", "postcode_area"),
    ("given_name", "street_number"),
    ("given_name", "surname"),
    ("given_name", "ip_address"),
    ("given_name", "date_of_birth"),
    ("given_name", "postcode"),
    ("surname_key", "given_key"),
    ("surname_key", "city"),
    ("surname_key", "birth_year"),
    ("surname", "birth_year"),
    ("surname", "postcode_area"),
    ("surname", "city"),
    ("surname", "date_of_birth"),
    ("surname", "company"),
    ("given_name", "surname", "city"),
    ("given_name", "surname", "birth_year"),
    ("birth_year", "city"),
    ("birth_year", "postcode_area"),
    ("date_of_birth", "city"),
    ("date_of_birth", "postcode"),
    ("company", "given_name"),
)

# One rule may take so much of the budget; below it all pairs of a small data set are allowed.
_SHARE = 1 / 3
_ALWAYS_ALLOWED = 500_000


@dataclass(frozen=True, slots=True)
class Blocking:
    """The rules chosen.

    Attributes:
        rules: In order, broadest reach for the fewest pairs first.
        pairs: Pairs a rule gives, those that other rules give too included.
    """

    rules: tuple[Rule, ...]
    pairs: dict[Rule, int]


def choose(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Collection[str], profiles: int, budget: int
) -> Blocking:
    """Choose rules within a budget of pairs.

    Args:
        connection: Database.
        table: Comparable profiles.
        columns: Its columns.
        profiles: How many there are.
        budget: Pairs at most in the mean a profile.
    """
    counts = {rule: count_pairs(connection, table, rule) for rule in CANDIDATES if set(rule) <= set(columns)}
    most = max(budget * profiles, _ALWAYS_ALLOWED)
    chosen: list[Rule] = []
    spent = 0
    for rule in sorted(counts, key=lambda r: (counts[r], len(r), r)):
        cost = counts[rule]
        if any(set(r) < set(rule) for r in chosen):
            continue
        if cost and cost <= max(most * _SHARE, _ALWAYS_ALLOWED) and spent + cost <= most:
            # A broader rule gives the pairs of narrower ones too.
            narrower = [r for r in chosen if set(r) > set(rule)]
            spent += cost - sum(counts[r] for r in narrower)
            chosen = [r for r in chosen if r not in narrower] + [rule]
    return Blocking(tuple(chosen), {rule: counts[rule] for rule in chosen})


def count_pairs(connection: duckdb.DuckDBPyConnection, table: str, rule: Rule) -> int:
    """Return how many pairs agree on a rule's columns."""
    filled = " and ".join(f"{column} is not null" for column in rule)
    found = connection.execute(
        "select coalesce(sum(n * (n - 1) / 2), 0)::bigint from"
        f" (select count(*)::bigint as n from {table} where {filled} group by {', '.join(rule)})"
    ).fetchall()
    return int(found[0][0])
