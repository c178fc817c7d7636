"""Answers and spending: one suite for the fake and for DynamoDB, and many workers at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stepwell.adapters.enrichment_store import DynamoAnswers, DynamoSpending
from stepwell.enrichment.model import Budget
from stepwell.enrichment.ports import Answer, Answers, Spending, Usage

from tests.contract.conftest import Emulator
from tests.fakes.enrichment import MemoryAnswers, MemorySpending

NOW = datetime(2026, 11, 30, 23, 0, tzinfo=UTC)


@pytest.fixture(params=["fake", "dynamo"])
def spending(request: pytest.FixtureRequest, emulator: Emulator) -> Spending:
    return MemorySpending() if request.param == "fake" else DynamoSpending(emulator.table("config"))


@pytest.fixture(params=["fake", "dynamo"])
def answers(request: pytest.FixtureRequest, emulator: Emulator) -> Answers:
    return MemoryAnswers() if request.param == "fake" else DynamoAnswers(emulator.table("config"))


def taken(spending: Spending, budget: Budget, n: int, price: int = 100_000, at: datetime = NOW) -> int:
    return sum(spending.take("acme", "clearbit", at, price, budget) for _ in range(n))


def test_a_days_calls_end(spending: Spending) -> None:
    budget = Budget(calls_per_day=3, calls_per_month=5)
    assert taken(spending, budget, 10) == 3
    assert taken(spending, budget, 10, at=NOW - timedelta(days=1)) == 2
    assert spending.usage("acme", "clearbit", NOW) == Usage(3, 5, 500_000)
    # Another month, another workspace and another provider have their own.
    assert taken(spending, budget, 10, at=NOW + timedelta(hours=1)) == 3
    assert spending.take("other", "clearbit", NOW, 1, budget)
    assert spending.take("acme", "zoominfo", NOW, 1, budget)


def test_money_ends(spending: Spending) -> None:
    assert taken(spending, Budget(dollars_per_month=0.35), 10) == 3
    assert taken(spending, Budget(dollars_per_month=0.45), 10) == 1
    assert taken(spending, Budget(dollars_per_month=0.01), 1) == 0
    assert taken(spending, Budget(calls_per_month=0), 1) == 0


def test_what_was_not_called_is_given_back_once(spending: Spending) -> None:
    budget = Budget(calls_per_day=1)
    assert taken(spending, budget, 2) == 1
    spending.give_back("acme", "clearbit", NOW, 100_000)
    spending.give_back("acme", "clearbit", NOW, 100_000)
    assert spending.usage("acme", "clearbit", NOW) == Usage()
    assert taken(spending, budget, 2) == 1


def test_many_workers_never_exceed(spending: Spending) -> None:
    budget = Budget(calls_per_day=25, calls_per_month=25, dollars_per_month=1.5)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: taken(spending, budget, 5), range(16)))
    assert sum(found) == 15
    assert spending.usage("acme", "clearbit", NOW) == Usage(15, 15, 1_500_000)


_OPERATION = st.tuples(
    st.sampled_from(["take", "take", "take", "give_back"]),
    st.integers(0, 40),
    st.integers(0, 400_000),
)


@given(
    st.lists(_OPERATION, max_size=60),
    st.integers(0, 6),
    st.integers(0, 12),
    st.floats(0, 2),
)
@settings(max_examples=150)
def test_no_order_of_calls_exceeds(
    operations: list[tuple[str, int, int]], daily: int, monthly: int, dollars: float
) -> None:
    budget = Budget(calls_per_day=daily, calls_per_month=monthly, dollars_per_month=dollars)
    spending = MemorySpending()
    paid: list[tuple[datetime, int]] = []
    for operation, hours, price in operations:
        at = NOW - timedelta(hours=hours)
        if operation == "take":
            if spending.take("acme", "clearbit", at, price, budget):
                paid.append((at, price))
        elif paid:
            spending.give_back("acme", "clearbit", *paid.pop())
        for day in {one.date() for one, _ in paid}:
            calls = [price for one, price in paid if one.date() == day]
            assert len(calls) <= daily
        for month in {one.month for one, _ in paid}:
            prices = [price for one, price in paid if one.month == month]
            assert len(prices) <= monthly
            assert sum(prices) <= budget.micros


def test_an_answer_serves_until_it_is_old(answers: Answers) -> None:
    answer = Answer({"employee_count": 12, "technologies": ["aws"]}, NOW)
    until = int((NOW + timedelta(days=1)).timestamp())
    answers.keep("acme", "clearbit", "ann@acme.example", answer, until)
    assert answers.get("acme", "clearbit", "ann@acme.example", NOW) == answer
    assert answers.get("acme", "clearbit", "ann@acme.example", NOW + timedelta(days=1)) is None
    assert answers.get("acme", "zoominfo", "ann@acme.example", NOW) is None
    assert answers.get("other", "clearbit", "ann@acme.example", NOW) is None
    answers.keep("acme", "clearbit", "x", Answer({}, NOW), until)
    assert answers.get("acme", "clearbit", "x", NOW) == Answer({}, NOW)


def test_what_was_said_about_whom(answers: Answers) -> None:
    until = int((NOW + timedelta(days=1)).timestamp())
    for n in range(5):
        answers.note("acme", "clearbit", f"p{n}", Answer({"company": n}, NOW), until)
    answers.note("acme", "clearbit", "p1", Answer({"industry": "x"}, NOW), until)
    found, cursor = answers.noted("acme", "clearbit", 3)
    rest, end = answers.noted("acme", "clearbit", 3, cursor)
    assert [profile for profile, _ in [*found, *rest]] == ["p0", "p1", "p2", "p3", "p4"]
    assert dict(found)["p1"].fields == {"company": 1, "industry": "x"}
    assert end is None
