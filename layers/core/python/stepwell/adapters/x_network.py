"""X by its API v2: posts with media, what became of them, mentions, answers.

Endpoints and fields as documented at https://docs.x.com/x-api (read 2026-11-23): POST /2/tweets, POST
/2/media/upload and its chunked form (initialize, append, finalize, status), POST /2/media/metadata, GET
/2/users/:id/tweets, GET /2/users/:id/mentions, GET /2/tweets. A user may post 100 times in 15 minutes
(https://docs.x.com/x-api/fundamentals/rate-limits, same day); what is left is in `x-rate-limit-*` of every answer.
X has no idempotency keys, but refuses the text that was posted last (403, "duplicate content").
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from stepwell.adapters import x_messages
from stepwell.adapters.media_files import File
from stepwell.adapters.provider_http import Answer
from stepwell.adapters.social_http import (
    Means,
    SocialHttp,
    count,
    json_bytes,
    multipart,
    part,
    parts,
    refused,
    same_text,
    told,
)
from stepwell.adapters.x_answers import (
    API,
    RIGHT_MISSING,
    bearer,
    error_of,
    full_text,
    mention_of,
    metrics_of,
    text_of,
    url_of,
)
from stepwell.adapters.x_oauth import LOGIN_SCOPES, XOAuth
from stepwell.contracts.social import Account, Media, MediaKind, Mention, Metrics, Posted, SocialPost, Tokens
from stepwell.errors import AddressGone, NotReady, Throttled
from stepwell.social.ports import NetworkParts

IMAGE_BYTES, GIF_BYTES, VIDEO_BYTES = 5_000_000, 15_000_000, 512_000_000
"""https://docs.x.com/x-api/media/quickstart/best-practices, read 2026-11-23."""
_PIECE = 4_000_000
"""A piece of a chunked upload; at most 5 MB."""
_POST_FIELDS = (
    "author_id,conversation_id,created_at,entities,in_reply_to_user_id,note_tweet,referenced_tweets"
)
_MOST_IDS = 100


