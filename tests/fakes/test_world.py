"""The fakes' own promises: crashes, interleavings, the bill."""

from __future__ import annotations

import pytest
from stepwell.contracts.messages import Email
from stepwell.contracts.tokens import Move, Token, TokenState
from stepwell.errors import OutcomeUnknown, ProviderRejected, Throttled
from stepwell.runtime.ports import DueRow

from tests.fakes import Crash, World

P = "a" * 16


def token(world: World, ordinal: int = 1) -> Token:
    now = world.clock.now()
    return Token(f"{P}.0.{ordinal}", TokenState.RUNNING, 0, "r", "n", 1, now, now)


def test_a_crash_before_and_after_a_write() -> None:
    world = World()
    tokens = [token(world, n) for n in (1, 2, 3)]
    world.crash_at(2)
    with pytest.raises(Crash):
        world.tokens.create("t", "w", tokens)
    assert [t.id for t in world.tokens.of_profile("t", "w", P)] == [tokens[0].id]
    world.crash_at(2, after=True)
    with pytest.raises(Crash):
        world.tokens.create("t", "w", tokens)
    assert len(world.tokens.of_profile("t", "w", P)) == 2
    world.tokens.create("t", "w", tokens)
    assert len(world.tokens.of_profile("t", "w", P)) == 3
    assert world.writes[:2] == [f"tokens.create:{tokens[0].id}", f"tokens.create:{tokens[1].id}"]


def test_somebody_else_acts_in_between() -> None:
    world = World()
    start = token(world)
    world.tokens.create("t", "w", [start])
    rival = Move(start, start.evolve(epoch=1, run="rival"))
    world.on_write("tokens.move", lambda: world.tokens.move("t", "w", [rival]))
    assert world.tokens.move("t", "w", [Move(start, start.evolve(epoch=1, run="mine"))]) == set()
    assert world.tokens.get("t", "w", [start.id])[start.id].run == "rival"
    seen: list[int] = []
    world.on_read("tokens.get", lambda: seen.append(1))
    world.tokens.get("t", "w", [start.id])
    world.crash_on("tokens.move")
    world.calm()
    world.tokens.move("t", "w", [rival])
    assert seen == [1]


def test_the_bill_counts_sizes_and_indexes() -> None:
    world = World()
    world.tokens.create("t", "w", [token(world), token(world, 2).evolve(context={"x": "y" * 2000})])
    bill = world.bill.tables["engine"]
    assert (bill.writes, bill.wru) == (2, 4.0)
    world.tokens.get("t", "w", [token(world).id])
    assert bill.rru == 1.0
    assert world.bill.dollars == pytest.approx(4 * 0.625e-6 + 0.125e-6)


def test_the_mailer_answers_as_told() -> None:
    world = World()

    def mail(to: str) -> str:
        return world.mailer.send(Email(to, "s", "hi", "text"))

    world.mailer.reject.add("no@x")
    world.mailer.lose_answer.add("lost@x")
    world.mailer.drop.add("gone@x")
    for address, error in (
        ("no@x", ProviderRejected),
        ("lost@x", OutcomeUnknown),
        ("gone@x", OutcomeUnknown),
    ):
        with pytest.raises(error):
            mail(address)
    world.mailer.throttle = 1
    with pytest.raises(Throttled):
        mail("ok@x")
    assert mail("ok@x") == "message-2"
    assert [m.to for m in world.mailer.accepted] == ["lost@x", "ok@x"]
    assert len(world.mailer.attempts) == 5


def test_a_sweeper_that_finds_a_bucket_empty_cannot_lose_what_is_being_parked() -> None:
    for moment in ("before the rows", "after the rows"):
        world = World()
        row = DueRow("w", token(world).id, 1, world.clock.now())

        world.on_write(
            "parking.put_due",
            lambda w=world: w.parking.drop_bucket("t", "202603020900"),
            after=moment == "after the rows",
        )
        world.parking.put_due("t", [row])
        ((found, shards),) = world.parking.due_buckets("t", world.clock.now())
        assert [r for shard in shards for r in world.parking.due_rows("t", found, shard, 9)] == [row]
