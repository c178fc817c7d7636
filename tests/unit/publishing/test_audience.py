from stepwell.publishing import control, drafts
from stepwell.publishing.audience import entry_rules, pick_trigger, preview
from stepwell.publishing.entering import why_not
from stepwell.workflows.graph import Graph

from tests.fakes.publishing import TENANT
from tests.unit.publishing.stage import Stage, newsletter, person, welcome


def graph_of(stage: Stage, workflow: str) -> Graph:
    graph = control.live_graph(stage.ports, TENANT, drafts.read(stage.ports, TENANT, workflow))
    assert graph is not None
    return graph


def look(stage: Stage, workflow: str, trigger: str = "", **options: int):  # type: ignore[no-untyped-def]
    graph = graph_of(stage, workflow)
    return preview(
        TENANT,
        workflow,
        entry_rules(graph, pick_trigger(graph, trigger)),
        profiles=stage.pages,
        tokens=stage.world.tokens,
        clock=stage.world.clock,
        workspace=stage.inventory.workspace(TENANT),
        **options,
    )


def test_audience_and_filter_count_and_sample() -> None:
    stage = Stage()
    stage.create(newsletter())
    stage.publish("newsletter")
    stage.add(*(person(n, score=n * 10) for n in range(10)))
    told = look(stage, "newsletter")
    assert (told.would_enter, told.refused, told.complete) == (5, {"audience": 5}, True)
    assert {s["email"] for s in told.sample} == {f"u{n}@example.com" for n in range(5, 10)}


def test_reentry_refuses_who_was_in() -> None:
    stage = Stage()
    stage.create(welcome(filter='country = "DE"'))
    stage.publish()
    stage.add(person(1, country="DE"), person(2, country="US"))
    stage.enroll(person(1))
    told = look(stage, "welcome", "start")
    assert told.refused == {"reentry_never": 1, "filter": 1} and told.would_enter == 0
    assert "if `signup` happened now" in told.note


def test_a_cap_is_told() -> None:
    stage = Stage()
    stage.create(welcome())
    stage.publish()
    stage.add(*(person(n) for n in range(30)))
    told = look(stage, "welcome", cap=10, sample=2)
    assert (told.looked_at, told.would_enter, len(told.sample), told.complete) == (10, 10, 2, False)
    assert "Not all profiles" in told.note


def test_why_not_says_what_is_missing() -> None:
    stage = Stage()
    stage.create(welcome(filter='country = "DE"'))
    stage.publish()
    stage.add(person(1, country="US"))
    profile = stage.world.profiles.get(TENANT, [person(1).id])[person(1).id]
    told = why_not(
        TENANT,
        drafts.read(stage.ports, TENANT, "welcome"),
        graph_of(stage, "welcome"),
        profile,
        tokens=stage.world.tokens,
        workspace=stage.inventory.workspace(TENANT),
        now=stage.world.clock.now(),
    )
    said = [one.sentence for one in told]
    assert "`start`: the contact never did `signup`." in said
    assert [one.code for one in told] == ["never_did", "filter_fails"]
    assert told[0].params == {"trigger": "start", "event": "signup"}
    assert any(s.startswith("The entry filter does not hold: country") for s in said)
