"""What happens next to a delivery, and what an answer makes of it: pure, so that crashes can be played through.

A delivery is claimed by a conditional write before the network is called, and settled after it. Whoever finds a claim
that is older than any process may live, or whose answer was lost, looks for the post at the network; only when it was
twice not there, the second time long after anything sent must be visible, it is handed over again, and that once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from stepwell.contracts.social import Posted
from stepwell.errors import (
    AddressGone,
    NotReady,
    OutcomeUnknown,
    ProviderRejected,
    StepwellError,
    Throttled,
    Unavailable,
)
from stepwell.social.posts import Delivery, Mode, ScheduledPost, Stage

CLAIM = timedelta(minutes=6)
"""A claim holds so long: more than the function may run (five minutes), so that its holder is surely gone."""
FIRST_LOOK = timedelta(seconds=30)
SETTLED = timedelta(minutes=5)
"""What was sent is visible at the network by then, or never will be."""
LOOKS = 2
LOST = 2
"""A post is handed over again after one lost answer, and after no second one."""
TRIES = 8
PATIENCE = timedelta(hours=24)
"""So long a post waits for a network that has no room or is not there."""
_BACK_OFF_S, _LONGEST_S = 15.0, 900.0


class Act(StrEnum):
    """What to do with a delivery."""

    NOTHING = "nothing"
    WAIT = "wait"
    PUBLISH = "publish"
    LOOK = "look"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Next:
    """What to do, and until when to wait."""

    act: Act
    until: datetime | None = None


def next_act(post: ScheduledPost, delivery: Delivery, now: datetime) -> Next:
    """Return what is to be done with a delivery now."""
    if delivery.final or post.mode is Mode.DRAFT:
        return Next(Act.NOTHING)
    if post.mode is Mode.CANCELED and delivery.stage is Stage.WAITING:
        return Next(Act.CANCEL)
    if delivery.stage is Stage.CLAIMED and delivery.claimed_at is not None:
        gone = delivery.claimed_at + CLAIM
        return Next(Act.LOOK) if gone <= now else Next(Act.WAIT, gone)
    until = max(post.due(delivery), delivery.next_at or post.due(delivery))
    if until > now:
        return Next(Act.WAIT, until)
    if delivery.stage is Stage.UNKNOWN:
        return Next(Act.LOOK)
    return Next(Act.PUBLISH)


def next_look(post: ScheduledPost) -> datetime | None:
    """Return when somebody must look at a post next; None: never."""
    if post.mode is Mode.DRAFT:
        return None
    times = []
    for one in post.deliveries:
        if one.stage is Stage.CLAIMED and one.claimed_at is not None:
            times.append(one.claimed_at + CLAIM)
        elif not one.final:
            times.append(max(post.due(one), one.next_at or post.due(one)))
    return min(times, default=None)


def claimed(delivery: Delivery, claimant: str, now: datetime) -> Delivery:
    """Return a delivery as it is before the network is called."""
    return replace(
        delivery,
        stage=Stage.CLAIMED,
        claimant=claimant,
        claimed_at=now,
        since=delivery.since or now,
        tries=delivery.tries + 1,
        next_at=None,
    )


def published(delivery: Delivery, posted: Posted, now: datetime) -> Delivery:
    """Return a delivery that is there."""
    return replace(
        delivery,
        stage=Stage.PUBLISHED,
        external_id=posted.external_id,
        url=posted.url,
        published_at=now,
        next_at=None,
        code="",
        reason="",
    )


def canceled(delivery: Delivery) -> Delivery:
    """Return a delivery that people do not want any more."""
    return replace(delivery, stage=Stage.CANCELED, next_at=None, code="", reason="")


def failed(delivery: Delivery, code: str, reason: str) -> Delivery:
    """Return a delivery that will not be."""
    return replace(delivery, stage=Stage.FAILED, code=code, reason=reason, next_at=None)


def held(delivery: Delivery, code: str, until: datetime, reason: str = "") -> Delivery:
    """Return a delivery that waits, and was certainly not handed over."""
    return replace(
        delivery, stage=Stage.WAITING, code=code, reason=reason, next_at=until, since=None, claimant=""
    )


def after_error(post: ScheduledPost, delivery: Delivery, error: StepwellError, now: datetime) -> Delivery:
    """Return what an error of `Network.publish` makes of a claimed delivery."""
    reason = str(error.details.get("reason") or error.message)
    if isinstance(error, OutcomeUnknown):
        return replace(
            delivery,
            stage=Stage.UNKNOWN,
            lost=delivery.lost + 1,
            lost_at=now,
            looks=0,
            code="outcome_unknown",
            reason=reason,
            next_at=now + FIRST_LOOK,
        )
    if isinstance(error, Throttled):
        return _again(post, delivery, "throttled", reason, now, error.retry_after_s or 60.0, counts=False)
    if isinstance(error, Unavailable):
        wait_s = min(_BACK_OFF_S * 2.0 ** (delivery.tries - 1), _LONGEST_S)
        return _again(post, delivery, "unreachable", reason, now, wait_s, counts=True)
    if isinstance(error, AddressGone | ProviderRejected | NotReady):
        return failed(delivery, error.code, reason)
    return failed(delivery, error.code, error.message)


def _again(
    post: ScheduledPost,
    delivery: Delivery,
    code: str,
    reason: str,
    now: datetime,
    wait_s: float,
    *,
    counts: bool,
) -> Delivery:
    if (counts and delivery.tries >= TRIES) or now - post.due(delivery) > PATIENCE:
        return failed(delivery, code, reason)
    tries = delivery.tries if counts else delivery.tries - 1
    until = now + timedelta(seconds=min(max(wait_s, 1.0), 3_600.0))
    # A lost answer before it is still lost: what this try surely did not do says nothing of that one.
    kept = held(delivery, code, until, reason)
    return replace(kept, tries=max(tries, 0), since=delivery.since if delivery.lost else None)


def after_look(delivery: Delivery, found: Posted | None, now: datetime) -> Delivery:
    """Return what a look at the network makes of a delivery whose end nobody knows."""
    if found is not None:
        return published(delivery, found, now)
    if delivery.stage is Stage.CLAIMED:
        delivery = _died(delivery, now)
    looks = delivery.looks + 1
    # Not since the claim: its holder may have called as late as it lived.
    settled = (delivery.lost_at or now) + SETTLED
    if looks < LOOKS or now < settled:
        return replace(delivery, looks=looks, code="outcome_unknown", next_at=max(settled, now + FIRST_LOOK))
    if delivery.lost >= LOST:
        return failed(
            delivery, "outcome_unknown", "Its answer was lost twice; look at the network whether it is there."
        )
    return replace(delivery, stage=Stage.WAITING, looks=0, next_at=None, claimant="", code="", reason="")


def after_bad_look(delivery: Delivery, error: StepwellError, now: datetime) -> Delivery:
    """Return what a look that failed makes of it: looked for again later, or told that nobody knows."""
    if error.retryable or isinstance(error, OutcomeUnknown):
        wait_s = getattr(error, "retry_after_s", None) or 60.0
        if delivery.stage is Stage.CLAIMED:
            delivery = _died(delivery, now)
        if now - (delivery.claimed_at or now) > PATIENCE:
            return failed(delivery, "outcome_unknown", error.message)
        return replace(delivery, next_at=now + timedelta(seconds=min(wait_s, 3_600.0)))
    return failed(
        delivery, "outcome_unknown", f"Its answer was lost, and it cannot be looked for: {error.message}"
    )


def _died(delivery: Delivery, now: datetime) -> Delivery:
    """Return a claim whose holder died: an answer that was lost when it died at the latest."""
    gone = (delivery.claimed_at or now) + CLAIM
    return replace(delivery, stage=Stage.UNKNOWN, lost=delivery.lost + 1, looks=0, lost_at=min(gone, now))
