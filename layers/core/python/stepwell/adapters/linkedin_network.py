"""LinkedIn company pages: posts with images, videos and articles, their numbers, comments and mentions, answers.

https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api, …/images-api, …/videos-api,
…/multiimage-post-api, …/comments-api, …/organizations/share-statistics and …/organization-social-action-notifications
(read 2026-11-23). Texts are "little text". LinkedIn reads no page behind a link: an article needs a title, which is the
text's first line. LinkedIn refuses a text that the page has posted shortly before (422, duplicate).

`target` of a post is `b2b_targeting`: lists of `geo_locations`, `industries`, `job_functions`, `seniorities`,
`staff_count_ranges` (`SIZE_11_TO_50` …), `degrees`, `fields_of_study`, `locales`; LinkedIn wants at least 300 followers
that fit.

The id of a mention is `<post or comment to answer>|<own comment>`; comments are answered below their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from stepwell.adapters.linkedin_reading import find_post, mention_of, metrics_of
from stepwell.adapters.linkedin_rest import LinkedInRest, key, listed, little
from stepwell.adapters.social_http import Means, joined, part, parts, refused
from stepwell.contracts.social import Account, Media, MediaKind, Mention, Metrics, Posted, SocialPost, Tokens
from stepwell.errors import AddressGone, Throttled
from stepwell.social.ports import NetworkParts

if TYPE_CHECKING:
    from stepwell.adapters.lead_forms import LinkedInLeads
    from stepwell.adapters.linkedin_oauth import LinkedInOAuth

IMAGE_BYTES = 36_000_000
_LOOKS = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
_TARGETS: Mapping[str, tuple[str, str]] = {
    "geo_locations": ("geoLocations", "urn:li:geo:"),
    "industries": ("industries", "urn:li:industry:"),
    "job_functions": ("jobFunctions", "urn:li:function:"),
    "seniorities": ("seniorities", "urn:li:seniority:"),
    "staff_count_ranges": ("staffCountRanges", ""),
    "degrees": ("degrees", "urn:li:degree:"),
    "fields_of_study": ("fieldsOfStudy", "urn:li:fieldOfStudy:"),
    "locales": ("interfaceLocales", ""),
}
_MOST_IDS, _PAGE = 20, 50


class LinkedInNetwork:
    """See `stepwell.contracts.social.Network`; accounts are organisations, tokens those of an admin.

    Args:
        means: What it works with.
    """

    def __init__(self, means: Means) -> None:
        self._means = means
        self._rest = LinkedInRest(means)

    def publish(self, account: Account, tokens: Tokens, post: SocialPost) -> Posted:
        """Upload the media, then post."""
        if post.in_reply_to:
            return self.reply(account, tokens, post.in_reply_to, joined(post.text, post.link))
        body: dict[str, Any] = {
            "author": account.external_id,
            "commentary": little(text_of(post)),
            "visibility": "PUBLIC",
            "distribution": {
                "feedDistribution": "MAIN_FEED",
                "targetEntities": targets_of(post.target),
                "thirdPartyDistributionChannels": [],
            },
            "lifecycleState": "PUBLISHED",
            "isReshareDisabledByAuthor": False,
        }
        content = self._content(account, tokens, post)
        _, id_ = self._rest.post("/rest/posts", tokens, body | ({"content": content} if content else {}))
        return _posted(id_)

    def find(self, account: Account, tokens: Tokens, post: SocialPost, since: datetime) -> Posted | None:
        """Look among the newest posts of the page."""
        query = f"author={key(account.external_id)}&q=author&count={_PAGE}&sortBy=CREATED"
        said = self._rest.get(f"/rest/posts?{query}", tokens, "FINDER")
        id_ = find_post(parts(said.get("elements")), text_of(post), post, since)
        return _posted(id_) if id_ else None

    def metrics(self, account: Account, tokens: Tokens, ids: Sequence[str]) -> list[Metrics]:
        """Ask for the statistics of shares and user-generated posts; LinkedIn tells no saves."""
        found, now = [], self._means.now()
        for start in range(0, len(ids), _MOST_IDS):
            some = ids[start : start + _MOST_IDS]
            shares = [one for one in some if one.startswith("urn:li:share:")]
            others = [one for one in some if not one.startswith("urn:li:share:")]
            query = f"q=organizationalEntity&organizationalEntity={key(account.external_id)}"
            query += f"&shares={listed(shares)}" if shares else ""
            query += f"&ugcPosts={listed(others)}" if others else ""
            said = self._rest.get(f"/rest/organizationalEntityShareStatistics?{query}", tokens, "FINDER")
            found += [metrics_of(one, now) for one in parts(said.get("elements"))]
        return found

    def mentions(
        self, account: Account, tokens: Tokens, since: datetime, cursor: str
    ) -> tuple[list[Mention], str]:
        """Return comments and posts that name the page, of the last 60 days at most (LinkedIn keeps no more)."""
        start = int(cursor or 0)
        ends = int(self._means.now().timestamp() * 1000)
        query = (
            f"q=criteria&actions=List(COMMENT,SHARE_MENTION)&organizationalEntity={key(account.external_id)}"
            f"&timeRange=(start:{int(since.timestamp() * 1000)},end:{ends})&start={start}&count={_PAGE}"
        )
        said = self._rest.get(f"/rest/organizationalEntityNotifications?{query}", tokens, "FINDER")
        elements = parts(said.get("elements"))
        found = [m for one in elements if (m := mention_of(account, one)) is not None]
        more = str(start + len(elements)) if len(elements) == _PAGE else ""
        return sorted((m for m in found if m.at >= since), key=lambda m: m.at), more

    def reply(self, account: Account, tokens: Tokens, mention_id: str, text: str) -> Posted:
        """Comment on a post, or below a comment."""
        target, _, parent = mention_id.partition("|")
        body: dict[str, Any] = {"actor": account.external_id, "object": target, "message": {"text": text}}
        if parent:
            body["parentComment"] = parent
        said, id_ = self._rest.post(f"/rest/socialActions/{key(parent or target)}/comments", tokens, body)
        return Posted(str(said.get("commentUrn") or id_))

    def remove(self, account: Account, tokens: Tokens, external_id: str) -> None:  # noqa: ARG002
        """Delete a post."""
        try:
            self._rest.delete(f"/rest/posts/{key(external_id)}", tokens)
        except AddressGone:
            return

    def _content(self, account: Account, tokens: Tokens, post: SocialPost) -> Mapping[str, Any]:
        if any(medium.kind is MediaKind.VIDEO for medium in post.media):
            if len(post.media) > 1:
                raise refused("LinkedIn", "A post holds one video or several images.", code="media")
            return {"media": {"id": self._video(account, tokens, post.media[0])}}
        images = [self._image(account, tokens, medium) for medium in post.media]
        if len(images) == 1:
            return {"media": images[0]}
        if images:
            return {"multiImage": {"images": images}}
        if post.link:
            return {"article": {"source": post.link, "title": title_of(post)}}
        return {}

    def _image(self, account: Account, tokens: Tokens, medium: Media) -> dict[str, str]:
        file = self._means.reader().read(self._means.url_of(medium), IMAGE_BYTES)
        if not file.type.startswith("image/"):
            raise refused("LinkedIn", f"The medium is {file.type}, not an image.", code="media")
        begun = {"initializeUploadRequest": {"owner": account.external_id}}
        said, _ = self._rest.post("/rest/images?action=initializeUpload", tokens, begun, acts=False)
        value = part(said.get("value"))
        self._rest.put(str(value.get("uploadUrl") or ""), tokens, file.whole())
        found = {"id": str(value.get("image") or "")}
        return found | ({"altText": medium.alt[:4_086]} if medium.alt else {})

    def _video(self, account: Account, tokens: Tokens, medium: Media) -> str:
        file = self._means.reader().read(self._means.url_of(medium))
        if not file.type.startswith("video/"):
            raise refused("LinkedIn", f"The medium is {file.type}, not a video.", code="media")
        begun = {
            "owner": account.external_id,
            "fileSizeBytes": file.size,
            "uploadCaptions": False,
            "uploadThumbnail": False,
        }
        said, _ = self._rest.post(
            "/rest/videos?action=initializeUpload", tokens, {"initializeUploadRequest": begun}, acts=False
        )
        value = part(said.get("value"))
        video, tags = str(value.get("video") or ""), []
        for one in parts(value.get("uploadInstructions")):
            first, last = int(one["firstByte"]), int(one["lastByte"])
            file.stream.seek(first)
            tags.append(
                self._rest.put(str(one.get("uploadUrl") or ""), tokens, file.stream.read(last - first + 1))
            )
        ended = {"video": video, "uploadToken": str(value.get("uploadToken") or ""), "uploadedPartIds": tags}
        self._rest.post(
            "/rest/videos?action=finalizeUpload", tokens, {"finalizeUploadRequest": ended}, acts=False
        )
        self._available(tokens, video)
        return video

    def _available(self, tokens: Tokens, video: str) -> None:
        waited = 0.0
        for pause in _LOOKS:
            said = self._rest.get(f"/rest/videos/{key(video)}", tokens)
            match said.get("status"):
                case "AVAILABLE":
                    return
                case "PROCESSING_FAILED":
                    raise refused(
                        "LinkedIn", str(said.get("processingFailureReason") or "video"), code="media"
                    )
            if waited + pause > self._means.patience_s:
                break
            self._means.sleep(pause)
            waited += pause
        raise Throttled("LinkedIn still works on a video.", retry_after_s=60)


def text_of(post: SocialPost) -> str:
    """Return the text as it is posted: beside media a link stands in the text."""
    return joined(post.text, post.link) if post.media else post.text


def title_of(post: SocialPost) -> str:
    """Return an article's title: the text's first line, else the link."""
    return (post.text.strip().splitlines() or [post.link])[0][:400] or post.link


def targets_of(target: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return `targetEntities`; plain numbers become the URNs they stand for.

    Raises:
        ProviderRejected: A facet is unknown.
    """
    found: dict[str, Any] = {}
    for name, values in target.items():
        if name not in _TARGETS:
            raise refused("LinkedIn", f"There is no facet `{name}`.", code="target")
        theirs, prefix = _TARGETS[name]
        found[theirs] = [
            one if not isinstance(one, str | int) or ":" in str(one) else f"{prefix}{one}" for one in values
        ]
    return [found] if found else []


def network(parts: NetworkParts) -> LinkedInNetwork:
    """Make the adapter."""
    return LinkedInNetwork(Means(parts))


def oauth(parts: NetworkParts) -> LinkedInOAuth:
    """Make what connects company pages."""
    from stepwell.adapters.linkedin_oauth import SCOPES, LinkedInOAuth

    return LinkedInOAuth(Means(parts), SCOPES)


def login(parts: NetworkParts) -> LinkedInOAuth:
    """Make what contacts sign in by: it asks for who they are and no more."""
    from stepwell.adapters.linkedin_oauth import LOGIN_SCOPES, LinkedInOAuth

    return LinkedInOAuth(Means(parts), LOGIN_SCOPES)


def leads(parts: NetworkParts) -> LinkedInLeads:
    """Make what reads lead forms."""
    from stepwell.adapters.lead_forms import LinkedInLeads

    return LinkedInLeads(Means(parts))


def _posted(id_: str) -> Posted:
    return Posted(id_, f"https://www.linkedin.com/feed/update/{id_}/" if id_ else "")
