import pytest
from stepwell.errors import Conflict, InvalidInput, NotFound, ValidationFailed
from stepwell.publishing import drafts
from stepwell.publishing.checking import validate

from tests.fakes.publishing import TENANT
from tests.unit.publishing.stage import ACTOR, Stage, newsletter, welcome


def test_create_read_update_delete() -> None:
    stage = Stage()
    stage.create(welcome())
    record = drafts.read(stage.ports, TENANT, "welcome")
    assert (record.edited, record.status, record.name) == (1, "draft", "Welcome")
    changed = drafts.update(stage.ports, TENANT, "welcome", welcome(days=3), 1, "bob")
    assert changed.edited == 2 and changed.updated_by == "bob"
    drafts.delete(stage.ports, TENANT, "welcome", ACTOR)
    with pytest.raises(NotFound):
        drafts.read(stage.ports, TENANT, "welcome")
    assert [e.action for e in stage.audit.entries] == [
        "workflow.created",
        "workflow.updated",
        "workflow.deleted",
    ]


def test_an_id_is_taken_once() -> None:
    stage = Stage()
    stage.create(welcome())
    with pytest.raises(Conflict) as caught:
        stage.create(welcome())
    assert caught.value.code == "workflow_exists"


def test_a_stale_rev_is_refused_and_says_who() -> None:
    stage = Stage()
    stage.create(welcome())
    drafts.update(stage.ports, TENANT, "welcome", welcome(days=3), 1, "bob")
    with pytest.raises(Conflict) as caught:
        drafts.update(stage.ports, TENANT, "welcome", welcome(days=4), 1, "eve")
    assert caught.value.code == "stale_rev"
    assert caught.value.details["rev"] == 2 and caught.value.details["by"] == "bob"


def test_the_same_rev_saved_twice_at_once_keeps_one() -> None:
    stage = Stage()
    stage.create(welcome())
    stage.world.on_write(
        "workflows.save",
        lambda: drafts.update(stage.ports, TENANT, "welcome", welcome(days=9), 1, "bob"),
    )
    with pytest.raises(Conflict):
        drafts.update(stage.ports, TENANT, "welcome", welcome(days=4), 1, "eve")
    assert drafts.read(stage.ports, TENANT, "welcome").updated_by == "bob"


def test_a_pause_between_read_and_save_does_not_refuse_the_draft() -> None:
    stage = Stage()
    stage.create(welcome())
    stage.publish()
    stage.world.on_write(
        "workflows.save", lambda: drafts.change(stage.ports, TENANT, "welcome", status="paused")
    )
    drafts.update(stage.ports, TENANT, "welcome", welcome(days=4), 1, "eve")
    record = drafts.read(stage.ports, TENANT, "welcome")
    assert record.status == "paused" and record.edited == 2


def test_an_id_cannot_change() -> None:
    stage = Stage()
    stage.create(welcome())
    with pytest.raises(InvalidInput) as caught:
        drafts.update(stage.ports, TENANT, "welcome", {**welcome(), "id": "other"}, 1, ACTOR)
    assert caught.value.code == "id_changed"


def test_a_malformed_document_is_refused_with_its_place() -> None:
    with pytest.raises(ValidationFailed) as caught:
        Stage().create({"id": "x", "nodes": [{"id": "BAD", "type": "exit"}]})
    assert caught.value.violations[0]["place"] == "nodes[0].id"


def test_a_live_workflow_cannot_be_deleted() -> None:
    stage = Stage()
    stage.create(welcome())
    stage.publish()
    with pytest.raises(Conflict) as caught:
        drafts.delete(stage.ports, TENANT, "welcome", ACTOR)
    assert caught.value.code == "workflow_live"


def test_lists_page_filter_and_sort() -> None:
    stage = Stage()
    for number in range(5):
        stage.create({**welcome(), "id": f"w{number}", "name": f"Flow {9 - number}"})
    stage.create(newsletter())
    first = drafts.search(stage.ports, TENANT, text="flow", sort="name", descending=False, limit=2)
    assert [r.id for r in first.items] == ["w4", "w3"] and first.total == 5
    # One that is added before the cursor shifts nothing.
    stage.create({**welcome(), "id": "early", "name": "Flow 0"})
    rest = drafts.search(
        stage.ports, TENANT, text="flow", sort="name", descending=False, limit=9, cursor=first.cursor
    )
    assert [r.id for r in rest.items] == ["w2", "w1", "w0"] and rest.cursor is None
    assert drafts.search(stage.ports, TENANT, status="active").items == []
    with pytest.raises(InvalidInput):
        drafts.search(stage.ports, TENANT, sort="color")
    with pytest.raises(InvalidInput):
        drafts.search(stage.ports, TENANT, cursor="junk!")


def test_another_tenant_sees_nothing() -> None:
    stage = Stage()
    stage.create(welcome())
    assert drafts.search(stage.ports, "other").items == []
    with pytest.raises(NotFound):
        drafts.read(stage.ports, "other", "welcome")


def test_validate_names_unknown_templates() -> None:
    told = validate(Stage().ports, TENANT, welcome(template="nowhere"))
    assert not told["publishable"]
    assert "nowhere" in str(told["violations"])
    assert validate(Stage().ports, TENANT, welcome())["publishable"]
