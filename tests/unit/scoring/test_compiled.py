"""The models as the pass runs them: points for events, thresholds both ways, edits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pytest import approx
from stepwell.conditions import Facts
from stepwell.contracts.events import Event
from stepwell.contracts.scores import ADJUSTED, AS_OF, UNKNOWN, add, exact, new_state, value_of
from stepwell.scoring.compiled import CompiledModels, weights
from stepwell.scoring.defaults import LEAD
from stepwell.scoring.model import ScoringModel, read_model

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def event(name: str, at: datetime = NOW, *, machine: bool = False, **properties: Any) -> Event:
    return Event(
        message_id=f"{name}-{at}",
        kind="track",
        name=name,
        properties=properties,
        occurred_at=at,
        received_at=at,
        machine=machine,
    )


def facts(one: Event) -> Facts:
    return Facts(profile={}, event={"name": one.name, "properties": one.properties, "timestamp": one.when})


def models(*given: ScoringModel, version: int = 1, before: Any = None) -> CompiledModels:
    return CompiledModels(
        {
            model.id: {"version": version, "model": model.model_dump(mode="json"), "before": before or {}}
            for model in given
        }
    )


def apply(compiled: CompiledModels, scores: dict[str, Any], *events: Event) -> None:
    for one in events:
        compiled.on_event(scores, one, facts(one))


def ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def score(scores: dict[str, Any], at: datetime = NOW, model: str = "lead") -> int:
    return value_of(scores[model], at.timestamp())


def test_the_specified_weights_are_the_default():
    compiled = models(read_model(LEAD))
    cases = [
        (event("page_view", path="/"), 5),
        (event("page_view", url="https://example.com"), 5),
        (event("page_view", url="https://example.com/pricing?x=1"), 15),
        (event("page_view", path="/demo/live"), 25),
        (event("page_view", path="/case-studies/acme"), 10),
        (event("page_view", url="https://example.com/blog/why"), 3),
        (event("page_view", url="https://example.com/legal"), 0),
        (event("email_opened"), 2),
        (event("email_opened", machine=True), 0),
        (event("email_clicked"), 10),
        (event("email_replied"), 25),
        (event("email_unsubscribed"), -50),
        (event("form_submission", form_type="newsletter"), 20),
        (event("form_submission", form_type="contact"), 50),
        (event("form_submission", form_type="demo_request"), 100),
        (event("form_submission", form_type="trial"), 200),
        (event("download", content_type="whitepaper"), 30),
        (event("download", content_type="guide"), 20),
        (event("download", content_type="template"), 15),
        (event("download", content_type="webinar"), 40),
    ]
    for one, points in cases:
        scores: dict[str, Any] = {}
        apply(compiled, scores, one)
        assert (score(scores) if scores else 100) == 100 + points, one


def test_thresholds_are_told_once_each_way_with_what_they_cause():
    compiled = models(read_model(LEAD))
    scores: dict[str, Any] = {}
    apply(compiled, scores, event("form_submission", form_type="trial"))
    [(name, told)] = compiled.settle(scores, ms(NOW))
    assert name == "score_threshold_crossed"
    assert told == {
        "model": "lead",
        "band": "medium",
        "from_band": "low",
        "direction": "up",
        "threshold": 300,
        "score": 300,
        "actions": ["nurture_sequence", "content_sequence", "demo_offer"],
        "notification": "sales_team_daily",
    }
    assert compiled.settle(scores, ms(NOW)) == []
    # 290 is reached by decay: told then, by the due time that the model names itself.
    due = compiled.next_change(scores, ms(NOW))
    assert due is not None
    before = datetime.fromtimestamp(due / 1000, UTC) - timedelta(seconds=5)
    assert compiled.settle(scores, ms(before)) == []
    [(_, told)] = compiled.settle(scores, due)
    assert (told["direction"], told["band"], told["from_band"], told["score"]) == (
        "down",
        "low",
        "medium",
        289,
    )


def test_the_base_is_no_crossing_but_leaving_it_is():
    compiled = models(read_model(LEAD))
    scores: dict[str, Any] = {}
    apply(compiled, scores, event("page_view", path="/blog/x"))
    assert compiled.settle(scores, ms(NOW)) == []
    apply(compiled, scores, event("email_unsubscribed"))
    [(_, told)] = compiled.settle(scores, ms(NOW))
    assert (told["band"], told["from_band"], told["direction"]) == ("none", "low", "down")


def test_a_score_about_a_threshold_is_told_of_once():
    compiled = models(read_model({**LEAD, "hysteresis": 20}))
    scores: dict[str, Any] = {}
    told = []
    for n in range(10):
        apply(compiled, scores, event("form_submission", NOW + timedelta(hours=n), form_type="contact"))
        told += compiled.settle(scores, ms(NOW + timedelta(hours=n)))
        apply(compiled, scores, event("email_unsubscribed", NOW + timedelta(hours=n, minutes=30)))
        told += compiled.settle(scores, ms(NOW + timedelta(hours=n, minutes=30)))
    assert [t["direction"] for _, t in told] == []
    apply(compiled, scores, *[event("form_submission", NOW, form_type="trial")])
    assert len(compiled.settle(scores, ms(NOW))) == 1
    apply(compiled, scores, event("email_opened", NOW), event("email_opened", NOW + timedelta(minutes=1)))
    assert compiled.settle(scores, ms(NOW)) == []


@given(
    st.lists(
        st.tuples(st.sampled_from(["trial", "contact", "newsletter", "-"]), st.integers(0, 300)), max_size=20
    )
)
def test_sampled_often_or_seldom_the_band_ends_where_the_due_times_lead(steps):
    """Whoever settles at each due time ends in the same band as whoever settles every six hours."""
    compiled = models(read_model(LEAD))
    often: dict[str, Any] = {}
    exact: dict[str, Any] = {}
    at = NOW
    for kind, days in [*steps, ("-", 2000)]:
        one = event("email_unsubscribed", at) if kind == "-" else event("form_submission", at, form_type=kind)
        for scores in (often, exact):
            apply(compiled, scores, one)
            compiled.settle(scores, ms(at))
        until = at + timedelta(days=days)
        for _ in range(50):
            due = compiled.next_change(exact, ms(at))
            if due is None or due > ms(until):
                break
            compiled.settle(exact, due)
        step = at
        while step < until:
            step = min(step + timedelta(days=max(days, 1) / 40), until)
            compiled.settle(often, ms(step))
        compiled.settle(exact, ms(until))
        assert often["lead"][2] == exact["lead"][2]
        at = until


def test_new_weights_count_for_old_points_while_the_rule_asks_for_the_same():
    old = read_model(LEAD)
    rules = [rule.model_dump(mode="json") for rule in old.rules]
    rules[1]["points"] = 30  # pricing_page, 15 before
    rules[2]["where"] = 'event.url contains "/tour"'  # product_demo asks for something else now
    new = read_model({**LEAD, "rules": rules})
    scores: dict[str, Any] = {}
    apply(models(old), scores, event("page_view", path="/pricing"), event("page_view", path="/demo"))
    assert score(scores) == 140
    models(new, version=2, before={1: weights(old)}).settle(scores, ms(NOW))
    assert score(scores) == 130
    # From a version that nobody knows any more, nothing can be said.
    models(new, version=9).settle(scores, ms(NOW))
    assert score(scores) == 100


def test_models_stand_side_by_side_and_those_that_are_gone_go():
    product = read_model(
        {
            "id": "product",
            "name": "Product",
            "subject": "product",
            "base_score": 0,
            "decay_rate": 0.5,
            "decay_days": 7,
            "rules": [{"id": "use", "event": "feature_used", "points": 10}],
        }
    )
    compiled = models(read_model(LEAD), product)
    scores: dict[str, Any] = {}
    apply(compiled, scores, event("feature_used"), event("email_opened"))
    assert (score(scores), score(scores, model="product")) == (102, 10)
    assert score(scores, NOW + timedelta(days=7), "product") == 5
    models(read_model(LEAD)).settle(scores, ms(NOW))
    assert list(scores) == ["lead"]


def test_points_given_without_the_model_are_completed_by_it_and_tell_of_no_base() -> None:
    compiled = models(read_model({**LEAD, "base_score": 120}))
    state = new_state(UNKNOWN, NOW.timestamp())
    add(state, ADJUSTED, 200, NOW.timestamp())
    scores = {"lead": state}
    assert [(p["from_band"], p["band"]) for _, p in compiled.settle(scores, ms(NOW))] == [("low", "medium")]
    assert score(scores) == 320
    quiet = {"lead": new_state(UNKNOWN, NOW.timestamp())}
    assert compiled.settle(quiet, ms(NOW)) == []


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["email_opened", "email_clicked", "email_unsubscribed"]),
            st.integers(0, 5_000_000_000),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_going_to_the_last_event_at_once_gives_what_going_from_event_to_event_gives(
    told: list[tuple[str, int]],
):
    compiled = models(read_model(LEAD))
    events = [
        event(name, NOW + timedelta(milliseconds=after)) for name, after in sorted(told, key=lambda t: t[1])
    ]
    until = events[-1].when.timestamp()
    one_by_one: dict[str, Any] = {}
    at_once: dict[str, Any] = {}
    for one in events:
        compiled.on_event(one_by_one, one, facts(one))
        compiled.on_event(at_once, one, facts(one), until)
    later = until + 3_600
    assert exact(at_once["lead"], later) == approx(exact(one_by_one["lead"], later), abs=0.01)
    assert at_once["lead"][AS_OF] == int(until)
