"""Posts on social networks: write, schedule, preview, change, cancel, publish at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from replies.forms import Listed, Order
from replies.social import NetworkLimits, PostPreviews, PostState, SocialPost
from stepwell.contracts.social import Platform
from stepwell.social import scheduling
from stepwell.social.finding import WantedPosts
from stepwell.social.limits import AS_OF, LIMITS
from stepwell.social.posts import (
    Delivery,
    Mode,
    ScheduledPost,
    content_document,
    document,
    media_document,
)

from routes.replies import reply, stored, whole
from routes.routing import Call, routed, this, topic
from routes.social_forms import ChangedPostIn, NewPostIn, PostPreviewIn

router = topic("Social")


def _shown(post: ScheduledPost, names: Mapping[str, str]) -> dict[str, Any]:
    told = document(post)
    return {
        "id": post.id,
        "rev": post.rev,
        "state": post.state,
        "content": content_document(post.content),
        "overrides": told["overrides"],
        "deliveries": [_delivery(post, one, names) for one in post.deliveries],
        "at": post.at,
        "time_zone": post.time_zone,
        "origin": dict(post.origin) or None,
        "created_at": post.created_at,
        "created_by": post.created_by,
        "changed_at": post.changed_at,
        "changed_by": post.changed_by,
    }


def _delivery(post: ScheduledPost, one: Delivery, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "account": one.account,
        "platform": one.platform,
        "name": names.get(one.account, one.account),
        "state": "publishing" if one.stage.value == "claimed" else one.stage,
        "at": None if post.mode is Mode.DRAFT and not one.at and not post.at else post.due(one),
        "own_at": one.at,
        "next_at": one.next_at,
        "published_at": one.published_at,
        "external_id": one.external_id,
        "url": one.url,
        "code": one.code,
        "reason": one.reason,
    }


def _names(call: Call) -> dict[str, str]:
    return {one.account.id: one.account.name for one in call.wired.social.accounts.all(call.tenant)}


def _answer(call: Call, post: ScheduledPost, action: str = "") -> SocialPost:
    if action:
        call.ports.note(
            call.tenant, call.actor, f"social.post_{action}", f"social/post/{post.id}", rev=post.rev
        )
    return reply(SocialPost, _shown(post, _names(call)))


@routed(router, "GET", "/social/posts", "viewer", "List posts: drafts, scheduled ones, what was posted")
def list_social_posts(
    state: Annotated[PostState | None, Query()] = None,
    platform: Annotated[Platform | None, Query()] = None,
    account: Annotated[str, Query(max_length=60)] = "",
    workflow: Annotated[str, Query(max_length=60, description="Posted by a workflow.")] = "",
    q: Annotated[str, Query(max_length=100, description="Words of the text.")] = "",
    since: Annotated[datetime | None, Query(description="Due at or after.")] = None,
    until: Annotated[datetime | None, Query(description="Due before.")] = None,
    order: Annotated[Order, Query()] = "desc",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
) -> Listed[SocialPost]:
    """Return a page of posts by their moments; it may be short although there is a cursor."""
    call = this()

    wanted = WantedPosts(
        state=state or "",
        platform=platform or "",
        account=account,
        workflow=workflow,
        words=q,
        since=_aware(since) if since else None,
        until=_aware(until) if until else None,
    )
    found, after = call.wired.social.posts.page(
        call.tenant, wanted, limit, cursor, newest_first=order == "desc"
    )
    names = _names(call)
    return stored([_shown(post, names) for post in found], after)


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)


@routed(
    router, "POST", "/social/posts", "publisher", "Write a post: a draft, scheduled, or at once", status=201
)
def create_social_post(body: Annotated[NewPostIn, Body()]) -> SocialPost:
    """Keep a post; it goes out when it is due."""
    call = this()
    made = scheduling.create(
        call.wired.social.scheduling, call.tenant, body.wanted(call), call.actor, body.id
    )
    return _answer(call, made, "created")


@routed(router, "GET", "/social/posts/<post>", "viewer", "Read a post and what became of it")
def read_social_post(post: str) -> SocialPost:
    """Return a post."""
    call = this()
    return _answer(call, scheduling.get(call.wired.social.scheduling, call.tenant, post))


@routed(
    router,
    "PUT",
    "/social/posts/<post>",
    "publisher",
    "Change a post that has not begun (409 if somebody else did)",
)
def change_social_post(post: str, body: Annotated[ChangedPostIn, Body()]) -> SocialPost:
    """Change a post."""
    call = this()
    changed = scheduling.change(
        call.wired.social.scheduling, call.tenant, post, body.rev, body.wanted(call), call.actor
    )
    return _answer(call, changed, "changed")


@routed(router, "POST", "/social/posts/<post>/cancel", "publisher", "Cancel what has not gone out")
def cancel_social_post(post: str) -> SocialPost:
    """Cancel a post; what is on a network stays there."""
    call = this()
    return _answer(
        call, scheduling.cancel(call.wired.social.scheduling, call.tenant, post, call.actor), "canceled"
    )


@routed(
    router,
    "POST",
    "/social/posts/<post>/publish",
    "publisher",
    "Publish at once, or what failed once more",
    status=202,
)
def publish_social_post(post: str) -> SocialPost:
    """Publish a post at once; look again in a moment what became of it."""
    call = this()
    return _answer(
        call,
        scheduling.publish_now(call.wired.social.scheduling, call.tenant, post, call.actor),
        "published",
    )


@routed(
    router, "POST", "/social/preview", "viewer", "See what each network will show, and what it would refuse"
)
def preview_social_post(body: Annotated[PostPreviewIn, Body()]) -> PostPreviews:
    """Return a post as networks show it: those named, those of the accounts, or all."""
    call = this()
    accounts = [one.account for one in call.wired.social.accounts.all(call.tenant)]
    chosen = scheduling.chosen(accounts, body.accounts)
    platforms = [*body.platforms, *(one.platform for one in chosen)] or list(Platform)
    post = ScheduledPost(
        id="preview", content=body.content(), overrides=body.differing(), created_at=call.ports.now()
    )
    found = scheduling.previews(post, platforms)
    told = [
        asdict(one)
        | {
            "label": one.platform.label,
            "media": [media_document(medium) for medium in one.media],
            "faults": [fault.document() for fault in one.faults],
        }
        for one in found
    ]
    return reply(PostPreviews, {"ok": not any(one.faults for one in found), "previews": told})


@routed(router, "GET", "/social/limits", "viewer", "What each network takes, with date and source")
def list_social_limits() -> Listed[NetworkLimits]:
    """Return the rules of all networks."""
    return whole(
        [
            {"platform": platform, "label": platform.label, "as_of": AS_OF, **asdict(limits)}
            for platform, limits in LIMITS.items()
        ]
    )
