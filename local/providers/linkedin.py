"""Stand-in of LinkedIn: OAuth 2.0, company pages by the versioned REST API, uploads, lead forms, signed webhooks.

Mounted under ``/_stepwell/providers/linkedin``, which stands for https://api.linkedin.com and https://www.linkedin.com.
Shapes as documented at https://learn.microsoft.com/en-us/linkedin/marketing (2026-11-23); LinkedIn's own client
(`linkedin-api-client`) drives it in the contract tests.
"""

from __future__ import annotations

import hmac
import json
import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from local.enrichment import Said
from local.outbox import Message
from local.providers.allowing import allow
from local.providers.calling import call, fetch
from local.providers.linkedin_media import LinkedInMedia
from local.providers.linkedin_shapes import (
    NETWORK,
    ORGANIZATION,
    error,
    fated,
    form_of,
    lead_of,
    listed,
    notification,
    post_of,
    query_of,
    statistics,
)
from local.providers.linkedin_tokens import LinkedInTokens
from local.providers.phones import LostAnswerError
from local.providers.world import PEOPLE, Someone, World

_ENDED = "202511"
"""Versions up to this one have ended."""


class LinkedInStandIn:
    """LinkedIn.

    Args:
        world: What the networks know.
        address: Where this is: uploads go there.
    """

    def __init__(self, world: World, address: str) -> None:
        self._world = world
        self._media = LinkedInMedia(world, address)
        self._tokens = LinkedInTokens(world)

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Said:
        """Answer a request; names of headers are in lower case.

        Raises:
            LostAnswerError: The post's fate is that no answer comes.
        """
        parts = urlsplit(target)
        if parts.path == "/oauth/v2/authorization":
            asked = dict(parse_qsl(parts.query))
            return allow("LinkedIn", NETWORK, self._world, method, asked, body)
        if parts.path.startswith("/oauth/v2/"):
            return self._tokens.answer(parts.path, dict(parse_qsl(body.decode())))
        given = headers.get("authorization", "").removeprefix("Bearer ")
        token = self._world.token(NETWORK, given)
        if token is None:
            return error(401, "EXPIRED_ACCESS_TOKEN", "The token used in the request has expired", 65_602)
        if parts.path == "/v2/userinfo":
            return self._tokens.person(token)
        if parts.path.startswith("/dms-uploads/"):
            return self._media.put(parts.path, body)
        version = headers.get("linkedin-version", "")
        if not re.fullmatch(r"20\d{4}", version):
            return error(400, "VERSION_MISSING", "A version must be present. Please specify a version.")
        if version <= _ENDED:
            return error(426, "NONEXISTENT_VERSION", f"Requested version {version} is not active")
        sent = json.loads(body) if body and "json" in headers.get("content-type", "") else {}
        for verb, pattern, do in self._routes():
            found = re.fullmatch(pattern, parts.path)
            if verb == method and found:
                return do([unquote(one) for one in found.groups()], query_of(parts.query), sent)
        return error(404, "RESOURCE_NOT_FOUND", f"No virtual resource found for {parts.path}")

    def _routes(self) -> tuple[tuple[str, str, Callable[..., Said]], ...]:
        return (
            ("GET", r"/rest/organizationAcls", self._acls),
            ("GET", r"/rest/organizations", self._organizations),
            ("POST", r"/rest/(images|videos)", self._media.act),
            ("GET", r"/rest/videos/([^/]+)", self._media.shown),
            ("POST", r"/rest/posts", self._create),
            ("GET", r"/rest/posts", self._by_author),
            ("GET", r"/rest/posts/([^/]+)", self._shown),
            ("DELETE", r"/rest/posts/([^/]+)", self._delete),
            ("GET", r"/rest/organizationalEntityShareStatistics", self._statistics),
            ("GET", r"/rest/organizationalEntityNotifications", self._notifications),
            ("POST", r"/rest/socialActions/([^/]+)/comments", self._comment),
            ("PUT", r"/rest/eventSubscriptions/([^/]+)", self._subscribe),
            ("POST", r"/rest/leadNotifications", self._subscribe),
            ("GET", r"/rest/leadForms/(\d+)", self._form),
            ("GET", r"/rest/leadFormResponses", self._leads),
            ("GET", r"/rest/leadFormResponses/([^/]+)", self._lead),
        )

    # ---- organisations -----------------------------------------------------------------------------------------

    def _acls(self, _ids: Any, _query: Any, _sent: Any) -> Said:
        acl = {
            "role": "ADMINISTRATOR",
            "state": "APPROVED",
            "organization": ORGANIZATION,
            "roleAssignee": f"urn:li:person:{PEOPLE[0].id}",
        }
        return Said(200, listed([acl], {}))

    def _organizations(self, _ids: Any, query: Mapping[str, Any], _sent: Any) -> Said:
        id_ = ORGANIZATION.rpartition(":")[2]
        shop = {"id": int(id_), "localizedName": "The Shop", "vanityName": "the-shop"}
        found = {id_: shop} if id_ in query.get("ids", []) else {}
        return Said(200, {"results": found, "statuses": {}, "errors": {}})

    # ---- posts ------------------------------------------------------------------------------------------------

    def _create(self, _ids: Any, _query: Any, sent: Mapping[str, Any]) -> Said:
        text, author = str(sent.get("commentary") or ""), str(sent.get("author") or "")
        missing = [n for n in ("author", "visibility", "distribution", "lifecycleState") if not sent.get(n)]
        if missing:
            return error(422, "MISSING_FIELD", f"/{missing[0]} :: field is required but not found")
        if author != ORGANIZATION:
            return error(403, "ACCESS_DENIED", "Not enough permissions to access: posts.CREATE", 100)
        if (
            said := fated(self._world.fate(text.replace("{hashtag|\\#|", "#").replace("\\_", "_")))
        ) is not None:
            return said
        if len(text) > 3_000 * 2:
            return error(422, "FIELD_LENGTH_TOO_LONG", "commentary is longer than 3000")
        content = sent.get("content") or {}
        media = self._media.of(content)
        if media is None:
            return error(400, "INVALID_CONTENT", "A medium is not there or not ready.")
        own = self._world.all(NETWORK, author)
        if own and own[0].request["commentary"] == text and not media:
            return error(422, "DUPLICATE_POST", f"Content is a duplicate of {own[0].id}")
        made = self._world.add(
            NETWORK,
            author,
            f"urn:li:share:{self._world.number()}",
            text.replace("{hashtag|\\#|", "#").replace("}", "").replace("\\", ""),
            commentary=text,
            content=content,
            media=media,
            link=(content.get("article") or {}).get("source", ""),
            targeting=sent["distribution"].get("targetEntities") or [],
        )
        if self._world.fate(made.request["text"]) == "lost":
            raise LostAnswerError
        return Said(201, "", {"x-restli-id": made.id, "location": f"/posts/{made.id}"})

    def _by_author(self, _ids: Any, query: Mapping[str, Any], _sent: Any) -> Said:
        own = self._world.all(NETWORK, str(query.get("author") or ""))
        return Said(200, listed([post_of(one) for one in own], query))

    def _shown(self, ids: list[str], *_rest: Any) -> Said:
        one = self._world.find(ids[0])
        return Said(200, post_of(one)) if one else error(404, "NOT_FOUND", "There is no such post.")

    def _delete(self, ids: list[str], *_rest: Any) -> Said:
        self._world.remove(ids[0])
        return Said(204, "")

    def _statistics(self, _ids: Any, query: Mapping[str, Any], _sent: Any) -> Said:
        asked = [*query.get("shares", []), *query.get("ugcPosts", [])]
        found = [statistics(one) for id_ in asked if (one := self._world.find(id_)) is not None]
        return Said(200, listed(found, {}))

    def _notifications(self, _ids: Any, query: Mapping[str, Any], _sent: Any) -> Said:
        start = float(re.findall(r"start:(\d+)", str(query.get("timeRange") or "start:0"))[0]) / 1000
        return Said(
            200, listed([one for one in self._told() if one["lastModifiedAt"] >= start * 1000], query)
        )

    def _told(self) -> list[dict[str, Any]]:
        found = [
            notification(one.id, "COMMENT", made, made["at"])
            for one in self._world.all(NETWORK, ORGANIZATION)
            for made in one.request["comments"]
        ]
        for one in self._world.all(NETWORK, ORGANIZATION, "Mention"):
            made = {"id": one.id, "text": one.request["text"], "author": one.request["author"]}
            found.append(notification(one.id, "SHARE_MENTION", made, one.at))
        return sorted(found, key=lambda told: -told["lastModifiedAt"])

    def _comment(self, ids: list[str], _query: Any, sent: Mapping[str, Any]) -> Said:
        text = str((sent.get("message") or {}).get("text") or "")
        if not sent.get("actor") or not text:
            return error(400, "MISSING_FIELD", "actor and message are required")
        below = self._world.commented(NETWORK, ids[0])
        found = below[0] if below else self._world.find(ids[0])
        if found is None:
            return error(404, "NOT_FOUND", "There is no such post.")
        number = self._world.number()
        urn = f"urn:li:comment:({found.id},{number})"
        self._world.comment(found, str(sent["actor"]), text, urn, ids[0] if below else "")
        told = {"id": number, "commentUrn": urn, "actor": sent["actor"], "message": {"text": text}}
        return Said(201, told, {"x-restli-id": number})

    # ---- leads ------------------------------------------------------------------------------------------------

    def _leads(self, _ids: Any, query: Mapping[str, Any], _sent: Any) -> Said:
        known = self._world.kept("linkedin leads") or {"ids": []}
        start = re.findall(r"start:(\d+)", str(query.get("submittedAtTimeRange") or ""))
        found = [one for id_ in known["ids"] if (one := self._world.kept(f"linkedin lead {id_}"))]
        return Said(
            200, listed([o for o in found if o["submittedAt"] >= int(start[0] if start else 0)], query)
        )

    def _form(self, ids: list[str], *_rest: Any) -> Said:
        return Said(200, form_of(ids[0]))

    def _lead(self, ids: list[str], *_rest: Any) -> Said:
        found = self._world.kept(f"linkedin lead {ids[0]}")
        return Said(200, found) if found else error(404, "NOT_FOUND", "There is no such lead.")

    # ---- webhooks ---------------------------------------------------------------------------------------------

    def _subscribe(self, _ids: Any, _query: Any, sent: Mapping[str, Any]) -> Said:
        url, secret = str(sent.get("webhook") or ""), self._world.hook(NETWORK).get("secret", "")
        if not self.check(url, secret):
            return error(400, "INVALID_WEBHOOK", "This URL did not pass the security challenge check")
        self._world.set_hook(NETWORK, url, secret)
        return Said(201, "", {"x-restli-id": "1"})

    def check(self, url: str, secret: str) -> bool:
        """Ask a webhook the challenge of LinkedIn ("Webhook validation")."""
        code = str(uuid.uuid4())
        status, told = fetch(f"{url}{'&' if '?' in url else '?'}challengeCode={code}")
        wanted = hmac.new(secret.encode(), code.encode(), "sha256").hexdigest()
        try:
            said = json.loads(told or b"{}")
        except ValueError:
            return False
        return status == 200 and said == {"challengeCode": code, "challengeResponse": wanted}

    def tell(self, event: Mapping[str, Any]) -> int:
        """Post a signed event to the webhook; 0: there is none."""
        hook = self._world.hook(NETWORK)
        if not hook.get("url"):
            return 0
        body = json.dumps(event).encode()
        digest = hmac.new(hook["secret"].encode(), b"hmacsha256=" + body, "sha256").hexdigest()
        return call(hook["url"], body, {"content-type": "application/json", "x-li-signature": digest})

    def act(self, post: Message | None, what: str, author: Someone, text: str) -> int:
        """Act as somebody; return the webhook's answer."""
        if what == "lead":
            number = self._world.number()
            self._world.keep(f"linkedin lead {number}", lead_of(number, author, self._world.now()))
            known = self._world.kept("linkedin leads") or {"ids": []}
            self._world.keep("linkedin leads", {"ids": [number, *known["ids"]]})
            told = {
                "type": "LEAD_ACTION",
                "leadGenFormResponse": f"urn:li:leadGenFormResponse:{number}",
                "leadGenForm": "urn:li:versionedLeadGenForm:(urn:li:leadGenForm:600001,1)",
                "owner": {"organization": ORGANIZATION},
                "leadType": "COMPANY",
                "leadAction": "CREATED",
                "occurredAt": int(self._world.now() * 1000),
            }
            return self.tell(told)
        if post is not None and what == "like":
            self._world.change(post, likes=[*post.request["likes"], author.id])
            told = notification(post.id, "LIKE", None, self._world.now())
        elif post is not None and what == "share":
            self._world.change(post, shares=post.request["shares"] + 1)
            made = {"id": f"urn:li:share:{self._world.number()}", "text": text, "author": author.id}
            told = notification(post.id, "SHARE", made, self._world.now())
        elif post is not None:
            urn = f"urn:li:comment:({post.id},{self._world.number()})"
            made = self._world.comment(post, author.id, text, urn)
            told = notification(post.id, "COMMENT", made, self._world.now())
        else:
            said = self._world.say(
                NETWORK, ORGANIZATION, "mention", author, text, f"urn:li:share:{self._world.number()}"
            )
            made = {"id": said.id, "text": text, "author": author.id}
            told = notification(said.id, "SHARE_MENTION", made, self._world.now())
        return self.tell({"type": "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS", "notifications": [told]})
