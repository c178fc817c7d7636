"""Texts and notifications through the gate: one claim a message, what providers say becomes outcomes and events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from stepwell.consent.proofs import Proof
from stepwell.contracts.messages import ClaimState, Purpose
from stepwell.errors import AddressGone, OutcomeUnknown, ProviderRejected, Throttled, Unavailable
from stepwell.runtime.effects import EffectResult, Ports
from stepwell.runtime.executors import executor_of
from stepwell.workflows.nodes.base import Member, SendPush, SendSms

from tests.fakes.channels import MemoryPushes, MemorySubscriptions, MemoryTexts
from tests.fakes.enrichment import MemoryProofs
from tests.unit.runtime.kitchen import TENANT, Kitchen, person

TEXT = SendSms(purpose="marketing", text="Hi {{ first_name | default('there') }}")
PUSH = SendPush(
    purpose="marketing",
    title="Hi {{ first_name | default('there') }}",
    body="Your cart waits",
    url="https://shop.example.com/{{ event.order_id }}",
    actions=(("open", "Open {{ event.order_id }}", "https://shop.example.com/cart"),),
)


class Phone(Kitchen):
    """A kitchen with providers of texts and notifications."""

    def __init__(self, **workspace: Any) -> None:
        super().__init__(**workspace)
        self.texts, self.pushes = MemoryTexts(self.world), MemoryPushes(self.world)
        self.subscriptions = MemorySubscriptions()
        self.proofs = MemoryProofs()

    @property
    def ports(self) -> Ports:
        own: dict[str, Any] = {"texts": self.texts, "pushes": self.pushes, "proofs": self.proofs}
        return replace(super().ports, subscriptions=self.subscriptions, **own)

    def texted(self, number: int = 0, *, granted: bool = True, **traits: Any) -> Member:
        """Return a contact with a number who agreed to texts."""
        told = {"phone": f"+4915112345{number:03d}", "time_zone": "Europe/Berlin", **traits}
        if granted:
            self.world.messaging.set_consent(
                TENANT, person(number), {"sms:marketing": "granted", "proof:sms": "form"}
            )
        return self.member(number, **told)

    def run(
        self, members: Sequence[Member], effect: SendSms | SendPush, invocation: str = "first", **context: Any
    ) -> EffectResult:
        return executor_of(type(effect))(
            self.context(invocation, **context), [(member, effect) for member in members]
        )

    def events(self) -> list[tuple[str, Any]]:
        return [(e["name"], e["properties"].get("reason")) for _, e in self.world.sink.emitted]


def outcomes(result: EffectResult) -> list[tuple[str, str]]:
    return list(result.outcomes.values())


def test_a_text_goes_out_once_with_brand_way_out_and_tags() -> None:
    phone = Phone()
    member = phone.texted(first_name="Ann")
    assert outcomes(phone.run([member], TEXT)) == [("sent", "")]
    (sms,) = phone.texts.accepted
    assert sms.to == "+4915112345000"
    assert sms.text.startswith("Shop: Hi Ann")
    assert "STOP" in sms.text
    assert (sms.purpose, sms.tags["tenant"], sms.tags["node"]) == (Purpose.MARKETING, TENANT, "email_1")
    (claim,) = phone.world.messaging.records(TENANT, [person(0)])[person(0)].claims
    assert (claim.channel, claim.visit) == ("sms", sms.tags["visit"])
    # The same step again, by the same run: nothing goes twice.
    phone.world.messaging.settle(TENANT, person(0), claim.visit, ClaimState.SENT.value)
    assert outcomes(phone.run([member], TEXT, "second")) == [("sent", "")]
    assert len(phone.texts.accepted) == 1


def test_a_template_may_be_the_text() -> None:
    phone = Phone()
    phone.pages.templates["code"] = {
        "id": "code",
        "subject": "{{ broken.deeply.x }}",
        "text": "Code {{ event.code }}",
        "html": "<p>never</p>",
    }
    result = phone.run([phone.texted()], SendSms(purpose="transactional", template="code"))
    assert outcomes(result) == [("sent", "")]
    assert phone.texts.accepted[0].text.startswith("Code")


def test_nobody_is_texted_who_did_not_agree_or_has_no_number() -> None:
    phone = Phone()
    members = [
        phone.texted(0, granted=False),
        phone.texted(1, phone=""),
        phone.texted(2, phone="12"),
        phone.texted(3),
    ]
    phone.world.messaging.suppress(
        TENANT, "sms", "+4915112345003", "unsubscribed", phone.world.clock.now(), "STOP"
    )
    assert outcomes(phone.run(members, TEXT)) == [
        ("skipped", "no_consent"),
        ("skipped", "no_address"),
        ("skipped", "invalid_address"),
        ("skipped", "unsubscribed"),
    ]
    assert phone.texts.attempts == []


def test_texts_are_held_over_the_night() -> None:
    phone = Phone()
    member = phone.texted()
    night = phone.world.clock.now().replace(hour=22)
    phone.world.clock.advance(night - phone.world.clock.now())
    result = phone.run([member], TEXT)
    (until,) = result.parks.values()
    assert timedelta(hours=8) < until - night < timedelta(hours=10, minutes=15)


def test_what_is_held_keeps_a_place_where_there_are_caps() -> None:
    phone = Phone()
    phone.settings = {"frequency_caps": [{"channel": "sms", "limit": 1, "per": "day"}]}
    member = phone.texted()
    now = phone.world.clock.now()
    phone.world.clock.advance(now.replace(hour=3) + timedelta(days=1) - now)
    (until,) = phone.run([member], SendSms(purpose="marketing", text="Hi", priority=5)).parks.values()
    (place,) = phone.world.messaging.records(TENANT, [person(0)])[person(0)].places
    assert (place.until, place.priority, place.channel) == (until, 5, "sms")
    # Another message of lower priority, the moment it opens, leaves the place alone.
    phone.world.clock.advance(until - phone.world.clock.now() - timedelta(minutes=1))
    other = phone.texted(time_zone="Europe/Helsinki")
    other = replace(other, token=replace(other.token, id=f"{person(0)}.0.2"))
    assert outcomes(phone.run([other], SendSms(purpose="marketing", text="Yo", priority=2))) == [
        ("skipped", "outranked")
    ]
    phone.world.clock.advance(timedelta(minutes=2))
    assert outcomes(phone.run([member], SendSms(purpose="marketing", text="Hi", priority=5))) == [
        ("sent", "")
    ]
    assert phone.world.messaging.records(TENANT, [person(0)])[person(0)].places == ()


@pytest.mark.parametrize(
    ("error", "outcome", "later"),
    [
        (ProviderRejected("no"), ("failed", "provider_rejected"), 0),
        (OutcomeUnknown("lost"), ("sent", "unknown"), 0),
        (Throttled("slow", retry_after_s=3), None, 3),
        (Unavailable("down"), None, 5),
    ],
)
def test_what_the_provider_says(error: Any, outcome: Any, later: int) -> None:
    phone = Phone()
    member = phone.texted()
    phone.texts.errors["+4915112345000"] = error
    result = phone.run([member], TEXT)
    assert outcomes(result) == ([outcome] if outcome else [])
    assert (list(result.later), result.wait_s) == (([member.token.id], later) if later else ([], 0))
    claims = phone.world.messaging.records(TENANT, [person(0)])[person(0)].claims
    assert [c.state for c in claims] == ([ClaimState.UNKNOWN] if isinstance(error, OutcomeUnknown) else [])


def test_a_dead_number_is_told_and_never_texted_again() -> None:
    phone = Phone()
    members = [phone.texted()]
    phone.texts.errors["+4915112345000"] = AddressGone("no such number")
    assert outcomes(phone.run(members, TEXT)) == [("failed", "provider_rejected")]
    assert phone.events() == [("sms_failed", "address_gone")]
    assert outcomes(phone.run(members, TEXT, run="run-2")) == [("skipped", "suppressed")]


def test_one_claim_and_all_browsers() -> None:
    phone = Phone()
    phone.subscriptions.add(person(0), "laptop")
    phone.subscriptions.add(person(0), "phone")
    member = phone.member(0, first_name="Ann")
    other = phone.member(1)
    found = phone.run([member, other], PUSH).outcomes
    assert found == {member.token.id: ("sent", ""), other.token.id: ("skipped", "no_address")}
    assert [push.subscription.id for push in phone.pushes.accepted] == ["laptop", "phone"]
    push = phone.pushes.accepted[0]
    assert (push.title, push.body) == ("Hi Ann", "Your cart waits")
    assert push.url.startswith("https://shop.example.com/")
    assert push.actions[0].action == "open"
    assert len(phone.world.messaging.records(TENANT, [person(0)])[person(0)].claims) == 1


def test_a_topic_goes_to_the_browsers_that_asked_for_it() -> None:
    phone = Phone()
    phone.subscriptions.add(person(0), "all")
    phone.subscriptions.add(person(0), "news", topics=("news",))
    phone.subscriptions.add(person(0), "sale", topics=("sale",))
    phone.run([phone.member(0)], SendPush(purpose="marketing", title="Hi", topic="news"))
    assert [push.subscription.id for push in phone.pushes.accepted] == ["all", "news"]


def test_notifications_speak_the_contacts_language() -> None:
    phone = Phone()
    phone.pages.templates["sale"] = {
        "id": "sale",
        "channel": "push",
        "subject": "Sale",
        "text": "Only today",
        "html": "{{ broken",
        "translations": {"de": {"subject": "Angebot", "text": "Nur heute"}, "fr": {"subject": "Soldes"}},
    }
    effect = SendPush(purpose="marketing", template="sale", url="https://shop.example.com/{{ language }}")
    members = []
    for number, language in enumerate(("en", "de-AT", "fr")):
        phone.subscriptions.add(person(number), f"phone-{language}")
        members.append(phone.member(number, language=language))
    phone.run(members, effect)
    shown = {push.subscription.id[6:]: push for push in phone.pushes.accepted}
    assert {name: (push.title, push.body) for name, push in shown.items()} == {
        "en": ("Sale", "Only today"),
        "de-AT": ("Angebot", "Nur heute"),
        "fr": ("Soldes", "Only today"),
    }
    assert [shown[name].url.split("?")[0][-3:] for name in ("en", "de-AT", "fr")] == ["/en", "/de", "/fr"]


def test_dead_subscriptions_are_told_and_removed() -> None:
    phone = Phone()
    for name in ("old", "new"):
        phone.subscriptions.add(person(0), name)
    phone.pushes.errors["old"] = AddressGone("410")
    assert outcomes(phone.run([phone.member(0)], PUSH)) == [("sent", "")]
    assert [one.id for one in phone.subscriptions.kept[person(0)]] == ["new"]
    assert phone.events() == [("push_unsubscribed", "expired")]
    phone.pushes.errors["new"] = AddressGone("404")
    assert outcomes(phone.run([phone.member(0)], PUSH, run="run-2")) == [("skipped", "duplicate_visit")]


def test_with_all_subscriptions_dead_the_message_failed() -> None:
    phone = Phone()
    phone.subscriptions.add(person(0), "old")
    phone.pushes.errors["old"] = AddressGone("410")
    assert outcomes(phone.run([phone.member(0)], PUSH)) == [("failed", "provider_rejected")]
    assert outcomes(phone.run([phone.member(0)], PUSH, run="run-2")) == [("skipped", "no_address")]


@pytest.mark.parametrize(
    ("errors", "expected"),
    [
        ((OutcomeUnknown("x"), Unavailable("y")), ("sent", "unknown")),
        ((Unavailable("x"), AddressGone("y")), None),
        ((ProviderRejected("x"), AddressGone("y")), ("failed", "provider_rejected")),
        ((OutcomeUnknown("x"), None), ("sent", "")),
    ],
)
def test_the_best_that_is_known_of_a_notification_counts(errors: Any, expected: Any) -> None:
    phone = Phone()
    for name, error in zip("ab", errors, strict=True):
        phone.subscriptions.add(person(0), name)
        if error is not None:
            phone.pushes.errors[name] = error
    result = phone.run([phone.member(0)], PUSH)
    assert outcomes(result) == ([expected] if expected else [])
    assert bool(result.later) == (expected is None)


def test_opting_out_after_the_loose_read_stops_the_claim() -> None:
    phone = Phone()
    member = phone.texted()
    profile = person(0)
    before = phone.world.messaging.records(TENANT, [profile])
    phone.world.messaging.set_consent(TENANT, profile, {"sms:marketing": "denied"})
    real = phone.world.messaging.records

    def stale(tenant: str, profiles: Any, *, strong: bool = True) -> Any:
        return real(tenant, profiles) if strong else before

    phone.world.messaging.records = stale  # type: ignore[method-assign]
    assert outcomes(phone.run([member], TEXT)) == [("skipped", "unsubscribed")]
    assert phone.texts.attempts == []


def test_a_consent_of_before_is_looked_up_among_its_proofs_once() -> None:
    phone = Phone()
    members = [phone.texted(0, granted=False), phone.texted(1, granted=False), phone.texted(2)]
    now = phone.world.clock.now()
    for number in (0, 1):
        # As records were before they said how: of one there is a proof, of the other none.
        phone.world.messaging.set_consent(TENANT, person(number), {"sms:marketing": "granted"})
    old = Proof(person(0), "sms:marketing", "granted", now, now, "m1", form="signup", source="web")
    phone.proofs.put(TENANT, [old])
    assert sorted(outcomes(phone.run(members, TEXT))) == [("sent", ""), ("sent", ""), ("skipped", "no_proof")]
    assert phone.world.messaging.records(TENANT, [person(0)])[person(0)].consent["proof:sms"] == "form"
    phone.proofs.kept.clear()
    assert outcomes(phone.run(members[:1], TEXT, "second", run="r2")) != [("skipped", "no_proof")]


def test_agreeing_just_before_is_seen_although_the_loose_read_does_not() -> None:
    phone = Phone()
    before = phone.world.messaging.records(TENANT, [person(0)])
    member = phone.texted()
    real = phone.world.messaging.records

    def stale(tenant: str, profiles: Any, *, strong: bool = True) -> Any:
        return real(tenant, profiles) if strong else before

    phone.world.messaging.records = stale  # type: ignore[method-assign]
    assert outcomes(phone.run([member], TEXT)) == [("sent", "")]
