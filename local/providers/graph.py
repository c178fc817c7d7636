"""Stand-in of Meta's Graph API: Facebook Login, pages, audiences, lead forms, Instagram, signed webhooks.

Mounted under ``/_stepwell/providers/graph``, which stands for https://graph.facebook.com, https://www.facebook.com (the
dialog) and the upload host. Meta's own client (`facebook-business`) drives it in the contract tests.
"""

from __future__ import annotations

import hmac
import json
import re
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from local.enrichment import Said
from local.providers.allowing import allow
from local.providers.calling import call, fetch
from local.providers.graph_instagram import InstagramStandIn
from local.providers.graph_pages import PagesStandIn
from local.providers.graph_shapes import (
    FORM,
    INSTAGRAM,
    INSTAGRAM_HANDLE,
    NETWORK,
    PAGE,
    PAGE_NAME,
    asked_of,
    error,
    listed,
    unpacked,
    written,
)
from local.providers.world import BY_ID, PEOPLE, Someone, World

_OLDEST = 21
_VERSION = re.compile(r"^/v(\d+)\.0(/.*)?$")
_DAY = 86_400
_HASH = re.compile(r"^[0-9a-f]{64}$")


class GraphStandIn:
    """The Graph API.

    Args:
        world: What the networks know.
        address: Where this is: uploads go there.
    """

    def __init__(self, world: World, address: str) -> None:
        self._world = world
        self._calls = 0
        self.pages = PagesStandIn(world, address)
        self.instagram = InstagramStandIn(world)

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Said:
        """Answer a request; names of headers are in lower case.

        Raises:
            LostAnswerError: The post's fate is that no answer comes.
        """
        parts = urlsplit(target)
        query = dict(parse_qsl(parts.query))
        found = _VERSION.match(parts.path)
        if parts.path.startswith("/video-upload/"):
            return self.pages.uploaded(parts.path.rpartition("/")[2], headers)
        if found is None or int(found[1]) < _OLDEST:
            return error(400, 2635, "You are calling a deprecated version of the API.")
        path = (found[2] or "/").strip("/")
        if path == "dialog/oauth":
            return allow("Facebook", NETWORK, self._world, method, query, body)
        asked = asked_of(query, headers, body)
        if path == "oauth/access_token":
            return self._oauth(asked)
        if path.endswith("/subscriptions"):
            return self._subscribe(asked)
        given = headers.get("authorization", "").partition(" ")[2] or str(asked.get("access_token") or "")
        token = self._world.token(NETWORK, given)
        if token is None:
            return error(400, 190, "Error validating access token: The session has been invalidated", 460)
        said = self._called(method, path, asked, token)
        self._calls += 1
        usage = {"call_count": self._calls % 100, "total_time": 1, "total_cputime": 1}
        return Said(said.status, said.body, {"x-app-usage": json.dumps(usage), **said.headers})

    def _called(self, method: str, path: str, asked: Mapping[str, Any], token: Mapping[str, Any]) -> Said:
        first, _, edge = path.partition("/")
        if first == "me":
            return self._me(method, edge, asked, token)
        if edge == "users":
            return self._audience(method, first, asked)
        if edge == "customaudiences":
            id_ = self._world.number()
            self._world.keep(f"audience:{id_}", {"name": asked.get("name"), "people": []})
            return Said(200, {"id": id_})
        if edge == "leadgen_forms":
            return Said(200, listed([{"id": FORM, "name": "Newsletter", "status": "ACTIVE"}], asked))
        if edge == "leads" or self._world.kept(f"lead:{first}") is not None:
            return self._leads(first, edge, asked)
        if first == INSTAGRAM or self.instagram.knows(first):
            return self.instagram.answer(method, first, edge, asked)
        return self.pages.answer(method, first, edge, asked)

    # ---- OAuth ------------------------------------------------------------------------------------------------

    def _oauth(self, asked: Mapping[str, Any]) -> Said:
        client, secret = str(asked.get("client_id") or ""), str(asked.get("client_secret") or "")
        if not client or not secret:
            return error(400, 101, "Missing client_id or client_secret parameter.")
        if asked.get("grant_type") == "fb_exchange_token":
            found = self._world.token(NETWORK, str(asked.get("fb_exchange_token") or ""))
            seconds = 60 * _DAY
        else:
            redirect = str(asked.get("redirect_uri") or "")
            found = self._world.redeem(NETWORK, str(asked.get("code") or ""), client, redirect, "")
            seconds = 7_200
        if found is None:
            return error(400, 100, "This authorization code has been used or has expired.", 36_009)
        if not self._world.hook(NETWORK).get("secret"):
            self._world.set_hook(NETWORK, self._world.hook(NETWORK).get("url", ""), secret)
        scopes = found.get("scopes") or str(found.get("scope") or "").split(",")
        token = self._world.issue(NETWORK, "access", found["person"], seconds, scopes=scopes)
        return Said(200, {"access_token": token, "token_type": "bearer", "expires_in": seconds})

    def _me(self, method: str, edge: str, asked: Mapping[str, Any], token: Mapping[str, Any]) -> Said:
        who = BY_ID[token["person"]]
        if edge == "permissions" and method == "DELETE":
            self._world.expire(NETWORK)
            return Said(200, {"success": True})
        if edge == "accounts":
            mine = who.id == PEOPLE[0].id and "pages_show_list" in token["scopes"]
            return Said(200, listed([self._page(token)] if mine else [], asked))
        told = {"id": who.id, "name": who.name}
        return Said(200, told | ({"email": who.email} if "email" in token["scopes"] else {}))

    def _page(self, token: Mapping[str, Any]) -> dict[str, Any]:
        own = self._world.issue(NETWORK, "access", token["person"], None, scopes=token["scopes"], page=PAGE)
        return {
            "id": PAGE,
            "name": PAGE_NAME,
            "username": "theshop",
            "access_token": own,
            "picture": {"data": {"url": "https://pages.example/shop.png"}},
            "instagram_business_account": {
                "id": INSTAGRAM,
                "name": PAGE_NAME,
                "username": INSTAGRAM_HANDLE,
                "profile_picture_url": "https://pages.example/shop.png",
            },
        }

    def _subscribe(self, asked: Mapping[str, Any]) -> Said:
        secret = str(asked.get("access_token") or "").partition("|")[2]
        url = str(asked.get("callback_url") or "")
        if not self.check(url, str(asked.get("verify_token") or "")):
            return error(400, 2200, "(#2200) Callback verification failed")
        self._world.set_hook(NETWORK, url, secret)
        return Said(200, {"success": True})

    # ---- audiences and leads ----------------------------------------------------------------------------------

    def _audience(self, method: str, id_: str, asked: Mapping[str, Any]) -> Said:
        payload = unpacked(asked.get("payload"))
        rows = list(payload.get("data") or []) if isinstance(payload, dict) else []
        if not rows or len(rows) > 10_000:
            return error(400, 100, "(#100) Between 1 and 10,000 users a request")
        kept = self._world.kept(f"audience:{id_}") or {"people": []}
        people, bad = {json.dumps(one) for one in kept["people"]}, 0
        for row in rows:
            cells = row if isinstance(row, list) else [row]
            if not any(cells) or not all(_HASH.match(cell) for cell in cells if cell):
                bad += 1
            elif method == "DELETE":
                people.discard(json.dumps(row))
            else:
                people.add(json.dumps(row))
        self._world.keep(f"audience:{id_}", {**kept, "people": [json.loads(one) for one in sorted(people)]})
        told = {"audience_id": id_, "session_id": self._world.number(), "num_received": len(rows)}
        return Said(200, told | {"num_invalid_entries": bad, "invalid_entry_samples": {}})

    def _leads(self, first: str, edge: str, asked: Mapping[str, Any]) -> Said:
        if edge == "leads":
            known = self._world.kept("leads") or {"ids": []}
            found = [one for id_ in reversed(known["ids"]) if (one := self._world.kept(f"lead:{id_}"))]
            return Said(200, listed(found, asked))
        return Said(200, self._world.kept(f"lead:{first}"))

    def lead(self, author: Someone) -> int:
        """Have somebody fill in the lead form; return the webhook's answer."""
        id_, now = self._world.number(), self._world.now()
        answers = {"email": author.email, "full_name": author.name}
        lead = {
            "id": id_,
            "created_time": written(now),
            "form_id": FORM,
            "field_data": [{"name": name, "values": [value]} for name, value in answers.items()],
        }
        self._world.keep(f"lead:{id_}", lead)
        known = self._world.kept("leads") or {"ids": []}
        self._world.keep("leads", {"ids": [*known["ids"], id_]})
        value = {"leadgen_id": id_, "page_id": PAGE, "form_id": FORM, "created_time": int(now)}
        return self.tell("page", PAGE, {"changes": [{"field": "leadgen", "value": value}]})

    # ---- webhooks ---------------------------------------------------------------------------------------------

    def check(self, url: str, verify_token: str) -> bool:
        """Ask a webhook the question of Meta ("Verification requests")."""
        challenge = secrets.token_hex(8)
        mark = "&" if "?" in url else "?"
        asked = (
            f"hub.mode=subscribe&hub.challenge={challenge}&hub.verify_token={quote(verify_token, safe='')}"
        )
        status, told = fetch(f"{url}{mark}{asked}")
        return status == 200 and told.decode() == challenge

    def tell(self, kind: str, id_: str, entry: Mapping[str, Any]) -> int:
        """Post a signed event to the webhook; 0: there is none."""
        hook = self._world.hook(NETWORK)
        if not hook.get("url"):
            return 0
        body = json.dumps(
            {"object": kind, "entry": [{"id": id_, "time": int(self._world.now()), **entry}]}
        ).encode()
        digest = hmac.new(hook["secret"].encode(), body, "sha256").hexdigest()
        headers = {"content-type": "application/json", "x-hub-signature-256": f"sha256={digest}"}
        return call(hook["url"], body, headers)

    def act(self, network: str, post: Any, what: str, author: Someone, text: str) -> int:
        """Act as somebody on Facebook or Instagram; return the webhook's answer."""
        if what == "lead":
            return self.lead(author)
        made = self.instagram if network == "instagram" else self.pages
        kind, id_, entry = made.act(post, what, author, text)
        return self.tell(kind, id_, entry)
