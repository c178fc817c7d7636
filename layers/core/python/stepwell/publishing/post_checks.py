"""Rules of what social steps name: accounts that can be used, posts that exist, words and media that networks take.

They stand here and not among the rules of the graph because they ask the workspace's accounts and posts, which are
read only where a workflow posts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

from stepwell.contracts.social import Account, AccountState, Media, MediaKind, Platform, SocialPost
from stepwell.social.checking import Fault, faults
from stepwell.social.composing import composed
from stepwell.social.connected import USABLE
from stepwell.social.connecting import shown_state
from stepwell.social.ports import AccountStore, PostStore
from stepwell.social.posts import ScheduledPost
from stepwell.workflows.checks.base import CheckContext, Drawing, Violation
from stepwell.workflows.model import Workflow
from stepwell.workflows.nodes import ad_audience, social_post

_PLACES = {"text": "content", "link": "link"}
"""Field of a step by the field of a post that has a fault; all others are of its images."""


@dataclass(frozen=True, slots=True)
class Posting:
    """What a workspace has at social networks."""

    accounts: AccountStore
    posts: PostStore


@dataclass(frozen=True, slots=True)
class _Seen:
    tenant: str
    workspace: str
    now: datetime
    posting: Posting
    states: Mapping[str, tuple[Account, AccountState]]


def post_violations(
    workflow: Workflow, posting: Posting, tenant: str, workspace: str, now: datetime
) -> list[Violation]:
    """Return what is wrong with a workflow's social steps.

    Args:
        workflow: As drawn.
        posting: Accounts and posts.
        tenant: Tenant id.
        workspace: The workspace's name, as texts use it.
        now: Time of the check.
    """
    steps = [
        (origin, part.config)
        for origin, part in Drawing(workflow, CheckContext()).parts
        if isinstance(part.config, social_post.Config | ad_audience.Config)
    ]
    if not steps:
        return []
    states = {one.account.id: (one.account, shown_state(one, now)) for one in posting.accounts.all(tenant)}
    seen = _Seen(tenant, workspace, now, posting, states)
    found: list[Violation] = []
    for node, config in steps:
        if isinstance(config, ad_audience.Config):
            named = (config.account,) if config.account else ()
            found += _accounts(seen, node, ("account", "platform"), (Platform(config.platform),), named)
        else:
            platforms = tuple(Platform(name) for name in dict.fromkeys(config.platforms))
            found += _accounts(seen, node, ("accounts", "platforms"), platforms, config.accounts)
            found += _content(seen, node, config, platforms)
    return list(dict.fromkeys(found))


def _accounts(
    seen: _Seen,
    node: str,
    places: tuple[str, str],
    platforms: Sequence[Platform],
    named: Sequence[str],
) -> Iterator[Violation]:
    place, network = places
    for id_ in named:
        if id_ not in seen.states:
            close = get_close_matches(id_, list(seen.states), n=1)
            said = f"There is no account `{id_}`" + (f"; did you mean `{close[0]}`?" if close else ".")
            yield _error("unknown_account", said, node, place)
    for platform in platforms:
        mine = [
            (account, state)
            for account, state in seen.states.values()
            if account.platform is platform and (not named or account.id in named)
        ]
        if not mine:
            if any(id_ not in seen.states for id_ in named):
                continue  # told already
            said = f"No account of {platform.label} is {'named' if named else 'connected'}."
            yield _error("no_account", said, node, place if named else network)
        # Where none is named, those that ended are left out, as long as one is there.
        if named or not any(state in USABLE for _, state in mine):
            for account, state in mine:
                if state not in USABLE:
                    said = f"{account.name} on {platform.label} is {state.value}: connect it again."
                    yield _error("account_expired", said, node, place)
        for account, state in mine:
            if state is AccountState.EXPIRING:
                said = f"{account.name} on {platform.label} ends soon: connect it again before it does."
                yield Violation("account_expiring", said, node, f"config.{place}", "warning")


def _content(
    seen: _Seen, node: str, config: social_post.Config, platforms: Sequence[Platform]
) -> Iterator[Violation]:
    if social_post.DRAFT.match(config.content):
        draft = seen.posting.posts.get(seen.tenant, config.content)
        if draft is None:
            said = (
                f"There is no post `{config.content}` under Social; a text of one small word gets a capital letter "
                "or a full stop."
            )
            yield _error("unknown_content", said, node, "content")
            return
        for fault in _faults(draft, platforms):
            said = f"The post `{draft.id}` does not fit: {fault.message}"
            yield _error(f"post_{fault.code}", said, node, "content")
        return
    text, exact = _rendered(config.content, seen)
    if text is None:
        return  # told by the step's own check
    media = tuple(Media(MediaKind.IMAGE, url, alt) for url, alt in config.images.items())
    content = SocialPost(text=text.strip(), link=config.link, media=media)
    post = ScheduledPost(id="check", content=content, created_at=seen.now)
    for fault in _faults(post, platforms):
        place = f"config.{_PLACES.get(fault.place, 'images')}"
        # What reads the clock says something else tomorrow.
        sure = exact or fault.place != "text"
        yield Violation(
            f"post_{fault.code}",
            fault.message if sure else f"{fault.message.rstrip('.')}, as the text reads now.",
            node,
            place,
            "error" if sure else "warning",
            publish_only=sure,
        )


def _faults(post: ScheduledPost, platforms: Sequence[Platform]) -> list[Fault]:
    return [fault for platform in platforms for fault in faults(composed(post, platform), platform)]


def _rendered(text: str, seen: _Seen) -> tuple[str | None, bool]:
    """Return a text as it would be posted now (None: it cannot be), and whether it says the same at any time."""
    if "{" not in text:
        return text, True
    from stepwell.content.dialects import DialectFault, dialect

    try:
        compiled = dialect("jinja2", escape=False, partials={}, snippets={}).compile(text)
        names = compiled.names()
        if not names <= social_post.KNOWN:
            return None, False
        told = compiled.render({"workspace": {"name": seen.workspace}, "now": seen.now})
    except DialectFault:
        return None, False
    return told, "now" not in names


def _error(code: str, said: str, node: str, place: str) -> Violation:
    return Violation(code, said, node, f"config.{place}", publish_only=True)
