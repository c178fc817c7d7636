"""Instagram professional accounts by the Graph API: images, carousels, reels and stories, what became of them, answers.

https://developers.facebook.com/docs/instagram-platform/content-publishing (read 2026-11-23): a medium becomes a
container, Instagram fetches its public address, and a finished container is published; 100 posts in 24 hours (the
reference says 50; `GET /<id>/content_publishing_limit` tells), containers end after 24 hours. `VIDEO` is gone since
2023-07-01: videos are reels. A container that was never published is seen by nobody, so making one may be repeated.
Links are not clickable in captions, they are text.

The id of a message is `message:<person>:<id>`, that of a tag `tag:<medium>`: who answers needs them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from stepwell.adapters.instagram_reading import metrics_of, read
from stepwell.adapters.meta_graph import Graph, moment
from stepwell.adapters.social_http import Means, joined, parts, refused, same_text
from stepwell.contracts.social import (
    Account,
    Media,
    MediaKind,
    Mention,
    Metrics,
    Posted,
    PostKind,
    SocialPost,
    Tokens,
)
from stepwell.errors import AddressGone, StepwellError, Throttled
from stepwell.social.ports import NetworkParts

if TYPE_CHECKING:
    from stepwell.adapters.meta_oauth import MetaOAuth

MESSAGE, TAG = "message:", "tag:"
_MOST_ITEMS = 10
_LOOKS = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
SOURCES = ("comments", "tags", "messages")


class InstagramNetwork:
    """See `stepwell.contracts.social.Network`; tokens are those of the page that the account belongs to.

    Args:
        means: What it works with.
    """

    def __init__(self, means: Means) -> None:
        self._means = means
        self._graph = Graph("Instagram", means)

    def publish(self, account: Account, tokens: Tokens, post: SocialPost) -> Posted:
        """Make the containers, wait until they are finished, publish."""
        user, token = account.external_id, tokens.access
        if post.in_reply_to:
            return self.reply(account, tokens, post.in_reply_to, caption_of(post))
        if not post.media:
            raise refused("Instagram", "A post needs an image or a video.", code="media")
        if len(post.media) > 1:
            container = self._carousel(user, token, post)
        else:
            fields = self._fields(post.media[0], post.kind)
            if post.kind is not PostKind.STORY:
                fields["caption"] = caption_of(post)
            container = self._container(user, token, fields)
        self._finished(container, token)
        said = self._graph.post(f"{user}/media_publish", token, {"creation_id": container})
        return self._posted(str(said.get("id") or ""), token)

    def find(self, account: Account, tokens: Tokens, post: SocialPost, since: datetime) -> Posted | None:
        """Look among the newest media; a story has no text, so its time and kind must do."""
        story = post.kind is PostKind.STORY
        edge = "stories" if story else "media"
        said = self._graph.get(
            f"{account.external_id}/{edge}",
            tokens.access,
            {"fields": "id,caption,media_type,permalink,timestamp", "limit": 50},
        )
        wanted = caption_of(post)
        for one in parts(said.get("data")):
            if moment(one.get("timestamp")) < since:
                continue
            alike = (
                bool(post.media) and str(one.get("media_type")).lower() == post.media[0].kind.value
                if story
                else same_text(str(one.get("caption") or ""), wanted)
            )
            if alike:
                return Posted(str(one["id"]), str(one.get("permalink") or ""))
        return None

    def metrics(self, account: Account, tokens: Tokens, ids: Sequence[str]) -> list[Metrics]:  # noqa: ARG002
        """Ask medium by medium: Instagram has insights of one at a time only."""
        found = []
        for id_ in ids:
            try:
                found.append(metrics_of(self._graph, tokens.access, id_, self._means.now()))
            except AddressGone:
                continue
        return found

    def mentions(
        self, account: Account, tokens: Tokens, since: datetime, cursor: str
    ) -> tuple[list[Mention], str]:
        """Return comments, tags and messages, one kind after the other; `cursor` names kind and page.

        Comments are those of the newest 25 media, 50 each: webhooks tell of all, this fills what they missed.
        """
        name, _, page = cursor.partition("|") if cursor else (SOURCES[0], "", "")
        found, following = read(self._graph, account, tokens, name, page)
        then = SOURCES[SOURCES.index(name) + 1 :][:1]
        more = f"{name}|{following}" if following else f"{then[0]}|" if then else ""
        return sorted((m for m in found if m.at >= since), key=lambda m: m.at), more

    def reply(self, account: Account, tokens: Tokens, mention_id: str, text: str) -> Posted:
        """Answer a comment, a medium that the account is tagged in, or a message (within 24 hours)."""
        token = tokens.access
        if mention_id.startswith(MESSAGE):
            person = mention_id.removeprefix(MESSAGE).partition(":")[0]
            fields = {"recipient": {"id": person}, "message": {"text": text}}
            said = self._graph.post(f"{account.external_id}/messages", token, fields)
            return Posted(f"{MESSAGE}{person}:{said.get('message_id')}")
        if mention_id.startswith(TAG):
            told = {"media_id": mention_id.removeprefix(TAG), "message": text}
            said = self._graph.post(f"{account.external_id}/mentions", token, told)
        else:
            said = self._graph.post(f"{mention_id}/replies", token, {"message": text})
        return Posted(str(said.get("id") or ""))

    def remove(self, account: Account, tokens: Tokens, external_id: str) -> None:  # noqa: ARG002
        """Delete a medium; needs `instagram_manage_contents`."""
        try:
            self._graph.delete(external_id, tokens.access)
        except AddressGone:
            return

    def _carousel(self, user: str, token: str, post: SocialPost) -> str:
        if post.kind is not PostKind.POST or len(post.media) > _MOST_ITEMS:
            raise refused("Instagram", "Only a post holds several media, and at most 10.", code="media")
        items = [
            self._container(
                user, token, self._fields(medium, PostKind.POST, item=True) | {"is_carousel_item": True}
            )
            for medium in post.media
        ]
        for item in items:
            self._finished(item, token)
        fields = {"media_type": "CAROUSEL", "children": ",".join(items), "caption": caption_of(post)}
        return self._container(user, token, fields)

    def _fields(self, medium: Media, kind: PostKind, *, item: bool = False) -> dict[str, Any]:
        url = self._means.url_of(medium)
        fields: dict[str, Any] = {}
        if medium.kind is MediaKind.IMAGE:
            if kind is PostKind.REEL:
                raise refused("Instagram", "A reel is a video.", code="media")
            fields["image_url"] = url
            if kind is PostKind.POST:
                fields["alt_text"] = medium.alt
        else:
            fields["video_url"] = url
            fields["media_type"] = "VIDEO" if item else "REELS"
        if kind is PostKind.STORY:
            fields["media_type"] = "STORIES"
        return fields

    def _container(self, user: str, token: str, fields: Mapping[str, Any]) -> str:
        return str(self._graph.post(f"{user}/media", token, fields, acts=False).get("id") or "")

    def _finished(self, container: str, token: str) -> None:
        waited = 0.0
        for pause in _LOOKS:
            said = self._graph.get(container, token, {"fields": "status,status_code"})
            match said.get("status_code"):
                case "FINISHED" | "PUBLISHED":
                    return
                case "ERROR" | "EXPIRED":
                    raise refused("Instagram", str(said.get("status") or "medium"), code="media")
            if waited + pause > self._means.patience_s:
                break
            self._means.sleep(pause)
            waited += pause
        raise Throttled("Instagram still works on a medium.", retry_after_s=60)

    def _posted(self, id_: str, token: str) -> Posted:
        # The post is out: whatever goes wrong with its address is no fault of the post.
        try:
            said = self._graph.get(id_, token, {"fields": "permalink"}) if id_ else {}
        except StepwellError:
            said = {}
        return Posted(id_, str(said.get("permalink") or ""))


def caption_of(post: SocialPost) -> str:
    """Return the caption."""
    return joined(post.text, post.link)


def network(parts: NetworkParts) -> InstagramNetwork:
    """Make the adapter."""
    return InstagramNetwork(Means(parts))


def oauth(parts: NetworkParts) -> MetaOAuth:
    """Make what connects accounts: Facebook Login, since a professional account belongs to a page."""
    from stepwell.adapters.meta_oauth import INSTAGRAM_SCOPES, MetaOAuth

    return MetaOAuth(Means(parts), INSTAGRAM_SCOPES)
