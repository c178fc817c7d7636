"""Advertising audiences: only who agreed is put in, everybody may be taken out, waits are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from stepwell.contracts.audiences import AudienceChange, AudienceResult, Person
from stepwell.contracts.messages import MessagingRecord
from stepwell.errors import NotReady, OutcomeUnknown, ProviderRejected, StepwellError, Throttled
from stepwell.runtime.advertising import keep_audiences
from stepwell.runtime.effects import StepContext
from stepwell.workflows.nodes._effects import KeepAudience
from stepwell.workflows.nodes.base import Member

from tests.unit.runtime.kitchen import TENANT, Kitchen

ADD = KeepAudience("facebook", "", "77")
REMOVE = KeepAudience("facebook", "", "77", remove=True)


class Keeper:
    """Remembers who is in."""

    def __init__(self) -> None:
        self.people: set[Person] = set()
        self.calls = 0
        self.errors: list[StepwellError] = []

    def keep(self, tenant: str, wanted: AudienceChange, people: Sequence[Person]) -> AudienceResult:
        assert tenant == TENANT
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        self.people = self.people - set(people) if wanted.remove else self.people | set(people)
        return AudienceResult(len(people), 0)


class Desk(Kitchen):
    def __init__(self, **workspace: Any) -> None:
        super().__init__(**workspace)
        self.keeper = Keeper()

    def at(self, part: int = 0) -> StepContext:
        context = self.context(part=part)
        return replace(context, ports=replace(context.ports, audiences=self.keeper))

    def says(self, member: Member, **consent: str) -> Member:
        words = {name.replace("_", ":"): word for name, word in consent.items()}
        self.world.messaging.set_consent(TENANT, member.profile.id, words)
        return member


def test_only_who_agreed_is_put_in() -> None:
    desk = Desk()
    agreed = desk.says(desk.member(0, email="zero@people.example"), ads_marketing="granted")
    silent = desk.says(desk.member(1, email="one@people.example"), email_marketing="granted")
    denied = desk.says(desk.member(2, email="two@people.example"), ads_marketing="denied")
    all_denied = desk.says(
        desk.member(3, email="three@people.example"), ads_marketing="granted", all_marketing="denied"
    )
    work = [(member, ADD) for member in (agreed, silent, denied, all_denied)]
    outcomes = keep_audiences(desk.at(), work).outcomes
    assert [outcomes[member.token.id] for member, _ in work] == [
        ("next", ""),
        ("skipped", "no_consent"),
        ("skipped", "unsubscribed"),
        ("skipped", "unsubscribed"),
    ]
    assert desk.keeper.people == {Person("zero@people.example", "")}


def test_a_cohort_is_one_call_and_a_repeat_changes_nothing() -> None:
    desk = Desk()
    members = [
        desk.says(desk.member(n, email=f"n{n}@people.example"), ads_marketing="granted") for n in range(50)
    ]
    work = [(member, ADD) for member in members]
    keep_audiences(desk.at(), work)
    keep_audiences(desk.at(), work)
    assert (desk.keeper.calls, len(desk.keeper.people)) == (2, 50)


def test_everybody_may_be_taken_out() -> None:
    desk = Desk()
    member = desk.says(desk.member(0, email="zero@people.example"), ads_marketing="granted")
    keep_audiences(desk.at(), [(member, ADD)])
    desk.says(member, ads_marketing="denied")
    assert keep_audiences(desk.at(), [(member, REMOVE)]).outcomes == {member.token.id: ("next", "")}
    assert desk.keeper.people == set()


def test_who_has_no_address_or_complained_is_skipped() -> None:
    desk = Desk()
    nobody = desk.says(desk.member(0, email=""), ads_marketing="granted")
    angry = desk.says(desk.member(1, email="angry@people.example"), ads_marketing="granted")
    now = desk.world.clock.now()
    desk.world.messaging.suppress(TENANT, "email", "angry@people.example", "complaint", now, "test")
    outcomes = keep_audiences(desk.at(), [(nobody, ADD), (angry, ADD)]).outcomes
    assert outcomes[nobody.token.id] == ("skipped", "no_address")
    assert outcomes[angry.token.id] == ("skipped", "suppressed")
    assert desk.keeper.calls == 0


def test_the_control_group_sees_no_advertising() -> None:
    desk = Desk()
    desk.workspace = replace(
        desk.workspace, sending=replace(desk.workspace.sending, control_group=(0, 9_999))
    )
    member = desk.says(desk.member(0, email="zero@people.example"), ads_marketing="granted")
    assert keep_audiences(desk.at(), [(member, ADD)]).outcomes == {
        member.token.id: ("skipped", "control_group")
    }


@pytest.mark.parametrize(
    "error", [Throttled("slow", retry_after_s=120), OutcomeUnknown("lost")], ids=["slow", "lost"]
)
def test_what_may_be_repeated_comes_back(error: StepwellError) -> None:
    desk = Desk()
    member = desk.says(desk.member(0, email="zero@people.example"), ads_marketing="granted")
    desk.keeper.errors = [error]
    result = keep_audiences(desk.at(), [(member, ADD)])
    assert (result.outcomes, list(result.later)) == ({}, [member.token.id])
    assert result.wait_s > 0
    desk.keeper.errors = [error]
    last = keep_audiences(desk.at(2), [(member, ADD)])
    assert last.outcomes == {member.token.id: ("failed", error.code)}


@pytest.mark.parametrize("error", [ProviderRejected("no"), NotReady("no right", code="right_missing")])
def test_a_no_is_one(error: StepwellError) -> None:
    desk = Desk()
    member = desk.says(desk.member(0, email="zero@people.example"), ads_marketing="granted")
    desk.keeper.errors = [error]
    result = keep_audiences(desk.at(), [(member, ADD)])
    assert result.outcomes == {member.token.id: ("failed", error.code)}


def test_a_deployment_without_networks_says_so() -> None:
    desk = Desk()
    with pytest.raises(NotReady):
        keep_audiences(desk.context(), [(desk.member(0), ADD)])


def test_nothing_of_a_person_is_shown() -> None:
    assert "@" not in repr(Person("zero@people.example", "+4915123456789"))
    assert MessagingRecord("p").consent == {}
