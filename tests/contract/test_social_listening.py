"""The inbox, alarms and tracked posts: the fakes and the adapters on an emulated DynamoDB keep the same promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from stepwell.adapters.items.config import document_key, write_body
from stepwell.adapters.items.wire import key_item
from stepwell.adapters.social_alarms import DynamoAlarms
from stepwell.adapters.social_inbox import DynamoInbox
from stepwell.adapters.social_letters import SocialLetters
from stepwell.adapters.social_news import Pauses, Tracked
from stepwell.adapters.social_tracking import DynamoTracked
from stepwell.contracts.messages import Email
from stepwell.contracts.social import Platform, SocialPost
from stepwell.contracts.workspace import Control, Workspace
from stepwell.errors import OutcomeUnknown, StepwellError, Unavailable
from stepwell.social.alarms import begun, ended
from stepwell.social.answering import ID, KIND
from stepwell.social.crisis import Counted, Verdict
from stepwell.social.engagement import FIRST, Origin, Sample, TrackedPost
from stepwell.social.listening_ports import Listened, Wanted
from stepwell.social.mentions import Answer, AnswerState, State
from stepwell.social.posts import Delivery, ScheduledPost

from tests.contract.conftest import Emulator
from tests.fakes.listening import MemoryAlarms, MemoryInbox, MemoryTimer, MemoryTracked, entry, written

NOW = datetime(2026, 3, 2, 23, 40, tzinfo=UTC)


@pytest.fixture(params=["memory", "dynamo"])
def kept(request: pytest.FixtureRequest) -> tuple[Any, Any, Any]:
    if request.param == "memory":
        return MemoryInbox(), MemoryAlarms(), MemoryTracked()
    table = request.getfixturevalue("emulator").table("config")
    return DynamoInbox(table), DynamoAlarms(table), DynamoTracked(table)


def test_a_mention_is_kept_and_counted_once(kept: Any):
    inbox = kept[0]
    first = inbox.keep("acme", entry(written(NOW, "This is terrible", id_="1")))
    # The list tells it with another second, and again.
    again = inbox.keep("acme", entry(written(NOW + timedelta(seconds=9), "This is terrible", id_="1")))
    assert again == first == inbox.find("acme", first.id)
    assert (first.rev, first.told) == (1, False)
    inbox.keep("acme", entry(written(NOW + timedelta(minutes=30), id_="2")))
    assert inbox.find("other", first.id) is None
    series = inbox.series("acme", "tw1", NOW - timedelta(days=2))
    hour = NOW.replace(minute=0)
    assert dict(series) == {hour: Counted(1, 1), hour + timedelta(hours=1): Counted(1, 0)}
    assert dict(inbox.series("acme", "fb1", NOW - timedelta(days=2))) == {}
    assert hour not in inbox.series("acme", "tw1", NOW + timedelta(days=1))


def test_changes_go_over_the_revision_and_told_stands_beside(kept: Any):
    inbox = kept[0]
    one = inbox.keep("acme", entry(written(NOW)))
    inbox.told("acme", one)
    answer = Answer("Thanks", "rule:a", NOW, AnswerState.WANTED)
    assert inbox.save("acme", one.evolve(state=State.ESCALATED, answer=answer))
    assert not inbox.save("acme", one.evolve(state=State.OPEN))
    now = inbox.find("acme", one.id)
    assert (now.rev, now.told, now.state, now.answer) == (2, True, State.ESCALATED, answer)
    assert now.mention == one.mention


def test_pages_are_newest_first_and_filtered(kept: Any):
    inbox = kept[0]
    for number in range(7):
        inbox.keep("acme", entry(written(NOW - timedelta(minutes=number), id_=str(number))))
    seen: list[str] = []
    cursor = None
    while True:
        page, cursor = inbox.page("acme", Wanted(platform="twitter"), 3, cursor)
        seen += [one.mention.external_id for one in page]
        if cursor is None:
            break
    assert seen == [str(number) for number in range(7)]
    assert inbox.page("acme", Wanted(platform="facebook"), 3) == ([], None)
    assert inbox.page("other", Wanted(), 3) == ([], None)


def test_a_thread_has_one_claim_that_its_mention_may_take_again(kept: Any):
    inbox = kept[0]
    one = inbox.keep("acme", entry(written(NOW, id_="1")))
    two = inbox.keep("acme", entry(written(NOW, id_="2")))
    assert inbox.claim_answer("acme", one, "t", NOW)
    assert inbox.claim_answer("acme", one, "t", NOW)
    assert not inbox.claim_answer("acme", two, "t", NOW)
    assert inbox.claim_answer("acme", two, "u", NOW)
    inbox.release_answer("acme", two, "t")
    assert not inbox.claim_answer("acme", two, "t", NOW)
    inbox.release_answer("acme", one, "t")
    assert inbox.claim_answer("acme", two, "t", NOW)


def test_how_far_an_account_was_read(kept: Any):
    inbox = kept[0]
    assert inbox.listened("acme", "tw1") is None
    inbox.save_listened("acme", "tw1", Listened(NOW, "c", "20260302", 7))
    assert inbox.listened("acme", "tw1") == Listened(NOW, "c", "20260302", 7)


def test_alarms_change_over_their_revision(kept: Any):
    alarms = kept[1]
    nothing = alarms.get("acme", "")
    assert (nothing.rev, nothing.on) == (0, None)
    on = begun(nothing, Verdict(True, 9, 10, 0.5, 1e-6, 1e-3), NOW)
    assert alarms.save("acme", on)
    assert not alarms.save("acme", on)
    known = alarms.get("acme", "")
    assert (known.rev, known.history) == (1, on.history)
    assert alarms.save("acme", ended(known, NOW + timedelta(hours=4), "ann"))
    (told,) = alarms.all("acme")
    assert (told.account, told.on, told.history[0].ended_by) == ("", None, "ann")


def test_later_numbers_stay(kept: Any):
    posts = kept[2]
    post = TrackedPost(Platform.TWITTER, "tw1", "p1", "", "Hi #a", NOW, Origin(post="s1"))
    posts.put("acme", post)
    early = replace(post, samples=(Sample(NOW, {"likes": 1}),), asked=NOW + timedelta(hours=1))
    late = replace(post, samples=(*early.samples, Sample(NOW, {"likes": 5})), asked=NOW + timedelta(hours=2))
    posts.save("acme", [late])
    posts.save("acme", [early])
    posts.put("acme", post)
    assert posts.since("acme", NOW) == [late]
    assert posts.find("acme", NOW, post.id) == late
    assert posts.since("acme", NOW + timedelta(seconds=1)) == []
    for number in range(5):
        posts.put("acme", replace(post, external_id=f"q{number}", at=NOW + timedelta(minutes=number + 1)))
    assert [one.external_id for one in posts.since("acme", NOW, 2)] == ["q4", "q3"]
    assert len(posts.since("acme", NOW)) == 6


class Clerk:
    """Switches, settings and a mailer that writes down."""

    def __init__(self) -> None:
        self.stopped = False
        self.letters: list[Email] = []
        self.refuse: StepwellError | None = None

    def control(self, tenant: str) -> Control:
        return Control(stopped=self.stopped)

    def workspace(self, tenant: str) -> Workspace:
        teams = {"care": ("ann@acme.example", "bob@acme.example", "no address")}
        return Workspace(tenant, sender="shop@acme.example", reply_to="desk@acme.example", teams=teams)

    def send(self, email: Email) -> str:
        if self.refuse is not None:
            raise self.refuse
        self.letters.append(email)
        return "m1"


def planned() -> tuple[ScheduledPost, Delivery]:
    delivery = Delivery(
        account="tw1",
        platform=Platform.TWITTER,
        external_id="p1",
        url="https://x.example/p1",
        published_at=NOW,
    )
    told = {"workflow": "launch", "version": 3, "node": "say"}
    post = ScheduledPost(
        id="s1", content=SocialPost("Hi"), deliveries=(delivery,), origin=told, created_at=NOW
    )
    return post, delivery


def test_a_crisis_holds_planned_posts_where_the_workspace_wants_it(emulator: Emulator):
    table, clerk = emulator.table("config"), Clerk()
    pauses = Pauses(clerk, table)
    post, _ = planned()
    assert pauses.why("acme", post, "tw1") == ""
    alarms = DynamoAlarms(table)
    alarms.save("acme", begun(alarms.get("acme", "tw1"), Verdict(True, 9, 10, 0.5, 1e-6, 1e-3), NOW))
    assert pauses.why("acme", post, "tw1") == ""
    rules = {"crisis": {"pause_posts": True}}
    table.put({**key_item(document_key("acme", KIND, ID)), "body": write_body(rules), "rev": 1})
    assert pauses.why("acme", post, "tw1") == "crisis"
    assert pauses.why("acme", post, "fb1") == ""
    alarms.save("acme", ended(alarms.get("acme", "tw1"), NOW))
    assert pauses.why("acme", post, "tw1") == ""
    clerk.stopped = True
    assert pauses.why("acme", post, "tw1") == "stopped"


def test_a_published_post_is_counted_from_then_on(emulator: Emulator):
    table, timer = emulator.table("config"), MemoryTimer()
    post, delivery = planned()
    for _ in range(2):
        Tracked(table, timer).published("acme", post, delivery, SocialPost("Hi #a"))
    Tracked(table, timer).published("acme", post, replace(delivery, external_id=""), SocialPost("Hi"))
    (kept,) = DynamoTracked(table).since("acme", NOW)
    assert (kept.external_id, kept.text, kept.origin) == ("p1", "Hi #a", Origin("s1", "launch", 3, "say"))
    assert NOW + FIRST <= timer.looks["measure/-"] <= NOW + FIRST + timedelta(hours=1)


def test_numbers_are_kept_of_a_post_of_any_microsecond(emulator: Emulator):
    table, at = emulator.table("config"), NOW.replace(microsecond=258_600)
    tracked = DynamoTracked(table)
    post, delivery = planned()
    moment = replace(delivery, published_at=at)
    Tracked(table, MemoryTimer()).published("acme", post, moment, SocialPost("Hi"))
    (kept,) = tracked.since("acme", NOW)
    tracked.save("acme", [replace(kept, asked=NOW + FIRST, samples=(Sample(NOW + FIRST, {"likes": 1}),))])
    (now,) = tracked.since("acme", NOW)
    assert dict(now.latest) == {"likes": 1}


def test_letters_go_to_teams_and_addresses_each_once():
    clerk = Clerk()
    letters = SocialLetters(clerk, lambda: clerk)
    assert letters.tell("acme", ["care", "ann@acme.example"], "A\nstorm", "Look.") == 2
    assert [one.to for one in clerk.letters] == ["ann@acme.example", "bob@acme.example"]
    assert clerk.letters[0].subject == "A storm"
    assert letters.tell("acme", [], "Over", "Calm.") == 1
    assert clerk.letters[-1].to == "desk@acme.example"
    clerk.refuse = Unavailable("down")
    assert letters.tell("acme", ["care"], "A", "B") == 0
    clerk.refuse = OutcomeUnknown("lost")
    assert letters.tell("acme", ["care"], "A", "B") == 2
