"""The networks' own clients drive the stand-ins unchanged, and our webhooks take what the stand-ins sign.

`xdk` is X's own, `facebook-business` Meta's, `linkedin-api-client` LinkedIn's (its last release is of 2023: it speaks
Rest.li, which has not changed). They are sent to the loopback by their connections, the rest of them is as it comes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from facebook_business.adobjects.customaudience import CustomAudience
from facebook_business.adobjects.page import Page
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from linkedin_api.clients.auth.client import AuthClient
from linkedin_api.clients.restli.client import RestliClient
from requests.adapters import HTTPAdapter
from stepwell.adapters.facebook_audiences import FacebookAudiences, hashes_of
from stepwell.adapters.linkedin_rest import VERSION
from stepwell.adapters.meta_oauth import PAGE_SCOPES, MetaOAuth
from stepwell.contracts.audiences import Person
from stepwell.contracts.social import Platform, Tokens
from stepwell.errors import Unauthenticated
from stepwell.sources.challenges import answer
from stepwell.sources.incoming import incoming
from stepwell.sources.models import Webhook
from stepwell.sources.verify import verify
from xdk import Client
from xdk.media.models import AppendUploadRequest, InitializeUploadRequest, UploadRequest
from xdk.oauth2_auth import OAuth2PKCEAuth
from xdk.posts.models import CreateRequest

from local.providers.graph_shapes import PAGE
from local.providers.linkedin_shapes import ORGANIZATION
from local.providers.world import PEOPLE
from tests.contract.social_server import CLIENT, PNG, REDIRECT, Server, connected, say_yes
from tests.fakes.sources import MemoryCertificates
from tests.unit.sources.test_presets import mapped

ADA = PEOPLE[1]


class Home(HTTPAdapter):
    """Sends what goes to a network to its stand-in."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base

    def send(self, request: Any, *args: Any, **kwargs: Any) -> requests.Response:
        parts = urlsplit(request.url)
        request.url = self._base + parts.path + (f"?{parts.query}" if parts.query else "")
        return super().send(request, *args, **kwargs)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    found = Server(tmp_path)
    yield found
    found.close()


def test_xs_own_client_connects_posts_and_reads(server: Server) -> None:
    base = f"{server.address}/x"
    scopes = ["tweet.read", "tweet.write", "users.read", "media.write", "offline.access"]
    dance = OAuth2PKCEAuth(
        base_url=base,
        client_id=CLIENT.id,
        client_secret=CLIENT.secret,
        redirect_uri=REDIRECT,
        scope=scopes,
    )
    token = dance.exchange_code(
        say_yes(dance.get_authorization_url("s").replace("https://x.com", base))["code"]
    )
    client = Client(base_url=base, access_token=token["access_token"])
    me = client.users.get_me().data
    assert me is not None
    picture = base64.b64encode(PNG).decode()
    small = client.media.upload(UploadRequest(media=picture, media_category="tweet_image"))
    begun = client.media.initialize_upload(
        InitializeUploadRequest(media_type="image/png", total_bytes=len(PNG), media_category="tweet_image")
    )
    assert begun.data is not None
    for index, piece in enumerate((PNG[:200], PNG[200:])):
        chunk = base64.b64encode(piece).decode()
        client.media.append_upload(begun.data.id, AppendUploadRequest(media=chunk, segment_index=index))
    client.media.finalize_upload(begun.data.id)
    assert small.data is not None
    media = {"media_ids": [small.data.id, begun.data.id]}
    made = client.posts.create(CreateRequest.model_validate({"text": "By X's own client", "media": media}))
    assert made.data is not None
    assert len(server.world.all("x")[0].request["media"]) == 2
    found = client.posts.get_by_ids([made.data.id], post_fields=["public_metrics"])
    assert found.data is not None
    page = next(iter(client.users.get_posts(me.id)))
    assert page.data is not None
    assert client.posts.delete(made.data.id).data.deleted  # type: ignore[union-attr]


def page_token(server: Server) -> str:
    dance = MetaOAuth(server.means(Platform.FACEBOOK), PAGE_SCOPES)
    return dance.accounts(connected(dance))[0].tokens.access


