"""Signing in with a network: who comes back is who began, no address that is not confirmed becomes an identity."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.consent.centre import Centre
from stepwell.contracts.events import Event
from stepwell.contracts.social import OAuthClient, Platform, Tokens
from stepwell.errors import InvalidInput, NotReady, ProviderRejected, Unavailable, ValidationFailed
from stepwell.profiles.identity import identities
from stepwell.social.login import LoginSettings, challenge_of, person, read_settings, read_state
from stepwell.triggers.batches import decode
from stepwell.triggers.social_login import COOKIE, SocialLogin
from stepwell.triggers.social_login_ports import LoginPorts

from tests.fakes.publishing import TENANT
from tests.fakes.world import World

WORDING = "Acme may send me news by e-mail."
SETTINGS = {
    "platforms": ["twitter", "facebook", "linkedin"],
    "return_to": ["https://shop.example/"],
    "wording": {"en": WORDING},
}
X = {"id": "2", "name": "Ann", "username": "ann", "confirmed_email": "ann@example.com"}


class Used:
    """See `UsedSignatures`."""

    def __init__(self) -> None:
        self.marks: set[str] = set()

    def taken(self, tenant: str, source: str, mark: str) -> bool:
        return mark in self.marks

    def take(self, tenant: str, source: str, mark: str, until: Any) -> None:
        self.marks.add(mark)


class Network:
    """A network at which `told` says yes."""

    def __init__(self) -> None:
        self.told: Mapping[str, Any] = X
        self.refuse: Exception | None = None
        self.challenges: dict[str, str] = {}

    def authorize_url(self, client: OAuthClient, state: str, challenge: str, redirect: str) -> str:
        said = {"state": state, "code_challenge": challenge, "redirect_uri": redirect, "client_id": client.id}
        return f"https://network.example/allow?{urlencode(said)}"

    def exchange(self, client: OAuthClient, code: str, verifier: str, redirect: str) -> Tokens:
        if self.refuse is not None:
            raise self.refuse
        if self.challenges.pop(code, None) != challenge_of(verifier):
            raise ProviderRejected("The code is not this browser's.", code="token_refused")
        return Tokens("access")

    def person(self, tokens: Tokens) -> Mapping[str, Any]:
        return self.told


class Desk:
    """The pages, a network, and browsers."""

    def __init__(self, **settings: Any) -> None:
        self.world, self.network, self.used = World(), Network(), Used()
        self.events: list[Event] = []
        self.settings = read_settings({**SETTINGS, **settings})
        self.drawn = 0
        self.pages = SocialLogin(
            LoginPorts(
                clock=self.world.clock,
                stream=self,
                used=self.used,
                settings=lambda tenant: self.settings if tenant == TENANT else LoginSettings(),
                centre=lambda tenant: Centre(),
                sender=lambda tenant: "Acme",
                client=self.client,
                login=lambda tenant, platform: self.network,
                keys=lambda: {"k1": b"secret" * 6},
                random=self.random,
                public_url="https://events.example.com",
            )
        )

    def client(self, tenant: str, platform: Platform) -> OAuthClient:
        if platform is Platform.LINKEDIN:
            raise NotReady("no app", code="no_app")
        return OAuthClient("app", "s")

    def random(self) -> str:
        self.drawn += 1
        return f"verifier-{self.drawn}"

    def put(self, records: Any) -> None:
        for record in records:
            self.events += decode(record.data).events

    def call(self, method: str, url: str, body: str = "", cookie: str = "") -> dict[str, Any]:
        parts = urlsplit(url)
        event = {
            "rawPath": parts.path,
            "rawQueryString": parts.query,
            "headers": {},
            "body": body,
            "cookies": ["other=1", f"{COOKIE}={cookie}"] if cookie else [],
            "requestContext": {"http": {"method": method}},
        }
        return self.pages.answer(event)

    def begin(self, platform: str = "twitter", **fields: str) -> tuple[str, str]:
        """Begin; return the state that the network got and the browser's cookie."""
        answer = self.call("POST", f"/login/{TENANT}/{platform}", urlencode(fields))
        assert answer["statusCode"] == 303, answer
        (cookie,) = answer["cookies"]
        assert "HttpOnly; Secure; SameSite=Lax" in cookie
        said = parse_qs(urlsplit(answer["headers"]["Location"]).query)
        assert said["redirect_uri"] == ["https://events.example.com/login/callback"]
        self.network.challenges["c0de"] = said["code_challenge"][0]
        return said["state"][0], cookie.partition("=")[2].partition(";")[0]

    def finish(self, state: str, cookie: str, code: str = "c0de") -> dict[str, Any]:
        return self.call("GET", f"/login/callback?{urlencode({'state': state, 'code': code})}", cookie=cookie)


