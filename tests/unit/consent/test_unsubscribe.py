"""Unsubscribe links: only a POST counts, it holds everywhere at once, and it can be taken back."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace

import pytest
from stepwell.consent.pages import TEXTS, Theme, headers, language, page
from stepwell.consent.unsubscribe import Subscriptions
from stepwell.consent.web import Answer, answer
from stepwell.contracts.links import OptOut, address_hash, sign_opt_out
from stepwell.contracts.messages import Purpose
from stepwell.contracts.profiles import Profile
from stepwell.contracts.workspace import Workspace

from tests.fakes.enrichment import MemoryProofs
from tests.fakes.world import World

PERSON = "abcdefghijklmnop"
KEYS = {"k1": b"key"}
ONE_CLICK = b"List-Unsubscribe=One-Click"


def opt_out(address: str = "ada@example.com") -> OptOut:
    return OptOut("acme", PERSON, "welcome", "email", Purpose.MARKETING, address_hash("acme", address))


TOKEN = sign_opt_out(opt_out(), KEYS)


class Door:
    def __init__(self, email: str = "Ada@Example.com") -> None:
        self.world = World()
        self.world.workspaces.settings["acme"] = Workspace("acme", name="Shop <&> Co")
        self.world.profiles.put("acme", [Profile(PERSON, traits={"email": email})])
        self.subscriptions = Subscriptions(
            self.world.clock,
            self.world.profiles,
            self.world.messaging,
            self.world.sink,
            self.world.workspaces,
            KEYS,
        )
        self.world.writes.clear()

    def ask(self, method: str, body: bytes = b"", token: str = TOKEN, lang: str = "") -> Answer:
        return answer(self.subscriptions, method, token, body, "", lang)

    @property
    def consent(self) -> str | None:
        return self.world.messaging.records("acme", [PERSON])[PERSON].consent.get("email:marketing")

    @property
    def suppressed(self) -> dict[str, str]:
        return self.world.messaging.suppressed("acme", "email", ["ada@example.com"])


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_following_a_link_changes_nothing(method: str) -> None:
    door = Door()
    shown = door.ask(method)
    assert (shown.status, shown.did) == (200, "shown")
    assert 'method="post"' in shown.body and "Unsubscribe?" in shown.body
    assert "Shop &lt;&amp;&gt; Co" in shown.body
    assert door.world.writes == []


@pytest.mark.parametrize(
    ("body", "method"),
    [
        (ONE_CLICK, "one_click"),
        (
            b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--',
            "one_click",
        ),
        (b"", "one_click"),
        (b"action=unsubscribe", "page"),
    ],
)
def test_a_post_opts_out_everywhere(body: bytes, method: str) -> None:
    door = Door()
    done = door.ask("POST", body)
    assert (done.status, done.did) == (200, "unsubscribed")
    assert door.consent == "denied"
    assert door.suppressed == {"ada@example.com": "unsubscribed"}
    ((tenant, event),) = door.world.sink.emitted
    assert (tenant, event["name"], event["profile"]) == ("acme", "email_unsubscribed", PERSON)
    assert event["properties"] == {
        "workflow": "welcome",
        "channel": "email",
        "purpose": "marketing",
        "method": method,
    }
    assert "You are unsubscribed" in door.ask("GET").body


def test_it_is_told_of_the_message_that_carried_the_link() -> None:
    door = Door()
    told = replace(opt_out(), node="say", version=3)
    door.ask("POST", ONE_CLICK, sign_opt_out(told, KEYS))
    door.ask("POST", b"action=resubscribe", sign_opt_out(told, KEYS))
    left, back = (event["properties"] for _, event in door.world.sink.emitted)
    assert (left["workflow"], left["version"], left["node"]) == ("welcome", 3, "say")
    assert "node" not in back


def test_a_repeated_click_is_one_event() -> None:
    door = Door()
    door.ask("POST", ONE_CLICK)
    door.ask("POST", ONE_CLICK)
    first, second = (event for _, event in door.world.sink.emitted)
    assert first["message_id"] == second["message_id"]


def test_it_can_be_taken_back() -> None:
    door = Door()
    door.ask("POST", ONE_CLICK)
    back = door.ask("POST", b"action=resubscribe")
    assert (back.status, back.did) == (200, "resubscribed")
    assert door.consent == "granted"
    assert door.suppressed == {}
    assert door.world.sink.emitted[-1][1]["name"] == "email_resubscribed"


@pytest.mark.parametrize("reason", ["hard_bounce", "complaint", "manual"])
def test_a_harder_suppression_stays_through_both(reason: str) -> None:
    door = Door()
    door.world.messaging.suppress("acme", "email", "ada@example.com", reason, door.world.clock.now(), "ses")
    door.ask("POST", ONE_CLICK)
    assert door.suppressed == {"ada@example.com": reason}
    door.ask("POST", b"action=resubscribe")
    assert door.suppressed == {"ada@example.com": reason}


def test_an_address_changed_since_is_not_suppressed_but_the_contact_is_opted_out() -> None:
    door = Door(email="new@example.com")
    door.ask("POST", ONE_CLICK)
    assert door.consent == "denied"
    assert door.world.messaging.suppressed("acme", "email", ["new@example.com", "ada@example.com"]) == {}


def test_who_has_an_address_given_up_cannot_open_the_new_one() -> None:
    door = Door(email="new@example.com")
    door.world.messaging.set_consent("acme", PERSON, {"email:marketing": "denied"})
    assert door.ask("POST", b"action=resubscribe").status == 404
    assert door.consent == "denied"
    assert door.world.sink.emitted == []


def test_an_opt_out_follows_a_merge() -> None:
    door = Door()
    other = "bcdefghijklmnopq"
    door.world.profiles.put("acme", [Profile(other, traits={"email": "ada@example.com"})])
    door.world.profiles_table.items.pop(("acme#P#" + PERSON, "p"))
    door.world.profiles.link("acme", {PERSON: other})
    door.ask("POST", ONE_CLICK)
    records = door.world.messaging.records("acme", [PERSON, other])
    assert {record.consent["email:marketing"] for record in records.values()} == {"denied"}
    assert door.world.sink.emitted[0][1]["profile"] == other


def test_a_contact_erased_since_can_still_opt_out() -> None:
    door = Door()
    door.world.profiles_table.items.clear()
    assert door.ask("POST", ONE_CLICK).status == 200
    assert door.consent == "denied"


@pytest.mark.parametrize(
    "token", ["", "x", TOKEN[:-1], TOKEN + "x", TOKEN.replace("acme", "evil"), "../../etc"]
)
def test_a_link_that_is_not_ours_changes_nothing(token: str) -> None:
    door = Door()
    for method in ("GET", "POST"):
        found = door.ask(method, ONE_CLICK, token)
        assert (found.status, found.did) == (404, "refused")
    assert door.world.writes == []


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH"])
def test_other_methods_are_refused(method: str) -> None:
    door = Door()
    assert door.ask(method, ONE_CLICK).status == 405
    assert door.world.writes == []


def test_a_stream_that_is_down_asks_to_repeat_and_keeps_the_opt_out() -> None:
    door = Door()
    door.world.sink.down = 1
    failed = door.ask("POST", ONE_CLICK)
    assert (failed.status, failed.did) == (503, "failed")
    assert "Try again" in failed.body
    assert door.consent == "denied"
    assert door.ask("POST", ONE_CLICK).status == 200


@pytest.mark.parametrize(
    ("accept", "wanted", "expected"),
    [
        ("", "", "en"),
        ("de-DE,de;q=0.9,en;q=0.8", "", "de"),
        ("fr,en;q=0.5,de;q=0.7", "", "de"),
        ("fr", "", "en"),
        ("en", "de", "de"),
        ("de", "xx", "de"),
        ("de;q=0", "", "en"),
        ("de;q=nonsense", "", "en"),
    ],
)
def test_language(accept: str, wanted: str, expected: str) -> None:
    assert language(accept, wanted) == expected


def test_both_languages_say_everything() -> None:
    assert set(TEXTS["en"]) == set(TEXTS["de"])
    assert "Abmelden?" in Door().ask("GET", lang="de").body


def test_pages_run_nothing_and_are_accessible() -> None:
    for lang in TEXTS:
        for kind in ("ask", "out", "in", "bad", "down"):
            made = page(kind, lang, sender='"><script>alert(1)</script>')
            assert "<script" not in made
            assert f'<html lang="{lang}">' in made and "<main>" in made and 'role="status"' in made
    assert "default-src 'none'" in headers()["Content-Security-Policy"]
    assert headers()["Referrer-Policy"] == "no-referrer"


def test_a_theme_cannot_smuggle_style() -> None:
    assert "evil" not in page("ask", "en", theme=Theme("red}evil{", "#12345g"))
    assert "#112233" in page("ask", "en", theme=Theme("#112233"))
    assert headers(Theme("#112233")) != headers()


def test_pages_look_like_the_workspaces_and_name_what_they_end() -> None:
    look = Theme("#112233", "#445566", "https://shop.example.com/logo.png")
    door = Door()
    door.subscriptions = replace(
        door.subscriptions, themes=lambda tenant: look if tenant == "acme" else Theme()
    )
    for method, body in (("GET", b""), ("POST", ONE_CLICK), ("POST", b"action=resubscribe")):
        shown = door.ask(method, body)
        assert "--accent:#112233" in shown.body and 'src="https://shop.example.com/logo.png"' in shown.body
        (style,) = re.findall("<style>(.*)</style>", shown.body)
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        policy = shown.headers["Content-Security-Policy"]
        assert f"'sha256-{digest}'" in policy and "img-src https://shop.example.com;" in policy
    for channel, words in (
        ("email", "marketing e-mail"),
        ("sms", "text messages"),
        ("push", "notifications"),
    ):
        shown = door.ask("GET", token=sign_opt_out(replace(opt_out(), channel=channel), KEYS))
        assert words in shown.body and ("e-mail" in shown.body) is (channel == "email")


def test_a_text_messages_link_closes_the_number_for_whoever_has_it() -> None:
    door, number = Door(), "+4915112345678"
    door.world.profiles.put("acme", [Profile("b" * 16, traits={"email": "ann@example.com", "phone": number})])
    told = OptOut("acme", "b" * 16, "sale", "sms", Purpose.MARKETING, address_hash("acme", number))
    door.ask("POST", ONE_CLICK, sign_opt_out(told, KEYS))
    messaging = door.world.messaging
    assert messaging.records("acme", ["b" * 16])["b" * 16].consent["sms:marketing"] == "denied"
    assert messaging.suppressed("acme", "sms", [number]) == {number: "unsubscribed"}
    assert door.world.sink.emitted[-1][1]["name"] == "sms_unsubscribed"
    # Who said STOP on the phone is not opened by a page.
    messaging.suppress("acme", "sms", number, "stopped", door.world.clock.now(), "sms:twilio")
    door.ask("POST", b"action=resubscribe", sign_opt_out(told, KEYS))
    assert messaging.suppressed("acme", "sms", [number]) == {number: "stopped"}


@pytest.mark.parametrize(
    ("body", "state", "source"),
    [
        (ONE_CLICK, "denied", "unsubscribe_link:one_click"),
        (b"action=unsubscribe", "denied", "unsubscribe_link:page"),
        (b"action=resubscribe", "granted", "unsubscribe_link:page"),
    ],
)
def test_what_a_link_changed_can_be_proved(body: bytes, state: str, source: str) -> None:
    door, proofs = Door(), MemoryProofs()
    door.subscriptions = replace(door.subscriptions, proofs=proofs)
    door.ask("GET")
    assert proofs.kept == {}
    door.ask("POST", body)
    (proof,) = proofs.kept.values()
    assert (proof.profile, proof.key, proof.state) == (PERSON, "email:marketing", state)
    assert (proof.source, proof.explicit, proof.at) == (source, True, door.world.clock.now())


def test_a_notifications_link_ends_them_and_no_address() -> None:
    door = Door()
    told = sign_opt_out(replace(opt_out(), channel="push", address=""), KEYS)
    for body, state in ((ONE_CLICK, "denied"), (b"action=resubscribe", "granted")):
        assert door.ask("POST", body, told).status == 200
        assert door.world.messaging.records("acme", [PERSON])[PERSON].consent["push:marketing"] == state
        event = door.world.sink.emitted[-1][1]
        # `push_unsubscribed` would say that a browser is gone.
        assert event["name"] == "preferences_changed"
        assert event["properties"]["changes"] == {"push:marketing": state}
    assert door.consent is None and door.suppressed == {}


def test_who_was_unsubscribed_at_an_earlier_address_is_told_so() -> None:
    door = Door(email="new@example.com")
    door.ask("POST", ONE_CLICK)
    assert "You are unsubscribed" in door.ask("GET").body
