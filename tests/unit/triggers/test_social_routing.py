"""Rules, answers and alarms: a machine answers an author once a thread, nobody is told twice, what is lost is lost."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stepwell.contracts.ids import profile_id
from stepwell.contracts.profiles import Profile
from stepwell.contracts.social import MentionKind, TokenExpired
from stepwell.contracts.workspace import Control
from stepwell.errors import AddressGone, OutcomeUnknown, ProviderRejected, Throttled, Unavailable
from stepwell.social.answering import read_rules
from stepwell.social.engagement import TrackedPost
from stepwell.social.mentions import Answer, AnswerState, State
from stepwell.triggers.mentions import Hearing
from stepwell.triggers.social_polling import listen, measure
from stepwell.triggers.social_routing import STALE, answer, heard

from tests.fakes.listening import ACCOUNT, ListeningWorld, written
from tests.fakes.publishing import TENANT
from tests.fakes.world import Crash

THANKS = {"rules": [{"id": "thanks", "answer": ["Thank you, {{ name }}!"]}]}


def made(rules: dict[str, Any] | None = None) -> ListeningWorld:
    return ListeningWorld(rules=read_rules(THANKS if rules is None else rules))


def say(world: ListeningWorld, id_: str = "1", text: str = "Great, thanks", **more: Any) -> str:
    """Have somebody write something, and the rules asked; return its id."""
    mention = written(world.world.clock.now(), text, id_=id_, **more)
    Hearing(world.ports.hearing).hear(TENANT, [mention])
    return world.work.asked[-1][1]["mentions"][0]


def run(world: ListeningWorld) -> None:
    """Do all the work that was asked for."""
    while world.work.asked:
        _, one = world.work.asked.pop(0)
        if one["kind"] == "heard":
            heard(world.ports, TENANT, one["mentions"])
        else:
            answer(world.ports, TENANT, one["mention"])


def test_a_rule_answers_and_the_entry_tells():
    world = made()
    id_ = say(world)
    run(world)
    assert world.connected.net.answers == [("1", "Thank you, Ann!")]
    entry = world.inbox.find(TENANT, id_)
    assert (entry.state, entry.rule, entry.answer.state) == (State.ANSWERED, "thanks", AnswerState.SENT)
    assert entry.answer.url == "https://x.example/r1"
    heard(world.ports, TENANT, [id_])
    assert len(world.connected.net.answers) == 1


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_an_automatic_answer_goes_once_an_author_and_thread(data: st.DataObject):
    world = made()
    net = world.connected.net
    ids: dict[str, tuple[str, str]] = {}
    for number in range(data.draw(st.integers(1, 5))):
        author = data.draw(st.sampled_from(["1", "2"]))
        thread = data.draw(st.sampled_from(["", "t1", "t2"]))
        id_ = say(world, str(number), author=author, parent=thread, kind=MentionKind.COMMENT)
        ids[id_] = (author, thread or str(number))
    work = [one for _, one in world.work.asked]
    lost: set[str] = set()
    for _ in range(data.draw(st.integers(1, 12))):
        one = data.draw(st.sampled_from(work))
        crash = data.draw(st.integers(0, 5))
        left = iter(range(crash))

        def die(name: str, left=left, wanted=crash) -> None:
            if wanted and next(left, None) is None:
                raise Crash(name)

        world.inbox.crash = die
        fate = data.draw(st.sampled_from(["well", "well", "throttled", "lost", "lost though taken", "no"]))
        net.refuse = {
            "throttled": [Throttled("slow down")],
            "lost": [OutcomeUnknown("no answer")],
            "lost though taken": [OutcomeUnknown("no answer")],
            "no": [ProviderRejected("no")],
        }.get(fate, [])
        net.taken_though = fate == "lost though taken"
        with suppress(Crash, Unavailable):
            heard(world.ports, TENANT, one["mentions"])
        net.taken_though, net.refuse = False, []
        world.world.clock.advance(timedelta(minutes=data.draw(st.integers(0, 7))))
        lost |= {e.id for e in world.inbox.entries.values() if e.answer and e.answer.state == "unknown"}
    world.inbox.crash = lambda name: None
    world.world.clock.advance(STALE)
    for one in work:
        heard(world.ports, TENANT, one["mentions"])
        for id_ in one["mentions"]:
            answer(world.ports, TENANT, id_)
    by_id = {e.mention.external_id: e for e in world.inbox.entries.values()}
    sent = [ids[by_id[external].id] for external, _ in net.answers]
    assert len(sent) == len(set(sent)), "an author was answered twice in a thread"
    for entry in world.inbox.entries.values():
        assert entry.answer is not None
        assert entry.answer.state not in (AnswerState.WANTED, AnswerState.SENDING)


def duplicate() -> ProviderRejected:
    return ProviderRejected("X refused this.", code="duplicate")


def test_words_that_the_network_has_seen_are_said_otherwise():
    world = made({"rules": [{"id": "thanks", "answer": ["Thanks!", "Kind of you."]}]})
    world.connected.net.refuse = [duplicate()]
    id_ = say(world)
    run(world)
    (first,) = world.connected.net.answers
    told = world.inbox.find(TENANT, id_).answer
    assert (told.state, told.text) == (AnswerState.SENT, first[1])

    world.connected.net.refuse = [duplicate(), duplicate()]
    id_ = say(world, "2", author="2")
    run(world)
    told = world.inbox.find(TENANT, id_).answer
    assert told.state is AnswerState.SENT and told.text.startswith("@ann2 ")
    assert world.connected.net.answers[-1] == ("2", told.text)


def test_who_cannot_be_answered_in_new_words_is_skipped():
    world = made({"rules": [{"id": "thanks", "answer": ["Thanks!", "Kind of you."]}]})
    world.connected.net.refuse = [duplicate() for _ in range(4)]
    id_ = say(world, parent="t1")
    run(world)
    entry = world.inbox.find(TENANT, id_)
    assert (entry.answer.state, entry.answer.reason) == (AnswerState.SKIPPED, "all_texts_used")
    assert entry.state is State.OPEN and world.connected.net.answers == []
    heard(world.ports, TENANT, [id_])
    assert world.connected.net.answers == [], "it is over"
    say(world, "2", parent="t1")
    run(world)
    assert len(world.connected.net.answers) == 1, "the thread is free again"


def test_an_answer_by_hand_in_words_seen_before_is_refused():
    world = made({})
    id_ = say(world)
    entry = world.inbox.find(TENANT, id_)
    wanted = Answer("Thanks!", "ann", world.world.clock.now(), AnswerState.WANTED)
    assert world.inbox.save(TENANT, entry.evolve(answer=wanted))
    world.connected.net.refuse = [duplicate()]
    assert answer(world.ports, TENANT, id_) is AnswerState.FAILED
    assert world.inbox.find(TENANT, id_).answer.reason == "duplicate"


@pytest.mark.parametrize(
    ("error", "state", "reason"),
    [
        (OutcomeUnknown("?"), AnswerState.UNKNOWN, "outcome_unknown"),
        (ProviderRejected("no"), AnswerState.FAILED, "provider_rejected"),
        (AddressGone("gone"), AnswerState.FAILED, "address_gone"),
        (TokenExpired("ended"), AnswerState.FAILED, "token_expired"),
    ],
)
def test_what_the_network_says_is_kept(error: Exception, state: AnswerState, reason: str):
    world = made()
    world.connected.net.refuse = [error]
    id_ = say(world)
    run(world)
    told = world.inbox.find(TENANT, id_).answer
    assert (told.state, told.reason) == (state, reason)
    assert world.inbox.find(TENANT, id_).state is State.OPEN
    heard(world.ports, TENANT, [id_])
    assert world.connected.net.answers == []


def test_what_was_surely_not_sent_is_sent_later():
    world = made()
    world.connected.net.refuse = [Throttled("slow", retry_after_s=90)]
    id_ = say(world)
    run(world)
    at = world.timer.looks[f"answer/{id_}"]
    assert at - world.world.clock.now() == timedelta(seconds=90)
    assert answer(world.ports, TENANT, id_) is AnswerState.SENT


def test_an_answer_whose_process_died_is_never_repeated():
    world = made()
    id_ = say(world)
    entry = world.inbox.find(TENANT, id_)
    sending = Answer("Hi", "ann", world.world.clock.now(), AnswerState.SENDING)
    world.inbox.save(TENANT, entry.evolve(answer=sending))
    with pytest.raises(Throttled):
        answer(world.ports, TENANT, id_)
    world.world.clock.advance(STALE)
    assert answer(world.ports, TENANT, id_) is AnswerState.UNKNOWN
    assert world.connected.net.answers == []


def test_people_may_answer_as_often_as_they_like_and_machines_not_after_them():
    world = made()
    id_ = say(world)
    for number in range(3):
        entry = world.inbox.find(TENANT, id_)
        world.inbox.save(
            TENANT,
            entry.evolve(answer=Answer(f"No. {number}", "ann", world.world.clock.now(), AnswerState.WANTED)),
        )
        assert answer(world.ports, TENANT, id_) is AnswerState.SENT
    run(world)
    assert [text for _, text in world.connected.net.answers] == ["No. 0", "No. 1", "No. 2"]


def test_machines_are_quiet_when_stopped_in_a_crisis_and_above_their_number():
    world = made({**THANKS, "answers_per_hour": 1})
    world.world.workspaces.control = lambda tenant: Control(stopped=True)  # type: ignore[method-assign]
    assert reason(world, say(world, "1")) == "stopped"
    world.world.workspaces.control = lambda tenant: Control()  # type: ignore[method-assign]
    assert reason(world, say(world, "2", author="2")) == ""
    assert reason(world, say(world, "3", author="3")) == "too_many"
    assert reason(world, say(world, "4", author="2", parent="2")) == "answered_before"
    world.leases.taken.clear()
    for number in range(40):
        say(world, f"b{number}", "This is terrible", author=f"b{number}")
    last = say(world, "9", author="9")
    run(world)
    assert world.alarms.get(TENANT, ACCOUNT.id).on is not None
    assert world.inbox.find(TENANT, last).answer.reason == "crisis"


def reason(world: ListeningWorld, id_: str) -> str:
    run(world)
    return world.inbox.find(TENANT, id_).answer.reason


def test_rules_escalate_assign_forward_and_tell():
    angry = 'event.sentiment = "negative" and plan = "gold"'
    taken = {"escalate": True, "assign": "bob", "forward": ["care"], "emit": "gold_contact_angry"}
    rules = [
        {"id": "reviews", "kinds": ["review"], "ignore": True},
        {"id": "angry", "when": angry, **taken},
        {"id": "other", "when": 'event.sentiment = "negative"', "ignore": True},
    ]
    world = made({"rules": rules})
    ann = Profile(profile_id(TENANT, "anonymous", "x:42"), traits={"plan": "gold"})
    world.world.profiles.put(TENANT, [ann])
    ids = [
        say(world, "1", "This is terrible"),
        say(world, "2", "This is terrible", author="7"),
        say(world, "3", "Great", kind=MentionKind.REVIEW),
        say(world, "4", "We open at nine", author="8"),
    ]
    run(world)
    told = [world.inbox.find(TENANT, id_) for id_ in ids]
    assert [(one.rule, one.state, one.assignee) for one in told] == [
        ("angry", State.ESCALATED, "bob"),
        ("other", State.IGNORED, ""),
        ("reviews", State.IGNORED, ""),
        ("", State.OPEN, ""),
    ]
    ((to, subject, text),) = world.letters.written
    assert (to, subject) == (("care",), "Ann on X: This is terrible")
    assert "https://x.example/1" in text
    emitted = [event for event in world.events() if event["name"] == "gold_contact_angry"]
    assert [(one["anonymous_id"], one["properties"]["routed_to"]) for one in emitted] == [("x:42", "angry")]


def test_a_storm_is_told_once_and_ends_by_itself():
    world = made({"rules": [], "crisis": {"tell": ["care"], "pause_posts": True}})
    for number in range(45):
        say(world, str(number), "This is terrible", author=str(number))
        run(world)
    (letter,) = world.letters.written
    assert letter[0] == ("care",)
    assert letter[1] == "Acme on X is spoken of badly"
    assert "measure/-" in world.timer.looks
    on = world.alarms.get(TENANT, ACCOUNT.id).on
    assert on.told
    assert on.bad > 5
    for _ in range(8):
        world.world.clock.advance(timedelta(hours=1))
        listen(world.ports, TENANT, ACCOUNT.id)
        measure(world.ports, TENANT)
    assert world.alarms.get(TENANT, ACCOUNT.id).on is None
    assert [letter[1] for letter in world.letters.written][1:] == ["Acme on X: the storm is over"]
    assert [entry.action for entry in world.audit.entries] == ["social_alarm.began", "social_alarm.ended"]


def test_numbers_go_on_where_an_account_was_disconnected():
    world = made()
    now = world.world.clock.now()
    for account in ("gone", ACCOUNT.id):
        world.tracked.put(TENANT, TrackedPost(ACCOUNT.platform, account, f"of-{account}", "", "Hi", now))
    world.connected.net.counts = {f"of-{ACCOUNT.id}": {"likes": 3}}
    world.world.clock.advance(timedelta(hours=2))
    assert measure(world.ports, TENANT) == 1
    assert "measure/-" in world.timer.looks, "and they are asked for again"
    assert len(world.connected.net.asked_for) == 1