def test_the_page_offers_networks_and_changes_nothing():
    desk = Desk()
    answer = desk.call("GET", f"/login/{TENANT}?return_to=https://shop.example/a%22b")
    assert answer["statusCode"] == 200
    assert "Continue with X" in answer["body"]
    assert WORDING in answer["body"]
    assert "checked" not in answer["body"]
    assert 'a"b' not in answer["body"]
    policy = answer["headers"]["Content-Security-Policy"]
    assert "form-action 'self' https://network.example;" in policy
    assert "script" not in answer["body"].lower()
    HTMLParser().feed(answer["body"])
    assert "cookies" not in answer
    assert desk.call("GET", f"/login/{TENANT}/instagram")["statusCode"] == 404
    assert desk.call("GET", "/login/nobody")["statusCode"] == 404
    assert desk.call("DELETE", f"/login/{TENANT}")["statusCode"] == 405
    assert desk.events == []


def test_a_confirmed_address_identifies_and_agrees_with_proof():
    desk = Desk()
    answer = desk.finish(*desk.begin(agree="on"))
    assert answer["statusCode"] == 200
    assert "Welcome, Ann" in answer["body"]
    identify, signed_in, consent = desk.events
    assert (identify.kind, identify.anonymous_id, identify.email) == ("identify", "x:2", "ann@example.com")
    assert identify.traits == {
        "name": "Ann",
        "x_handle": "ann",
        "signed_in_with": "twitter",
        "email": "ann@example.com",
    }
    assert signed_in.name == "social_signed_in"
    assert (consent.kind, consent.name) == ("engagement", "consent_told")
    assert consent.properties["proof"] == WORDING
    assert (consent.properties["how"], consent.properties["consent"]) == ("form", "granted")
    assert answer["cookies"][0].startswith(f"{COOKIE}=; ")
    assert "Max-Age=0" in answer["cookies"][0]


def test_who_does_not_tick_agrees_to_nothing():
    desk = Desk()
    desk.finish(*desk.begin())
    assert [event.name for event in desk.events] == ["identify", "social_signed_in"]


@pytest.mark.parametrize(
    ("platform", "told"),
    [
        (Platform.FACEBOOK, {"id": "7", "name": "Eve", "email": "ann@example.com"}),
        (Platform.FACEBOOK, {"id": "7", "name": "Eve", "confirmed_email": "ann@example.com"}),
        (Platform.LINKEDIN, {"sub": "7", "name": "Eve", "email": "ann@example.com"}),
        (Platform.LINKEDIN, {"sub": "7", "email": "ann@example.com", "email_verified": False}),
        (Platform.LINKEDIN, {"sub": "7", "email": "ann@example.com", "email_verified": "no"}),
        (Platform.TWITTER, {"id": "7", "email": "ann@example.com", "email_verified": None}),
    ],
)
def test_an_address_that_is_not_confirmed_is_no_identity(platform: Platform, told: Mapping[str, Any]):
    who = person(platform, told)
    assert who.email == ""
    assert "ann@example.com" not in str(who)
    desk = Desk()
    desk.client = lambda tenant, platform: OAuthClient("app", "s")  # type: ignore[method-assign]
    object.__setattr__(desk.pages._ports, "client", desk.client)
    desk.network.told = told
    desk.finish(*desk.begin(platform.value, agree="on"))
    assert [event.name for event in desk.events] == ["identify", "social_signed_in"]
    for event in desk.events:
        kinds = {one.kind for one in identities(TENANT, event)}
        assert kinds == {"anonymous"}
        assert "ann@example.com" not in str(event)


