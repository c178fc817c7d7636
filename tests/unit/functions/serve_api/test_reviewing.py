"""Approval before publishing."""

from __future__ import annotations

from typing import Any

from stepwell.publishing.team import Person

from tests.unit.functions.serve_api.conftest import Api
from tests.unit.publishing.stage import welcome

KIM = {"username": "kim"}


def required(api: Api, **more: Any) -> None:
    kim = Person("kim", "acme", "kim@acme.example", True, "Kim", "admin", second_factor=True)
    api.wired.console.directory.people["kim"] = kim
    api.ok("PUT", "/workspace", {"approvals": {"required": True, **more}})
    api.ok("POST", "/workflows", {"workflow": welcome()})


def refused(api: Api, path: str, body: Any, **more: Any) -> str:
    status, told = api.call("POST", f"/api/v1/workflows/welcome/{path}", body, **more)
    assert status in (403, 409), told
    return str(told["code"])


def test_only_what_somebody_else_approved_is_published(api: Api) -> None:
    required(api)
    assert refused(api, "publish", {}) == "approval_needed"
    assert api.ok("POST", "/workflows/welcome/publish", {"dry_run": True})["dry_run"]
    told = api.ok("POST", "/workflows/welcome/review", {"rev": 1, "note": "Please look"}, role="editor")
    assert (told["state"], told["asked_by"], told["may_publish"]) == ("pending", "ann", False)
    assert refused(api, "publish", {}) == "approval_needed"
    approve = {"rev": 1, "decision": "approve", "comment": "Fine"}
    assert refused(api, "review/decision", approve) == "may_not_review"
    assert api.ok("GET", "/reviews")["items"] == []
    assert [r["workflow"] for r in api.ok("GET", "/reviews", claims=KIM)["items"]] == ["welcome"]
    assert [r["note"] for r in api.ok("GET", "/reviews", waiting_for="all")["items"]] == ["Please look"]
    told = api.ok("POST", "/workflows/welcome/review/decision", approve, claims=KIM)
    assert (told["state"], told["decided_by"], told["comment"], told["may_publish"]) == (
        "approved",
        "kim",
        "Fine",
        True,
    )
    assert refused(api, "review/decision", approve, claims=KIM) == "no_review"
    assert api.ok("POST", "/workflows/welcome/publish", {"rev": 1})["version"] == 1
    actions = {e["action"] for e in api.ok("GET", "/audit", action="review.")["items"]}
    assert actions == {"review.requested", "review.approved"}


def test_an_edit_asks_anew(api: Api) -> None:
    required(api)
    api.ok("POST", "/workflows/welcome/review", {"rev": 1})
    api.ok("POST", "/workflows/welcome/review/decision", {"rev": 1, "decision": "approve"}, claims=KIM)
    api.ok("PUT", "/workflows/welcome", {"workflow": welcome(days=3), "rev": 1}, claims=KIM)
    assert api.ok("GET", "/workflows/welcome/review")["state"] == "outdated"
    assert refused(api, "publish", {}) == "approval_needed"
    assert refused(api, "review", {"rev": 1}) == "stale_rev"
    api.ok("POST", "/workflows/welcome/review", {"rev": 2})
    # Kim changed it last: who wrote it does not approve it, whoever asked.
    decision = {"rev": 2, "decision": "reject", "comment": "Too long"}
    assert refused(api, "review/decision", decision, claims=KIM) == "may_not_review"
    api.ok("PUT", "/workspace", {"approvals": {"required": True, "self_approval": True}})
    told = api.ok("POST", "/workflows/welcome/review/decision", decision, claims=KIM)
    assert (told["state"], told["comment"]) == ("rejected", "Too long")
    assert api.ok("DELETE", "/workflows/welcome/review")["state"] == "none"


def test_admins_may_keep_the_decision_to_themselves(api: Api) -> None:
    required(api, by="admin")
    api.ok("POST", "/workflows/welcome/review", {"rev": 1})
    body = {"rev": 1, "decision": "approve"}
    assert refused(api, "review/decision", body, claims=KIM, role="publisher") == "may_not_review"
    assert api.ok("POST", "/workflows/welcome/review/decision", body, claims=KIM)["state"] == "approved"


def test_whoever_comes_too_late_is_told_who_was_first(api: Api) -> None:
    api.ok("POST", "/workflows", {"workflow": welcome()})
    api.ok("PUT", "/workflows/welcome", {"workflow": welcome(days=3), "rev": 1}, role="editor", claims=KIM)
    status, told = api.call("PUT", "/api/v1/workflows/welcome", {"workflow": welcome(), "rev": 1})
    assert (status, told["details"]["by"], told["details"]["rev"]) == (409, "kim", 2)
    assert told["details"]["updated_at"]