class XNetwork:
    """See `stepwell.contracts.social.Network`.

    Args:
        means: What it works with.
    """

    def __init__(self, means: Means) -> None:
        self._means = means
        self._api = means.base(API)
        self._http = SocialHttp("X", means.pool)

    def publish(self, account: Account, tokens: Tokens, post: SocialPost) -> Posted:
        """Upload the media, then post."""
        body: dict[str, Any] = {"text": full_text(post)}
        if post.media:
            body["media"] = {"media_ids": [self._upload(tokens, medium) for medium in post.media]}
        if post.in_reply_to:
            body["reply"] = {"in_reply_to_tweet_id": post.in_reply_to}
        return self._post(account, tokens, body)

    def find(self, account: Account, tokens: Tokens, post: SocialPost, since: datetime) -> Posted | None:
        """Look among the newest hundred posts of the account."""
        found = self._read(
            f"/2/users/{account.external_id}/tweets",
            tokens,
            {
                "max_results": 100,
                "start_time": _written(since),
                "tweet.fields": f"attachments,{_POST_FIELDS}",
            },
        )
        wanted = full_text(post)
        for one in parts(found.get("data")):
            media = part(one.get("attachments")).get("media_keys") or []
            if same_text(text_of(one), wanted) and len(media) == len(post.media):
                return Posted(str(one["id"]), url_of(account, str(one["id"])))
        return None

    def metrics(self, account: Account, tokens: Tokens, ids: Sequence[str]) -> list[Metrics]:  # noqa: ARG002
        """Ask for public numbers, and clicks of posts younger than 30 days (older: X tells none)."""
        at, found = self._means.now(), []
        for start in range(0, len(ids), _MOST_IDS):
            asked = {"ids": ",".join(ids[start : start + _MOST_IDS])}
            said = self._read(
                "/2/tweets", tokens, asked | {"tweet.fields": "public_metrics,non_public_metrics"}
            )
            found += [metrics_of(one, at) for one in parts(said.get("data"))]
        return found

    def mentions(
        self, account: Account, tokens: Tokens, since: datetime, cursor: str
    ) -> tuple[list[Mention], str]:
        """Return mentions and answers, then messages, if they may be read; X's pages are turned round here."""
        if cursor.startswith(x_messages.STAGE):
            return self._messages(account, tokens, since, cursor.removeprefix(x_messages.STAGE))
        said = self._read(
            f"/2/users/{account.external_id}/mentions",
            tokens,
            {
                "max_results": 100,
                "start_time": _written(since),
                "pagination_token": cursor,
                "tweet.fields": _POST_FIELDS,
                "expansions": "author_id",
                "user.fields": "name,public_metrics,username",
            },
        )
        people = {str(one.get("id")): one for one in parts(part(said.get("includes")).get("users"))}
        found = [mention_of(account, one, people) for one in parts(said.get("data"))]
        after = str(part(said.get("meta")).get("next_token") or "")
        last = x_messages.STAGE if x_messages.READ in tokens.scopes else ""
        return found[::-1], after or last

    def _messages(
        self, account: Account, tokens: Tokens, since: datetime, cursor: str
    ) -> tuple[list[Mention], str]:
        try:
            said = self._read(
                x_messages.EVENTS, tokens, {**x_messages.ASKED, "pagination_token": cursor or None}
            )
        except NotReady as error:
            if error.code != RIGHT_MISSING:
                raise
            # The person allowed it, the app's plan does not: mentions are read all the same.
            return [], ""
        return x_messages.read_events(account, said, since)

    def reply(self, account: Account, tokens: Tokens, mention_id: str, text: str) -> Posted:
        """Answer a post, or a message."""
        if mention_id.startswith(x_messages.MESSAGE):
            said = self._call("POST", x_messages.send_to(mention_id), tokens, {"text": text}, acts=True)
            person = mention_id.removeprefix(x_messages.MESSAGE).partition(":")[0]
            return Posted(f"{x_messages.MESSAGE}{person}:{part(said.get('data')).get('dm_event_id')}")
        return self._post(account, tokens, {"text": text, "reply": {"in_reply_to_tweet_id": mention_id}})

    def remove(self, account: Account, tokens: Tokens, external_id: str) -> None:  # noqa: ARG002
        """Delete a post."""
        try:
            self._call("DELETE", f"/2/tweets/{external_id}", tokens, acts=True)
        except AddressGone:
            return

    def _post(self, account: Account, tokens: Tokens, body: Mapping[str, Any]) -> Posted:
        said = self._call("POST", "/2/tweets", tokens, body, acts=True)
        id_ = str(part(said.get("data")).get("id") or "")
        return Posted(id_, url_of(account, id_))

    def _upload(self, tokens: Tokens, medium: Media) -> str:
        video = medium.kind is MediaKind.VIDEO
        file: File = self._means.reader().read(
            self._means.url_of(medium), VIDEO_BYTES if video else GIF_BYTES
        )
        if video != file.type.startswith("video/"):
            raise refused("X", f"The medium is {file.type}, not a {medium.kind}.", code="media")
        if file.type in ("image/jpeg", "image/png", "image/webp"):
            if file.size > IMAGE_BYTES:
                raise refused("X", "An image may have 5 MB.", code="media")
            body = {
                "media": base64.b64encode(file.whole()).decode(),
                "media_category": "tweet_image",
                "media_type": file.type,
            }
            id_ = _media_id(self._call("POST", "/2/media/upload", tokens, body))
        else:
            id_ = self._chunked(tokens, file, "tweet_video" if video else "tweet_gif")
        if medium.alt and not video:
            self._call(
                "POST",
                "/2/media/metadata",
                tokens,
                {"id": id_, "metadata": {"alt_text": {"text": medium.alt[:1_000]}}},
            )
        return id_

    def _chunked(self, tokens: Tokens, file: File, category: str) -> str:
        begun = {"media_type": file.type, "total_bytes": file.size, "media_category": category}
        id_ = _media_id(self._call("POST", "/2/media/upload/initialize", tokens, begun))
        for index, piece in enumerate(file.pieces(_PIECE)):
            body, kind = multipart({"segment_index": str(index)}, "media", piece)
            self._call("POST", f"/2/media/upload/{id_}/append", tokens, body, kind=kind)
        said = self._call("POST", f"/2/media/upload/{id_}/finalize", tokens)
        waited = 0.0
        while work := part(part(said.get("data")).get("processing_info")):
            if work.get("state") == "succeeded":
                break
            if work.get("state") == "failed":
                raise refused("X", str(part(work.get("error")).get("message") or "video"), code="media")
            pause = float(count(work.get("check_after_secs")) or 1)
            if waited + pause > self._means.patience_s:
                raise Throttled("X still works on a video.", retry_after_s=60)
            self._means.sleep(pause)
            waited += pause
            said = self._read("/2/media/upload", tokens, {"media_id": id_, "command": "STATUS"})
        return id_

    def _read(self, path: str, tokens: Tokens, query: Mapping[str, Any]) -> dict[str, Any]:
        answer = self._http.call("GET", self._api + path, headers=bearer(tokens), query=query)
        return self._checked(answer, acts=False)

    def _call(
        self,
        method: str,
        path: str,
        tokens: Tokens,
        body: Mapping[str, Any] | bytes | None = None,
        *,
        kind: str = "application/json",
        acts: bool = False,
    ) -> dict[str, Any]:
        data = body if isinstance(body, bytes) or body is None else json_bytes(body)
        answer = self._http.call(
            method,
            self._api + path,
            headers=bearer(tokens) | ({"content-type": kind} if data is not None else {}),
            body=data,
            acts=acts,
        )
        return self._checked(answer, acts=acts)

    def _checked(self, answer: Answer, *, acts: bool) -> dict[str, Any]:
        if 200 <= answer.status < 300:
            return told(answer)
        raise error_of(answer, self._http, self._means.now(), acts=acts)


def network(parts: NetworkParts) -> XNetwork:
    """Make the adapter."""
    return XNetwork(Means(parts))


def oauth(parts: NetworkParts) -> XOAuth:
    """Make what connects accounts."""
    return XOAuth(Means(parts))


def login(parts: NetworkParts) -> XOAuth:
    """Make what contacts sign in by: it asks for who they are and no more."""
    return XOAuth(Means(parts), LOGIN_SCOPES)


def _media_id(said: Mapping[str, Any]) -> str:
    id_ = part(said.get("data")).get("id")
    if not id_:
        raise refused("X", "The upload was not taken.", code="media")
    return str(id_)


def _written(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
