"""The whole job on made-up people, and on public records where they are."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from stepwell.errors import InvalidInput
from stepwell.profiles.matching.model import Decision, MatchSettings, Reason
from stepwell.profiles.matching.reviews import Settled

from bench.identity import ABSENT, DATA, RECORDS, measure
from jobs.match_profiles import weighing
from jobs.match_profiles.job import Found, match
from tests.fakes.matching import ListQueue
from tests.unit.jobs.match_profiles.people import people

SETTINGS = MatchSettings(sample_pairs=200_000)


def run(
    rows: list[dict[str, Any]], settled: Settled | None = None, model: dict[str, Any] | None = None
) -> tuple[Found, ListQueue]:
    connection = duckdb.connect()
    connection.register("rows", pa.Table.from_pylist(rows))
    queue, ticks = ListQueue(), count()
    found = match(
        connection, "rows", SETTINGS, queue, settled=settled, model=model, seconds=lambda: float(next(ticks))
    )
    connection.close()
    return found, queue


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    return people()


@pytest.fixture(scope="module")
def matched(rows: list[dict[str, Any]]) -> Iterator[tuple[Found, ListQueue]]:
    yield run(rows)


def test_people_with_two_profiles_are_found_and_others_left_alone(matched: tuple[Found, ListQueue]) -> None:
    groups = matched[0].groups.members()
    right = [m for m in groups.values() if len(m) == 2 and m[0][:-1] == m[1][:-1]]

    assert len(right) >= 118
    assert len(groups) - len(right) <= 1


def test_every_decision_adds_up_to_its_probability(matched: tuple[Found, ListQueue]) -> None:
    found, queue = matched
    assert found.summary["decisions"][Decision.MERGE.value] >= 118
    for decision in queue.taken.values():
        pair = decision.candidate
        assert pair.explanation.probability == pytest.approx(pair.probability, abs=1e-4)
        assert [f.field for f in pair.explanation.fields] == found.summary["columns"]
    compared = set(people(2, 0)[0]) - {"profile", "customer_id", "verified_email"}
    assert set(found.summary["columns"]) == compared


def test_two_runs_decide_the_same(rows: list[dict[str, Any]], matched: tuple[Found, ListQueue]) -> None:
    found, queue = run(list(reversed(rows)))

    assert found.groups == matched[0].groups
    assert queue.taken == matched[1].taken


def test_a_model_of_before_needs_no_learning(
    rows: list[dict[str, Any]], matched: tuple[Found, ListQueue]
) -> None:
    found, _ = run(rows, model=matched[0].model)

    assert found.groups == matched[0].groups
    assert found.summary["trained_on"] == []


def test_a_model_that_compares_more_than_there_is_is_refused(
    rows: list[dict[str, Any]], matched: tuple[Found, ListQueue]
) -> None:
    with pytest.raises(InvalidInput) as raised:
        run([{k: v for k, v in row.items() if k != "email"} for row in rows], model=matched[0].model)

    assert raised.value.details == {"columns": ["email"]}


def test_many_pairs_are_weighed_in_parts(
    rows: list[dict[str, Any]], matched: tuple[Found, ListQueue], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weighing, "_CHUNK", 500)
    found, queue = run(rows, model=matched[0].model)

    assert found.summary["pairs_compared"] == matched[0].summary["pairs_compared"]
    assert queue.taken == matched[1].taken


def test_two_customers_are_never_merged_however_alike(
    rows: list[dict[str, Any]], matched: tuple[Found, ListQueue]
) -> None:
    sure = next(p for p, d in matched[1].taken.items() if d.decision is Decision.MERGE)
    customers = [
        {**row, "customer_id": f"c-{row['profile']}" if row["profile"] in sure else None} for row in rows
    ]
    found, queue = run(customers, model=matched[0].model)

    assert not found.groups.together(*sure)
    assert queue.taken[sure].decision is Decision.REVIEW
    assert queue.taken[sure].reasons == (Reason.CUSTOMER_IDS,)


def test_two_verified_addresses_are_evidence_for_certain(
    rows: list[dict[str, Any]], matched: tuple[Found, ListQueue]
) -> None:
    sure = next(p for p, d in matched[1].taken.items() if d.decision is Decision.MERGE)
    own = {sure[0]: ["x@mail.example", "y@mail.example"], sure[1]: ["z@mail.example"]}
    addresses = [{**row, "verified_email": own.get(row["profile"], [])} for row in rows]
    _, queue = run(addresses, model=matched[0].model)

    assert queue.taken[sure].reasons == (Reason.VERIFIED_EMAILS,)


def test_what_people_said_holds_in_the_next_run(
    rows: list[dict[str, Any]], matched: tuple[Found, ListQueue]
) -> None:
    sure = next(p for p, d in matched[1].taken.items() if d.decision is Decision.MERGE)
    found, queue = run(rows, Settled(different=frozenset({sure})), matched[0].model)

    assert not found.groups.together(*sure)
    assert queue.taken[sure].reasons == (Reason.REVIEWED_DIFFERENT,)


def test_where_nobody_has_two_profiles_nobody_is_merged() -> None:
    _, queue = run(people(800, 0))

    assert [d for d in queue.taken.values() if d.decision is Decision.MERGE] == []


def test_names_alone_are_compared_and_decide_little() -> None:
    names = [{k: row[k] for k in ("profile", "given_name", "surname")} for row in people(300, 150)]
    found, _ = run(names)

    assert found.summary["columns"] == ["given_name", "surname"]
    assert found.summary["trained_on"] == []


def test_what_cannot_be_matched_is_refused_with_a_reason(rows: list[dict[str, Any]]) -> None:
    for wrong, code in (
        ([{"name": "ann"}], "no_profile_ids"),
        ([{"profile": "a"}, {"profile": "a"}], "bad_profile_ids"),
        ([{"profile": "a", "surname": "x"}], "too_few_profiles"),
        ([{"profile": r["profile"], "surname": r["surname"]} for r in rows], "too_few_columns"),
        ([{**r, "behavior_patterns": "often"} for r in rows], "bad_column"),
    ):
        with pytest.raises(InvalidInput) as raised:
            run(wrong)
        assert raised.value.code == code


@pytest.mark.skipif(not (DATA / RECORDS["febrl1"].file).exists(), reason=ABSENT)
def test_febrl_1_without_the_social_security_number() -> None:
    made = measure(RECORDS["febrl1"], settings=MatchSettings(sample_pairs=200_000))

    assert made.groups.f1 >= RECORDS["febrl1"].bar
    assert made.groups.f1 > made.exact.f1


@pytest.mark.slow
@pytest.mark.skipif(not (DATA / RECORDS["fake"].file).exists(), reason=ABSENT)
def test_names_birth_city_and_address_find_nine_of_ten() -> None:
    made = measure(RECORDS["fake"])

    assert made.groups.precision >= 0.98
    assert made.groups.f1 >= RECORDS["fake"].bar
