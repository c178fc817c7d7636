"""Promotion between environments, and looking for contacts."""

from __future__ import annotations

import base64
import json
from typing import Any

import yaml

from tests.unit.functions.serve_api.conftest import TEMPLATE, Api
from tests.unit.functions.serve_api.test_images import png
from tests.unit.publishing.stage import person, welcome

VIP = {"id": "vip", "name": "VIP", "kind": "dynamic", "condition": "score >= 80"}
BEST = {"id": "best", "name": "Best", "kind": "dynamic", "condition": 'in segment "vip" and plan = "pro"'}


def wired(api: Api) -> None:
    for segment in (VIP, BEST, {**VIP, "id": "unused"}):
        api.ok("POST", "/segments", {"segment": segment})
    api.ok("POST", "/workflows", {"workflow": welcome(filter='in segment "best"')})


def actions(told: Any) -> dict[str, str]:
    return {f"{d['kind']}/{d['id']}": d["action"] for d in told["items"]}


def test_a_workflow_travels_with_all_that_it_names(api: Api) -> None:
    wired(api)
    made = api.ok("GET", "/workflows/welcome/bundle", role="viewer")
    bundle = made["bundle"]
    assert yaml.safe_load(made["yaml"]) == bundle
    assert [t["id"] for t in bundle["templates"]] == ["hello"]
    # What is named comes first.
    assert [s["id"] for s in bundle["segments"]] == ["vip", "best"]
    assert api.call("GET", "/api/v1/workflows/nowhere/bundle")[0] == 404
    told = api.ok("POST", "/bundles/preview", {"yaml": made["yaml"]}, role="viewer")
    assert set(actions(told).values()) == {"same"}


def test_into_an_empty_workspace(api: Api) -> None:
    wired(api)
    bundle = api.ok("GET", "/workflows/welcome/bundle")["bundle"]
    api.ok("DELETE", "/workflows/welcome")
    for id_ in ("best", "vip"):
        rev = api.ok("GET", f"/segments/{id_}")["rev"]
        api.ok("DELETE", f"/segments/{id_}", rev=rev)
    api.ok("DELETE", "/templates/hello")
    assert set(actions(api.ok("POST", "/bundles/preview", {"bundle": bundle})).values()) == {"create"}
    api.ok("POST", "/bundles", {"bundle": bundle}, role="editor")
    assert set(actions(api.ok("POST", "/bundles/preview", {"bundle": bundle})).values()) == {"same"}
    assert api.ok("GET", "/workflows/welcome")["live_version"] == 0
    assert api.ok("POST", "/workflows/welcome/validate")["publishable"]
    assert [e["action"] for e in api.ok("GET", "/audit", action="bundle.")["items"]] == ["bundle.taken_over"]


def test_what_messages_put_in_travels_with_them(api: Api) -> None:
    picture = api.ok("POST", "/images", {"name": "Logo", "data": base64.b64encode(png(40, 20)).decode()})
    pieces = {
        "snippets/logo": {"id": "logo", "source": f'<img src="{picture["url"]}" alt="Acme">'},
        "snippets/header": {"id": "header", "source": "{% include 'logo' %}"},
        "snippets/unused": {"id": "unused", "source": "-"},
        "blocks/hero": {
            "id": "hero",
            "choices": [{"id": "best", "segment": "best", "html": "{{ connected('weather', 'Bern').sky }}"}],
        },
        "sources/weather": {
            "id": "weather",
            "url": "https://api.example.com/{city}",
            "params": ["city"],
            "headers": {"Authorization": "Bearer secret:weather"},
            "sample": {"sky": "sunny"},
        },
    }
    for segment in (VIP, BEST):
        api.ok("POST", "/segments", {"segment": segment})
    for place, piece in pieces.items():
        api.ok("PUT", f"/content/{place}", {"piece": piece, "rev": 0})
    html = "{% include 'header' %}{{ block('hero') }}<p>Hi</p>"
    api.ok("PUT", "/templates/hello", {"template": {**TEMPLATE, "html": html}, "rev": 1})
    api.ok("POST", "/workflows", {"workflow": welcome()})
    bundle = api.ok("GET", "/workflows/welcome/bundle")["bundle"]
    assert [one["id"] for one in bundle["snippets"]] == ["logo", "header"], "each after those it puts in"
    assert [one["id"] for one in bundle["blocks"]] == ["hero"]
    assert [one["id"] for one in bundle["segments"]] == ["vip", "best"], "a block names them too"
    assert bundle["sources"][0]["headers"] == {"Authorization": "Bearer secret:weather"}
    assert [one["file"] for one in bundle["images"]] == [picture["file"]]
    assert set(actions(api.ok("POST", "/bundles/preview", {"bundle": bundle})).values()) == {"same"}

    # Another environment: nothing is there, and pictures have other addresses.
    there = json.loads(json.dumps(bundle).replace("https://mail.acme.example/", "https://mail.test.example/"))
    api.ok("DELETE", "/workflows/welcome")
    api.ok("DELETE", "/templates/hello")
    for place in pieces:
        api.ok("DELETE", f"/content/{place}")
    api.ok("DELETE", f"/images/{picture['id']}")
    told = actions(api.ok("POST", "/bundles", {"bundle": there}))
    assert {told[place] for place in told if not place.startswith("segments/")} == {"create"}
    assert picture["url"] in api.ok("GET", "/content/snippets/logo")["piece"]["source"]
    assert [one["url"] for one in api.ok("GET", "/images")["items"]] == [picture["url"]]
    assert set(actions(api.ok("POST", "/bundles/preview", {"bundle": there})).values()) == {"same"}
    assert api.ok("POST", "/templates/hello/preview", {"segments": ["best"]})["html"].count("sunny") == 1


