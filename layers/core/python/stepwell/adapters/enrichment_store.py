"""Answers of providers and what was spent on them, in table `config`; see `stepwell.enrichment.ports`.

A month's calls, its money and its days' calls are one item, so that one conditional write checks all caps and counts
at once: however many workers ask, none gets through when the budget is used up.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from stepwell.adapters.cursors import read_cursor, write_cursor
from stepwell.adapters.dynamo import DynamoTable
from stepwell.adapters.items.config import read_body, write_body
from stepwell.adapters.items.wire import Key, Plain, from_millis, millis
from stepwell.contracts.ids import short_hash
from stepwell.enrichment.model import Budget
from stepwell.enrichment.ports import Answer, Usage

_KEPT_MONTHS = timedelta(days=400)


def spent_key(tenant: str, provider: str, now: datetime) -> Key:
    """Return the key of a month's spending."""
    return f"{tenant}#SPENT#{provider}", f"{now:%Y-%m}"


def answer_key(tenant: str, provider: str, key: str) -> Key:
    """Return the key of an answer; the address itself is not in it."""
    return f"{tenant}#ANSWER#{provider}", short_hash("answer", key, length=32)


class DynamoAnswers:
    """See `stepwell.enrichment.ports.Answers`.

    Args:
        table: Table `config`.
    """

    def __init__(self, table: DynamoTable) -> None:
        self._table = table

    def get(self, tenant: str, provider: str, key: str, now: datetime) -> Answer | None:
        """Return an answer that still serves, None: there is none."""
        item = self._table.get(answer_key(tenant, provider, key))
        # DynamoDB deletes what has expired within days, not at once.
        if item is None or item["ttl"] <= now.timestamp():
            return None
        return _answer(item)

    def keep(self, tenant: str, provider: str, key: str, answer: Answer, until: int) -> None:
        """Keep an answer until a moment (epoch seconds)."""
        self._table.put(_item(answer_key(tenant, provider, key), answer, until))

    def note(self, tenant: str, provider: str, profile: str, answer: Answer, until: int) -> None:
        """Note what a provider said about a contact; later questions add to it."""
        key = _noted(tenant, provider), profile
        before = self._table.get(key)
        fields = {**(read_body(before["body"]) if before else {}), **answer.fields}
        self._table.put(_item(key, Answer(fields, answer.at), until))

    def noted(
        self, tenant: str, provider: str, limit: int, cursor: str | None = None
    ) -> tuple[Sequence[tuple[str, Answer]], str | None]:
        """Page through (profile, what the provider said)."""
        pk = _noted(tenant, provider)
        page = self._table.query(pk, limit=limit, after=read_cursor(cursor, pk))
        return [(item["sk"], _answer(item)) for item in page.items], write_cursor(page.next)


def _noted(tenant: str, provider: str) -> str:
    return f"{tenant}#SAID#{provider}"


def _item(key: Key, answer: Answer, until: int) -> Plain:
    body = write_body(dict(answer.fields))
    return {"pk": key[0], "sk": key[1], "body": body, "at": millis(answer.at), "ttl": until}


def _answer(item: Plain) -> Answer:
    return Answer(read_body(item["body"]), from_millis(int(item["at"])))


class DynamoSpending:
    """See `stepwell.enrichment.ports.Spending`.

    Args:
        table: Table `config`.
    """

    def __init__(self, table: DynamoTable) -> None:
        self._table = table

    def take(self, tenant: str, provider: str, now: datetime, price: int, budget: Budget) -> bool:
        """Count a call of this price if the budget has room for it."""
        room = budget.micros - price
        if room < 0 or budget.calls_per_day < 1 or budget.calls_per_month < 1:
            return False
        return self._table.update(
            spent_key(tenant, provider, now),
            "ADD calls :one, micros :price, #day :one SET #ttl = :ttl",
            names={"#day": _day(now), "#ttl": "ttl"},
            values={
                ":one": 1,
                ":price": price,
                ":ttl": int((now + _KEPT_MONTHS).timestamp()),
                ":month": budget.calls_per_month,
                ":room": room,
                ":daily": budget.calls_per_day,
            },
            condition=(
                "(attribute_not_exists(calls) OR calls < :month)"
                " AND (attribute_not_exists(micros) OR micros <= :room)"
                " AND (attribute_not_exists(#day) OR #day < :daily)"
            ),
        )

    def give_back(self, tenant: str, provider: str, at: datetime, price: int) -> None:
        """Take a call back that was counted at that time and certainly was not made."""
        self._table.update(
            spent_key(tenant, provider, at),
            "ADD calls :one, micros :price, #day :one",
            names={"#day": _day(at)},
            values={":one": -1, ":price": -price, ":none": 0},
            condition="#day > :none",
        )

    def usage(self, tenant: str, provider: str, now: datetime) -> Usage:
        """Return what was spent."""
        item = self._table.get(spent_key(tenant, provider, now)) or {}
        return Usage(int(item.get(_day(now), 0)), int(item.get("calls", 0)), int(item.get("micros", 0)))


def _day(now: datetime) -> str:
    return f"d{now:%d}"
