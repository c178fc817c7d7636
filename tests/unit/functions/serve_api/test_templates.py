"""Templates over the API: MJML, earlier states, who uses them, and what the library brings."""

from __future__ import annotations

from typing import Any

from tests.fakes.publishing import TENANT
from tests.unit.functions.serve_api.conftest import TEMPLATE, Api
from tests.unit.publishing.stage import welcome

MJML = """<mjml>
  <mj-body>
    {% for item in event.items %}
    <mj-section><mj-column><mj-text>{{ item.name }} for {{ first_name }}</mj-text></mj-column></mj-section>
    {% endfor %}
    <mj-section><mj-column>
      <mj-text><a href="{{ unsubscribe_url }}">Stop</a> {{ workspace.postal_address }}</mj-text>
    </mj-column></mj-section>
  </mj-body>
</mjml>"""


def _mjml(source: str = MJML) -> dict[str, Any]:
    return {
        "id": "blocks",
        "name": "Blocks",
        "subject": "Hi",
        "format": "mjml",
        "mjml": source,
        "sample": {"first_name": "Ann", "event": {"items": [{"name": "Lamp"}, {"name": "Desk"}]}},
    }


def test_mjml_is_compiled_when_it_is_saved(api: Api) -> None:
    saved = api.ok("POST", "/templates", {"template": _mjml()})
    assert (saved["format"], saved["template"]["layout"]) == ("mjml", "")
    assert saved["template"]["mjml"] == MJML
    stored = api.parts.config.document(TENANT, "TPL", "blocks").body
    assert "<mj-" not in stored["html"] and "{{ item.name }} for {{ first_name }}" in stored["html"]
    told = api.ok("POST", "/templates/blocks/preview", {})
    assert "Lamp for Ann" in told["html"] and "Desk for Ann" in told["text"]
    unsaved = api.ok(
        "POST", "/templates/blocks/preview", {"template": _mjml(MJML.replace("}} for {{", "}} to {{"))}
    )
    assert "Lamp to Ann" in unsaved["html"]


def test_what_is_wrong_with_mjml_is_told_by_line_and_tag(api: Api) -> None:
    broken = _mjml(MJML.replace("<mj-text>{{ item", "<mj-txt>{{ item"))
    told = api.ok("POST", "/templates/check", {"template": broken})
    assert not told["valid"]
    assert {("mjml", 4, "mj-txt")} <= {(v["part"], v["line"], v.get("tag")) for v in told["violations"]}
    assert api.call("POST", "/api/v1/templates", {"template": broken})[0] == 422
    failing = _mjml(MJML.replace("{{ first_name }}", "{{ first_name / 2 }}"))
    status, told = api.call("POST", "/api/v1/templates/blocks/preview", {"template": failing})
    assert status == 422
    assert (told["details"]["violations"][0]["part"], told["details"]["violations"][0]["line"]) == ("mjml", 3)


def test_what_was_saved_can_be_read_again(api: Api) -> None:
    news = {**TEMPLATE, "id": "news"}
    api.ok("POST", "/templates", {"template": news})
    assert "format" not in api.ok("GET", "/templates/news")["template"]
    api.ok("PUT", "/templates/news", {"template": {**news, "subject": "Second"}, "rev": 1})
    assert [one["number"] for one in api.ok("GET", "/templates/news/versions")["items"]] == [2, 1]
    first = api.ok("GET", "/templates/news/versions/1")
    assert first["template"]["subject"] == TEMPLATE["subject"]
    api.ok("DELETE", "/templates/news")
    api.ok("POST", "/templates", {"template": {**news, "subject": "Third"}})
    assert [one["number"] for one in api.ok("GET", "/templates/news/versions")["items"]] == [3, 2, 1]


def test_a_message_tells_which_workflows_send_it(api: Api) -> None:
    assert api.ok("GET", "/templates")["items"][0]["used_by"] == []
    api.create(welcome())
    assert api.ok("GET", "/templates")["items"][0]["used_by"] == [
        {"id": "welcome", "name": "Welcome", "live": False}
    ]
    api.publish()
    assert [one["live"] for one in api.ok("GET", "/templates/hello")["used_by"]] == [True]
    assert api.ok("GET", "/templates", used="false")["items"] == []


def test_a_workflow_of_the_library_brings_its_messages(api: Api) -> None:
    card = api.ok("GET", "/library/price_drop_v1")
    assert {(n["kind"], n["name"], n["met"], n["comes"]) for n in card["needs"]} >= {
        ("message", "price_drop", False, True)
    }
    assert {n["id"] for n in card["shape"]["nodes"]} >= {e["target"] for e in card["shape"]["edges"]}
    api.ok("POST", "/library/price_drop_v1", {})
    assert api.ok("GET", "/templates/price_drop")["used_by"][0]["id"] == "price_drop_v1"
    assert all(n["met"] for n in api.ok("GET", "/library/price_drop_v1")["needs"] if n["kind"] == "message")
    offered = {one["id"]: one for one in api.ok("GET", "/library-messages")["items"]}
    assert offered["price_drop"]["present"] and not offered["win_back"]["present"]
    assert api.ok("POST", "/templates", {"template": offered["win_back"]["template"]})["rev"] == 1
