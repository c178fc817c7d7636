"""TokenStore and ParkingStore: compare-and-sets, idempotent repeats, paging."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ReadTimeoutError
from stepwell.adapters.dynamo_tokens import DynamoTokens
from stepwell.contracts.ids import profile_id
from stepwell.contracts.tokens import Move, Token, TokenState
from stepwell.errors import Throttled
from stepwell.runtime.ports import DueRow, WaitRow

from tests.contract.conftest import Emulator, Stores

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
T, W = "acme", "welcome"


def token(number: int = 0, **changes: object) -> Token:
    made = Token(
        id=f"{profile_id(T, 'user', str(number))}.0.1",
        state=TokenState.RUNNING,
        epoch=0,
        run="r1",
        node="start",
        version=1,
        entered_at=NOW,
        as_of=NOW + timedelta(milliseconds=7),
        context={"event": "order", "properties": {"total": 12.5, "items": ["a"]}},
    )
    return made.evolve(**changes)


def parked(before: Token, **changes: object) -> Token:
    return before.evolve(
        **{"state": TokenState.PARKED, "epoch": before.epoch + 1, "due": NOW + timedelta(days=1), **changes}
    )


def test_what_is_created_is_read_back_whole(stores: Stores) -> None:
    full = token(
        loop={"again": 2},
        due=NOW,
        resume="next",
        wait_events=("order", "a#b"),
        hold="paused",
        arrived=frozenset({"p.0", "p.1"}),
        end_reason="completed",
        runs=("r0", "r1"),
        facts={"email_1": "sent"},
        state=TokenState.ENDED,
        epoch=41,
    )
    assert stores.tokens.create(T, W, [full, token(1)]) == {full.id, token(1).id}
    assert stores.tokens.get(T, W, [full.id, token(1).id, token(2).id]) == {
        full.id: full,
        token(1).id: token(1),
    }
    assert stores.tokens.get("other", W, [full.id]) == {}
    assert stores.tokens.get(T, "other", [full.id]) == {}


def test_a_second_create_changes_nothing_and_says_so(stores: Stores) -> None:
    stores.tokens.create(T, W, [token()])
    assert stores.tokens.create(T, W, [token(run="r2"), token(1)]) == {token(1).id}
    assert stores.tokens.get(T, W, [token().id])[token().id].run == "r1"


def test_all_tokens_of_a_profile(stores: Stores) -> None:
    branch = token(id=f"{token().id}/par.0")
    again = token(id=token().id.replace(".0.1", ".0.2"))
    stores.tokens.create(T, W, [token(), branch, again, token(1)])
    found = stores.tokens.of_profile(T, W, profile_id(T, "user", "0"))
    assert [t.id for t in found] == [token().id, branch.id, again.id]


def test_only_one_of_two_moves_wins(stores: Stores) -> None:
    stores.tokens.create(T, W, [token()])
    move = Move(token(), parked(token()))
    assert stores.tokens.move(T, W, [move]) == {token().id}
    assert stores.tokens.move(T, W, [Move(token(), parked(token(), run="r9"))]) == set()
    assert stores.tokens.get(T, W, [token().id])[token().id] == parked(token())


def test_moving_back_removes_what_is_no_longer_so(stores: Stores) -> None:
    stores.tokens.create(T, W, [token()])
    waiting = parked(token(), resume="x", wait_events=("order",), hold="paused")
    taken = waiting.evolve(
        state=TokenState.RUNNING, epoch=2, run="r2", due=None, resume=None, wait_events=(), hold=""
    )
    assert stores.tokens.move(T, W, [Move(token(), waiting)])
    assert stores.tokens.move(T, W, [Move(waiting, taken)])
    assert stores.tokens.get(T, W, [token().id])[token().id] == taken


def test_an_unknown_token_does_not_move(stores: Stores) -> None:
    assert stores.tokens.move(T, W, [Move(token(), parked(token()))]) == set()


def test_moves_of_a_big_cohort_stand_alone(stores: Stores) -> None:
    tokens = [token(n) for n in range(130)]
    assert len(stores.tokens.create(T, W, tokens)) == 130
    stores.tokens.move(T, W, [Move(t, parked(t)) for t in tokens[:5]])
    moved = stores.tokens.move(T, W, [Move(t, parked(t, run="r2")) for t in tokens])
    assert moved == {t.id for t in tokens[5:]}
    assert len(stores.tokens.get(T, W, [t.id for t in tokens])) == 130


def test_two_moves_of_one_token_in_one_call_are_in_order(stores: Stores) -> None:
    stores.tokens.create(T, W, [token()])
    first = parked(token())
    second = first.evolve(state=TokenState.RUNNING, epoch=2)
    assert stores.tokens.move(T, W, [Move(token(), first), Move(first, second)]) == {token().id}
    assert stores.tokens.get(T, W, [token().id])[token().id].epoch == 2


def test_arrivals_add_up_and_survive_a_move(stores: Stores) -> None:
    stores.tokens.create(T, W, [token()])
    assert stores.tokens.arrive(T, W, {token().id: ["p.0"], token(5).id: ["p.0"]})[token().id].arrived == {
        "p.0"
    }
    stores.tokens.move(T, W, [Move(token(), parked(token()))])
    after = stores.tokens.arrive(T, W, {token().id: ["p.1", "p.0"]})
    assert after[token().id].arrived == {"p.0", "p.1"}
    assert after[token().id].state is TokenState.PARKED


def test_a_cohort_takes_ten_calls(emulator: Emulator) -> None:
    store = DynamoTokens(emulator.table("engine"))
    tokens = [token(n) for n in range(250)]
    emulator.calls.clear()
    store.create(T, W, tokens)
    store.move(T, W, [Move(t, parked(t)) for t in tokens])
    store.get(T, W, [t.id for t in tokens])
    assert emulator.calls == ["BatchExecuteStatement"] * 20 + ["BatchGetItem"] * 3


def test_a_lost_answer_is_recognised_as_own_success(emulator: Emulator) -> None:
    store = DynamoTokens(emulator.table("engine"))
    lost = []

    def lose_first(operation: str, body: bytes) -> bytes | Exception:
        if operation == "BatchExecuteStatement" and not lost:
            lost.append(1)
            return ReadTimeoutError(endpoint_url="x")
        return body

    emulator.spoil = lose_first
    assert store.create(T, W, [token()]) == {token().id}
    lost.clear()
    assert store.move(T, W, [Move(token(), parked(token()))]) == {token().id}
    lost.clear()
    assert store.move(T, W, [Move(token(), parked(token(), run="late"))]) == set()


def test_throttled_statements_are_asked_again(emulator: Emulator) -> None:
    store = DynamoTokens(emulator.table("engine"))
    throttled = []

    def throttle(operation: str, body: bytes) -> bytes:
        if operation == "BatchExecuteStatement" and len(throttled) < 2:
            throttled.append(1)
            answer = json.loads(body)
            answer["Responses"][0] = {"Error": {"Code": "ThrottlingError", "Message": "slow"}}
            return json.dumps(answer).encode()
        return body

    emulator.spoil = throttle
    assert store.create(T, W, [token(0), token(1)]) == {token(0).id, token(1).id}
    assert len(throttled) == 2


def test_unprocessed_keys_are_asked_again_and_then_given_up(emulator: Emulator) -> None:
    table = emulator.table("engine")
    store = DynamoTokens(table)
    store.create(T, W, [token(0), token(1)])
    times = [0]

    def leave_one(operation: str, body: bytes) -> bytes:
        answer = json.loads(body)
        if operation != "BatchGetItem" or times[0] == 0:
            return body
        times[0] -= 1
        item = answer["Responses"][table.name].pop()
        answer["UnprocessedKeys"] = {table.name: {"Keys": [{"pk": item["pk"], "sk": item["sk"]}]}}
        return json.dumps(answer).encode()

    emulator.spoil = leave_one
    times[0] = 2
    assert len(store.get(T, W, [token(0).id, token(1).id])) == 2
    times[0] = 99
    with pytest.raises(Throttled):
        store.get(T, W, [token(0).id, token(1).id])


def row(number: int, minutes: float = 1) -> DueRow:
    return DueRow(W, token(number).id, 1, NOW + timedelta(minutes=minutes))


def test_rows_are_found_under_their_minute_and_never_early(stores: Stores) -> None:
    rows = [row(1, 1), row(2, 1.5), row(3, 5)]
    stores.parking.put_due(T, rows)
    assert stores.parking.due_buckets(T, NOW + timedelta(seconds=59)) == []
    assert [b for b, _ in stores.parking.due_buckets(T, NOW + timedelta(minutes=2))] == [
        "202603020901",
        "202603020902",
    ]
    ((bucket, shards),) = stores.parking.due_buckets(T, NOW + timedelta(minutes=1))
    assert [r for s in shards for r in stores.parking.due_rows(T, bucket, s, 10)] == [row(1, 1)]
    assert stores.parking.due_buckets("other", NOW + timedelta(days=1)) == []


def test_a_repeated_put_and_delete_of_due_rows(stores: Stores) -> None:
    rows = [row(n) for n in range(60)]
    stores.parking.put_due(T, rows)
    stores.parking.put_due(T, rows)
    ((bucket, shards),) = stores.parking.due_buckets(T, NOW + timedelta(minutes=1))
    found = [r for s in shards for r in stores.parking.due_rows(T, bucket, s, 1000)]
    assert sorted(found, key=lambda r: r.token) == sorted(rows, key=lambda r: r.token)
    stores.parking.delete_due(T, rows)
    stores.parking.delete_due(T, rows)
    assert not any(stores.parking.due_rows(T, bucket, s, 1) for s in shards)


def test_a_marker_stays_while_rows_are_left(stores: Stores) -> None:
    stores.parking.put_due(T, [row(1)])
    stores.parking.drop_bucket(T, "202603020901")
    assert stores.parking.due_buckets(T, NOW + timedelta(minutes=1))
    stores.parking.delete_due(T, [row(1)])
    stores.parking.drop_bucket(T, "202603020901")
    stores.parking.drop_bucket(T, "202603020901")
    assert not stores.parking.due_buckets(T, NOW + timedelta(minutes=1))


def test_waiters(stores: Stores) -> None:
    waits = [WaitRow(e, W, token(1).id, 1, 2, "wait") for e in ("*", "order", "a#b")]
    stores.parking.put_waiters(T, [*waits, WaitRow("order", W, token(2).id, 1, 2, "wait")])
    profile = profile_id(T, "user", "1")
    assert sorted(stores.parking.waiters(T, profile), key=lambda w: w.event) == sorted(
        waits, key=lambda w: w.event
    )
    stores.parking.delete_waiters(T, [*waits, *waits[:1]])
    assert stores.parking.waiters(T, profile) == []


def test_holds(stores: Stores) -> None:
    ids = [token(n).id for n in range(40)]
    stores.parking.hold(T, W, ids)
    stores.parking.hold(T, W, ids[:3])
    assert len(stores.parking.held(T, W, 7)) == 7
    assert set(stores.parking.held(T, W, 100)) == set(ids)
    stores.parking.release(T, W, ids)
    stores.parking.release(T, W, ids[:1])
    assert stores.parking.held(T, W, 5) == []
