"""Scoring models, contacts' scores and sequences over the API."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from stepwell.publishing.rescoring import rescore
from stepwell.scoring.defaults import LEAD

from tests.unit.functions.serve_api.conftest import Api
from tests.unit.publishing.stage import person

PRODUCT: dict[str, Any] = {
    "id": "product",
    "name": "Product use",
    "subject": "product",
    "base_score": 0,
    "rules": [{"id": "report", "event": "report_made", "points": 10}],
    "bands": [{"id": "active", "threshold": 50}],
}
CART = {
    "id": "cart",
    "steps": [{"event": "product_carted"}],
    "absent": [{"event": "purchase"}],
    "for": "1_hours",
}


def test_the_default_model_is_there_before_anything_is_saved(api: Api) -> None:
    (only,) = api.ok("GET", "/scoring/models")["items"]
    assert (only["id"], only["field"], only["version"], only["rev"]) == ("lead", "lead_score", 1, 1)
    found = api.ok("GET", "/scoring/models/lead")
    assert [band["id"] for band in found["model"]["bands"]] == ["low", "medium", "high"]
    assert (found["used_by"], found["rescoring"]) == ([], None)
    assert api.ok("GET", "/scoring/models/lead/versions")["items"][0]["live"]


def test_a_model_from_creation_to_deletion(api: Api) -> None:
    made = api.ok("POST", "/scoring/models", {"model": PRODUCT, "note": "First"})
    assert (made["version"], made["rev"], made["model"]["rules"][0]["code"]) == (1, 1, "a")
    assert api.call("POST", "/api/v1/scoring/models", {"model": PRODUCT})[0] == 409
    changed = {**PRODUCT, "rules": [{"id": "report", "event": "report_made", "points": 20}]}
    saved = api.ok("PUT", "/scoring/models/product", {"model": changed, "rev": 1, "note": "Twice"})
    assert (saved["version"], saved["rev"], saved["note"]) == (2, 2, "Twice")
    status, told = api.call("PUT", "/api/v1/scoring/models/product", {"model": changed, "rev": 1})
    assert (status, told["code"], told["details"]["rev"]) == (409, "stale_rev", 2)
    assert api.ok("GET", "/scoring/models/product/diff", old=1)["changes"] == [
        {"path": "rules.report.points", "old": 10.0, "new": 20.0}
    ]
    assert api.ok("GET", "/scoring/models/product/versions/1")["model"]["rules"][0]["points"] == 10
    assert api.call("GET", "/api/v1/scoring/models/product/versions/9")[0] == 404
    back = api.ok("POST", "/scoring/models/product/rollback", {"to": 1, "rev": 2})
    assert (back["version"], back["rolled_back_from"]) == (3, 1)
    listed = api.ok("GET", "/scoring/models/product/versions")["items"]
    assert [(v["version"], v["live"]) for v in listed] == [(3, True), (2, False), (1, False)]
    assert api.call("DELETE", "/api/v1/scoring/models/product", rev=1)[0] == 409
    assert api.call("DELETE", "/api/v1/scoring/models/product")[0] == 422
    api.ok("DELETE", "/scoring/models/product", rev=3)
    assert api.call("GET", "/api/v1/scoring/models/product")[0] == 404
    actions = sorted(entry["action"] for entry in api.ok("GET", "/audit")["items"])
    assert actions == ["scoring.created", "scoring.deleted", "scoring.updated", "scoring.updated"]
    assert api.call("GET", "/api/v1/scoring/models/lead", tenant="other")[0] == 200
    assert api.call("GET", "/api/v1/scoring/models/product", tenant="other")[0] == 404


def test_progress_of_rescoring_is_shown(api: Api) -> None:
    api.add(person(1).evolve(scores={"lead": [1, 0, 0, "100/0/1000/0.95/2592000", {}]}), person(2))
    model = api.ok("GET", "/scoring/models/lead")["model"]
    api.ok("PUT", "/scoring/models/lead", {"model": {**model, "decay_rate": 0.9}, "rev": 1})
    assert api.ok("GET", "/scoring/models/lead")["rescoring"]["state"] == "running"
    while api.moves.queue:
        rescore(api.wired.rules, api.world.sink, api.moves.queue.pop(0)[0])
    (done,) = api.ok("GET", "/scoring/models/lead/rescorings")["items"]
    assert (done["state"], done["asked"], done["told"]) == ("done", 2, 1)


def test_what_is_wrong_is_told_at_once(api: Api) -> None:
    bad = {**PRODUCT, "base_score": -1, "bands": [{"id": "a", "threshold": 5_000}]}
    found = api.ok("POST", "/scoring/models/validate", {"model": bad})
    assert not found["valid"]
    assert {one["code"] for one in found["violations"]} == {"bounds", "unreachable"}
    assert api.ok("POST", "/scoring/models/validate", {"model": LEAD})["valid"]
    assert api.call("POST", "/api/v1/scoring/models", {"model": bad})[0] == 422
    broken = {**PRODUCT, "rules": [{"id": "x", "event": "x", "points": 1, "where": "event.total >"}]}
    assert api.call("POST", "/api/v1/scoring/models", {"model": broken})[0] == 422
    for hostile in ({"model": {"id": "x", "rules": "no"}}, {"model": {"rules": [1, None]}}, {"model": {}}):
        assert api.call("POST", "/api/v1/scoring/models", hostile)[0] == 422
        assert api.call("POST", "/api/v1/scoring/models/try", hostile)[0] == 422
        body = {**hostile, "rev": 1}
        assert api.call("PUT", "/api/v1/scoring/models/lead", body)[0] == 422


def test_a_contacts_scores_and_points_by_hand(api: Api) -> None:
    api.add(person(1))
    found = api.ok("GET", "/contacts/u1/scores")
    assert [(s["model"], s["score"], s["band"]) for s in found["scores"]] == [("lead", 100, "low")]
    told = api.ok("POST", "/contacts/u1/scores/lead/adjust", {"points": 250, "reason": "Met at the fair"})
    assert (told["score"], told["lines"][0]["rule"]) == (350, "adjusted")
    assert api.ok("GET", f"/contacts/{person(1).id}/scores")["scores"][0]["score"] == 350
    assert api.world.sink.emitted[-1][1]["name"] == "profile_due"
    entry = api.ok("GET", "/audit", action="contact.score_adjusted")["items"][0]
    assert entry["details"] == {"model": "lead", "points": 250.0, "reason": "Met at the fair"}
    for body, status in (
        ({"points": 5}, 422),
        ({"points": 5_000, "reason": "x"}, 422),
        ({"points": 5, "reason": ""}, 422),
    ):
        assert api.call("POST", "/api/v1/contacts/u1/scores/lead/adjust", body)[0] == status
    body = {"points": 5, "reason": "x"}
    assert api.call("POST", "/api/v1/contacts/u1/scores/none/adjust", body)[0] == 404
    assert api.call("POST", "/api/v1/contacts/nobody/scores/lead/adjust", body)[0] == 404
    assert api.call("GET", "/api/v1/contacts/nobody/scores")[0] == 404


def test_a_model_is_tried(api: Api) -> None:
    api.add(person(1), person(2))
    document = {**deepcopy(LEAD), "base_score": 350}
    found = api.ok("POST", "/scoring/models/try", {"model": document})
    assert found["crossings"] == [{"from_band": "low", "band": "medium", "contacts": 2}]
    assert found["median"] == 350


def test_sequences(api: Api) -> None:
    made = api.ok("POST", "/sequences", {"sequence": CART})
    assert (made["emit"], made["events"], made["rev"]) == (
        "sequence_completed",
        ["product_carted", "purchase"],
        1,
    )
    assert api.call("POST", "/api/v1/sequences", {"sequence": CART})[0] == 409
    saved = api.ok("PUT", "/sequences/cart", {"sequence": {**CART, "for": "2_hours"}, "rev": 1})
    assert (saved["rev"], saved["sequence"]["for"]) == (2, "2_hours")
    assert api.call("PUT", "/api/v1/sequences/cart", {"sequence": CART, "rev": 1})[0] == 409
    assert api.ok("GET", "/sequences", event="purchase")["total"] == 1
    assert api.ok("GET", "/sequences/cart")["used_by"] == []
    bad = {**CART, "absent": []}
    assert not api.ok("POST", "/sequences/validate", {"sequence": bad})["valid"]
    assert api.ok("POST", "/sequences/validate", {"sequence": CART})["valid"]
    assert api.call("POST", "/api/v1/sequences", {"sequence": bad})[0] == 422
    assert api.call("GET", "/api/v1/sequences/cart", tenant="other")[0] == 404
    assert api.call("DELETE", "/api/v1/sequences/cart", rev=1)[0] == 409
    api.ok("DELETE", "/sequences/cart", rev=2)
    assert api.ok("GET", "/sequences")["items"] == []


def test_every_ready_made_sequence_can_be_saved(api: Api) -> None:
    for example in api.ok("GET", "/sequences/examples")["items"]:
        assert api.ok("POST", "/sequences", {"sequence": example})["sequence"] == example


def test_a_live_workflow_holds_on_to_its_sequence_and_model(api: Api) -> None:
    api.ok("POST", "/scoring/models", {"model": PRODUCT})
    api.ok("POST", "/sequences", {"sequence": {**CART, "emit": "cart_abandoned"}})
    workflow = {
        "id": "carts",
        "purpose": "marketing",
        "nodes": [
            {"id": "start", "type": "event_trigger", "config": {"event": "cart_abandoned"}},
            {"id": "points", "type": "scoring_update", "config": {"score_increment": -5, "model": "product"}},
        ],
        "edges": ["start -> points"],
    }
    api.create(workflow)
    api.publish("carts")
    status, told = api.call("DELETE", "/api/v1/sequences/cart", rev=1)
    assert (status, told["code"], told["details"]["used_by"]) == (409, "sequence_used", ["workflow/carts"])
    status, told = api.call("DELETE", "/api/v1/scoring/models/product", rev=1)
    assert (status, told["code"]) == (409, "model_used")
    assert api.ok("GET", "/scoring/models/product")["used_by"] == ["workflow/carts"]
