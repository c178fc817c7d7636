"""Posts on social networks for cohorts: one post a campaign, however many contacts stand at the node.

The first Task makes the post, all others find it (`stepwell.social.campaigns`). Contacts wait at the node until it is
settled at every account, for a lost answer some minutes, and leave together.
"""

from __future__ import annotations

from functools import partial
from typing import cast

from stepwell.content.dialects import DialectFault, dialect
from stepwell.contracts.ids import TokenId
from stepwell.contracts.social import Media, MediaKind, Platform, SocialPost
from stepwell.errors import NotReady
from stepwell.runtime.effects import EffectResult, StepContext, Work
from stepwell.runtime.isolating import Ledger
from stepwell.social.campaigns import Campaign
from stepwell.workflows.nodes._effects import PostSocial
from stepwell.workflows.nodes.base import Member
from stepwell.workflows.nodes.social_post import DRAFT

_PARTS = 200
"""So often a cohort comes back; each wait is five seconds to a quarter of an hour, and a post is over in a day."""


def post_social(context: StepContext, work: Work) -> EffectResult:
    """Carry out `PostSocial` effects; leaves by `posted` or `failed`, or comes back while the post is under way.

    Raises:
        Unavailable: A store did not answer; the Task is tried again and finds the same post.
        NotReady: The deployment has no social networks.
    """
    if context.ports.campaigns is None:
        raise NotReady("This function reaches no social networks.", code="no_social")
    outcomes, later, wait_s = Ledger(), list[str](), 0
    groups: dict[tuple[PostSocial, str], list[Member]] = {}
    for member, effect in work:
        key = outcomes.alone(member.token.id, partial(_key, context, member, cast(PostSocial, effect)))
        if key is not None:
            groups.setdefault(key, []).append(member)
    for (effect, campaign), members in groups.items():
        try:
            wanted = _campaign(context, effect, campaign)
        except DialectFault:
            outcomes.update({member.token.id: ("failed", "render_error") for member in members})
            continue
        fate = context.ports.campaigns.post(context.moment.tenant, wanted, context.claimant)
        if fate.wait_s and context.part + 1 < _PARTS:
            later += [member.token.id for member in members]
            wait_s = max(wait_s, fate.wait_s)
            continue
        outcome = "posted" if fate.posted else "failed"
        reason = fate.code if fate.state != "published" else ""
        outcomes.update({member.token.id: (outcome, reason) for member in members})
    return EffectResult(outcomes, later, wait_s)


def _key(context: StepContext, member: Member, effect: PostSocial) -> tuple[PostSocial, str]:
    return effect, campaign_of(member, context.moment.version)


def campaign_of(member: Member, version: int) -> str:
    """Return the campaign that brought a contact here: a broadcast's id, else ``v<version>``.

    Whom a broadcast enrolled has the key ``<broadcast>:<profile>`` (`stepwell.runtime.broadcast`), which is the
    message id as well; no event of a contact's has a message id that ends in the profile's own id.
    """
    key = str(member.token.context.get("key") or "")
    broadcast, _, profile = key.rpartition(":")
    told = str(member.token.context.get("message_id") or "")
    mine = profile == TokenId.parse(member.token.id).profile
    return broadcast if broadcast and mine and told == key else f"v{version}"


def _campaign(context: StepContext, effect: PostSocial, campaign: str) -> Campaign:
    moment = context.moment
    draft = effect.content if DRAFT.match(effect.content) else ""
    return Campaign(
        workflow=moment.workflow,
        version=moment.version,
        node=moment.node,
        campaign=campaign,
        platforms=tuple(Platform(name) for name in effect.platforms),
        content=None if draft else _content(context, effect),
        draft=draft,
        accounts=effect.accounts,
    )


def _content(context: StepContext, effect: PostSocial) -> SocialPost:
    moment, text = context.moment, effect.content
    if "{" in text:
        values = {"workspace": {"name": moment.workspace.name}, "now": moment.now}
        text = dialect("jinja2", escape=False, partials={}, snippets={}).compile(text).render(values)
    media = tuple(Media(MediaKind.IMAGE, url, alt) for url, alt in effect.images)
    return SocialPost(text=text.strip(), link=effect.link, media=media)
