"""One bad contact never fails a batch (engine rule 6), in each executor; what a retry mends fails the Task as ever."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from stepwell.contracts.messages import ClaimState
from stepwell.errors import Forbidden, NotReady, Unavailable
from stepwell.runtime.calling import call_apis
from stepwell.runtime.effects import EffectResult
from stepwell.runtime.isolating import Faulty, alone, together
from stepwell.runtime.notifying import notify_teams
from stepwell.runtime.patching import patch_profiles
from stepwell.runtime.querying import query_databases
from stepwell.runtime.sending import send_emails
from stepwell.workflows.nodes.base import CallHttp, Member, NotifyTeam, PatchProfile, QueryDatabase, SendEmail

from tests.unit.runtime.kitchen import TENANT, Kitchen, person

MAIL = SendEmail("hello", "marketing")
SET_ASIDE = ("set_aside", "node_error:TypeError")


class Spoiled(dict[str, Any]):
    """Traits of which one cannot be read."""

    def get(self, name: str, default: Any = None) -> Any:
        if name == self["spoiled"]:
            raise TypeError("person@example.com is no part of any record")
        return super().get(name, default)

    def items(self) -> Any:
        raise TypeError("person@example.com is no part of any record")


def spoiled(member: Member, field: str = "first_name") -> Member:
    traits = Spoiled(member.profile.traits, spoiled=field)
    return Member(member.token, member.profile.evolve(traits=traits))


@dataclass
class Stumbling:
    """Stands before a port's method and raises when a contact's mark is among what it is given."""

    method: Callable[..., Any]
    mark: str
    error: Exception
    after: bool = False

    def __call__(self, *given: Any, **named: Any) -> Any:
        hit = self.mark in repr(given)
        if hit and not self.after:
            raise self.error
        answer = self.method(*given, **named)
        if hit:
            raise self.error
        return answer


def stumble(
    port: Any, method: str, mark: str, *, after: bool = False, error: Exception | None = None
) -> None:
    error = error or TypeError("person@example.com is no part of any record")
    setattr(port, method, Stumbling(getattr(port, method), mark, error, after))


def send(kitchen: Kitchen, members: Sequence[Member], invocation: str = "first") -> EffectResult:
    result = send_emails(kitchen.context(invocation), [(member, MAIL) for member in members])
    answered = [*result.outcomes, *result.later, *result.parks]
    assert sorted(answered) == sorted(member.token.id for member in members), "each token answered once"
    return result


def outcomes(result: EffectResult) -> list[tuple[str, str]]:
    return list(result.outcomes.values())


def by_member(result: EffectResult, members: Sequence[Member]) -> list[tuple[str, str]]:
    return [result.outcomes[member.token.id] for member in members]


# ---- the boundary ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "error", [Unavailable("down"), Forbidden("role"), NotReady("table"), ConnectionError(), TimeoutError()]
)
def test_what_is_no_contacts_fault_passes_the_boundary(error: Exception) -> None:
    def work(_: Any = None) -> None:
        raise error

    with pytest.raises(type(error)):
        alone(work)
    with pytest.raises(type(error)):
        together(work, [1, 2])


def test_a_stumble_is_known_by_its_class_alone() -> None:
    found = alone(lambda: [][0])
    assert found == Faulty("node_error:IndexError")


def test_the_one_over_whom_a_batch_stumbles_is_found_in_few_calls() -> None:
    calls: list[Sequence[int]] = []

    def work(numbers: Sequence[int]) -> int:
        calls.append(numbers)
        if 77 in numbers:
            raise TypeError
        return len(numbers)

    done = together(work, list(range(250)))
    assert [part for part, result in done if isinstance(result, Faulty)] == [[77]]
    assert [n for part, _ in done for n in part] == list(range(250))
    assert sum(result for _, result in done if isinstance(result, int)) == 249
    assert len(calls) <= 17
    assert together(work, []) == [([], 0)]


# ---- sending --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("at_once", [1, 8])
def test_a_contact_whose_message_cannot_be_rendered_is_set_aside(at_once: int) -> None:
    kitchen = Kitchen()
    kitchen.at_once = at_once
    members = [spoiled(m) if n == 1 else m for n, m in enumerate(kitchen.member(n) for n in range(30))]
    result = send(kitchen, members)
    assert by_member(result, members) == [("sent", "") if n != 1 else SET_ASIDE for n in range(30)]
    assert kitchen.claims(1) == ()


def test_a_contact_who_cannot_be_decided_about_is_set_aside() -> None:
    kitchen = Kitchen()
    kitchen.settings = {"quiet_hours": {"start": "20:00", "end": "22:00", "otherwise": "skip"}}
    members = [spoiled(kitchen.member(0), "time_zone"), kitchen.member(1)]
    assert by_member(send(kitchen, members), members) == [SET_ASIDE, ("sent", "")]


def test_a_message_that_cannot_be_addressed_is_set_aside() -> None:
    kitchen = Kitchen()
    members = [kitchen.member(n) for n in range(2)]
    mails = [SendEmail("hello", "no such purpose"), MAIL]
    result = send_emails(kitchen.context(), list(zip(members, mails, strict=True)))
    assert by_member(result, members) == [("set_aside", "node_error:ValueError"), ("sent", "")]


@pytest.mark.parametrize("port", ["records", "claim"])
def test_a_contact_whose_record_cannot_be_read_or_written_is_set_aside(port: str) -> None:
    kitchen = Kitchen()
    members = [kitchen.member(n) for n in range(30)]
    stumble(kitchen.world.messaging, port, person(3))
    assert by_member(send(kitchen, members), members) == [
        ("sent", "") if n != 3 else SET_ASIDE for n in range(30)
    ]
    addresses = [email.to for email in kitchen.world.mailer.accepted]
    assert len(addresses) == len(set(addresses)) == 29


def test_a_claim_that_was_written_before_the_stumble_is_taken_back() -> None:
    kitchen = Kitchen()
    members = [kitchen.member(n) for n in range(3)]
    stumble(kitchen.world.messaging, "claim", person(1), after=True)
    assert by_member(send(kitchen, members), members) == [("sent", ""), SET_ASIDE, ("sent", "")]
    assert kitchen.claims(1) == ()
    assert [len(kitchen.claims(n)) for n in (0, 2)] == [1, 1]
    assert [email.to for email in kitchen.world.mailer.accepted] == ["p0@example.com", "p2@example.com"]


def test_a_stumble_between_claim_and_hand_over_takes_the_claim_back() -> None:
    kitchen = Kitchen()
    members = [kitchen.member(n) for n in range(3)]
    stumble(kitchen.world.tokens, "get", person(1))
    assert by_member(send(kitchen, members), members) == [("sent", ""), SET_ASIDE, ("sent", "")]
    assert kitchen.claims(1) == ()
    assert len(kitchen.world.mailer.attempts) == 2


@pytest.mark.parametrize("after", [False, True])
def test_a_stumble_at_the_provider_leaves_an_unknown_and_is_never_repeated(after: bool) -> None:
    kitchen = Kitchen()
    members = [kitchen.member(n) for n in range(3)]
    stumble(kitchen.world.mailer, "send", "p1@example.com", after=after)
    assert by_member(send(kitchen, members), members) == [("sent", ""), SET_ASIDE, ("sent", "")]
    assert [claim.state for claim in kitchen.claims(1)] == [ClaimState.UNKNOWN]
    kitchen.world.mailer.send = kitchen.world.mailer.send.method  # type: ignore[attr-defined, method-assign]
    assert by_member(send(kitchen, members, "second"), members)[1] == ("sent", "unknown")
    assert len(kitchen.world.mailer.to("p1@example.com")) == (1 if after else 0)


@pytest.mark.parametrize("call", ["release", "settle"])
def test_a_stumble_after_the_providers_answer_leaves_the_claim(call: str) -> None:
    kitchen = Kitchen()
    members = [kitchen.member(n) for n in range(3)]
    refused = kitchen.world.mailer.reject if call == "release" else kitchen.world.mailer.lose_answer
    refused.add("p1@example.com")
    stumble(kitchen.world.messaging, call, person(1))
    assert by_member(send(kitchen, members), members) == [("sent", ""), SET_ASIDE, ("sent", "")]
    assert [claim.state for claim in kitchen.claims(1)] == [ClaimState.CLAIMED]


@pytest.mark.parametrize(
    ("port", "method"),
    [("messaging", "records"), ("messaging", "claim"), ("tokens", "get"), ("mailer", "send")],
)
def test_infrastructure_fails_the_task_and_no_message_goes_twice(port: str, method: str) -> None:
    kitchen = Kitchen()
    members = [kitchen.member(n) for n in range(3)]
    at = getattr(kitchen.world, port)
    mark = "p1@example.com" if port == "mailer" else person(1)
    stumble(at, method, mark, error=ConnectionResetError())
    with pytest.raises(ConnectionResetError):
        send(kitchen, members)
    setattr(at, method, getattr(at, method).method)
    assert {outcome for outcome, _ in outcomes(send(kitchen, members, "second"))} == {"sent"}
    addresses = [email.to for email in kitchen.world.mailer.accepted]
    assert len(addresses) == len(set(addresses))


# ---- the other executors --------------------------------------------------------------------------------------


def call(kitchen: Kitchen, members: Sequence[Member]) -> EffectResult:
    return call_apis(
        kitchen.context(),
        [(m, CallHttp("GET", f"https://api.example/{m.profile.id}", save={"plan": "plan"})) for m in members],
    )


def query(kitchen: Kitchen, members: Sequence[Member]) -> EffectResult:
    return query_databases(
        kitchen.context(),
        [(m, QueryDatabase("athena", "SELECT ?", (m.profile.id,), {"plan": "plan"}, "crm")) for m in members],
    )


def patch(kitchen: Kitchen, members: Sequence[Member]) -> EffectResult:
    return patch_profiles(kitchen.context(), [(m, PatchProfile(set={"plan": "pro"})) for m in members])


EXECUTORS = [(call, "success"), (query, "found"), (patch, "next")]
OUTSIDE = [(call, "wire", "call"), (query, "rows", "first_row")]


def kitchen_of(count: int) -> tuple[Kitchen, list[Member]]:
    kitchen = Kitchen()
    kitchen.rows.answers = [{"plan": "pro"}]
    kitchen.wire.answers = [type(kitchen.wire.answers[0])(200, {}, b'{"plan": "pro"}')]
    members = [kitchen.member(n) for n in range(count)]
    kitchen.store(members)
    return kitchen, members


@pytest.mark.parametrize(("execute", "outcome"), EXECUTORS)
@pytest.mark.parametrize("after", [False, True])
def test_a_contact_whose_profile_cannot_be_patched_is_set_aside(
    execute: Callable[..., EffectResult], outcome: str, after: bool
) -> None:
    kitchen, members = kitchen_of(30)
    stumble(kitchen.world.profiles, "patch", person(7), after=after)
    result = execute(kitchen, members)
    assert by_member(result, members) == [(outcome, "") if n != 7 else SET_ASIDE for n in range(30)]
    stored = kitchen.world.profiles.get(TENANT, [person(6)])[person(6)]
    assert (stored.traits["plan"], stored.rev) == ("pro", 2), "once a visit, however often the batch is tried"


@pytest.mark.parametrize(("execute", "port", "method"), OUTSIDE)
@pytest.mark.parametrize("at_once", [1, 8])
def test_a_contact_over_whom_the_outside_stumbles_is_set_aside(
    execute: Callable[..., EffectResult], port: str, method: str, at_once: int
) -> None:
    kitchen, members = kitchen_of(5)
    kitchen.at_once = at_once
    stumble(getattr(kitchen, port), method, person(2))
    assert by_member(execute(kitchen, members), members)[2] == SET_ASIDE
    assert outcomes(execute(kitchen, members)).count(SET_ASIDE) == 1


@pytest.mark.parametrize(("execute", "_outcome"), EXECUTORS)
def test_a_store_that_is_down_fails_the_task(execute: Callable[..., EffectResult], _outcome: str) -> None:
    kitchen, members = kitchen_of(3)
    stumble(kitchen.world.profiles, "patch", person(1), error=Unavailable("down"))
    with pytest.raises(Unavailable):
        execute(kitchen, members)


def test_a_question_or_a_row_that_cannot_be_read_is_that_contacts_own() -> None:
    kitchen, members = kitchen_of(2)
    mixed = QueryDatabase("athena", "SELECT ?", {1: "a", "b": 2}, {}, "crm")  # type: ignore[dict-item]
    plain = QueryDatabase("athena", "SELECT ?", ("a",), {"plan": "plan"}, "crm")
    result = query_databases(kitchen.context(), list(zip(members, [mixed, plain], strict=True)))
    assert by_member(result, members) == [SET_ASIDE, ("found", "")]
    kitchen.rows.answers = [7]  # type: ignore[list-item]
    assert outcomes(query_databases(kitchen.context(), [(members[0], plain)])) == [SET_ASIDE]


def test_a_contact_who_cannot_be_described_is_set_aside_and_the_team_hears_of_the_others() -> None:
    kitchen = Kitchen(teams={"sales": ("sales@example.com",)})
    members = [kitchen.member(0), spoiled(kitchen.member(1)), kitchen.member(2)]
    told = NotifyTeam(("sales",), "Leads", "")
    result = notify_teams(kitchen.context(), [(m, told) for m in members])
    assert by_member(result, members) == [("next", ""), SET_ASIDE, ("next", "")]
    (email,) = kitchen.world.mailer.accepted
    assert "2 contacts" in email.text and "p0@" in email.text and "p2@" in email.text


def test_a_team_over_which_the_provider_stumbles_sets_its_own_contacts_aside() -> None:
    kitchen = Kitchen()
    members = [kitchen.member(n) for n in range(3)]
    tell = [NotifyTeam((f"team{n}@example.com",), "Leads", "") for n in (0, 1, 1)]
    listed: Any = NotifyTeam(["a@example.com"], "Leads", "")  # type: ignore[arg-type]
    stumble(kitchen.world.mailer, "send", "team0@example.com")
    result = notify_teams(kitchen.context(), list(zip(members, tell, strict=True)))
    assert by_member(result, members) == [SET_ASIDE, ("next", ""), ("next", "")]
    result = notify_teams(kitchen.context(), [(members[0], listed), (members[1], tell[1])])
    assert by_member(result, members[:2]) == [SET_ASIDE, ("next", "")]
