"""What a workspace's messages share, through the whole send: pieces, languages, connected content, links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from stepwell.channels.links import ID, KIND
from stepwell.content.pieces import BLOCK, SNIPPET, SOURCE
from stepwell.errors import Unavailable
from stepwell.runtime.effects import HttpRequest, HttpResponse
from stepwell.runtime.sending import send_emails
from stepwell.workflows.nodes.base import SendEmail

from tests.unit.runtime.kitchen import TENANT, Kitchen

MAIL = SendEmail("hello", "marketing")


class MemoryPieces:
    def __init__(self, **pieces: Mapping[str, Any]) -> None:
        self.kept: dict[tuple[str, str], Mapping[str, Any]] = {}
        self.asked: list[tuple[str, str]] = []

    def put(self, kind: str, piece: Mapping[str, Any]) -> None:
        self.kept[kind, str(piece["id"])] = piece

    def piece(self, tenant: str, kind: str, piece: str) -> Mapping[str, Any] | None:
        assert tenant == TENANT
        self.asked.append((kind, piece))
        return self.kept.get((kind, piece))


class Upstream:
    def __init__(self, body: bytes | None) -> None:
        self.body = body
        self.asked: list[HttpRequest] = []

    def call(self, request: HttpRequest) -> HttpResponse:
        self.asked.append(request)
        if self.body is None:
            raise Unavailable("down")
        return HttpResponse(200, {}, self.body)


def send(
    kitchen: Kitchen,
    pieces: MemoryPieces,
    template: Mapping[str, Any],
    *people: Mapping[str, Any],
    upstream: Upstream | None = None,
) -> tuple[list[Any], set[tuple[str, str]]]:
    kitchen.pages.templates["hello"] = {
        **kitchen.pages.templates["hello"],
        "text": "",
        "layout": "",
        **template,
    }
    context = kitchen.context("first")
    ports = replace(context.ports, pieces=pieces)
    if upstream is not None:
        ports = replace(ports, http=upstream)
    context = replace(context, ports=ports)
    members = [kitchen.member(number, **traits) for number, traits in enumerate(people)]
    result = send_emails(context, [(member, MAIL) for member in members])
    mail = sorted(kitchen.world.mailer.accepted, key=lambda email: email.to)
    return mail, set(result.outcomes.values())


def test_each_contact_gets_their_language_and_their_block() -> None:
    pieces = MemoryPieces()
    pieces.put(SNIPPET, {"id": "head", "source": "<h1>{{ workspace.name }}</h1>"})
    pieces.put(
        BLOCK,
        {
            "id": "hero",
            "choices": [{"id": "pro", "when": 'plan == "pro"', "html": "<b>{{ plan }}</b>"}],
            "default": {"id": "all", "html": "-"},
        },
    )
    template = {
        "html": "{% include 'head' %}{{ block('hero') }}",
        "translations": {"de": {"subject": "Hallo"}},
    }
    mail, _ = send(Kitchen(name="Acme"), pieces, template, {"plan": "pro"}, {"language": "de-AT"})
    assert [email.html for email in mail] == ["<h1>Acme</h1><b>pro</b>", "<h1>Acme</h1>-"]
    assert mail[1].subject == "Hallo" != mail[0].subject
    assert len(pieces.asked) == len(set(pieces.asked)), "each is read once a batch"


def test_connected_content_is_fetched_once_within_the_workspaces_hosts() -> None:
    pieces = MemoryPieces()
    source = {
        "id": "weather",
        "url": "https://api.acme.example/{city}",
        "params": ["city"],
        "headers": {"authorization": "Bearer secret:weather"},
    }
    pieces.put(SOURCE, source)
    kitchen = Kitchen(api_hosts=("api.acme.example",))
    kitchen.pages.secrets["weather"] = "s3"
    upstream = Upstream(b'{"sky": "<rain>"}')
    template = {"html": "{{ connected('weather', city).sky }}"}
    mail, _ = send(kitchen, pieces, template, {"city": "Ulm"}, {"city": "Ulm"}, upstream=upstream)
    assert [email.html for email in mail] == ["&lt;rain&gt;"] * 2
    (request,) = upstream.asked
    assert (request.url, request.hosts) == ("https://api.acme.example/Ulm", ("api.acme.example",))
    assert request.headers == {"authorization": "Bearer s3"}


def test_without_its_data_a_message_is_not_sent() -> None:
    pieces = MemoryPieces()
    pieces.put(SOURCE, {"id": "down", "url": "https://api.acme.example/"})
    mail, outcomes = send(
        Kitchen(), pieces, {"html": "{{ connected('down').x }}"}, {}, upstream=Upstream(None)
    )
    assert mail == []
    assert outcomes == {("skipped", "content_unavailable")}


def test_links_are_tagged_and_tracked_as_the_workspace_says() -> None:
    pieces = MemoryPieces()
    pieces.kept[KIND, ID] = {"tracking": "own", "utm": {"utm_source": "{node}"}}
    template = {"html": '<a href="https://x.example/">x</a>', "utm": {"utm_medium": "mail"}}
    kitchen = Kitchen()
    mail, _ = send(kitchen, pieces, template, {})
    assert f'href="{kitchen.context("first").ports.delivery.public_url}/c/' in mail[0].html
    assert mail[0].tags["own"] == "c"
    pieces.kept[KIND, ID] = {"tracking": "provider"}
    mail, _ = send(Kitchen(), pieces, template, {})
    assert 'href="https://x.example/?utm_medium=mail"' in mail[0].html
    assert "own" not in mail[0].tags


def test_other_dialects_are_sent_too() -> None:
    for dialect, source in (("handlebars", "{{#if plan}}{{plan}}{{/if}}"), ("liquid", "{{ plan | upcase }}")):
        mail, _ = send(
            Kitchen(), MemoryPieces(), {"subject": "s", "html": source, "dialect": dialect}, {"plan": "pro"}
        )
        assert mail[0].html.lower() == "pro"
