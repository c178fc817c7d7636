"""What a workflow template of the library needs before it can run, and whether a workspace has it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal

from stepwell.conditions import referenced
from stepwell.contracts.social import Platform
from stepwell.publishing.message_uses import messages_of
from stepwell.publishing.ports import Known
from stepwell.publishing.post_checks import Posting
from stepwell.social.connected import USABLE
from stepwell.social.connecting import shown_state
from stepwell.workflows.checks.base import CheckContext, Drawing
from stepwell.workflows.model import Workflow
from stepwell.workflows.nodes import ad_audience, social_post
from stepwell.workflows.reads import reads


@dataclass(frozen=True, slots=True)
class Need:
    """Something that a template names.

    Attributes:
        kind: What it is.
        name: Its id or name.
        met: Whether the workspace has it.
        comes: Whether it is made together with the workflow.
    """

    kind: Literal["message", "attribute", "segment", "account", "post"]
    name: str
    met: bool
    comes: bool = False


class Connected:
    """What a workspace has at social networks, read when a template first asks.

    Args:
        posting: Accounts and posts; None: not known.
        tenant: Tenant id.
        now: Time of the question.
    """

    def __init__(self, posting: Posting | None, tenant: str, now: datetime) -> None:
        self._posting, self._tenant, self._now = posting, tenant, now

    @cached_property
    def _platforms(self) -> frozenset[Platform]:
        stored = self._posting.accounts.all(self._tenant) if self._posting else ()
        return frozenset(one.account.platform for one in stored if shown_state(one, self._now) in USABLE)

    def account(self, platform: Platform) -> bool:
        """Tell whether an account of a network can be used."""
        return self._posting is None or platform in self._platforms

    def post(self, id_: str) -> bool:
        """Tell whether a post was written."""
        return self._posting is None or self._posting.posts.get(self._tenant, id_) is not None


def needs(workflow: Workflow, known: Known, offered: Collection[str], social: Connected) -> list[Need]:
    """Return what a template needs: messages, segments, attributes, accounts, then posts, each by name.

    Args:
        workflow: The template.
        known: What the workspace has.
        offered: Messages that the library brings.
        social: What it has at social networks.
    """
    platforms, posts = _posted(workflow)
    read = reads(workflow)
    segments: set[str] = set()
    fields = {path.partition(".")[0] for path in read.fields}
    for condition in read.conditions:
        named = referenced(condition)
        segments |= set(named.segments)
        fields |= {path.partition(".")[0] for path in named.profile_fields}
    return [
        *(
            Need("message", one, _has(known.templates, one), one in offered)
            for one in sorted(messages_of(workflow))
        ),
        *(Need("segment", one, _has(known.segments, one)) for one in sorted(segments)),
        *(Need("attribute", one, _has(known.fields, one)) for one in sorted(fields)),
        *(Need("account", one.label, social.account(one)) for one in platforms),
        *(Need("post", one, social.post(one)) for one in sorted(posts)),
    ]


def _posted(workflow: Workflow) -> tuple[list[Platform], set[str]]:
    """Return the networks that a workflow reaches, and the posts that it names."""
    platforms: set[str] = set()
    posts: set[str] = set()
    for _, part in Drawing(workflow, CheckContext()).parts:
        if isinstance(part.config, ad_audience.Config):
            platforms.add(part.config.platform)
        elif isinstance(part.config, social_post.Config):
            platforms |= set(part.config.platforms)
            if social_post.DRAFT.match(part.config.content):
                posts.add(part.config.content)
    return [one for one in Platform if one.value in platforms], posts


def _has(known: Collection[str] | None, name: str) -> bool:
    return known is None or name in known
