"""Snippets, blocks and connected content over the API, and previews that show them."""

from __future__ import annotations

from typing import Any

from stepwell.errors import Unavailable
from stepwell.runtime.effects import HttpRequest, HttpResponse
from stepwell.triggers.tallying import LINKS

from tests.fakes.publishing import TENANT
from tests.unit.functions.serve_api.conftest import TEMPLATE, Api
from tests.unit.publishing.stage import welcome

HEADER = {"id": "header", "source": "<h2>{{ workspace.name }} for {{ first_name }}</h2>"}
HERO = {
    "id": "hero",
    "kind": "offer",
    "choices": [
        {"id": "vip", "segment": "vips", "html": "<b>30 %</b>"},
        {"id": "pro", "when": 'plan == "pro"', "html": "10 %"},
    ],
    "default": {"id": "all", "html": "{% include 'nothing' %}"},
}
MESSAGE = {
    "id": "offer",
    "subject": "Hi",
    "purpose": "transactional",
    "layout": "",
    "html": "{% include 'header' %}{{ block('hero') }}{{ connected('weather', city).sky }}",
    "sample": {"first_name": "Ann"},
    "translations": {"de": {"subject": "Hallo"}},
}


def _saved(api: Api, kind: str, piece: dict[str, Any], rev: int = 0) -> dict[str, Any]:
    return api.ok("PUT", f"/content/{kind}/{piece['id']}", {"piece": piece, "rev": rev})


def test_pieces_are_kept_checked_and_shown_in_previews(api: Api) -> None:
    assert _saved(api, "snippets", HEADER)["rev"] == 1
    status, told = api.call("PUT", "/api/v1/content/blocks/hero", {"piece": HERO, "rev": 0})
    assert status == 422
    assert told["details"]["violations"][0]["place"] == "all.html"
    block = {**HERO, "default": {"id": "all", "html": "Hello"}}
    _saved(api, "blocks", block)
    _saved(
        api,
        "sources",
        {
            "id": "weather",
            "url": "https://api.example.com/{city}",
            "params": ["city"],
            "sample": {"sky": "sunny"},
        },
    )
    saved = api.ok("POST", "/templates", {"template": MESSAGE})
    assert (saved["dialect"], saved["languages"]) == ("jinja2", ["de", "en"])
    shown = api.ok("POST", "/templates/offer/preview", {})
    assert shown["html"].endswith("for Ann</h2>Hellosunny")
    shown = api.ok("POST", "/templates/offer/preview", {"segments": ["vips"], "language": "de-AT"})
    assert (shown["subject"], "<b>30 %</b>" in shown["html"]) == ("Hallo", True)
    shown = api.ok("POST", "/templates/offer/preview", {"sample": {"plan": "pro", "locale": "de"}})
    assert (shown["subject"], "10 %" in shown["html"]) == ("Hallo", True)


def test_a_piece_is_changed_over_what_was_read_and_deleted(api: Api) -> None:
    first = _saved(api, "snippets", HEADER)
    assert api.call("PUT", "/api/v1/content/snippets/header", {"piece": HEADER, "rev": 0})[0] == 409
    _saved(api, "snippets", {**HEADER, "name": "Header"}, first["rev"])
    assert [piece["name"] for piece in api.ok("GET", "/content/snippets")["items"]] == ["Header"]
    assert api.call("PUT", "/api/v1/content/snippets/other", {"piece": HEADER, "rev": 2})[0] == 400
    assert api.call("GET", "/api/v1/content/widgets")[0] == 404
    api.ok("DELETE", "/content/snippets/header")
    assert api.call("GET", "/api/v1/content/snippets/header")[0] == 404


def test_a_piece_tells_who_names_it_and_git_keeps_its_own(api: Api) -> None:
    _saved(api, "snippets", HEADER)
    _saved(api, "blocks", {**HERO, "default": {"id": "all", "html": "{% include 'header' %}"}})
    api.ok("POST", "/templates", {"template": MESSAGE})
    shown = api.ok("GET", "/content/snippets/header")
    assert [(one["kind"], one["id"]) for one in shown["used_by"]] == [
        ("templates", "offer"),
        ("blocks", "hero"),
    ]
    assert [one["id"] for one in api.ok("GET", "/content/blocks/hero")["used_by"]] == ["offer"]
    api.config.save_document(TENANT, "SNIPPET", "header", 1, shown["piece"], "git")
    assert api.ok("GET", "/content/snippets/header")["managed_by"] == "git"
    status, told = api.call("PUT", "/api/v1/content/snippets/header", {"piece": HEADER, "rev": 2})
    assert (status, told["code"]) == (409, "managed_by_git")
    assert api.call("DELETE", "/api/v1/content/snippets/header")[0] == 409


