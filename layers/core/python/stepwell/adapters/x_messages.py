"""X's direct messages, read and written.

Endpoints and fields as documented at https://docs.x.com/x-api/direct-messages (read 2026-11-23): GET /2/dm_events tells
messages of the last 30 days, the newest first and without a beginning to ask for; POST
/2/dm_conversations/with/:participant_id/messages writes to a person. Scopes `dm.read` and `dm.write`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from stepwell.adapters.social_http import count, part, parts
from stepwell.adapters.x_answers import text_of
from stepwell.contracts.social import Account, Author, Mention, MentionKind, Platform

READ, WRITE = "dm.read", "dm.write"
STAGE = "messages|"
"""Before the cursors of messages, which are read after mentions; X's own hold no such sign."""
MESSAGE = "message:"
"""Before the ids of messages: ``message:<person>:<id>``, as at other networks."""
EVENTS = "/2/dm_events"
ASKED = {
    "max_results": 100,
    "event_types": "MessageCreate",
    "dm_event.fields": "created_at,dm_conversation_id,entities,sender_id,text",
    "expansions": "sender_id",
    "user.fields": "name,public_metrics,username",
}


def send_to(mention_id: str) -> str:
    """Return the path at which a message is answered."""
    person = mention_id.removeprefix(MESSAGE).partition(":")[0]
    return f"/2/dm_conversations/with/{person}/messages"


def read_events(account: Account, said: Mapping[str, Any], since: datetime) -> tuple[list[Mention], str]:
    """Return a page's messages of others, oldest first, and the next cursor (empty: what follows is older)."""
    people = {str(one.get("id")): one for one in parts(part(said.get("includes")).get("users"))}
    events = parts(said.get("data"))
    found = [_message(account, one, people) for one in events]
    fresh = [one for one in found if one.at >= since]
    after = str(part(said.get("meta")).get("next_token") or "")
    own = [one for one in fresh if one.author.external_id != account.external_id]
    return own[::-1], STAGE + after if after and len(fresh) == len(found) else ""


def _message(account: Account, one: Mapping[str, Any], people: Mapping[str, Mapping[str, Any]]) -> Mention:
    person = str(one.get("sender_id") or "")
    author, talk = people.get(person, {}), str(one.get("dm_conversation_id") or "")
    return Mention(
        platform=Platform.TWITTER,
        account=account.id,
        external_id=f"{MESSAGE}{person}:{one.get('id')}",
        # A talk of two has both ids for its name, which webhooks do not tell; a group has one of its own.
        parent="" if "-" in talk else talk,
        kind=MentionKind.MESSAGE,
        author=Author(
            person,
            str(author.get("username") or ""),
            str(author.get("name") or ""),
            count(part(author.get("public_metrics")).get("followers_count")),
        ),
        text=text_of(one),
        url=f"https://x.com/messages/{talk}" if talk else "",
        at=datetime.fromisoformat(str(one.get("created_at")).replace("Z", "+00:00")),
    )
