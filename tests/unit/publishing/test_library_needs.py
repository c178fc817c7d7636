"""The gallery tells what a template needs at social networks, composites' posts too."""

from __future__ import annotations

from datetime import UTC, datetime

from stepwell.contracts.social import Account, AccountState, Platform, SocialPost
from stepwell.publishing.library_needs import Connected, needs
from stepwell.publishing.ports import Known
from stepwell.publishing.post_checks import Posting
from stepwell.social.ports import StoredAccount
from stepwell.social.posts import ScheduledPost
from stepwell.workflows.documents import from_document

from tests.fakes.publishing import TENANT
from tests.fakes.social import MemoryAccounts, MemoryPosts

NOW = datetime(2026, 3, 2, tzinfo=UTC)
LAUNCH = {
    "id": "launch",
    "nodes": [
        {"id": "start", "type": "manual_trigger", "config": {}},
        {
            "id": "tell",
            "type": "social_media_post",
            "config": {"platforms": ["x"], "content": "We are open."},
        },
        {"id": "spread", "type": "content_distribution", "config": {"channels": ["blog", "newsletter"]}},
    ],
    "edges": ["start -> tell", "tell -> spread"],
}


def told(posting: Posting | None) -> list[tuple[str, str, bool]]:
    found = needs(from_document(LAUNCH), Known(), (), Connected(posting, TENANT, NOW))
    return [(one.kind, one.name, one.met) for one in found if one.kind in ("account", "post")]


def connected(posting: Posting, platform: Platform, state: AccountState) -> None:
    told = Account(id=platform.value, platform=platform, external_id="1", name="One", state=state)
    assert posting.accounts.save(TENANT, StoredAccount(account=told, sealed="sealed"))


def test_accounts_and_posts_are_told_with_what_is_there() -> None:
    posting = Posting(MemoryAccounts(), MemoryPosts())
    lacking = [("account", one, False) for one in ("X", "Facebook", "LinkedIn")]
    assert told(posting) == [*lacking, ("post", "launch_announcement", False)]
    connected(posting, Platform.TWITTER, AccountState.CONNECTED)
    connected(posting, Platform.FACEBOOK, AccountState.REVOKED)
    assert told(posting)[:2] == [("account", "X", True), ("account", "Facebook", False)]
    draft = ScheduledPost(id="launch_announcement", content=SocialPost("We are open."), created_at=NOW)
    assert posting.posts.save(TENANT, draft)
    assert told(posting)[-1] == ("post", "launch_announcement", True)


def test_what_is_not_known_is_not_missed() -> None:
    assert all(met for _, _, met in told(None))
