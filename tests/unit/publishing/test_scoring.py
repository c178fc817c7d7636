"""Scoring models as people work on them, how everybody is re-scored, and what a model would do."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from stepwell.conditions import parse, to_json
from stepwell.contracts.events import Event
from stepwell.contracts.ids import profile_id
from stepwell.contracts.profiles import Profile
from stepwell.contracts.scores import value_of
from stepwell.errors import Conflict, InvalidInput, LimitExceeded, NotFound, ValidationFailed
from stepwell.publishing import score_looking as looking
from stepwell.publishing import score_versions, scoring
from stepwell.publishing.records import Move
from stepwell.publishing.rescoring import PAGE, PAGES, rescore
from stepwell.publishing.rules import rebuild
from stepwell.scoring.compiled import CompiledModels
from stepwell.scoring.defaults import LEAD, default_rules
from stepwell.workflows.facts import profile_facts

from tests.fakes.publishing import TENANT, Office
from tests.fakes.rules import rule_ports

PRODUCT: dict[str, Any] = {
    "id": "product",
    "name": "Product use",
    "subject": "product",
    "base_score": 0,
    "rules": [
        {"id": "login", "event": "login", "points": 2},
        {"id": "report", "event": "report_made", "points": 10},
    ],
    "bands": [{"id": "active", "threshold": 20}],
}


class Desk(Office):
    def __init__(self) -> None:
        super().__init__()
        self.rules = rule_ports(self.ports)

    def create(self, document: dict[str, Any] = PRODUCT) -> scoring.RuleRecord:
        return scoring.create(self.rules, TENANT, document, "ann")

    def update(self, document: dict[str, Any], rev: int, note: str = "") -> scoring.RuleRecord:
        return scoring.update(self.rules, TENANT, document["id"], document, rev, "ann", note)

    def scores(self) -> dict[str, Any]:
        return dict(self.rules.rules.read(TENANT)[0].get("scores", {}))

    def compiled(self) -> CompiledModels:
        return CompiledModels(self.scores() or default_rules())

    def person(self, number: int, *events: str, properties: Any = None) -> Profile:
        now = self.world.clock.now()
        profile = Profile(profile_id(TENANT, "user", str(number)), traits={"n": number})
        states: dict[str, Any] = {}
        for name in events:
            one = Event(
                message_id=name,
                kind="track",
                name=name,
                properties=properties or {},
                occurred_at=now,
                received_at=now,
            )
            told = {"name": name, "timestamp": now, "properties": one.properties}
            self.compiled().on_event(states, one, profile_facts(profile, event=told))
        recent = tuple((name, now.timestamp(), properties or {}) for name in events)
        profile = profile.evolve(scores=states, recent=recent)
        self.add(profile)
        return profile

    def rescore(self) -> list[Move]:
        """Carry out what is queued; return the messages."""
        done = []
        while self.moves.queue:
            move, _ = self.moves.queue.pop(0)
            rescore(self.rules, self.world.sink, move)
            done.append(move)
        return done

    def refreshed(self) -> list[str]:
        return [event["profile"] for _, event in self.world.sink.emitted if event["name"] == "profile_due"]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def changed(document: Any = PRODUCT, **changes: Any) -> dict[str, Any]:
    return {**deepcopy(dict(document)), **changes}


def test_a_workspace_begins_with_the_default_model_which_stays_when_others_come(desk: Desk) -> None:
    assert [one.id for one in scoring.models(desk.rules, TENANT)] == ["lead"]
    assert scoring.read(desk.rules, TENANT, "lead").version == 1
    assert score_versions.versions(desk.rules, TENANT, "lead")[0]["live"]
    assert desk.scores() == {}
    desk.create()
    assert set(desk.scores()) == {"lead", "product"}
    # The pass has compiled the default of every workspace: storing it changes nothing for contacts.
    assert desk.scores()["lead"] == default_rules()["lead"]


def test_the_default_model_can_be_changed_and_deleted_for_good(desk: Desk) -> None:
    document = changed(scoring.read(desk.rules, TENANT, "lead").body, decay_rate=0.9)
    saved = desk.update(document, 1, "Faster decay")
    assert (saved.version, saved.rev) == (2, 2)
    assert set(desk.scores()["lead"]["before"]) == {"1"}
    scoring.delete(desk.rules, TENANT, "lead", 2, "ann")
    assert desk.scores() == {} and "scores" in desk.rules.rules.read(TENANT)[0]
    assert scoring.models(desk.rules, TENANT) == []
    with pytest.raises(NotFound):
        scoring.read(desk.rules, TENANT, "lead")


def test_who_read_an_older_revision_may_not_save(desk: Desk) -> None:
    desk.create()
    desk.update(changed(name="First"), 1)
    with pytest.raises(Conflict) as stale:
        desk.update(changed(name="Second"), 1)
    assert (stale.value.code, stale.value.details["rev"]) == ("stale_rev", 2)
    with pytest.raises(Conflict):
        desk.create()
    with pytest.raises(Conflict):
        scoring.update(desk.rules, TENANT, "product", changed(id="other"), 2, "ann")
    with pytest.raises(Conflict):
        scoring.delete(desk.rules, TENANT, "product", 1, "ann")
    with pytest.raises(ValidationFailed):
        desk.update(changed(rules=[{"id": "x", "event": "", "points": 1}]), 2)
    assert desk.scores()["product"]["model"]["name"] == "First"


def test_there_are_at_most_ten(desk: Desk) -> None:
    for number in range(9):
        desk.create(changed(id=f"m{number}"))
    with pytest.raises(LimitExceeded):
        desk.create()


def test_versions_are_listed_compared_and_gone_back_to(desk: Desk) -> None:
    desk.create()
    rules = [{"id": "report", "event": "report_made", "points": 20}, *PRODUCT["rules"][:1]]
    desk.update(changed(rules=rules), 1, "Reports count twice")
    found = score_versions.versions(desk.rules, TENANT, "product")
    assert [(one["version"], one["note"], one["live"]) for one in found] == [
        (2, "Reports count twice", True),
        (1, "", False),
    ]
    difference = score_versions.compare(desk.rules, TENANT, "product", 1, 0)
    assert difference == {
        "old": 1,
        "new": 2,
        "changes": [{"path": "rules.report.points", "old": 10.0, "new": 20.0}],
    }
    with pytest.raises(InvalidInput):
        score_versions.rollback(desk.rules, TENANT, "product", 2, 2, "ann")
    with pytest.raises(NotFound):
        score_versions.rollback(desk.rules, TENANT, "product", 7, 2, "ann")
    back = score_versions.rollback(desk.rules, TENANT, "product", 1, 2, "ann")
    assert (back.version, back.rolled_back_from, back.note) == (3, 1, "Back to version 1.")
    assert [rule["points"] for rule in back.body["rules"]] == [2, 10]
    assert [entry.action for entry in desk.audit.entries].count("scoring.updated") == 2


def test_rules_keep_their_codes_wherever_they_stand_and_codes_are_never_given_again(desk: Desk) -> None:
    desk.create()
    login, report = PRODUCT["rules"]
    export = {"id": "export", "event": "exported", "points": 5}
    desk.update(changed(rules=[export, report]), 1)
    codes = {r["id"]: r["code"] for r in desk.scores()["product"]["model"]["rules"]}
    assert codes == {"report": "b", "export": "c"}
    desk.update(changed(rules=[{"id": "share", "event": "shared", "points": 1}, login, report]), 2)
    assert [r["code"] for r in desk.scores()["product"]["model"]["rules"]] == ["d", "e", "b"]


def test_a_deleted_model_that_comes_again_goes_on_with_the_numbers(desk: Desk) -> None:
    desk.create()
    scoring.delete(desk.rules, TENANT, "product", 1, "ann")
    assert desk.create().version == 2


def test_a_model_that_is_used_cannot_be_deleted(desk: Desk) -> None:
    desk.create()
    form = {"id": "users", "condition": to_json(parse("product_score >= 20"))}
    rebuild(desk.rules.rules, TENANT, segments={"users": form})
    with pytest.raises(Conflict) as used:
        scoring.delete(desk.rules, TENANT, "product", 1, "ann")
    assert used.value.details["used_by"] == ["segment/users"]


def test_lists_are_filtered_sorted_and_paged(desk: Desk) -> None:
    desk.create()
    desk.create(changed(id="engagement", name="Engagement", subject="engagement"))
    found = scoring.search(desk.rules, TENANT, sort="name", limit=2)
    assert ([one.id for one in found.items], found.total) == (["engagement", "lead"], 3)
    rest = scoring.search(desk.rules, TENANT, sort="name", limit=2, cursor=found.cursor)
    assert [one.id for one in rest.items] == ["product"]
    assert [one.id for one in scoring.search(desk.rules, TENANT, subject="product").items] == ["product"]
    assert [one.id for one in scoring.search(desk.rules, TENANT, text="USE").items] == ["product"]


def test_after_a_change_those_whose_points_are_of_older_versions_are_refreshed_once(desk: Desk) -> None:
    desk.create()
    scored = [desk.person(number, "report_made") for number in range(3)]
    desk.person(10)
    desk.update(changed(rules=[{**rule, "points": rule["points"] * 3} for rule in PRODUCT["rules"]]), 1)
    late = desk.person(11, "report_made")
    (move,) = desk.rescore()
    assert sorted(desk.refreshed()) == sorted(one.id for one in scored)
    assert late.id not in desk.refreshed()
    job = desk.jobs.get(TENANT, move.job)
    assert job is not None and (job.state, job.counts) == ("done", {"asked": 5, "told": 3})
    assert [one.id for one in scoring.rescorings(desk.rules, TENANT, "product")] == [move.job]
    # What the pass makes of it: the points, by the new weight.
    states = deepcopy(dict(scored[0].scores))
    now = desk.world.clock.now().timestamp()
    desk.compiled().settle(states, int(now * 1000))
    assert value_of(states["product"], now) == 30


def test_many_contacts_are_asked_message_by_message_and_a_repeated_message_changes_nothing(
    desk: Desk,
) -> None:
    desk.create()
    people = PAGE * PAGES + 1
    state = desk.person(0, "login").scores
    desk.add(*(Profile(profile_id(TENANT, "user", str(n)), scores=state) for n in range(1, people)))
    desk.update(changed(name="New"), 1)
    move, delay = desk.moves.queue[0]
    assert delay >= 2
    rescore(desk.rules, desk.world.sink, move)
    messages = desk.rescore()
    assert len(messages) == 3
    assert len(set(desk.refreshed())) == people
    job = desk.jobs.get(TENANT, move.job)
    assert job is not None and job.counts == {"asked": people, "told": people}


def test_a_newer_version_takes_over(desk: Desk) -> None:
    desk.create()
    desk.person(1, "login")
    desk.update(changed(name="Two"), 1)
    desk.update(changed(name="Three"), 2)
    first, second = desk.rescore()
    jobs = [desk.jobs.get(TENANT, move.job) for move in (first, second)]
    assert [job.details.get("why") for job in jobs if job] == ["superseded", None]
    assert len(desk.refreshed()) == 1


def test_a_contacts_scores_are_explained(desk: Desk) -> None:
    desk.create()
    one = desk.person(1, "report_made", "login", "login")
    lead, product = looking.scores_of(desk.rules, TENANT, one)
    assert (lead.model, lead.score, lead.lines) == ("lead", 100, ())
    assert (product.score, [(line.rule, line.times, line.points) for line in product.lines]) == (
        14,
        [("report", 1, 10.0), ("login", 2, 4.0)],
    )


def test_points_given_by_hand_are_audited_and_the_pass_is_told(desk: Desk) -> None:
    one = desk.person(1)
    sink = desk.world.sink
    now = desk.world.clock.now()
    arguments = (desk.rules, desk.world.profiles, sink, TENANT, one, "lead")
    made = looking.adjust(*arguments, 250, "Met at the fair", "ann")
    assert (made.score, made.lines[0].rule) == (350, "adjusted")
    desk.world.clock.advance(timedelta(seconds=1))
    assert looking.adjust(*arguments, -100, "A mistake", "ann").score == 250
    assert desk.refreshed() == [one.id, one.id]
    assert len({event["message_id"] for _, event in sink.emitted}) == 2
    desk.create()
    based = looking.adjust(*arguments[:-1], "product", 25, "Met at the fair", "ann")
    assert (based.score, based.base, based.version) == (25, 0, 1)
    entry = desk.audit.entries[0]
    assert (entry.at, entry.action, entry.details["reason"]) == (
        now,
        "contact.score_adjusted",
        "Met at the fair",
    )
    with pytest.raises(NotFound):
        looking.adjust(desk.rules, desk.world.profiles, sink, TENANT, one, "none", 1, "x", "ann")
    stranger = Profile(profile_id(TENANT, "user", "stranger"))
    with pytest.raises(NotFound):
        looking.adjust(desk.rules, desk.world.profiles, sink, TENANT, stranger, "lead", 1, "x", "ann")


def test_a_model_is_tried_before_it_is_saved(desk: Desk) -> None:
    document = deepcopy(LEAD)
    (asked,) = (rule["event"] for rule in document["rules"] if rule["id"] == "demo_request")
    for number in range(4):
        desk.person(number, *[asked] * (number + 1), properties={"form_type": "demo"})
    for rule in document["rules"]:
        if rule["id"] == "demo_request":
            rule["points"] = 200
    found = looking.trial(desk.rules, TENANT, document)
    # Scores of 200, 300, 400 and 500 become 300, 500, 700 and 900.
    assert (found["sampled"], found["contacts"], found["counted_from_recent_events"]) == (4, 4, [])
    assert [bar["contacts"] for bar in found["distribution"]] == [0, 0, 0, 1, 0, 1, 0, 1, 0, 1]
    assert found["bands"] == [
        {"band": "none", "before": 0, "after": 0},
        {"band": "low", "before": 1, "after": 0},
        {"band": "medium", "before": 2, "after": 1},
        {"band": "high", "before": 1, "after": 3},
    ]
    assert found["crossings"] == [
        {"from_band": "low", "band": "medium", "contacts": 1},
        {"from_band": "medium", "band": "high", "contacts": 2},
    ]
    assert desk.scores() == {} and not desk.moves.queue


def test_rules_that_are_new_are_tried_on_recent_events(desk: Desk) -> None:
    desk.person(1, "login", "report_made", "report_made")
    desk.person(2)
    found = looking.trial(desk.rules, TENANT, changed(bands=[{"id": "active", "threshold": 20}]))
    assert found["counted_from_recent_events"] == ["login", "report"]
    assert found["bands"][1] == {"band": "active", "before": 0, "after": 1}
    with pytest.raises(ValidationFailed):
        looking.trial(desk.rules, TENANT, changed(base_score=-5))


def test_what_somebody_else_saves_meanwhile_is_not_put_back(desk: Desk) -> None:
    desk.create()
    rules = desk.rules.rules
    write = rules.write

    def late(tenant: str, document: Any, rev: int) -> bool:
        rules.write = write  # type: ignore[method-assign]
        desk.create(changed(id="other"))
        return write(tenant, document, rev)

    rules.write = late  # type: ignore[method-assign]
    desk.create(changed(id="mine"))
    assert set(desk.scores()) == {"lead", "product", "mine", "other"}
