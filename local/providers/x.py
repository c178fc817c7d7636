"""Stand-in of X: OAuth 2.0 with PKCE, posts, media upload v2, reading, Account Activity webhooks.

Mounted under ``/_stepwell/providers/x``, which stands for both https://api.x.com and https://x.com. Paths and shapes as
documented at https://docs.x.com/x-api (2026-11-23); X's own client (`xdk`) drives it in the contract tests.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from local.clock import parse_iso
from local.enrichment import Said
from local.outbox import Message
from local.providers.allowing import allow
from local.providers.calling import call, fetch
from local.providers.phones import LostAnswerError
from local.providers.world import BY_ID, MENTION, Someone, World
from local.providers.x_media import XMedia
from local.providers.x_messages import XMessages
from local.providers.x_shapes import (
    OWN,
    TYPE,
    account_of,
    answer_of,
    client_of,
    fated,
    json_of,
    numbers,
    problem,
    tweet,
    user,
)

NETWORK = "x"
_LIMIT = 100


class XStandIn:
    """X.

    Args:
        world: What the networks know.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._left: dict[str, int] = {}
        self._media, self._messages = XMedia(world), XMessages(world)

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Said:
        """Answer a request; names of headers are in lower case.

        Raises:
            LostAnswerError: The post's fate is that no answer comes.
        """
        parts = urlsplit(target)
        path, query = parts.path, dict(parse_qsl(parts.query))
        if path == "/i/oauth2/authorize":
            if query.get("code_challenge_method") != "S256" or not query.get("code_challenge"):
                return Said(400, "Something is wrong: code_challenge.", {"content-type": "text/html"})
            return allow("X", NETWORK, self._world, method, query, body)
        if path in ("/2/oauth2/token", "/2/oauth2/revoke"):
            return self._oauth(path, headers, dict(parse_qsl(body.decode())))
        token = self._world.token(NETWORK, headers.get("authorization", "").removeprefix("Bearer "))
        if token is None:
            return problem(401, "Unauthorized", "Unauthorized")
        for verb, pattern, scope, do in self._routes():
            found = re.fullmatch(pattern, path)
            if verb == method and found:
                if scope not in token["scopes"]:
                    kind = "https://api.twitter.com/2/problems/client-forbidden"
                    return problem(403, "Forbidden", f"The scope {scope} is missing.", kind)
                return self._limited(pattern, do(found, query, headers, body, token))
        return problem(404, "Not Found", "There is no such thing.")

    def _routes(self) -> tuple[tuple[str, str, str, Callable[..., Said]], ...]:
        return (
            ("POST", r"/2/tweets", "tweet.write", self._create),
            ("GET", r"/2/tweets", "tweet.read", self._by_ids),
            ("DELETE", r"/2/tweets/(\d+)", "tweet.write", self._delete),
            ("GET", r"/2/users/me", "users.read", self._me),
            ("GET", r"/2/users/(\d+)/tweets", "tweet.read", self._timeline),
            ("GET", r"/2/users/(\d+)/mentions", "tweet.read", self._mentions),
            ("GET", r"/2/dm_events", "dm.read", self._messages.events),
            ("POST", r"/2/dm_conversations/with/(\d+)/messages", "dm.write", self._messages.send),
            ("POST", r"/2/media/upload", "media.write", self._media.upload),
            ("POST", r"/2/media/upload/initialize", "media.write", self._media.initialize),
            ("POST", r"/2/media/upload/(\d+)/append", "media.write", self._media.append),
            ("POST", r"/2/media/upload/(\d+)/finalize", "media.write", self._media.finalize),
            ("GET", r"/2/media/upload", "media.write", self._media.status),
            ("POST", r"/2/media/metadata", "media.write", self._media.metadata),
        )

    # ---- OAuth ------------------------------------------------------------------------------------------------

    def _oauth(self, path: str, headers: Mapping[str, str], form: Mapping[str, str]) -> Said:
        client, secret = client_of(headers, form)
        if not client:
            return _refused("invalid_client", "Missing valid authorization header", 401)
        if path.endswith("revoke"):
            return Said(200, {"revoked": self._world.end(form.get("token", ""))})
        if form.get("grant_type") == "authorization_code":
            found = self._world.redeem(
                NETWORK,
                form.get("code", ""),
                client,
                form.get("redirect_uri", ""),
                form.get("code_verifier", ""),
            )
        else:
            found = self._world.token(NETWORK, form.get("refresh_token", ""), "refresh")
            if found is not None:
                self._world.end(form["refresh_token"])
        if found is None:
            return _refused("invalid_request", "Value passed for the token was invalid.")
        scopes = str(found.get("scope") or " ".join(found.get("scopes", []))).split()
        if secret and not self._world.hook(NETWORK).get("secret"):
            self._world.set_hook(NETWORK, self._world.hook(NETWORK).get("url", ""), secret)
        more = {"scopes": scopes}
        said = {
            "token_type": "bearer",
            "expires_in": 7_200,
            "access_token": self._world.issue(NETWORK, "access", found["person"], 7_200, **more),
            "scope": " ".join(scopes),
        }
        if "offline.access" in scopes:
            said["refresh_token"] = self._world.issue(NETWORK, "refresh", found["person"], 15_552_000, **more)
        return Said(200, said)

    def _me(
        self, _found: Any, query: Mapping[str, str], _h: Any, _b: bytes, token: Mapping[str, Any]
    ) -> Said:
        who = account_of(token)
        told = user(who) | {"profile_image_url": f"https://pbs.example/{who.handle}.jpg"}
        if "confirmed_email" in query.get("user.fields", "") and "users.email" in token["scopes"]:
            told["confirmed_email"] = who.email
        return Said(200, {"data": told})

    # ---- posts ------------------------------------------------------------------------------------------------

    def _create(self, _found: Any, _q: Any, _h: Any, body: bytes, token: Mapping[str, Any]) -> Said:
        asked = json_of(body)
        text, media = str(asked.get("text") or ""), list((asked.get("media") or {}).get("media_ids") or [])
        account = account_of(token)
        fate = self._world.fate(text)
        if (said := fated(fate, self._world.now())) is not None:
            return said
        if not text and not media:
            return problem(400, "Invalid Request", "One of text or media is required.")
        kept = [self._world.kept(f"x:{id_}") for id_ in media]
        if None in kept or any(one and one["state"] != "succeeded" for one in kept):
            return problem(400, "Invalid Request", "Your media IDs are invalid.")
        own = self._world.all(NETWORK, account.id)
        if own and own[0].request["text"] == text and not media:
            return problem(403, "Forbidden", "You are not allowed to create a Tweet with duplicate content.")
        parent = str((asked.get("reply") or {}).get("in_reply_to_tweet_id") or "")
        if parent and self._world.find(parent) is None and self._world.commented(NETWORK, parent) is None:
            return problem(403, "Forbidden", "You attempted to reply to a Tweet that is deleted.")
        made = self._world.add(
            NETWORK, account.id, self._world.number(), text, media=kept, parent=parent, handle=account.handle
        )
        if fate == "lost":
            raise LostAnswerError
        return Said(201, {"data": {"id": made.id, "text": text, "edit_history_tweet_ids": [made.id]}})

    def _by_ids(self, _found: Any, query: Mapping[str, str], *_rest: Any) -> Said:
        found, errors = [], []
        for id_ in query.get("ids", "").split(","):
            one = self._world.find(id_)
            if one is None:
                errors.append({"value": id_, "title": "Not Found Error", "type": TYPE + "resource-not-found"})
            else:
                found.append(tweet(one) | numbers(one))
        return Said(200, {"data": found} | ({"errors": errors} if errors else {}))

    def _delete(self, found: re.Match[str], *_rest: Any) -> Said:
        if not self._world.remove(found[1]):
            return problem(404, "Not Found", "There is no such post.")
        return Said(200, {"data": {"deleted": True}})

    def _timeline(self, found: re.Match[str], query: Mapping[str, str], *_rest: Any) -> Said:
        own = [o for o in self._world.all(NETWORK, found[1]) if o.at >= _since(query)]
        return Said(200, {"data": [tweet(one) for one in own], "meta": {"result_count": len(own)}})

    def _mentions(self, found: re.Match[str], query: Mapping[str, str], *_rest: Any) -> Said:
        told: list[tuple[float, dict[str, Any], str]] = [
            (one.at, tweet(one), one.request["author"])
            for one in self._world.all(NETWORK, found[1], MENTION)
            if one.request["kind"] == "mention"
        ]
        for one in self._world.all(NETWORK, found[1]):
            told += [(m["at"], answer_of(one, m), m["author"]) for m in one.request["comments"]]
        told = sorted((t for t in told if t[0] >= _since(query)), key=lambda t: -t[0])
        size, start = int(query.get("max_results", "10")), int(query.get("pagination_token") or 0)
        page = told[start : start + size]
        meta: dict[str, Any] = {"result_count": len(page)}
        if len(told) > start + size:
            meta["next_token"] = str(start + size)
        users = [user(BY_ID[id_], followers=True) for id_ in sorted({author for _, _, author in page})]
        return Said(200, {"data": [one for _, one, _ in page], "includes": {"users": users}, "meta": meta})

    # ---- what people do ---------------------------------------------------------------------------------------

    def check(self, url: str, secret: str) -> bool:
        """Ask a webhook the challenge of X ("Challenge-Response Checks")."""
        token = base64.b64encode(hashlib.sha256(url.encode()).digest()[:24]).decode()
        status, told = fetch(f"{url}?crc_token={token.replace('+', '%2B').replace('=', '%3D')}")
        wanted = (
            "sha256="
            + base64.b64encode(hmac.new(secret.encode(), token.encode(), "sha256").digest()).decode()
        )
        return status == 200 and json_of(told).get("response_token") == wanted

    def tell(self, account: str, event: Mapping[str, Any]) -> int:
        """Post a signed event to the webhook; 0: there is none."""
        hook = self._world.hook(NETWORK)
        if not hook.get("url"):
            return 0
        body = json.dumps({"for_user_id": account, **event}).encode()
        digest = base64.b64encode(hmac.new(hook["secret"].encode(), body, "sha256").digest()).decode()
        headers = {"content-type": "application/json", "x-twitter-webhooks-signature": f"sha256={digest}"}
        return call(hook["url"], body, headers)

    def act(self, post: Message | None, what: str, author: Someone, text: str) -> int:
        """Like, comment on or share a post, or mention or write to the account; return the webhook's answer."""
        account = post.request["account"] if post else OWN.id
        stamp = str(int(self._world.now() * 1000))
        who = {
            "id_str": author.id,
            "screen_name": author.handle,
            "name": author.name,
            "followers_count": author.followers,
        }
        if what == "like" and post:
            self._world.change(post, likes=[*post.request["likes"], author.id])
            like = {"id": f"{post.id}:{author.id}", "timestamp_ms": stamp, "user": who}
            return self.tell(account, {"favorite_events": [like | {"favorited_status": {"id_str": post.id}}]})
        if what == "message":
            made = self._world.say(NETWORK, account, "message", author, text)
            data = {
                "sender_id": author.id,
                "target": {"recipient_id": account},
                "message_data": {"text": text},
            }
            event = {
                "type": "message_create",
                "id": made.id,
                "created_timestamp": stamp,
                "message_create": data,
            }
            users = {author.id: {"id": author.id, "name": author.name, "screen_name": author.handle}}
            return self.tell(account, {"direct_message_events": [event], "users": users})
        told: dict[str, Any] = {"user": who, "text": text, "timestamp_ms": stamp}
        if what == "comment" and post:
            made_ = self._world.comment(post, author.id, text, self._world.number(), post.id)
            told |= {
                "id_str": made_["id"],
                "in_reply_to_status_id_str": post.id,
                "in_reply_to_user_id_str": account,
            }
        elif what == "share" and post:
            self._world.change(post, shares=post.request["shares"] + 1)
            told |= {
                "id_str": self._world.number(),
                "retweeted_status": {"id_str": post.id},
                "text": f"RT {text}",
            }
        else:
            told["id_str"] = self._world.say(NETWORK, account, "mention", author, text).id
        return self.tell(account, {"tweet_create_events": [told]})

    def _limited(self, name: str, said: Said) -> Said:
        left = max(0, self._left.get(name, _LIMIT) - 1)
        self._left[name] = left
        reset = str(int(self._world.now()) // 900 * 900 + 900)
        told = {
            "x-rate-limit-limit": str(_LIMIT),
            "x-rate-limit-remaining": str(left),
            "x-rate-limit-reset": reset,
        }
        if left == 0:
            self._left[name] = _LIMIT
        return Said(said.status, said.body, {**told, **said.headers})


def _refused(error: str, description: str, status: int = 400) -> Said:
    return Said(status, {"error": error, "error_description": description})


def _since(query: Mapping[str, str]) -> float:
    return parse_iso(query["start_time"]) if query.get("start_time") else 0.0
