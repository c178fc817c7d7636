"""Once a campaign: runs, retries, sweeps and people at the same time, crashes anywhere, answers lost; one post.

Workers are stepped one store or network call at a time by dice whose seed hypothesis chooses, so that any interleaving
may happen; each may die at any call, before it or after it was done. A worker lives at most five minutes, as the
function does; the network shows a post within two minutes.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stepwell.contracts.clock import ManualClock
from stepwell.contracts.social import Platform, SocialPost
from stepwell.errors import StepwellError, Throttled, Unavailable
from stepwell.social import delivering
from stepwell.social.campaigns import Campaign, Fate
from stepwell.social.posts import ScheduledPost, Stage

from tests.fakes.social import MemoryPosts, SocialWorld

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TENANT = "acme"
LIFE = timedelta(minutes=5)


class Dead(BaseException):
    """The process is gone."""


class Worker:
    """One invocation: its calls are stopped until it is its turn, and it may be killed at any of them.

    Args:
        name: Its name as a claimant.
        work: What it does; called with this.
        clock: Tells when its life is over.
    """

    def __init__(self, name: str, work: Callable[[Worker], Any], clock: ManualClock) -> None:
        self.name, self._clock = name, clock
        self.born = clock.now()
        self.over, self.result = False, None
        self._mine, self._theirs = threading.Semaphore(0), threading.Semaphore(0)
        self._kill = ""
        self._thread = threading.Thread(target=self._run, args=(work,), daemon=True)
        self._thread.start()

    def step(self, kill: str = "") -> None:
        """Let it do one call; kill: `before` or `after` it."""
        if self._clock.now() - self.born >= LIFE:
            kill = "before"
        self._kill = kill
        self._mine.release()
        self._theirs.acquire()

    def call(self, do: Callable[[], Any]) -> Any:
        """Do a call of the worker's when it is its turn."""
        self._theirs.release()
        self._mine.acquire()
        if self._kill == "before":
            raise Dead
        done = do()
        if self._kill == "after":
            raise Dead
        return done

    def _run(self, work: Callable[[Worker], Any]) -> None:
        self._mine.acquire()
        try:
            self.result = work(self)
        except (Dead, StepwellError):
            pass
        finally:
            self.over = True
            self._theirs.release()


class Stepped:
    """A port whose calls are steps of a worker."""

    def __init__(self, inner: Any, worker: Worker) -> None:
        self._inner, self._worker = inner, worker

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if not callable(found):
            return found
        return lambda *args, **more: self._worker.call(lambda: found(*args, **more))


def seen_by(world: SocialWorld, worker: Worker) -> SocialWorld:
    """Return the world as a worker reaches it."""
    mine = SocialWorld(world.clock)
    mine.__dict__.update(world.__dict__)
    mine.posts = Stepped(world.posts, worker)  # type: ignore[assignment]
    mine.timer = Stepped(world.timer, worker)  # type: ignore[assignment]
    mine.leases = Stepped(world.leases, worker)  # type: ignore[assignment]
    networks = Stepped(world.networks, worker)
    mine.networks = _Networks(world, worker, networks)  # type: ignore[assignment]
    return mine


class _Networks:
    def __init__(self, world: SocialWorld, worker: Worker, inner: Stepped) -> None:
        self._world, self._worker = world, worker
        self.networks = world.networks.networks

    def network(self, tenant: str, platform: Platform) -> Any:
        return Stepped(self._world.networks.networks[platform], self._worker)

    def oauth(self, tenant: str, platform: Platform) -> Any:
        return Stepped(self._world.networks.oauths[platform], self._worker)

    def app(self, tenant: str, platform: Platform) -> Any:
        return self._world.networks.app(tenant, platform)


CAMPAIGN = Campaign(
    workflow="launch",
    version=3,
    node="post",
    campaign="b1",
    platforms=(Platform.TWITTER, Platform.LINKEDIN),
    content=SocialPost("We are live"),
)


