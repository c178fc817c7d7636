"""What a browser is told of a form, and to whom nothing of a contact is told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import pytest
from stepwell.contracts.ids import profile_id
from stepwell.contracts.profiles import Profile
from stepwell.triggers.form_fields import FieldPorts, FormFields
from stepwell.triggers.ports import WriteKey

from tests.fakes.triggers import MemoryKeys

from .stage import TENANT, Stage

KEY = "write-key"
BROWSER, OTHER = "7f1b6c1e-aaaa", "0000aaaa-bbbb"
ANN = profile_id(TENANT, "user", "ann")
FORM = {"fields": [{"name": "company", "consent": "We may keep it."}], "at_most": 2}


class Documents:
    """See `FormDocuments`."""

    def __init__(self) -> None:
        self.stored: dict[tuple[str, str], tuple[Mapping[str, Any], int]] = {("FORM", "demo"): (FORM, 4)}

    def read(self, tenant: str, kind: str, id_: str) -> tuple[Mapping[str, Any], int] | None:
        return self.stored.get((kind, id_)) if tenant == TENANT else None


class Page:
    """A browser and the endpoint."""

    def __init__(self) -> None:
        self.stage = Stage()
        self.documents = Documents()
        world = self.stage.world
        self.endpoint = FormFields(
            FieldPorts(
                clock=world.clock,
                keys=MemoryKeys(**{KEY: WriteKey(TENANT, "web")}),
                documents=self.documents,
                rules=self.stage.rules,
                contacts=world.profiles,
                agreements=world.messaging,
            )
        )

    def know(self, **traits: Any) -> None:
        """Ann, known by her id and seen in her browser."""
        self.stage.world.profiles.put(TENANT, [Profile(ANN, traits=traits, anonymous_ids=(BROWSER,))])
        self.stage.world.profiles.link(TENANT, {profile_id(TENANT, "anonymous", BROWSER): ANN})

    def ask(self, path: str = "/v1/forms/demo/next", **query: str) -> tuple[int, dict[str, Any]]:
        request = {
            "rawPath": path,
            "rawQueryString": urlencode({"writeKey": KEY, **query}),
            "requestContext": {"http": {"method": "GET", "path": path}},
        }
        answer = self.endpoint.answer(request)
        assert answer["headers"]["access-control-allow-origin"] == "*"
        assert answer["headers"]["cache-control"] == "no-store"
        return answer["statusCode"], json.loads(answer["body"])

    def names(self, **query: str) -> list[str]:
        status, body = self.ask(**query)
        assert status == 200
        return [field["name"] for field in body["fields"]]


@pytest.fixture
def page() -> Page:
    return Page()


def test_a_stranger_is_asked_from_the_start(page: Page) -> None:
    status, body = page.ask(anonymousId=BROWSER)
    assert (status, body["done"], body["stage"]) == (200, False, "initial_capture@4")
    assert [field["name"] for field in body["fields"]] == ["email", "first_name"]
    assert body["fields"][0] == {"name": "email", "label": "Email", "type": "email", "required": True}


def test_a_known_browser_is_asked_what_is_missing_and_told_no_value(page: Page) -> None:
    page.know(email="ann@acme.example", first_name="Ann-Secret")
    for query in ({"anonymousId": BROWSER}, {"anonymousId": BROWSER, "userId": "ann"}):
        status, body = page.ask(**query)
        assert status == 200
        assert [field["name"] for field in body["fields"]] == ["company", "job_title"]
        assert body["fields"][0]["consent"] == "We may keep it."
        assert "Ann-Secret" not in json.dumps(body)


@pytest.mark.parametrize(
    "query",
    [
        {"userId": "ann"},
        {"userId": "ann", "anonymousId": ""},
        {"userId": "ann", "anonymousId": "short"},
        {"userId": "ann", "anonymousId": OTHER},
        {"userId": "ann", "anonymousId": "x" * 300},
        {"anonymousId": OTHER},
        {},
    ],
)
def test_nobody_else_learns_what_is_known_of_her(page: Page, query: dict[str, str]) -> None:
    page.know(email="ann@acme.example", first_name="Ann")
    assert page.names(**query) == ["email", "first_name"]


def test_another_customers_browser_is_a_stranger_to_her(page: Page) -> None:
    page.know(email="ann@acme.example", first_name="Ann")
    bob = profile_id(TENANT, "user", "bob")
    page.stage.world.profiles.put(TENANT, [Profile(bob, traits={"email": "b@acme.example"})])
    page.stage.world.profiles.link(TENANT, {profile_id(TENANT, "anonymous", OTHER): bob})
    assert page.names(anonymousId=OTHER, userId="ann") == ["email", "first_name"]
    assert page.names(anonymousId=OTHER, userId="bob") == ["first_name", "company"]
    # A customer id that nobody has yet is no reason to forget the browser.
    assert page.names(anonymousId=OTHER, userId="new") == ["first_name", "company"]


def test_what_was_declined_and_what_is_too_old(page: Page) -> None:
    known = dict.fromkeys(("email", "first_name", "company"), "x")
    page.know(**known)
    page.stage.world.messaging.set_consent(TENANT, ANN, {"field:job_title": "denied"})
    assert page.names(anonymousId=BROWSER) == ["company_size", "industry"]
    page.know(**known)
    page.stage.rules.documents[TENANT] = {
        "schema": {"attributes": [{"name": "first_name", "type": "text", "choices": ["a", "b"]}]}
    }
    assert page.names(anonymousId=BROWSER) == ["company_size", "industry"]


def test_done(page: Page) -> None:
    names = ("email", "first_name", "company", "job_title", "company_size", "industry")
    page.know(**dict.fromkeys(names, "x"))
    assert page.ask(anonymousId=BROWSER) == (
        200,
        {"fields": [], "done": True, "stage": "initial_capture@4"},
    )


def test_a_workspaces_own_stages(page: Page) -> None:
    stages = {"stages": [{"id": "first", "required_fields": ["phone"]}]}
    page.documents.stored["STAGES", "stages"] = (stages, 1)
    assert page.names(anonymousId=BROWSER) == ["phone"]
    page.know(phone="+4930901820")
    assert page.names(anonymousId=BROWSER) == ["company"]


@pytest.mark.parametrize(
    ("path", "query", "status", "code"),
    [
        ("/v1/forms/demo/next", {"writeKey": "wrong"}, 401, "unknown_key"),
        ("/v1/forms/demo/next", {"writeKey": ""}, 401, "unknown_key"),
        ("/v1/forms/none/next", {}, 404, "no_form"),
        ("/v1/forms/demo", {}, 404, "no_route"),
        ("/v1/forms/../next", {}, 404, "no_route"),
        ("/v1/forms/off/next", {}, 404, "no_form"),
    ],
)
def test_refusals(page: Page, path: str, query: dict[str, str], status: int, code: str) -> None:
    page.documents.stored["FORM", "off"] = ({"active": False}, 1)
    found = page.ask(path, **query)
    assert (found[0], found[1]["code"]) == (status, code)