def test_metas_own_client_posts_and_keeps_audiences(server: Server) -> None:
    token = page_token(server)
    api = FacebookAdsApi.init(CLIENT.id, CLIENT.secret, token)
    api._session.requests.mount("https://graph.facebook.com", Home(f"{server.address}/graph"))
    made = Page(PAGE, api=api).create_feed(params={"message": "By Meta's own client"})
    assert server.world.find(made["id"]) is not None
    posts = list(Page(PAGE, api=api).get_published_posts(fields=["id", "message", "created_time"]))
    assert [one["message"] for one in posts] == ["By Meta's own client"]
    with pytest.raises(FacebookRequestError) as caught:
        Page(PAGE, api=api).create_feed(params={"message": "By Meta's own client"})
    assert caught.value.api_error_code() == 506
    server.world.keep("audience:77", {"people": []})
    audience = CustomAudience("77", api=api)
    audience.add_users(
        [CustomAudience.Schema.MultiKeySchema.email, CustomAudience.Schema.MultiKeySchema.phone],
        [[" Ada@People.example", "+49 151 23456789"]],
        is_raw=True,
    )
    kept = server.world.kept("audience:77")
    assert kept is not None
    assert kept["people"] == [hashes_of(Person("ada@people.example", "+4915123456789"))], (
        "hashed as Meta's client does"
    )


def test_audiences_of_ours(server: Server) -> None:
    tokens = Tokens(page_token(server))
    server.world.keep("audience:78", {"people": []})
    made = FacebookAudiences(server.means(Platform.FACEBOOK))
    people = [Person("ada@people.example"), Person("", "+4915123456789")]
    assert made.add(tokens, "78", people).received == 2
    assert made.add(tokens, "78", people).invalid == 0
    assert len(server.world.kept("audience:78")["people"]) == 2  # type: ignore[index]
    made.remove(tokens, "78", people[:1])
    assert server.world.kept("audience:78")["people"] == [hashes_of(people[1])]  # type: ignore[index]
    assert "ada@" not in (Path(server.world._file).read_text())


def test_linkedins_own_client_connects_posts_and_reads(server: Server) -> None:
    home = Home(f"{server.address}/linkedin")
    dance = AuthClient(CLIENT.id, CLIENT.secret, REDIRECT)
    dance.session.mount("https://www.linkedin.com", home)
    url = dance.generate_member_auth_url(["w_organization_social", "r_organization_social"], "s")
    url = url.replace("https://www.linkedin.com", f"{server.address}/linkedin")
    token = dance.exchange_auth_code_for_access_token(say_yes(url)["code"]).access_token
    client = RestliClient()
    client.session.mount("https://api.linkedin.com", home)
    entity = {
        "author": ORGANIZATION,
        "commentary": "By LinkedIn's own client",
        "visibility": "PUBLIC",
        "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": []},
        "lifecycleState": "PUBLISHED",
    }
    with_token = {"access_token": token, "version_string": VERSION}
    made = client.create(resource_path="/posts", entity=entity, **with_token)
    assert made.status_code == 201
    urn = made.decoded_entity_id
    assert server.world.find(urn) is not None
    one = client.get(resource_path="/posts/{id}", path_keys={"id": urn}, **with_token)
    assert one.entity["commentary"] == "By LinkedIn's own client"
    found = client.finder(
        resource_path="/posts", finder_name="author", query_params={"author": ORGANIZATION}, **with_token
    )
    assert [post["id"] for post in found.elements] == [urn]
    shares = client.finder(
        resource_path="/organizationalEntityShareStatistics",
        finder_name="organizationalEntity",
        query_params={"organizationalEntity": ORGANIZATION, "shares": [urn]},
        **with_token,
    )
    assert shares.elements[0]["share"] == urn
    gone = client.delete(resource_path="/posts/{id}", path_keys={"id": urn}, **with_token)
    assert gone.status_code == 204
    old = client.get(
        resource_path="/posts/{id}", path_keys={"id": urn}, access_token=token, version_string="202401"
    )
    assert old.status_code == 426


# ---- webhooks ---------------------------------------------------------------------------------------------------

