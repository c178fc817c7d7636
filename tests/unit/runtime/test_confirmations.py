"""Mails and texts that ask to confirm an opt-in: anybody can have them sent, so an address gets few of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from stepwell.runtime.effects import EffectResult
from stepwell.runtime.sending import send_emails
from stepwell.workflows.nodes.base import Member, SendEmail

from tests.unit.runtime.kitchen import Kitchen

VICTIM = "victim@example.com"
LIMITED = ("skipped", "confirmation_limited")
CONFIRM = SendEmail("confirm", "transactional")


def kitchen() -> Kitchen:
    made = Kitchen()
    made.pages.templates["confirm"] = {
        "id": "confirm",
        "name": "Confirm",
        "subject": "Please confirm",
        "text": "Yes, I want it: {{ confirm_url }} {{ unsubscribe_url }} {{ workspace.postal_address }}",
    }
    return made


def send(
    kitchen: Kitchen, members: Sequence[Member], effect: SendEmail = CONFIRM, **context: Any
) -> EffectResult:
    return send_emails(kitchen.context(**context), [(member, effect) for member in members])


def test_many_contacts_with_one_address_do_not_fill_its_inbox() -> None:
    shop = kitchen()
    got = []
    for number in range(12):  # each a visitor of its own, all with the address of somebody else
        result = send(shop, [shop.member(number, email="Victim@Example.com" if number % 2 else VICTIM)])
        got += result.outcomes.values()
        shop.world.clock.advance(timedelta(minutes=4))
    assert [n for n, outcome in enumerate(got) if outcome == ("sent", "")] == [0, 3, 6]
    assert got.count(LIMITED) == 9
    assert len(shop.world.mailer.accepted) == 3
    shop.world.clock.advance(timedelta(days=1))
    assert list(send(shop, [shop.member(20, email=VICTIM)]).outcomes.values()) == [("sent", "")]


def test_one_batch_asks_an_address_once_and_others_all_the_same() -> None:
    shop = kitchen()
    members = [*(shop.member(n, email=VICTIM) for n in range(9)), shop.member(10)]
    result = send(shop, members)
    got = [result.outcomes[member.token.id] for member in members]
    assert got == [("sent", ""), *[LIMITED] * 8, ("sent", "")]


def test_the_same_visit_tried_again_is_no_second_mail() -> None:
    shop = kitchen()
    members = [shop.member(0, email=VICTIM)]
    shop.world.rate.budget = 0
    assert send(shop, members).later, "the rate sends it back after its place was taken"
    shop.world.rate.budget = None
    assert list(send(shop, members, part=1).outcomes.values()) == [("sent", "")]


def test_other_mail_to_the_address_is_not_counted() -> None:
    shop = kitchen()
    for number in range(5):
        member = shop.member(number, email=VICTIM)
        result = send(shop, [member], SendEmail("hello", "transactional"))
        assert list(result.outcomes.values()) == [("sent", "")]
