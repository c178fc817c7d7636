"""The send executor: claims, answers, crashes, pauses, rates. The provider's list of accepted mail is the truth."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from stepwell.contracts.links import read_opt_out
from stepwell.contracts.messages import Claim, ClaimState
from stepwell.contracts.tokens import EndReason
from stepwell.contracts.workspace import Control, WorkflowStatus
from stepwell.errors import OutcomeUnknown
from stepwell.runtime.effects import EffectResult
from stepwell.runtime.ending import end_tokens
from stepwell.runtime.sending import send_emails
from stepwell.workflows.nodes.base import Member, SendEmail

from tests.fakes.world import Crash
from tests.unit.runtime.kitchen import TENANT, Kitchen, person

MAIL = SendEmail("hello", "marketing")


def run(
    kitchen: Kitchen,
    members: Sequence[Member],
    effect: SendEmail = MAIL,
    invocation: str = "first",
    **context: Any,
) -> EffectResult:
    result = send_emails(kitchen.context(invocation, **context), [(member, effect) for member in members])
    answered = [*result.outcomes, *result.later, *result.parks]
    assert sorted(answered) == sorted(member.token.id for member in members), "each token answered once"
    return result


def outcomes(result: EffectResult) -> list[tuple[str, str]]:
    return list(result.outcomes.values())


def test_a_message_as_the_provider_gets_it() -> None:
    kitchen = Kitchen()
    result = run(kitchen, [kitchen.member()])
    assert outcomes(result) == [("sent", "")]
    (email,) = kitchen.world.mailer.accepted
    assert (email.to, email.sender) == ("p0@example.com", "Shop <shop@example.com>")
    assert email.subject == "Hi P0"
    assert "<p>Hi P0, order A-7</p>" in email.html
    assert "Hi P0, order A-7" in email.text
    assert "1 High Street" in email.html
    assert email.configuration_set == "main"
    assert email.tags["enrollment"] == f"{person(0)}-0-1"
    link = email.headers["List-Unsubscribe"].strip("<>")
    assert link in email.html.replace("&amp;", "&")
    opt_out = read_opt_out(link.removeprefix("https://mail.example/u/"), {"k1": b"key"})
    assert (opt_out.tenant, opt_out.profile, opt_out.workflow) == (TENANT, person(0), "welcome")
    assert (opt_out.node, str(opt_out.version)) == (email.tags["node"], email.tags["version"])


def test_a_claim_is_written_before_each_send_and_acknowledged_by_the_trace_alone() -> None:
    kitchen = Kitchen()
    run(kitchen, [kitchen.member(n) for n in range(3)])
    labels = [label.partition(":")[0] for label in kitchen.world.writes]
    assert labels == ["messaging.claim"] * 3 + ["mailer.send"] * 3
    assert [c.state for c in kitchen.claims()] == [ClaimState.CLAIMED]


def test_250_contacts_go_in_chunks_of_25_claimed_just_before() -> None:
    kitchen = Kitchen()
    result = run(kitchen, [kitchen.member(n) for n in range(250)])
    assert outcomes(result) == [("sent", "")] * 250
    labels = [label.partition(":")[0] for label in kitchen.world.writes]
    assert labels == (["messaging.claim"] * 25 + ["mailer.send"] * 25) * 10


def test_threads_send_the_same() -> None:
    kitchen = Kitchen()
    kitchen.at_once = 8
    result = run(kitchen, [kitchen.member(n) for n in range(60)])
    assert outcomes(result) == [("sent", "")] * 60
    assert {email.to for email in kitchen.world.mailer.accepted} == {f"p{n}@example.com" for n in range(60)}


def test_one_bad_contact_fails_nobody_else() -> None:
    kitchen = Kitchen()
    kitchen.pages.templates["hello"] = {**kitchen.pages.templates["hello"], "html": "{{ 1 / share }}"}
    members = [
        kitchen.member(0, share=2),
        kitchen.member(1, share=0),
        kitchen.member(2, email="", share=1),
        kitchen.member(3, email="broken", share=1),
        kitchen.member(4, share=1),
    ]
    kitchen.world.messaging.set_consent(TENANT, person(4), {"email:marketing": "denied"})
    result = run(kitchen, members)
    assert result.outcomes == {
        members[0].token.id: ("sent", ""),
        members[1].token.id: ("failed", "render_error"),
        members[2].token.id: ("skipped", "no_address"),
        members[3].token.id: ("skipped", "invalid_address"),
        members[4].token.id: ("skipped", "unsubscribed"),
    }
    assert kitchen.claims(1) == ()


def test_an_unknown_template_or_sender_fails_with_its_reason() -> None:
    kitchen = Kitchen()
    assert outcomes(run(kitchen, [kitchen.member()], SendEmail("nope", "marketing"))) == [
        ("failed", "unknown_template")
    ]
    kitchen.pages.templates["bad"] = {"id": "bad"}
    assert outcomes(run(kitchen, [kitchen.member()], SendEmail("bad", "marketing"))) == [
        ("failed", "render_error")
    ]
    assert outcomes(run(Kitchen(sender=""), [kitchen.member()])) == [("failed", "no_sender")]


def test_suppressed_addresses_are_found_however_they_are_written() -> None:
    kitchen = Kitchen()
    kitchen.world.messaging.suppress(
        TENANT, "email", "p0@example.com", "hard_bounce", kitchen.world.clock.now(), "ses"
    )
    assert outcomes(run(kitchen, [kitchen.member(email="P0@Example.COM ")])) == [("skipped", "suppressed")]


def test_a_definite_refusal_releases_the_claim() -> None:
    kitchen = Kitchen()
    kitchen.world.mailer.reject.add("p0@example.com")
    assert outcomes(run(kitchen, [kitchen.member(0), kitchen.member(1)])) == [
        ("failed", "provider_rejected"),
        ("sent", ""),
    ]
    assert kitchen.claims(0) == ()
    assert len(kitchen.claims(1)) == 1


def test_a_throttle_releases_and_everybody_left_comes_back() -> None:
    kitchen = Kitchen()
    kitchen.world.mailer.throttle = 1
    members = [kitchen.member(n) for n in range(30)]
    result = run(kitchen, members)
    assert outcomes(result) == [("sent", "")] * 24
    assert list(result.later) == [members[0].token.id, *(m.token.id for m in members[25:])]
    assert result.wait_s >= 1
    assert kitchen.claims(0) == ()
    again = run(kitchen, [m for m in members if m.token.id in result.later], invocation="second", part=1)
    assert outcomes(again) == [("sent", "")] * 6
    assert len(kitchen.world.mailer.accepted) == 30


def test_an_unknown_outcome_is_settled_and_never_repeated() -> None:
    kitchen = Kitchen()
    kitchen.world.mailer.drop.add("p0@example.com")
    assert outcomes(run(kitchen, [kitchen.member()])) == [("sent", "unknown")]
    assert [c.state for c in kitchen.claims()] == [ClaimState.UNKNOWN]
    kitchen.world.mailer.drop.clear()
    assert outcomes(run(kitchen, [kitchen.member()], invocation="second")) == [("sent", "unknown")]
    assert len(kitchen.world.mailer.attempts) == 1


def test_at_least_once_repeats_a_transactional_message_of_unknown_fate_a_few_times() -> None:
    kitchen = Kitchen()
    kitchen.world.mailer.drop.add("p0@example.com")
    receipt = SendEmail("hello", "transactional", at_least_once=True)
    for part in (0, 1):
        result = run(kitchen, [kitchen.member()], receipt, f"try-{part}", part=part)
        assert list(result.later) == [kitchen.member().token.id]
    assert outcomes(run(kitchen, [kitchen.member()], receipt, "try-2", part=2)) == [("sent", "unknown")]
    assert len(kitchen.world.mailer.attempts) == 3
    newsletter = SendEmail("hello", "marketing", at_least_once=True)
    assert outcomes(run(kitchen, [kitchen.member(1)], newsletter)) == [("sent", "")]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("nth", range(1, 9))
def test_a_crash_between_any_two_writes_mails_nobody_twice(nth: int, after: bool) -> None:
    kitchen = Kitchen()
    members = [kitchen.member(n) for n in range(4)]
    kitchen.world.crash_at(nth, after=after)
    with pytest.raises(Crash):
        run(kitchen, members)
    result = run(kitchen, members, invocation="second")
    assert {outcome for outcome, _ in outcomes(result)} == {"sent"}
    addresses = [email.to for email in kitchen.world.mailer.accepted]
    assert len(addresses) == len(set(addresses))
    lost = {f"p{n}@example.com" for n in range(4)} - set(addresses)
    unknown = {
        f"p{n}@example.com" for n, m in enumerate(members) if result.outcomes[m.token.id][1] == "unknown"
    }
    assert lost <= unknown, "who may have got nothing is said to be unknown"


def test_a_lost_answer_to_a_claim_is_found_as_ones_own() -> None:
    kitchen = Kitchen()
    world = kitchen.world
    real = world.messaging.claim
    world.messaging.claim = lambda tenant, claims: (real(tenant, claims), set())[1]  # type: ignore[method-assign]
    assert outcomes(run(kitchen, [kitchen.member()])) == [("sent", "")]
    assert len(kitchen.claims()) == 1


def test_an_opt_out_between_decision_and_claim_is_obeyed() -> None:
    kitchen = Kitchen()
    kitchen.world.on_write(
        "messaging.claim",
        lambda: kitchen.world.messaging.set_consent(TENANT, person(0), {"email:marketing": "denied"}),
    )
    assert outcomes(run(kitchen, [kitchen.member()])) == [("skipped", "unsubscribed")]
    assert kitchen.world.mailer.accepted == []
    assert kitchen.claims() == ()


def test_another_write_between_decision_and_claim_is_decided_about_again() -> None:
    kitchen = Kitchen()
    kitchen.world.on_write(
        "messaging.claim",
        lambda: kitchen.world.messaging.set_consent(TENANT, person(0), {"sms:marketing": "granted"}),
    )
    assert outcomes(run(kitchen, [kitchen.member()])) == [("sent", "")]


def test_a_record_written_all_the_time_comes_back_later() -> None:
    kitchen = Kitchen()
    kitchen.world.on_write(
        "messaging.claim",
        lambda: kitchen.world.messaging.set_consent(TENANT, person(0), {"sms:marketing": "granted"}),
        again=True,
    )
    result = run(kitchen, [kitchen.member()])
    assert list(result.later) == [kitchen.member().token.id]
    assert kitchen.world.mailer.attempts == []


def test_two_branches_of_one_contact_are_two_messages_and_one_under_a_cap() -> None:
    branches = ["/p.0", "/p.1"]
    kitchen = Kitchen()
    assert outcomes(run(kitchen, [kitchen.member(branch=b) for b in branches])) == [("sent", "")] * 2
    kitchen = Kitchen()
    kitchen.settings = {"frequency_caps": ({"channel": "email", "limit": 1, "per": "day", "tag": ""},)}
    assert outcomes(run(kitchen, [kitchen.member(branch=b) for b in branches])) == [
        ("sent", ""),
        ("skipped", "frequency_capped"),
    ]


def test_a_visit_made_in_another_journey_is_a_duplicate() -> None:
    kitchen = Kitchen()
    run(kitchen, [kitchen.member()], run="run-1")
    assert outcomes(run(kitchen, [kitchen.member()], run="run-9")) == [("skipped", "duplicate_visit")]


def test_an_acknowledged_send_of_this_run_is_simply_sent() -> None:
    kitchen = Kitchen()
    run(kitchen, [kitchen.member()])
    (claim,) = kitchen.claims()
    kitchen.world.messaging.settle(TENANT, person(0), claim.visit, "sent")
    assert outcomes(run(kitchen, [kitchen.member()], invocation="second")) == [("sent", "")]
    assert len(kitchen.world.mailer.attempts) == 1


def test_quiet_hours_park_and_skip() -> None:
    kitchen = Kitchen()
    kitchen.settings = {"quiet_hours": {"start": "08:00", "end": "10:00", "otherwise": "next_open_time"}}
    member = kitchen.member()
    until = run(kitchen, [member]).parks[member.token.id]
    assert datetime(2026, 3, 2, 10, tzinfo=UTC) <= until < datetime(2026, 3, 2, 10, 15, tzinfo=UTC)
    assert kitchen.world.writes == []
    kitchen.settings["quiet_hours"]["otherwise"] = "skip"
    assert outcomes(run(kitchen, [member])) == [("skipped", "quiet_hours")]


def test_the_rate_grants_some_and_the_others_come_back() -> None:
    kitchen = Kitchen()
    kitchen.world.rate.budget, kitchen.world.rate.wait_s = 2, 3.2
    members = [kitchen.member(n) for n in range(5)]
    result = run(kitchen, members)
    assert list(result.outcomes) == [m.token.id for m in members[:2]]
    assert (list(result.later), result.wait_s) == ([m.token.id for m in members[2:]], 4)


def test_a_cohort_asks_for_its_rate_once_and_reads_nobody_whom_the_rate_sends_back() -> None:
    kitchen = Kitchen()
    kitchen.world.rate.budget, kitchen.world.rate.wait_s = 30, 7.0
    asked: list[int] = []
    real = kitchen.world.rate.acquire
    kitchen.world.rate.acquire = lambda tenant, want, stream: (asked.append(want), real(tenant, want))[1]  # type: ignore[method-assign]
    members = [kitchen.member(n) for n in range(250)]
    result = run(kitchen, members)
    assert asked == [250]
    assert len(kitchen.world.mailer.accepted) == 30
    assert (len(result.later), result.wait_s) == (220, 7)
    assert kitchen.world.reads <= 2 * 50 + 30


def test_who_is_skipped_costs_no_rate() -> None:
    kitchen = Kitchen()
    kitchen.world.rate.budget = 1
    result = run(kitchen, [kitchen.member(0, email=""), kitchen.member(1)])
    assert outcomes(result) == [("skipped", "no_address"), ("sent", "")]
    assert kitchen.world.rate.budget == 0


@pytest.mark.parametrize(
    "control", [Control(stopped=True), Control(workflows={"welcome": WorkflowStatus.PAUSED})]
)
def test_a_stop_holds_before_and_within_a_cohort(control: Control) -> None:
    kitchen = Kitchen()
    kitchen.world.workspaces.controls[TENANT] = control
    members = [kitchen.member(n) for n in range(60)]
    assert len(run(kitchen, members).later) == 60
    assert kitchen.world.mailer.attempts == []

    kitchen = Kitchen()

    def stop() -> None:
        kitchen.world.workspaces.controls[TENANT] = control

    kitchen.world.on_write("mailer.send", stop, nth=5)
    members = [kitchen.member(n) for n in range(60)]
    result = run(kitchen, members)
    assert len(kitchen.world.mailer.accepted) == 5, (
        "nobody after the one on his way, not even who was claimed"
    )
    assert len(result.later) == 55
    assert not any(kitchen.claims(n) for n in range(5, 60)), "their claims are taken back"
    kitchen.world.workspaces.controls[TENANT] = Control()
    again = run(kitchen, [m for m in members if m.token.id in result.later], part=1)
    assert len(again.outcomes) == 55
    assert len(kitchen.world.mailer.accepted) == 60, "each once"


@pytest.mark.parametrize("label", ["messaging.claim", "mailer.send"])
def test_an_exit_stops_what_is_not_claimed_yet(label: str) -> None:
    kitchen = Kitchen()
    members = [kitchen.member(n) for n in range(2)]

    def leave() -> None:
        end_tokens(kitchen.ports, TENANT, "welcome", [members[1].token], EndReason.EXIT_CRITERIA)

    kitchen.world.on_write(label, leave)
    result = run(kitchen, members)
    if label == "messaging.claim":
        assert [result.outcomes[m.token.id] for m in members] == [("sent", ""), ("skipped", "exited")]
        assert kitchen.claims(1) == (), "a claim without a message would count towards caps"
    else:
        assert outcomes(result) == [("sent", ""), ("sent", "")], "it was on its way"


def test_the_nodes_purpose_decides_about_footer_and_headers() -> None:
    kitchen = Kitchen()
    kitchen.pages.templates["receipt"] = {
        **kitchen.pages.templates["hello"],
        "id": "receipt",
        "purpose": "transactional",
    }
    run(kitchen, [kitchen.member()], SendEmail("receipt", "marketing"))
    run(
        kitchen,
        [kitchen.member(1)],
        SendEmail("receipt", "transactional", subject="Order {{ event.order_id }}"),
    )
    marketing, transactional = kitchen.world.mailer.accepted
    assert "Unsubscribe" in marketing.html and marketing.headers
    assert "Unsubscribe" not in transactional.html and not transactional.headers
    assert transactional.subject == "Order A-7"


def test_a_message_that_is_not_counted_leaves_a_claim_that_is_not() -> None:
    kitchen = Kitchen()
    run(kitchen, [kitchen.member()], SendEmail("hello", "marketing", count=False, tag="news"))
    (claim,) = kitchen.claims()
    assert (claim.counted, claim.tag) == (False, "news")
    assert isinstance(claim, Claim)
    assert len(claim.claimant) == 19


def test_a_store_that_is_down_after_the_send_leaves_an_unknown_not_a_second_message() -> None:
    kitchen = Kitchen()
    kitchen.world.mailer.drop.add("p0@example.com")
    kitchen.world.crash_on("messaging.settle")
    with pytest.raises(Crash):
        run(kitchen, [kitchen.member()])
    assert outcomes(run(kitchen, [kitchen.member()], invocation="second")) == [("sent", "unknown")]
    assert len(kitchen.world.mailer.attempts) == 1
    assert OutcomeUnknown.retryable is False


def test_a_visit_under_another_profile_is_that_profiles_visit() -> None:
    kitchen = Kitchen()
    context, me, other = kitchen.context(), kitchen.member(0), kitchen.member(1)
    assert context.visits(me, [person(0), person(1)]) == {context.visit(me), context.visit(other)}