SECRET = CLIENT.secret
HOOKS = {
    "x": Webhook.model_validate({"verify": {"scheme": "x"}}),
    "graph": Webhook.model_validate(
        {"verify": {"scheme": "meta", "verify_digest": hashlib.sha256(b"my own").hexdigest()}}
    ),
    "linkedin": Webhook.model_validate({"verify": {"scheme": "linkedin"}}),
}


def called(target: str, method: str, headers: dict[str, str], body: bytes) -> Any:
    parts = urlsplit(target)
    return incoming(
        {
            "rawPath": parts.path,
            "rawQueryString": parts.query,
            "queryStringParameters": {k: v[0] for k, v in parse_qs(parts.query).items()},
            "headers": headers,
            "body": base64.b64encode(body).decode(),
            "isBase64Encoded": True,
            "requestContext": {"http": {"method": method, "path": parts.path}},
        },
        "",
    )


@pytest.mark.parametrize("network", list(HOOKS))
def test_our_sources_answer_the_networks_questions(server: Server, network: str) -> None:
    def answers(target: str) -> tuple[int, bytes]:
        found = answer(HOOKS[network], called(target, "GET", {}, b""), [SECRET])
        return 200, found.encode() if isinstance(found, str) else json.dumps(found).encode()

    server.answers = answers
    url, made = f"{server.address}/hook/{network}", server.made[network]
    assert made.check(url, "my own" if network == "graph" else SECRET)
    server.answers = lambda _target: (200, b"{}")
    assert not made.check(url, "my own" if network == "graph" else SECRET)


@pytest.mark.parametrize(
    ("network", "what", "event"),
    [
        ("x", "mention", "social_mention"),
        ("x", "like", "social_like"),
        ("x", "comment", "social_comment"),
        ("x", "share", "social_share"),
        ("x", "message", "social_message"),
        ("facebook", "comment", "social_comment"),
        ("facebook", "share", "social_share"),
        ("facebook", "mention", "social_mention"),
        ("facebook", "message", "social_message"),
        ("facebook", "lead", "lead_form_submitted"),
        ("instagram", "comment", "social_comment"),
        ("instagram", "message", "social_message"),
        ("linkedin", "comment", "social_comment"),
        ("linkedin", "mention", "social_mention"),
        ("linkedin", "share", "social_share"),
        ("linkedin", "lead", "lead_form_submitted"),
    ],
)
def test_what_the_stand_ins_sign_is_taken_and_understood(
    server: Server, network: str, what: str, event: str
) -> None:
    name = "graph" if network in ("facebook", "instagram") else network
    server.world.set_hook(name, f"{server.address}/hook/{name}", SECRET)
    account = {"facebook": PAGE, "linkedin": ORGANIZATION}.get(network, "2244994945")
    more = {"commentary": "", "content": {}, "targeting": [], "product": "FEED", "media_type": "IMAGE"}
    post = server.world.add(network, account, server.world.number(), "Hello", kind="post", **more)
    about = post if what in ("like", "comment", "share") else None
    if name == "graph":
        status = server.made["graph"].act(network, about, what, ADA, "Is it red?")
    else:
        status = server.made[name].act(about, what, ADA, "Is it red?")
    assert status == 202
    headers, body = server.hooked[-1]
    call = called(f"/hook/{name}", "POST", headers, body)
    verify(HOOKS[name], call, [SECRET], server.clock.now(), MemoryCertificates())
    with pytest.raises(Unauthenticated):
        verify(HOOKS[name], call, ["another"], server.clock.now(), MemoryCertificates())
    with pytest.raises(Unauthenticated):
        odd = called(f"/hook/{name}", "POST", headers, body + b" ")
        verify(HOOKS[name], odd, [SECRET], server.clock.now(), MemoryCertificates())
    preset = {"x": "x", "graph": "meta_leads", "linkedin": "linkedin"}[name]
    assert event in [one.name for one in mapped(preset, json.loads(body)).events]


def test_the_hash_is_sha256_of_what_meta_documents() -> None:
    assert hmac.compare_digest(
        hashes_of(Person("ada@people.example"))[0], hashlib.sha256(b"ada@people.example").hexdigest()
    )
    assert hashes_of(Person("", "")) == ["", ""]