def test_a_state_is_good_once_for_its_browser_and_for_its_time():
    desk = Desk()
    state, cookie = desk.begin()
    assert desk.finish(state, "")["statusCode"] == 400
    assert desk.finish(state, "another")["statusCode"] == 400
    other_state, other_cookie = desk.begin()
    # An attacker's own sign-in is not finished by the victim's browser, nor the other way round.
    assert desk.finish(state, other_cookie)["statusCode"] == 400
    assert desk.finish(other_state, cookie)["statusCode"] == 400
    assert desk.events == []
    assert desk.finish(other_state, other_cookie)["statusCode"] == 200
    told = len(desk.events)
    desk.network.challenges["c0de"] = challenge_of(other_cookie)
    assert desk.finish(other_state, other_cookie)["statusCode"] == 400
    desk.world.clock.advance(timedelta(minutes=16))
    desk.network.challenges["c0de"] = challenge_of(cookie)
    assert desk.finish(state, cookie)["statusCode"] == 400
    assert len(desk.events) == told


@given(st.data())
def test_a_changed_state_is_refused(data: st.DataObject):
    desk = Desk()
    state, cookie = desk.begin(agree="on")
    at = data.draw(st.integers(0, len(state) - 1))
    letter = data.draw(st.characters(codec="utf-8").filter(lambda c: c != state[at]))
    changed = state[:at] + letter + state[at + 1 :]
    with pytest.raises(InvalidInput):
        read_state(changed, cookie, desk.world.clock.now(), {"k1": b"secret" * 6})


def test_what_goes_wrong_records_nothing():
    desk = Desk()
    state, cookie = desk.begin()
    denied = desk.call(
        "GET", f"/login/callback?{urlencode({'state': state, 'error': 'access_denied'})}", "", cookie
    )
    assert (denied["statusCode"], "did not allow" in denied["body"]) == (200, True)
    desk.network.refuse = Unavailable("down")
    assert desk.finish(state, cookie)["statusCode"] == 503
    desk.network.refuse, desk.network.told = None, {"name": "Nobody"}
    assert desk.finish(*desk.begin())["statusCode"] == 400
    assert desk.call("POST", f"/login/{TENANT}/linkedin")["statusCode"] == 404  # no app is set
    assert desk.call("POST", f"/login/{TENANT}/instagram")["statusCode"] == 404
    assert desk.events == []


@pytest.mark.parametrize(
    ("wanted", "goes"),
    [
        ("https://shop.example/thanks?a=1", "https://shop.example/thanks?a=1&signed_in=twitter"),
        ("https://shop.example/", "https://shop.example/?signed_in=twitter"),
        ("https://shop.example.evil.example/", None),
        ("https://shop.example", None),
        ("//evil.example/", None),
        ("javascript:alert(1)", None),
        ("https://shop.example/\\evil", None),
        ("https://shop.example/\r\nSet-Cookie: a=b", None),
    ],
)
def test_people_are_sent_only_where_the_workspace_says(wanted: str, goes: str | None):
    desk = Desk()
    answer = desk.finish(*desk.begin(return_to=wanted))
    assert answer["headers"].get("Location") == goes
    assert answer["statusCode"] == (303 if goes else 200)


@pytest.mark.parametrize(
    "place", ["http://shop.example/", "https://shop.example", "https://a@shop.example/", "x"]
)
def test_places_to_return_to_are_whole_addresses(place: str):
    with pytest.raises(ValidationFailed):
        read_settings({"return_to": [place]})


def test_cookies_are_read_from_the_header_as_well():
    desk = Desk()
    state, cookie = desk.begin()
    event = {
        "rawPath": "/login/callback",
        "rawQueryString": urlencode({"state": state, "code": "c0de"}),
        "headers": {"Cookie": f"a=b; {COOKIE}={cookie}"},
        "requestContext": {"http": {"method": "GET"}},
    }
    assert desk.pages.answer(event)["statusCode"] == 200