class Weather:
    """Answers as it is told."""

    def __init__(self) -> None:
        self.asked: list[HttpRequest] = []
        self.answer = HttpResponse(200, {}, b'{"sky": "sunny"}')

    def call(self, request: HttpRequest) -> HttpResponse:
        self.asked.append(request)
        if request.url.endswith("/nowhere"):
            raise Unavailable("The host's name could not be resolved.")
        return self.answer


def test_a_source_is_tried_without_its_secrets(api: Api) -> None:
    http = api.parts.http = Weather()
    source = {
        "id": "weather",
        "url": "https://api.example.com/{city}",
        "params": ["city"],
        "headers": {"Authorization": "Bearer secret:weather", "Accept": "application/json"},
    }

    def tried(city: str) -> Any:
        return api.ok("POST", "/sources-of-content/try", {"piece": source, "values": [city]})

    found = tried("New York")
    assert (found["url"], found["answer"]) == ("https://api.example.com/New%20York", {"sky": "sunny"})
    assert (found["ok"], found["left_out"], http.asked[0].headers) == (
        True,
        ["Authorization"],
        {"Accept": "application/json"},
    )
    assert "resolved" in tried("nowhere")["fault"]
    http.answer = HttpResponse(404, {}, b"{}")
    assert (tried("Bern")["ok"], tried("Bern")["status"]) == (False, 404)
    http.answer = HttpResponse(200, {}, b"<html>")
    assert "JSON" in tried("Bern")["fault"]
    assert api.call("POST", "/api/v1/sources-of-content/try", {"piece": {"id": "x"}})[0] == 422
    plain = {**source, "headers": {"X-Api-Key": "k1"}}
    status, told = api.call("PUT", "/api/v1/content/sources/weather", {"piece": plain, "rev": 0})
    assert (status, told["details"]["violations"][0]["code"]) == (422, "credential_in_header")


def test_templates_of_each_dialect_are_checked(api: Api) -> None:
    for dialect, source in (("handlebars", "{{#if a}}{{/unless}}"), ("liquid", "{% if a %}")):
        told = api.ok(
            "POST", "/templates/check", {"template": {**MESSAGE, "html": source, "dialect": dialect}}
        )
        assert [v["code"] for v in told["violations"]] == ["template_syntax"]
    good = {**MESSAGE, "html": "Hi {{first_name}}", "dialect": "handlebars"}
    assert api.ok("POST", "/templates", {"template": good})["template"]["dialect"] == "handlebars"
    assert api.ok("POST", "/templates/offer/preview", {})["html"] == "Hi Ann"


def test_links_are_tracked_and_tagged_as_the_workspace_says(api: Api) -> None:
    assert api.ok("GET", "/workspace/links")["settings"]["tracking"] == "provider"
    told = {"tracking": "own", "utm": {"utm_source": "news"}}
    saved = api.ok("PUT", "/workspace/links", {"settings": told, "rev": 0})
    assert (saved["settings"]["tracking"], saved["rev"]) == ("own", 1)
    assert api.call("PUT", "/api/v1/workspace/links", {"settings": told, "rev": 0})[0] == 409
    assert api.call("PUT", "/api/v1/workspace/links", {"settings": {"utm": {"x": "y"}}, "rev": 1})[0] == 422


def test_the_click_map_has_the_links_of_the_message_that_a_step_sends(api: Api) -> None:
    html = (
        '<a href="https://shop.example/sale">Sale</a> <a data-link="more" href="https://shop.example/b">B</a>'
    )
    api.ok("PUT", "/templates/hello", {"template": {**TEMPLATE, "html": html}, "rev": 1})
    api.create(welcome())
    api.publish()
    api.parts.counters.add(TENANT, f"welcome{LINKS}", 1, {("mail", "link:more"): 3})
    (told,) = [one for one in api.ok("GET", "/workflows/welcome/clicks")["items"] if one["node"] == "mail"]
    assert told["clicks"] == 3
    first = told["links"][0]
    assert (first["link"], first["url"], first["share"]) == ("more", "https://shop.example/b", 1.0)
    assert "https://shop.example/sale" in {one["url"] for one in told["links"]}
