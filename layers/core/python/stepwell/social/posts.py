"""A post as it is kept: what it says, for which accounts, when, and what became of it at each of them.

One document a post with a revision: whoever publishes, cancels or changes it writes over the revision that he read, so
that of two who claim one delivery only one does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from stepwell.contracts.clock import from_iso, iso
from stepwell.contracts.social import Media, MediaKind, Platform, PostKind, SocialPost


class Mode(StrEnum):
    """What people want of a post."""

    DRAFT = "draft"
    LIVE = "live"
    CANCELED = "canceled"


class Stage(StrEnum):
    """What is known of a delivery."""

    WAITING = "waiting"
    CLAIMED = "claimed"  # somebody is at it, or died at it
    UNKNOWN = "unknown"  # the answer was lost: looked for, never repeated blindly
    PUBLISHED = "published"
    FAILED = "failed"
    CANCELED = "canceled"


FINAL = frozenset({Stage.PUBLISHED, Stage.FAILED, Stage.CANCELED})
STATES = ("draft", "scheduled", "publishing", "published", "partly", "failed", "canceled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A post at one account.

    Attributes:
        account: Our account id.
        platform: Its network.
        at: A moment of its own; None: the post's.
        stage: What is known.
        claimant: Who is or was at it.
        claimed_at: When the last claim was.
        lost_at: By when whatever the last lost answer was about was handed over, if it was.
        since: When the first claim was whose end nobody knows: from there on it is looked for.
        tries: How often it was handed over, or tried to be.
        lost: How many answers were lost.
        looks: How often it was looked for since the last lost answer.
        next_at: Not before; None: at once.
        external_id: The network's id.
        url: Where people see it.
        published_at: When it was known to be published.
        code: Why it failed or waits; empty: it does not.
        reason: The same for people.
    """

    account: str
    platform: Platform
    at: datetime | None = None
    stage: Stage = Stage.WAITING
    claimant: str = ""
    claimed_at: datetime | None = None
    lost_at: datetime | None = None
    since: datetime | None = None
    tries: int = 0
    lost: int = 0
    looks: int = 0
    next_at: datetime | None = None
    external_id: str = ""
    url: str = ""
    published_at: datetime | None = None
    code: str = ""
    reason: str = ""

    @property
    def final(self) -> bool:
        """Whether nothing more will happen."""
        return self.stage in FINAL

    @property
    def started(self) -> bool:
        """Whether it was ever handed over."""
        return self.tries > 0 or self.stage is not Stage.WAITING


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduledPost:
    """A post for several accounts.

    Attributes:
        id: Its id.
        content: What it says where a platform has nothing of its own.
        overrides: Fields of `SocialPost` that differ, a platform.
        deliveries: One an account.
        mode: What people want.
        at: When; None: at once (or never, as a draft).
        time_zone: Zone in which people chose the moment.
        origin: Empty: people wrote it; else `{workflow, version, node, campaign}`.
        rev: Grows at each write; 0: it is not stored yet.
        created_at: When.
        created_by: By whom.
        changed_at: When people last changed it.
        changed_by: Who did.
    """

    id: str
    content: SocialPost
    overrides: Mapping[Platform, Mapping[str, Any]] = field(default_factory=dict)
    deliveries: tuple[Delivery, ...] = ()
    mode: Mode = Mode.DRAFT
    at: datetime | None = None
    time_zone: str = "UTC"
    origin: Mapping[str, Any] = field(default_factory=dict)
    rev: int = 0
    created_at: datetime
    created_by: str = ""
    changed_at: datetime | None = None
    changed_by: str = ""

    @property
    def state(self) -> str:
        """What people see: one of `STATES`."""
        if self.mode is Mode.DRAFT:
            return "draft"
        stages = {delivery.stage for delivery in self.deliveries}
        if not stages <= FINAL:
            return "publishing" if any(delivery.started for delivery in self.deliveries) else "scheduled"
        if Stage.PUBLISHED in stages:
            return "published" if stages == {Stage.PUBLISHED} else "partly"
        if Stage.FAILED in stages:
            return "failed"
        return "canceled"

    def delivery(self, account: str) -> Delivery | None:
        """Return the delivery at an account."""
        return next((one for one in self.deliveries if one.account == account), None)

    def due(self, delivery: Delivery) -> datetime:
        """Return when a delivery is due."""
        return delivery.at or self.at or self.created_at

    def with_delivery(self, changed: Delivery) -> ScheduledPost:
        """Return it with a delivery changed."""
        told = tuple(changed if one.account == changed.account else one for one in self.deliveries)
        return replace(self, deliveries=told)


