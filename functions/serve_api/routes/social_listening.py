"""What is said on social networks, and what became of posts."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Annotated, Any, Literal, cast

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import BaseModel, ConfigDict, Field
from replies.forms import Listed
from replies.social_engagement import PostedPost, SocialCounts, SocialEngagement, SocialGroup
from replies.social_listening import (
    AccountAlarms,
    AccountPulse,
    HashtagSuggestions,
    HashtagWorth,
    SocialAlarm,
    SocialMention,
    SocialRules,
    SocialTrial,
)
from stepwell.contracts.ids import profile_id
from stepwell.contracts.rule_documents import written
from stepwell.contracts.social import MentionKind, Platform
from stepwell.contracts.workspace import Document
from stepwell.publishing.listening import Listening
from stepwell.publishing.listing import page
from stepwell.social import answering
from stepwell.social.alarms import Alarm, Alarms
from stepwell.social.crisis import Counted
from stepwell.social.engagement import TrackedPost, grouped, next_look, totals
from stepwell.social.listening_ports import Wanted
from stepwell.social.mentions import Entry, document_of, person_of

from routes.replies import listed, plain, reply, stored, whole
from routes.routing import decoded, routed, this, topic

router = topic("Social listening")
EXAMPLE = {
    "rules": [
        {"id": "angry", "when": 'event.sentiment = "negative"', "escalate": True, "forward": ["social_team"]},
        {"id": "thanks", "when": 'event.sentiment = "positive"', "answer": ["Thank you, {{ name }}!"]},
    ],
    "crisis": {"tell": ["social_team"], "pause_posts": True},
}  # fmt: skip


class MentionIn(BaseModel):
    """How far the team is with a mention; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    rev: int = Field(ge=1)
    state: Literal["open", "answered", "ignored", "escalated"] | None = None
    assignee: str | None = Field(None, max_length=200)


class AnswerIn(BaseModel):
    """An answer, and the revision of the mention that was read."""

    model_config = ConfigDict(extra="forbid")

    rev: int = Field(ge=1)
    text: str = Field(min_length=1, max_length=2_000)


class SocialRulesIn(BaseModel):
    """Rules, and the revision that they were made from."""

    model_config = ConfigDict(extra="forbid")

    rules: dict[str, Any] = Field(examples=[EXAMPLE])
    rev: int = Field(default=0, ge=0)


class SocialTryIn(BaseModel):
    """A mention, and rules if they are not to be the workspace's."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=4_000)
    platform: Platform = Platform.TWITTER
    kind: MentionKind = MentionKind.MENTION
    rules: dict[str, Any] | None = None


class SuggestIn(BaseModel):
    """A text that wants hashtags."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=70_000)
    account: str = Field("", max_length=100)
    platform: Platform | None = None


def _listening() -> Listening:
    return this().wired.listening


def _mention(entry: Entry) -> SocialMention:
    document = document_of(entry)
    said = document.pop("mention")
    person = person_of(entry.mention.platform, entry.mention.author.external_id)
    profile = profile_id(this().tenant, "anonymous", person)
    for name in ("told", "extra"):
        document.pop(name)
    author = {**said.pop("author"), "profile": profile}
    return reply(SocialMention, {**document, **said, "author": author, "rev": entry.rev})


def _rules(rules: answering.SocialRules, found: Document | None) -> SocialRules:
    return {
        "rev": found.rev if found else 0,
        "updated_at": plain(found.at) if found else None,
        "updated_by": found.by if found else "",
        "rules": written(rules),
    }


def _alarms(alarms: Alarms) -> AccountAlarms:
    history = [_alarm(one) for one in reversed(alarms.history)]
    return reply(AccountAlarms, {"account": alarms.account, "on": alarms.on is not None, "history": history})


def _alarm(alarm: Alarm) -> SocialAlarm:
    told = cast("dict[str, Any]", plain(alarm))
    told.pop("told")
    return reply(SocialAlarm, told)