def answers(name: str) -> Any:
    return {"throttled": Throttled("Slow.", retry_after_s=30), "down": Unavailable("Down.")}.get(name, name)


ACTS = st.lists(st.sampled_from(["", "", "lost", "nothing", "throttled", "down"]), max_size=5)
MOVES = ("step",) * 30 + ("before", "after", "time", "time", "new")


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=150)
@given(x=ACTS, linkedin=ACTS, seed=st.integers(0, 2**32))
def test_a_campaign_posts_once_whatever_happens(x: list[str], linkedin: list[str], seed: int) -> None:
    dice = random.Random(seed)
    clock = ManualClock(START)
    world = SocialWorld(clock)
    for platform, acts in ((Platform.TWITTER, x), (Platform.LINKEDIN, linkedin)):
        world.connect(TENANT, platform)
        network = world.networks.networks[platform]
        network.script = [answers(name) for name in acts]
        network.shows_after = timedelta(minutes=2)
    workers: list[Worker] = []

    def begin() -> None:
        name = f"w{len(workers)}"
        workers.append(
            Worker(name, lambda me: seen_by(world, me).campaigns.post(TENANT, CAMPAIGN, name), clock)
        )

    for _ in range(3):
        begin()
    for _ in range(dice.choice((40, 120, 300))):
        alive = [worker for worker in workers if not worker.over]
        move = dice.choice(MOVES)
        if move == "time":
            clock.advance(timedelta(seconds=dice.choice((5, 40, 200))))
        elif move == "new" and len(workers) < 12:
            begin()
        elif alive:
            dice.choice(alive).step("" if move in ("step", "new") else move)
    for worker in workers:
        while not worker.over:
            worker.step()
    # Contacts come back, and the sweeper looks, until it is over.
    fate = Fate("scheduled", wait_s=1)
    for number in range(400):
        fate = world.campaigns.post(TENANT, CAMPAIGN, f"late{number}")
        if not fate.wait_s:
            break
        clock.advance(timedelta(seconds=fate.wait_s))
    assert not fate.wait_s
    (post,) = world.posts.all(TENANT)
    for platform in (Platform.TWITTER, Platform.LINKEDIN):
        there = world.networks.networks[platform].there
        (delivery,) = [one for one in post.deliveries if one.platform is platform]
        assert len(there) <= 1, (platform, there)
        assert delivery.final
        if delivery.stage.value == "published":
            assert [one.id for one in there] == [delivery.external_id]
        else:
            assert delivery.code == "outcome_unknown" and delivery.lost >= delivering.LOST


def _blind(do: Callable[..., Any]) -> Callable[..., Any]:
    def after_error(*given: Any) -> Any:
        done = do(*given)
        return replace(done, stage=Stage.WAITING) if done.stage is Stage.UNKNOWN else done

    return after_error


MUTANTS = {
    "looks before the network shows it": ("SETTLED", timedelta(seconds=30)),
    "an answer that is lost is repeated blindly": ("after_error", _blind(delivering.after_error)),
    "one look at once": ("LOOKS", 0),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_the_test_would_see_a_second_post(mutant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name, value = MUTANTS[mutant]
    monkeypatch.setattr(delivering, name, value)
    if name == "LOOKS":
        monkeypatch.setattr(delivering, "SETTLED", timedelta(0))
    with pytest.raises(AssertionError):
        test_a_campaign_posts_once_whatever_happens()


def test_the_test_would_see_a_claim_without_condition(monkeypatch: pytest.MonkeyPatch) -> None:
    save = MemoryPosts.save

    def loose(self: MemoryPosts, tenant: str, post: ScheduledPost) -> bool:
        kept = self.get(tenant, post.id)
        return save(self, tenant, post if kept is None else replace(post, rev=kept.rev))

    monkeypatch.setattr(MemoryPosts, "save", loose)
    with pytest.raises(AssertionError):
        test_a_campaign_posts_once_whatever_happens()
