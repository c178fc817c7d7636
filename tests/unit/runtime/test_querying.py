"""Database queries of a cohort, and the check that lets only one SELECT through."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from stepwell.errors import Forbidden, InvalidInput, Unavailable
from stepwell.runtime.querying import query_databases
from stepwell.runtime.read_only_sql import check_select, literals
from stepwell.workflows.nodes.base import QueryDatabase

from tests.unit.runtime.kitchen import TENANT, Kitchen, person


def query(user: str = "u", source: str = "athena") -> QueryDatabase:
    return QueryDatabase(source, "SELECT plan FROM accounts WHERE id = ?", (user,), {"plan": "plan"}, "crm")


def test_found_and_not_found() -> None:
    kitchen = Kitchen()
    members = [kitchen.member(n) for n in range(2)]
    kitchen.store(members)
    kitchen.rows.answers = [{"plan": "pro", "other": 1}, None]
    result = query_databases(kitchen.context(), [(m, query(m.profile.id)) for m in members])
    assert list(result.outcomes.values()) == [("found", ""), ("not_found", "")]
    assert kitchen.world.profiles.get(TENANT, [person(0)])[person(0)].traits["plan"] == "pro"
    assert kitchen.rows.asked[0] == (TENANT, query().statement, (members[0].profile.id,), "crm")


def test_equal_questions_are_asked_once() -> None:
    kitchen = Kitchen()
    members = [kitchen.member(n) for n in range(50)]
    kitchen.store(members)
    kitchen.rows.answers = [{"plan": "pro"}]
    result = query_databases(kitchen.context(), [(m, query()) for m in members])
    assert set(result.outcomes.values()) == {("found", "")}
    assert len(kitchen.rows.asked) == 1


def test_what_may_help_is_tried_again() -> None:
    kitchen = Kitchen()
    kitchen.rows.answers = [Unavailable("slow", code="query_timeout")]
    work = [(kitchen.member(), query())]
    first = query_databases(kitchen.context(part=0), work)
    assert (list(first.later), first.wait_s) == ([kitchen.member().token.id], 30)
    last = query_databases(kitchen.context(part=2), work)
    assert list(last.outcomes.values()) == [("failed", "query_timeout")]


def test_a_refused_query_or_source_fails() -> None:
    kitchen = Kitchen()
    kitchen.rows.answers = [Forbidden("no", code="table_not_listed")]
    work = [(kitchen.member(), query()), (kitchen.member(1), query(source="mysql"))]
    result = query_databases(kitchen.context(), work)
    assert list(result.outcomes.values()) == [("failed", "table_not_listed"), ("failed", "unknown_source")]


@pytest.mark.parametrize(
    ("statement", "count"),
    [
        ("SELECT a FROM t WHERE b = ?", 1),
        ("  select 1 ; ", 0),
        ("WITH x AS (SELECT 1) SELECT * FROM x", 0),
        ("SELECT 'drop; table ?' AS a, \"update\" FROM t -- delete ; ?\nWHERE b = ?", 1),
        ("SELECT /* insert ; */ 'it''s' FROM t", 0),
        ("SELECT updated_at, created FROM t", 0),
    ],
)
def test_one_select_passes(statement: str, count: int) -> None:
    check_select(statement, count)


@pytest.mark.parametrize(
    "statement",
    [
        "",
        ";",
        "DROP TABLE t",
        "INSERT INTO t SELECT 1",
        "SELECT 1; DROP TABLE t",
        "SELECT 1; SELECT 2",
        "WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x",
        "CREATE TABLE t AS SELECT 1",
        "UNLOAD (SELECT 1) TO 's3://x'",
        "EXPLAIN ANALYZE SELECT 1",
        "EXECUTE q",
        "SELECT 1 /* open",
        "SELECT 'open",
        'SELECT "open',
        "(SELECT 1)); DELETE FROM t",
        "/* SELECT */ DELETE FROM t",
        "-- SELECT\nUPDATE t SET a = 1",
        "SELECT * INTO t2 FROM t",
        "VALUES 1",
        "SHOW TABLES",
        "MSCK REPAIR TABLE t",
        "SELECT " + "1," * 6_000 + "1",
        "SELECT ?",
    ],
)
def test_anything_else_is_refused(statement: str) -> None:
    with pytest.raises(InvalidInput):
        check_select(statement, 0)


def test_parameters_become_literals_that_cannot_break_out() -> None:
    given: list[Any] = [
        "it's; --",
        3,
        2.5,
        True,
        None,
        date(2026, 3, 2),
        datetime(2026, 3, 2, 9, 0, 1, 5000, UTC),
    ]
    assert literals(given) == [
        "'it''s; --'",
        "3",
        "2.5",
        "TRUE",
        "NULL",
        "DATE '2026-03-02'",
        "TIMESTAMP '2026-03-02 09:00:01.005 UTC'",
    ]
    for bad in (float("nan"), float("inf"), [1], {"a": 1}, "a\x00", "x" * 1_001):
        with pytest.raises(InvalidInput):
            literals([bad])