def _post(post: TrackedPost) -> PostedPost:
    told = cast("dict[str, Any]", plain(post))
    told.pop("asked")
    more = {"id": post.id, "engagement": post.engagement, "counts": post.latest, "next_look": next_look(post)}
    return reply(PostedPost, {**told, **more})


def _groups(found: dict[str, dict[str, int]]) -> list[SocialGroup]:
    return [{"name": name, "counts": reply(SocialCounts, counts)} for name, counts in found.items()]


@routed(router, "GET", "/social/mentions", "viewer", "List what is said to and about accounts, newest first")
def list_social_mentions(
    state: Annotated[Literal["", "open", "answered", "ignored", "escalated"], Query()] = "",
    platform: Annotated[Literal["", "twitter", "facebook", "linkedin", "instagram"], Query()] = "",
    account: Annotated[str, Query(max_length=100)] = "",
    sentiment: Annotated[Literal["", "positive", "neutral", "negative"], Query()] = "",
    kind: Annotated[Literal["", "mention", "comment", "message", "review"], Query()] = "",
    assignee: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str, Query()] = "",
) -> Listed[SocialMention]:
    """Return a page; it may be short although there is a cursor."""
    wanted = Wanted(state, platform, account, sentiment, assignee, kind)
    found, after = _listening().page(this().tenant, wanted, limit, cursor or None)
    return stored([_mention(entry) for entry in found], after)


@routed(router, "GET", "/social/mentions/<mention>", "viewer", "Read a mention")
def read_social_mention(mention: str) -> SocialMention:
    """Return a mention."""
    return _mention(_listening().find(this().tenant, mention))


@routed(
    router,
    "PUT",
    "/social/mentions/<mention>",
    "editor",
    "Assign, put aside or close a mention (409 if stale)",
)
def change_social_mention(mention: str, body: Annotated[MentionIn, Body()]) -> SocialMention:
    """Change how far the team is."""
    return _mention(_listening().change(this().tenant, mention, body.rev, body.state, body.assignee))


@routed(router, "POST", "/social/mentions/<mention>/answer", "editor", "Answer a mention by hand", status=202)
def answer_social_mention(mention: str, body: Annotated[AnswerIn, Body()]) -> SocialMention:
    """Hand an answer over; the mention tells what became of it."""
    call = this()
    found = _listening().answer(call.tenant, mention, body.rev, body.text, call.actor)
    call.ports.note(call.tenant, call.actor, "mention.answered", f"social-mention/{mention}")
    return _mention(found)


@routed(router, "GET", "/social/rules", "viewer", "Read what is done with mentions")
def read_social_rules() -> SocialRules:
    """Return the rules."""
    return _rules(*_listening().rules(this().tenant))


@routed(
    router, "PUT", "/social/rules", "admin", "Change what is done with mentions (409 if somebody else did)"
)
def save_social_rules(body: Annotated[SocialRulesIn, Body()]) -> SocialRules:
    """Save the rules; they hold within a minute."""
    call = this()
    saved = _listening().save_rules(call.tenant, body.rules, body.rev, call.actor)
    call.ports.note(call.tenant, call.actor, "social_rules.saved", "social-rules", rev=saved.rev)
    return _rules(answering.read_rules(saved.body), saved)


@routed(router, "POST", "/social/rules/try", "viewer", "Try the rules on a mention")
def try_social_rules(body: Annotated[SocialTryIn, Body()]) -> SocialTrial:
    """Tell what would be done; nothing is kept or sent."""
    told = _listening().try_rules(this().tenant, body.text, body.platform, body.kind, body.rules)
    return reply(SocialTrial, told)


@routed(router, "GET", "/social/alerts", "viewer", "List alarms by account")
def list_social_alerts() -> Listed[AccountAlarms]:
    """Return the alarms of all accounts that ever had one."""
    return whole([_alarms(one) for one in _listening().alarm_list(this().tenant)])