def test_a_picture_of_a_bundle_is_what_its_id_says(api: Api) -> None:
    data = base64.b64encode(png(40, 20)).decode()
    forged = {"id": "0" * 32, "file": "0" * 32 + ".png", "name": "x", "data": data}
    status, refused = api.call("POST", "/api/v1/bundles", {"bundle": {"bundle": 1, "images": [forged]}})
    assert (status, refused["code"]) == (400, "image_changed")


def test_what_differs_is_replaced_only_by_name(api: Api) -> None:
    wired(api)
    bundle = api.ok("GET", "/workflows/welcome/bundle")["bundle"]
    changed = {**TEMPLATE, "subject": "Changed here"}
    api.ok("PUT", "/templates/hello", {"template": changed, "rev": 1})
    told = api.ok("POST", "/bundles/preview", {"bundle": bundle})
    assert actions(told)["templates/hello"] == "update"
    assert next(d for d in told["items"] if d["id"] == "hello")["fields"] == ["subject"]
    status, refused = api.call("POST", "/api/v1/bundles", {"bundle": bundle})
    assert (status, refused["code"]) == (409, "bundle_conflict")
    assert refused["details"]["documents"] == ["templates/hello"]
    api.ok("POST", "/bundles", {"bundle": bundle, "replace": ["templates/hello"]})
    assert api.ok("GET", "/templates/hello")["subject"] == TEMPLATE["subject"]


def test_what_git_keeps_is_a_conflict(api: Api) -> None:
    wired(api)
    bundle = api.ok("GET", "/workflows/welcome/bundle")["bundle"]
    found = api.config.document("acme", "TPL", "hello")
    api.config.save_document("acme", "TPL", "hello", found.rev, {**TEMPLATE, "subject": "Git's"}, "git")
    told = api.ok("POST", "/bundles/preview", {"bundle": bundle})
    assert actions(told)["templates/hello"] == "conflict"
    assert api.call("POST", "/api/v1/bundles", {"bundle": bundle, "replace": ["templates/hello"]})[0] == 409


def test_what_is_no_bundle(api: Api) -> None:
    for body in (
        {},
        {"yaml": "["},
        {"yaml": "1"},
        {"bundle": {}},
        {"bundle": {"bundle": 1, "segments": [1]}},
    ):
        assert api.call("POST", "/api/v1/bundles/preview", body)[0] == 400, body


def people(api: Api) -> None:
    crowd = [person(n, last_name=f"Smith{n}", plan="pro" if n % 2 else "free", score=n) for n in range(1, 31)]
    api.world.profiles.put("acme", crowd)


def found(api: Api, **query: Any) -> list[str]:
    told = api.ok("GET", "/contacts/search", role="viewer", **query)
    assert told["complete"] == (told["cursor"] is None)
    return sorted(c["user_id"] for c in told["items"])


def test_contacts_are_found_by_what_people_type(api: Api) -> None:
    people(api)
    assert found(api, q="u12@example.com") == ["u12"]
    assert found(api, q="u2", limit=200) == ["u2", *(f"u{n}" for n in range(20, 30))]
    assert found(api, q="SMITH7") == ["u7"]
    assert found(api, q="P3 Smith3") == ["u3"]
    assert found(api, q="nobody") == []
    assert found(api, where='plan = "pro" and score > 25') == ["u27", "u29"]
    assert found(api, q="u2", where="score >= 29") == ["u29"]
    assert api.call("GET", "/api/v1/contacts/search", where="score >>")[0] == 400


def test_members_of_a_segment_are_looked_through(api: Api) -> None:
    people(api)
    ids = [person(n).id for n in (3, 4, 5)]
    api.members.move("acme", [("vip", id_, True, 0) for id_ in ids])
    assert found(api, segment="vip") == ["u3", "u4", "u5"]
    assert found(api, segment="vip", where='plan = "pro"') == ["u3", "u5"]
    assert found(api, segment="nothing") == []


def test_contacts_are_found_by_what_they_agreed_to(api: Api) -> None:
    people(api)
    for user, said in (("u3", "granted"), ("u4", "denied"), ("u5", "granted")):
        api.ok("PUT", f"/contacts/{user}/consent", {"consent": said, "source": "at the till"})
    told = {"consent": "granted", "purpose": "transactional", "source": "at the till"}
    api.ok("PUT", "/contacts/u6/consent", told)
    assert found(api, consent="granted") == ["u3", "u5"]
    assert found(api, consent="denied", q="P4") == ["u4"]
    assert found(api, consent="denied", q="u5@example.com") == []
    assert len(found(api, consent="unset", limit=200)) == 27
    assert api.call("GET", "/api/v1/contacts/search", consent="maybe")[0] == 422


def test_pages_of_a_search_miss_nobody(api: Api) -> None:
    people(api)
    seen: list[str] = []
    cursor = ""
    while True:
        told = api.ok("GET", "/contacts/search", where='plan = "pro"', limit=4, cursor=cursor)
        seen += [c["user_id"] for c in told["items"]]
        cursor = told["cursor"] or ""
        if told["complete"]:
            break
    assert sorted(seen) == sorted(f"u{n}" for n in range(1, 31, 2)) and len(seen) == len(set(seen))
