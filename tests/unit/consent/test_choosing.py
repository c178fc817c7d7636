"""The preference centre behind a signed link, double opt-in, data requests: what a POST changes and a GET does not."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from stepwell.consent.asking import asking
from stepwell.consent.centre import read_centre
from stepwell.consent.choice_ports import ChoicePorts
from stepwell.consent.choices_web import answer_choices, asked
from stepwell.consent.choosing import Choices
from stepwell.consent.preference_pages import TEXTS
from stepwell.consent.proofs import proofs_of
from stepwell.consent.web import Answer
from stepwell.contracts.consent_kinds import kind_for, proof_of
from stepwell.contracts.events import Event
from stepwell.contracts.links import (
    Confirmation,
    OptOut,
    address_hash,
    read_confirmation,
    sign_confirmation,
    sign_opt_out,
)
from stepwell.contracts.messages import Purpose
from stepwell.contracts.profiles import Profile
from stepwell.contracts.workspace import Workspace
from stepwell.errors import InvalidInput

from tests.fakes.enrichment import MemoryProofs
from tests.fakes.world import World

PERSON = "abcdefghijklmnop"
KEYS = {"k1": b"key"}
MAIL, PHONE = "ada@example.com", "+4915112345678"
CENTRE = {
    "topics": [
        {"id": "news", "name": {"en": "News <b>", "de": "Neues"}, "description": {"en": "Once a week"}},
        {"id": "sale", "name": {"en": "Offers"}},
    ],
    "logo_url": "https://shop.example.com/logo.png",
}


class Requests:
    """See `DataRequests`."""

    def __init__(self) -> None:
        self.added: list[tuple[str, str]] = []

    def add(self, tenant: str, profile: str, what: str, at: datetime, via: str) -> None:
        self.added.append((profile, what))


class Door:
    """The pages of one contact with a mail address and a number."""

    def __init__(self, centre: dict[str, Any] | None = None, **workspace: Any) -> None:
        self.world = World()
        self.world.workspaces.settings["acme"] = Workspace("acme", name="Shop <&> Co", **workspace)
        self.world.profiles.put("acme", [Profile(PERSON, traits={"email": MAIL, "phone": PHONE})])
        self.proofs, self.requests = MemoryProofs(), Requests()
        self.choices = Choices(
            ChoicePorts(
                clock=self.world.clock,
                profiles=self.world.profiles,
                consents=self.world.messaging,
                stream=self.world.sink,
                workspaces=self.world.workspaces,
                proofs=self.proofs,
                requests=self.requests,
                centre=lambda _: read_centre(CENTRE if centre is None else centre),
                keys=KEYS,
            )
        )
        self.world.writes.clear()

    def link(self, address: str = MAIL, channel: str = "email") -> str:
        return sign_opt_out(
            OptOut("acme", PERSON, "welcome", channel, Purpose.MARKETING, address_hash("acme", address)), KEYS
        )

    def confirmation(self, address: str = MAIL, channel: str = "email") -> str:
        minute = int(self.world.clock.now().timestamp()) // 60
        return sign_confirmation(
            Confirmation("acme", PERSON, channel, address_hash("acme", address), minute), KEYS
        )

    def ask(
        self,
        method: str,
        form: dict[str, str] | None = None,
        path: str = "",
        lang: str = "",
        ip: str = "192.0.2.7",
    ) -> Answer:
        body = urlencode(form or {}).encode()
        return answer_choices(self.choices, method, path or f"/preferences/{self.link()}", body, "", lang, ip)

    @property
    def consent(self) -> dict[str, str]:
        return dict(self.world.messaging.records("acme", [PERSON])[PERSON].consent)

    @property
    def events(self) -> list[str]:
        return [event["name"] for _, event in self.world.sink.emitted]


ALL_ON = {"action": "save", "channel.email": "on", "topic.news": "on", "topic.sale": "on", "limit": "none"}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("page", ["preferences", "confirm"])
def test_following_a_link_changes_nothing(method: str, page: str) -> None:
    door = Door()
    token = door.link() if page == "preferences" else door.confirmation()
    shown = door.ask(method, path=f"/{page}/{token}")
    assert (shown.status, shown.did) == (200, "shown")
    assert 'method="post"' in shown.body and "<script" not in shown.body
    assert "Shop &lt;&amp;&gt; Co" in shown.body
    assert door.world.writes == [] and door.proofs.kept == {}


def test_the_page_shows_how_things_stand() -> None:
    door = Door()
    door.world.messaging.set_consent("acme", PERSON, {"topic:sale": "denied", "limit:all": "1/week"})
    body = door.ask("GET").body
    ticked = re.findall(r'name="([^"]+)" value="([^"]+)" checked', body)
    # Nobody is texted without a word: the box is empty until somebody ticks it. No browser was subscribed.
    assert ticked == [("channel.email", "on"), ("topic.news", "on"), ("limit", "1/week")]
    assert "channel.sms" in body and "channel.push" not in body
    assert "News &lt;b&gt;" in body and "Once a week" in body


def test_pages_are_translated_and_themed() -> None:
    assert TEXTS["en"].keys() == TEXTS["de"].keys()
    door = Door({**CENTRE, "accent": "#aa0000"})
    shown = door.ask("GET", lang="de")
    assert '<html lang="de">' in shown.body and "Ihre Einstellungen" in shown.body and "Neues" in shown.body
    assert "--accent:#aa0000" in shown.body
    assert 'src="https://shop.example.com/logo.png"' in shown.body
    policy = shown.headers["Content-Security-Policy"]
    assert "img-src https://shop.example.com;" in policy
    (style,) = re.findall("<style>(.*)</style>", shown.body)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in policy
    assert "img-src" not in Door({}).ask("GET").headers["Content-Security-Policy"]


def test_what_is_saved_holds_with_its_proof() -> None:
    door = Door()
    saved = door.ask("POST", {"action": "save", "channel.sms": "on", "topic.news": "on", "limit": "1/week"})
    assert (saved.status, saved.did) == (200, "saved")
    assert door.consent == {
        "email:marketing": "denied",
        "sms:marketing": "granted",
        **proof_of("sms:marketing", "page", PHONE),
        "topic:sale": "denied",
        "limit:all": "1/week",
    }
    assert door.world.messaging.suppressed("acme", "email", [MAIL]) == {MAIL: "unsubscribed"}
    proofs = {proof.key: proof for proof in door.proofs.kept.values()}
    assert proofs.keys() == door.consent.keys() - {"proof:sms"}
    assert {proof.how for proof in proofs.values()} == {"page"}
    assert {proof.number for proof in proofs.values()} == {PHONE, ""} and proofs[
        "sms:marketing"
    ].number == PHONE
    assert proofs["sms:marketing"].wording == "Your preferences: How we may write to you: Text messages"
    assert {(p.source, p.ip, p.explicit) for p in proofs.values()} == {
        ("preference_centre", "192.0.2.7", True)
    }
    assert door.events == ["email_unsubscribed", "sms_resubscribed", "preferences_changed"]


def test_texts_are_agreed_to_anew_for_another_number() -> None:
    door, other = Door(), "+4915199999999"
    form = {"action": "save", "channel.email": "on", "channel.sms": "on"}
    assert 'name="channel.sms" value="on" checked' in door.ask("POST", form).body
    known = door.world.profiles.get("acme", [PERSON])[PERSON]
    door.world.profiles.put("acme", [known.evolve(traits={"email": MAIL, "phone": other})])
    assert 'name="channel.sms" value="on" checked' not in door.ask("GET").body
    door.world.clock.advance(timedelta(minutes=2))
    assert 'name="channel.sms" value="on" checked' in door.ask("POST", form).body
    assert kind_for(door.consent["proof:sms"], other) == "page"
    assert [one.number for one in door.proofs.kept.values() if one.key == "sms:marketing"] == [PHONE, other]


def test_who_has_an_address_given_up_opens_nothing_and_closes_all() -> None:
    door = Door()
    known = door.world.profiles.get("acme", [PERSON])[PERSON]
    door.world.profiles.put("acme", [known.evolve(traits={"email": "new@example.com"})])
    door.world.messaging.set_consent(
        "acme", PERSON, {"email:marketing": "denied", "topic:news": "denied", "limit:all": "1/week"}
    )
    door.ask("POST", {"action": "save", "channel.email": "on", "topic.news": "on", "limit": "none"})
    assert door.consent["email:marketing"] == door.consent["topic:news"] == "denied"
    assert door.consent["limit:all"] == "1/week"
    assert door.consent["topic:sale"] == "denied"


def test_saving_what_holds_already_changes_nothing() -> None:
    door = Door()
    door.ask("POST", ALL_ON)
    assert door.world.writes == [] and door.proofs.kept == {}


def test_from_everything_at_once_and_back() -> None:
    door = Door()
    door.world.messaging.set_consent("acme", PERSON, {"sms:marketing": "granted"})
    door.ask("POST", {"action": "nothing"})
    assert {door.consent[f"{c}:marketing"] for c in ("email", "sms")} == {"denied"}
    assert "topic:news" not in door.consent
    door.ask("POST", ALL_ON)
    assert door.consent["email:marketing"] == "granted"
    assert door.world.messaging.suppressed("acme", "email", [MAIL]) == {}
    assert door.consent["sms:marketing"] == "denied"


def test_an_end_is_counted_at_the_message_of_its_own_channel() -> None:
    door = Door()
    door.world.messaging.set_consent("acme", PERSON, {"sms:marketing": "granted"})
    told = OptOut("acme", PERSON, "welcome", "email", Purpose.MARKETING, address_hash("acme", MAIL), "say", 3)
    door.ask("POST", {"action": "nothing"}, path=f"/preferences/{sign_opt_out(told, KEYS)}")
    ends = {
        event["name"]: {name: event["properties"].get(name) for name in ("workflow", "version", "node")}
        for _, event in door.world.sink.emitted
        if event["name"].endswith("_unsubscribed")
    }
    assert ends == {
        "email_unsubscribed": {"workflow": "welcome", "version": 3, "node": "say"},
        "sms_unsubscribed": {"workflow": "welcome", "version": None, "node": None},
    }


def test_a_complaint_is_not_lifted_by_a_tick() -> None:
    door = Door()
    door.world.messaging.suppress("acme", "email", MAIL, "complaint", door.world.clock.now(), "ses")
    door.ask("POST", {"action": "nothing"})
    door.ask("POST", ALL_ON)
    assert door.world.messaging.suppressed("acme", "email", [MAIL]) == {MAIL: "complaint"}


def test_who_has_the_address_no_more_can_close_but_not_open() -> None:
    door = Door()
    old = f"/preferences/{door.link('old@example.com')}"
    door.ask("POST", {"action": "save", "channel.sms": "on", "topic.news": "on"}, path=old)
    assert door.consent == {"email:marketing": "denied", "topic:sale": "denied"}
    door.ask("POST", ALL_ON, path=old)
    assert door.consent["email:marketing"] == "denied"
    assert door.ask("POST", {"action": "erasure"}, path=old).status == 404
    assert door.requests.added == []


@pytest.mark.parametrize("form", [{}, {"action": "format"}, {"limit": "99/day"}])
def test_a_form_that_says_nothing_changes_nothing(form: dict[str, str]) -> None:
    door = Door()
    assert door.ask("POST", form).status == 404
    assert door.world.writes == []


def test_a_limit_that_is_not_offered_is_none() -> None:
    door = Door()
    door.ask("POST", {**ALL_ON, "limit": "16/day"})
    assert door.consent == {}


@pytest.mark.parametrize("what", ["access", "erasure"])
def test_data_can_be_asked_for(what: str) -> None:
    door = Door()
    assert (door.ask("POST", {"action": what}).did, door.requests.added) == ("asked", [(PERSON, what)])
    assert door.events == ["data_requested"]
    closed = Door({"data_requests": False})
    assert "erasure" not in closed.ask("GET").body
    assert closed.ask("POST", {"action": what}).status == 404


def test_an_opt_in_holds_once_it_is_confirmed() -> None:
    door = Door(marketing_opt_in=True)
    profile = door.world.profiles.get("acme", [PERSON])[PERSON]
    proofs, event = asking(
        profile, "email", "News, please", "https://x.example/join", "form", door.world.clock.now()
    )
    door.proofs.put("acme", proofs)
    assert (event["name"], door.consent) == ("opt_in_requested", {})
    door.world.clock.advance(timedelta(days=1))
    path = f"/confirm/{door.confirmation()}"
    assert "Yes, sign me up" in door.ask("GET", path=path).body
    assert door.ask("POST", path=path).did == "confirmed"
    assert door.consent == {"email:marketing": "granted", "proof:email": "double"}
    (proof,) = [p for p in door.proofs.kept.values() if p.state == "granted"]
    assert (proof.source, proof.wording, proof.ip) == ("double_opt_in", "News, please", "192.0.2.7")
    assert door.events == ["opt_in_confirmed"]


def test_confirming_lifts_an_earlier_opt_out_only_for_its_own_address() -> None:
    door = Door()
    door.ask("POST", {"action": "nothing"})
    assert door.ask("POST", path=f"/confirm/{door.confirmation('old@example.com')}").status == 404
    assert door.consent["email:marketing"] == "denied"
    door.world.clock.advance(timedelta(minutes=1))
    door.ask("POST", path=f"/confirm/{door.confirmation()}")
    assert door.consent["email:marketing"] == "granted"
    assert door.world.messaging.suppressed("acme", "email", [MAIL]) == {}


@pytest.mark.parametrize(
    ("channel", "address", "reason", "told"),
    [("sms", PHONE, "stopped", "Text START"), ("email", MAIL, "complaint", "reported as unwanted")],
)
def test_what_stays_closed_says_so_and_is_not_opened(
    channel: str, address: str, reason: str, told: str
) -> None:
    door = Door()
    now = door.world.clock.now()
    door.world.messaging.suppress("acme", channel, address, reason, now, "test")
    door.world.messaging.set_consent("acme", PERSON, {f"{channel}:marketing": "denied"})
    shown = door.ask("GET").body
    assert told in shown
    assert f'name="channel.{channel}" value="on" disabled' in shown
    saved = door.ask("POST", {"action": "save", f"channel.{channel}": "on"})
    assert told in saved.body
    assert door.consent[f"{channel}:marketing"] == "denied"
    assert list(door.world.messaging.suppressed("acme", channel, [address])) == [address]


def test_saving_leaves_what_cannot_be_chosen_and_leaving_everything_closes_it_too() -> None:
    door = Door()
    door.world.messaging.set_consent("acme", PERSON, {"email:marketing": "granted"})
    door.world.messaging.suppress("acme", "email", MAIL, "hard_bounce", door.world.clock.now(), "ses")
    sent = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]+)"', door.ask("GET").body))
    assert sent == {"channel.email": "on"}
    door.ask("POST", {"action": "save", "topic.news": "on", **sent})
    assert door.consent["email:marketing"] == "granted"
    door.ask("POST", {"action": "nothing"})
    assert door.consent["email:marketing"] == "denied"


def test_a_link_does_not_undo_a_no_that_came_after_it() -> None:
    door = Door(marketing_opt_in=True)
    path = f"/confirm/{door.confirmation()}"
    assert door.ask("POST", path=path).did == "confirmed"
    door.world.clock.advance(timedelta(hours=1))
    door.ask("POST", {"action": "nothing"})
    for method in ("GET", "POST"):
        refused = door.ask(method, path=path)
        assert (refused.status, refused.did) == (404, "refused")
        assert "This confirmation no longer holds" in refused.body
    assert door.consent["email:marketing"] == "denied"
    assert list(door.world.messaging.suppressed("acme", "email", [MAIL])) == [MAIL]
    # Who signs up anew gets a new link; what it asks for is the newest that was said.
    profile = door.world.profiles.get("acme", [PERSON])[PERSON]
    door.world.clock.advance(timedelta(seconds=5))
    proofs, _ = asking(profile, "email", "News, please", "", "form", door.world.clock.now())
    door.proofs.put("acme", proofs)
    assert door.ask("POST", path=f"/confirm/{door.confirmation()}").did == "confirmed"
    assert door.consent["email:marketing"] == "granted"


def test_an_old_link_confirms_nothing() -> None:
    door = Door()
    path = f"/confirm/{door.confirmation()}"
    door.world.clock.advance(timedelta(days=15))
    assert door.ask("POST", path=path).status == 404
    assert door.consent == {}


def test_tokens_of_one_kind_are_none_of_the_other() -> None:
    door = Door()
    assert door.ask("GET", path=f"/confirm/{door.link()}").status == 404
    assert door.ask("GET", path=f"/preferences/{door.confirmation()}").status == 404
    token = door.confirmation()
    for broken in (
        token[:-1] + ("a" if token[-1] != "a" else "b"),
        token.replace(".ec", ".sc"),
        "",
        "x" * 500,
    ):
        with pytest.raises(InvalidInput):
            read_confirmation(broken, KEYS)
    assert door.ask("DELETE").status == 405
    assert asked("/preferences/x") and asked("/confirm/x") and not asked("/u/x")


def test_a_form_with_double_opt_in_grants_nothing_by_itself() -> None:
    door = Door()
    event = Event(
        message_id="m",
        kind="track",
        name="form_submission",
        properties={"form_id": "join", "consents": {"news": True}},
        occurred_at=door.world.clock.now(),
        received_at=door.world.clock.now(),
    )
    form = {"rev": 1, "fields": [{"name": "news", "purpose": "email:marketing", "consent": "News?"}]}
    for double, state, kept in ((False, "granted", True), (True, "asked", False)):
        found = proofs_of(event, PERSON, {**form, "double_opt_in": double}, {})
        states = {proof.key: (proof.state, proof.kept) for proof in found}
        assert states["email:marketing"] == (state, kept)
        assert states["field:news"] == ("granted", True)