@routed(router, "GET", "/social/alerts/<account>", "viewer", "Read how an account is spoken of, hour by hour")
def read_social_pulse(account: str, hours: Annotated[int, Query(ge=1, le=24 * 14)] = 48) -> AccountPulse:
    """Return counts by hour; the account `-` stands for those that are not connected."""
    name = "" if account == "-" else decoded(account)
    series, expected, alarms = _listening().pulse(this().tenant, name, hours)
    told = []
    for at, usual in expected.items():
        counted = series.get(at, Counted())
        told.append({"at": at, "all": counted.all, "bad": counted.bad, "expected": round(usual, 3)})
    return reply(AccountPulse, {**_alarms(alarms), "hours": told})


@routed(router, "POST", "/social/alerts/<account>/end", "publisher", "End an alarm by hand")
def end_social_alert(account: str) -> AccountAlarms:
    """End a crisis; posts that wait for it go out."""
    call = this()
    name = "" if account == "-" else decoded(account)
    found = _listening().end_alarm(call.tenant, name, call.actor)
    call.ports.note(call.tenant, call.actor, "social_alarm.ended", f"social-account/{account}")
    return _alarms(found)


@routed(router, "GET", "/social/hashtags", "viewer", "Read what an account's hashtags are worth")
def list_hashtags(account: Annotated[str, Query(max_length=100)]) -> Listed[HashtagWorth]:
    """Return hashtags, best first; none: too few posts to tell."""
    return whole([reply(HashtagWorth, one) for one in _listening().hashtags(this().tenant, account)])


@routed(router, "POST", "/social/hashtags/suggest", "viewer", "Suggest hashtags for a text")
def suggest_hashtags(body: Annotated[SuggestIn, Body()]) -> HashtagSuggestions:
    """Return hashtags, learnt from the account's own posts."""
    found, posts = _listening().suggest(this().tenant, body.text, body.account, body.platform)
    items = [{**plain(one.worth), "fit": round(one.fit, 4), "words": one.words} for one in found]
    return reply(HashtagSuggestions, {"learnt_from": posts, "items": items})


@routed(router, "GET", "/social/engagement", "viewer", "Read what became of posts")
def read_social_engagement(
    days: Annotated[int, Query(ge=1, le=365)] = 30,
    account: Annotated[str, Query(max_length=100)] = "",
    platform: Annotated[Literal["", "twitter", "facebook", "linkedin", "instagram"], Query()] = "",
) -> SocialEngagement:
    """Return numbers by network, account, workflow and day."""
    call = this()
    posts = _listening().tracked(call.tenant, days, account, platform)
    by_day = grouped(posts, lambda post: post.at.astimezone(UTC).date().isoformat())
    told = {
        "since": call.ports.now() - timedelta(days=days),
        "totals": totals(posts),
        "platforms": _groups(grouped(posts, lambda post: post.platform.value)),
        "accounts": _groups(grouped(posts, lambda post: post.account)),
        "workflows": _groups(grouped(posts, lambda post: post.origin.workflow)),
        "days": [{"day": day, "counts": counts} for day, counts in by_day.items()],
    }
    return reply(SocialEngagement, told)


@routed(router, "GET", "/social/engagement/posts", "viewer", "List posts with their numbers")
def list_posted_posts(
    days: Annotated[int, Query(ge=1, le=365)] = 30,
    account: Annotated[str, Query(max_length=100)] = "",
    platform: Annotated[Literal["", "twitter", "facebook", "linkedin", "instagram"], Query()] = "",
    sort: Annotated[Literal["at", "engagement"], Query()] = "at",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str, Query()] = "",
) -> Listed[PostedPost]:
    """Return posts, newest or most engaging first."""
    posts = _listening().tracked(this().tenant, days, account, platform)
    by = (lambda post: post.engagement) if sort == "engagement" else (lambda post: post.at.timestamp())
    found = page(posts, by=by, id_of=lambda p: p.id, descending=True, limit=limit, cursor=cursor or None)
    return listed(found, [_post(post) for post in found.items])
