"""Facebook pages: posts, photos, videos, reels and stories, their numbers, comments, tags, messages and reviews.

https://developers.facebook.com/docs/pages-api/posts, …/video-api/guides/reels-publishing and …/page-stories-api (read
2026-11-23). Facebook fetches media by itself: their addresses must be public. Impressions of posts ended on 2025-11-15;
`post_media_view` and `post_total_media_view_unique` took their place (…/platforminsights/page/deprecated-metrics).
A post's `target` is `{"countries": ["DE"], "age_min": 18}`: who may see it.

The id of a message is `message:<person>:<id>`: who answers needs the person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from stepwell.adapters.facebook_reading import SOURCES, metrics_of, read
from stepwell.adapters.meta_graph import Graph, moment
from stepwell.adapters.social_http import Means, count, joined, parts, refused, same_text
from stepwell.contracts.social import (
    Account,
    MediaKind,
    Mention,
    Metrics,
    Posted,
    PostKind,
    SocialPost,
    Tokens,
)
from stepwell.errors import AddressGone
from stepwell.social.ports import NetworkParts

if TYPE_CHECKING:
    from stepwell.adapters.facebook_audiences import FacebookAudiences
    from stepwell.adapters.lead_forms import FacebookLeads
    from stepwell.adapters.meta_oauth import MetaOAuth

MESSAGE = "message:"
_NUMBERS = (
    "id,shares,comments.summary(true).limit(0),reactions.summary(total_count).limit(0),"
    "insights.metric(post_media_view,post_total_media_view_unique,post_clicks,post_video_views)"
)
_MOST_IDS = 50


class FacebookPages:
    """See `stepwell.contracts.social.Network`; tokens are the page's own.

    Args:
        means: What it works with.
    """

    def __init__(self, means: Means) -> None:
        self._means = means
        self._graph = Graph("Facebook", means)

    def publish(self, account: Account, tokens: Tokens, post: SocialPost) -> Posted:
        """Publish; several photos are uploaded unseen first."""
        page, token = account.external_id, tokens.access
        if post.in_reply_to:
            return self.reply(account, tokens, post.in_reply_to, message_of(post))
        if post.kind is not PostKind.POST:
            return self._clip(account, tokens, post)
        told: dict[str, Any] = {"message": message_of(post), "targeting": audience_of(post.target)}
        photos = [m for m in post.media if m.kind is MediaKind.IMAGE]
        if len(photos) != len(post.media):
            if len(post.media) > 1:
                raise refused("Facebook", "A post holds one video or several photos.", code="media")
            fields = {"file_url": self._means.url_of(post.media[0]), "description": told["message"]}
            said = self._graph.post(f"{page}/videos", token, fields | {"targeting": told["targeting"]})
        elif len(photos) == 1:
            fields = {"url": self._means.url_of(photos[0]), "alt_text_custom": photos[0].alt}
            said = self._graph.post(f"{page}/photos", token, fields | told)
        else:
            if photos:
                ids = [self._unseen(page, token, photo) for photo in photos]
                told["attached_media"] = [{"media_fbid": id_} for id_ in ids]
            said = self._graph.post(f"{page}/feed", token, told | ({} if post.media else {"link": post.link}))
        return _posted(str(said.get("post_id") or said.get("id") or ""))

    def find(self, account: Account, tokens: Tokens, post: SocialPost, since: datetime) -> Posted | None:
        """Look among what the page published since; a story says nothing, so its time and medium must do."""
        page, token, seconds = account.external_id, tokens.access, int(since.timestamp())
        if post.kind is PostKind.STORY:
            said = self._graph.get(f"{page}/stories", token, {"since": seconds})
            kind = post.media[0].kind.value if post.media else ""
            ids = [
                str(one.get("post_id"))
                for one in parts(said.get("data"))
                if (count(one.get("creation_time")) or int(str(one.get("creation_time") or 0))) >= seconds
                and str(one.get("media_type")).replace("photo", "image") == kind
            ]
            return _posted(ids[0]) if ids else None
        edge, text = (
            ("video_reels", "description") if post.kind is PostKind.REEL else ("published_posts", "message")
        )
        fields = (
            "id,created_time,description" if edge == "video_reels" else "id,created_time,message,attachments"
        )
        said = self._graph.get(f"{page}/{edge}", token, {"fields": fields, "since": seconds, "limit": 100})
        wanted = message_of(post)
        for one in parts(said.get("data")):
            if same_text(str(one.get(text) or ""), wanted) and moment(one.get("created_time")) >= since:
                return _posted(str(one["id"]))
        return None

    def metrics(self, account: Account, tokens: Tokens, ids: Sequence[str]) -> list[Metrics]:  # noqa: ARG002
        """Ask for many at once; one that is gone makes Facebook refuse all, so they are then asked one by one."""
        found: list[Metrics] = []
        for start in range(0, len(ids), _MOST_IDS):
            some = ids[start : start + _MOST_IDS]
            try:
                said = self._graph.get("", tokens.access, {"ids": ",".join(some), "fields": _NUMBERS})
                found += [metrics_of(id_, said[id_], self._means.now()) for id_ in some if id_ in said]
            except AddressGone:
                found += self._one_by_one(tokens, some)
        return found

    def _one_by_one(self, tokens: Tokens, ids: Sequence[str]) -> list[Metrics]:
        found = []
        for id_ in ids:
            try:
                said = self._graph.get(id_, tokens.access, {"fields": _NUMBERS})
            except AddressGone:
                continue
            found.append(metrics_of(id_, said, self._means.now()))
        return found

    def mentions(
        self, account: Account, tokens: Tokens, since: datetime, cursor: str
    ) -> tuple[list[Mention], str]:
        """Return comments, tags, messages and reviews, one kind after the other; `cursor` names kind and page.

        Comments are those of the newest 25 posts, 50 each: webhooks tell of all, this fills what they missed.
        """
        name, _, page = cursor.partition("|") if cursor else (SOURCES[0], "", "")
        found, following = read(self._graph, account, tokens, name, page)
        then = SOURCES[SOURCES.index(name) + 1 :][:1]
        more = f"{name}|{following}" if following else f"{then[0]}|" if then else ""
        return sorted((m for m in found if m.at >= since), key=lambda m: m.at), more

    def reply(self, account: Account, tokens: Tokens, mention_id: str, text: str) -> Posted:
        """Answer a comment or a post below it, a message in its thread (within 24 hours, as Messenger allows)."""
        if mention_id.startswith(MESSAGE):
            person = mention_id.removeprefix(MESSAGE).partition(":")[0]
            fields = {"recipient": {"id": person}, "message": {"text": text}, "messaging_type": "RESPONSE"}
            said = self._graph.post(f"{account.external_id}/messages", tokens.access, fields)
            return Posted(f"{MESSAGE}{person}:{said.get('message_id')}")
        said = self._graph.post(f"{mention_id}/comments", tokens.access, {"message": text})
        return _posted(str(said.get("id") or ""))

    def remove(self, account: Account, tokens: Tokens, external_id: str) -> None:  # noqa: ARG002
        """Delete a post; photo stories cannot be."""
        try:
            self._graph.delete(external_id, tokens.access)
        except AddressGone:
            return

    def _unseen(self, page: str, token: str, photo: Any) -> str:
        fields = {"url": self._means.url_of(photo), "alt_text_custom": photo.alt, "published": False}
        return str(self._graph.post(f"{page}/photos", token, fields, acts=False).get("id") or "")

    def _clip(self, account: Account, tokens: Tokens, post: SocialPost) -> Posted:
        page, token = account.external_id, tokens.access
        if len(post.media) != 1:
            raise refused("Facebook", "A story or reel holds one medium.", code="media")
        medium = post.media[0]
        if medium.kind is MediaKind.IMAGE:
            if post.kind is PostKind.REEL:
                raise refused("Facebook", "A reel is a video.", code="media")
            photo = self._unseen(page, token, medium)
            said = self._graph.post(f"{page}/photo_stories", token, {"photo_id": photo})
            return _posted(str(said.get("post_id") or ""))
        edge = "video_reels" if post.kind is PostKind.REEL else "video_stories"
        begun = self._graph.post(f"{page}/{edge}", token, {"upload_phase": "start"}, acts=False)
        video = str(begun.get("video_id") or "")
        self._graph.hand_over(str(begun.get("upload_url") or ""), tokens, self._means.url_of(medium))
        ended = {"upload_phase": "finish", "video_id": video}
        if post.kind is PostKind.REEL:
            ended |= {"video_state": "PUBLISHED", "description": message_of(post)}
        said = self._graph.post(f"{page}/{edge}", token, ended)
        return _posted(str(said.get("post_id") or video))


def message_of(post: SocialPost) -> str:
    """Return the text as it is posted: beside media and in answers a link stands in the text."""
    within = post.link and (post.media or post.in_reply_to)
    return joined(post.text, post.link) if within else post.text


def audience_of(target: Mapping[str, Any]) -> Mapping[str, Any] | str:
    """Return `targeting` of a post; empty: everybody."""
    found: dict[str, Any] = {}
    if target.get("countries"):
        found["geo_locations"] = {"countries": [str(one).upper() for one in target["countries"]]}
    if target.get("age_min"):
        found["age_min"] = int(target["age_min"])
    return found or ""


def network(parts: NetworkParts) -> FacebookPages:
    """Make the adapter."""
    return FacebookPages(Means(parts))


def oauth(parts: NetworkParts) -> MetaOAuth:
    """Make what connects pages."""
    from stepwell.adapters.meta_oauth import PAGE_SCOPES, MetaOAuth

    return MetaOAuth(Means(parts), PAGE_SCOPES)


def login(parts: NetworkParts) -> MetaOAuth:
    """Make what contacts sign in by: it asks for who they are and no more."""
    from stepwell.adapters.meta_oauth import LOGIN_SCOPES, MetaOAuth

    return MetaOAuth(Means(parts), LOGIN_SCOPES)


def audiences(parts: NetworkParts) -> FacebookAudiences:
    """Make what keeps advertising audiences."""
    from stepwell.adapters.facebook_audiences import FacebookAudiences

    return FacebookAudiences(Means(parts))


def leads(parts: NetworkParts) -> FacebookLeads:
    """Make what reads lead forms."""
    from stepwell.adapters.lead_forms import FacebookLeads

    return FacebookLeads(Means(parts))


def _posted(id_: str) -> Posted:
    return Posted(id_, f"https://www.facebook.com/{id_}" if id_ else "")