def content_document(content: SocialPost) -> dict[str, Any]:
    """Return what a post says, JSON-ready."""
    return {
        "text": content.text,
        "link": content.link,
        "media": [media_document(medium) for medium in content.media],
        "kind": content.kind.value,
        "target": dict(content.target),
    }


def media_document(medium: Media) -> dict[str, Any]:
    """Return a medium, JSON-ready; what is not known is left out."""
    told = {
        "kind": medium.kind.value,
        "url": medium.url,
        "alt": medium.alt,
        "width": medium.width,
        "height": medium.height,
        "bytes": medium.bytes,
    }
    return {name: value for name, value in told.items() if value is not None}


def read_media(told: Mapping[str, Any]) -> Media:
    """Read a medium."""
    return Media(**{**told, "kind": MediaKind(told.get("kind") or "image")})


def read_fields(told: Mapping[str, Any]) -> dict[str, Any]:
    """Read fields of `SocialPost`, those that are there."""
    found = dict(told)
    if "media" in found:
        found["media"] = tuple(read_media(medium) for medium in found["media"])
    if "kind" in found:
        found["kind"] = PostKind(found["kind"])
    return found


_TIMES = ("at", "claimed_at", "lost_at", "since", "next_at", "published_at")


def document(post: ScheduledPost) -> dict[str, Any]:
    """Return what is stored (the revision aside)."""
    return {
        "content": content_document(post.content),
        "overrides": {platform.value: _fields_document(told) for platform, told in post.overrides.items()},
        "deliveries": [_delivery_document(one) for one in post.deliveries],
        "mode": post.mode.value,
        "at": iso(post.at) if post.at else None,
        "time_zone": post.time_zone,
        "origin": dict(post.origin),
        "created_at": iso(post.created_at),
        "created_by": post.created_by,
        "changed_at": iso(post.changed_at) if post.changed_at else None,
        "changed_by": post.changed_by,
    }


def _fields_document(told: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(told)
    if "media" in found:
        found["media"] = [media_document(medium) for medium in found["media"]]
    if "kind" in found:
        found["kind"] = PostKind(found["kind"]).value
    return found


def _delivery_document(one: Delivery) -> dict[str, Any]:
    told: dict[str, Any] = {
        "account": one.account,
        "platform": one.platform.value,
        "stage": one.stage.value,
        "claimant": one.claimant,
        "tries": one.tries,
        "lost": one.lost,
        "looks": one.looks,
        "external_id": one.external_id,
        "url": one.url,
        "code": one.code,
        "reason": one.reason,
    }
    times = {name: getattr(one, name) for name in _TIMES}
    told |= {name: iso(at) for name, at in times.items() if at is not None}
    return {name: value for name, value in told.items() if value not in ("", 0)}


def read(id_: str, rev: int, told: Mapping[str, Any]) -> ScheduledPost:
    """Read what is stored."""
    return ScheduledPost(
        id=id_,
        rev=rev,
        content=SocialPost(**read_fields(told["content"])),
        overrides={Platform(name): read_fields(fields) for name, fields in told["overrides"].items()},
        deliveries=tuple(_read_delivery(one) for one in told["deliveries"]),
        mode=Mode(told["mode"]),
        at=from_iso(told["at"]) if told["at"] else None,
        time_zone=told["time_zone"],
        origin=told["origin"],
        created_at=from_iso(told["created_at"]),
        created_by=told["created_by"],
        changed_at=from_iso(told["changed_at"]) if told["changed_at"] else None,
        changed_by=told["changed_by"],
    )


def _read_delivery(told: Mapping[str, Any]) -> Delivery:
    found: dict[str, Any] = {**told, "platform": Platform(told["platform"]), "stage": Stage(told["stage"])}
    found |= {name: from_iso(told[name]) for name in _TIMES if name in told}
    return Delivery(**found)
