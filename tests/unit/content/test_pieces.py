"""Snippets, blocks, connected content and translations: what messages of a workspace share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.conditions import Facts
from stepwell.content.blocks import Blocks, chosen
from stepwell.content.checks import check_template, variables_of
from stepwell.content.connected import MOST, Answers, Connected, address
from stepwell.content.faults import TemplateFault
from stepwell.content.including import snippets_of
from stepwell.content.languages import chain, language_of, localized
from stepwell.content.models import Template
from stepwell.content.pieces import BLOCK, SNIPPET, SOURCE, Block, Source, read_piece
from stepwell.content.preparing import prepared
from stepwell.content.render import Renderer
from stepwell.errors import NotReady, Unavailable, ValidationFailed

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
RENDERER = Renderer()
HERO = {
    "id": "hero",
    "kind": "offer",
    "choices": [
        {"id": "vip", "segment": "vips", "html": "<b>{{ first_name }}, 30 %</b>", "text": "{{ first_name }}: 30 %"},
        {"id": "pro", "when": 'plan == "pro"', "html": "<i>10 %</i>"},
    ],
    "default": {"id": "all", "html": "Hello"},
}  # fmt: skip
WEATHER = {
    "id": "weather",
    "url": "https://api.example.com/{city}/now?unit={unit}",
    "params": ["city", "unit"],
    "on_fault": "fallback",
    "fallback": {"sky": "unknown"},
    "sample": {"sky": "sunny"},
}


def found(**pieces: Any) -> Any:
    known = {(BLOCK, "hero"): HERO, (SOURCE, "weather"): WEATHER, **pieces}
    return lambda kind, piece: known.get((kind, piece))


def shown(
    html: str, fields: dict[str, Any], segments: frozenset[str] = frozenset(), **more: Any
) -> tuple[Any, Blocks]:
    values: dict[str, Any] = dict(fields)
    facts = Facts(profile=fields, segments=segments)
    blocks = Blocks(RENDERER, found(), lambda: facts, NOW, values)
    values["block"] = blocks
    values["connected"] = Connected(found(), more.pop("get", None))
    template = Template.model_validate({"id": "t", "subject": "s", "html": html, "layout": "", **more})
    return RENDERER.render(template, values), blocks


@pytest.mark.parametrize(
    ("fields", "segments", "html", "choice"),
    [
        ({"first_name": "<A>", "plan": "pro"}, {"vips"}, "<b>&lt;A&gt;, 30 %</b>", "vip"),
        ({"plan": "pro"}, set(), "<i>10 %</i>", "pro"),
        ({"plan": "free"}, set(), "Hello", "all"),
        ({}, {"others"}, "Hello", "all"),
    ],
)
def test_the_first_choice_that_fits_is_shown(
    fields: dict[str, Any], segments: set[str], html: str, choice: str
) -> None:
    rendered, blocks = shown("{{ block('hero') }}", fields, frozenset(segments))
    assert rendered.html == html
    assert blocks.shown == {"hero": choice}


@pytest.mark.parametrize(
    ("dialect", "source"),
    [
        ("jinja2", "{{ block('hero') }}{{ connected('weather', 'Ulm').sky }}"),
        ("handlebars", "{{block 'hero'}}{{lookup (connected 'weather' 'Ulm') 'sky'}}"),
        ("liquid", "{{ 'hero' | block }}{% assign w = 'weather' | connected: 'Ulm' %}{{ w.sky }}"),
    ],
)
def test_blocks_and_sources_are_at_hand_in_each_dialect(dialect: str, source: str) -> None:
    assert shown(source, {"plan": "pro"}, dialect=dialect)[0].html == "<i>10 %</i>sunny"


def test_functions_are_at_hand_inside_of_handlebars_sections() -> None:
    rendered, _ = shown("{{#each xs}}{{block 'hero'}}{{/each}}", {"xs": [1, 2]}, dialect="handlebars")
    assert rendered.html == "HelloHello"


def test_text_parts_and_subjects_show_text() -> None:
    fields = {"first_name": "Ada", "plan": "pro"}
    source = {"subject": "{{ block('hero') }}", "text": "{{ block('hero') }}"}
    rendered, _ = shown("x", fields, frozenset({"vips"}), **source)
    assert (rendered.subject, rendered.text) == ("Ada: 30 %", "Ada: 30 %")
    assert shown("x", fields, **source)[0].text == "10 %"


def test_a_block_that_is_not_there_is_a_missing_field() -> None:
    rendered, _ = shown("[{{ block('nope') }}]", {})
    assert (rendered.html, rendered.missing) == ("[]", ("block.nope",))


def test_blocks_in_each_other_end() -> None:
    again = {"id": "again", "choices": [{"id": "a", "html": "{{ block('again') }}"}]}
    values: dict[str, Any] = {}
    facts = Facts(profile={})
    values["block"] = Blocks(RENDERER, found(**{}), lambda: facts, NOW, values)
    values["block"] = Blocks(RENDERER, lambda *_: again, lambda: facts, NOW, values)
    template = Template(id="t", subject="s", html="{{ block('again') }}", layout="")
    with pytest.raises(TemplateFault) as caught:
        RENDERER.render(template, values)
    assert caught.value.code == "template_limit"


@given(st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=6), st.sets(st.sampled_from("abc")))
def test_priority_is_the_order(segments: list[str], member: set[str]) -> None:
    block = Block.model_validate(
        {"id": "x", "choices": [{"id": f"c{n}", "segment": name} for n, name in enumerate(segments)]}
    )
    choice = chosen(block, Facts(profile={}, segments=frozenset(member)), NOW)
    fitting = [n for n, name in enumerate(segments) if not name or name in member]
    assert (choice.id if choice else None) == (f"c{fitting[0]}" if fitting else None)


@pytest.mark.parametrize(
    ("kind", "document"),
    [
        (BLOCK, {"id": "x", "choices": [{"id": "a", "when": "plan =="}]}),
        (BLOCK, {"id": "x", "choices": [{"id": "a"}, {"id": "a"}]}),
        (SNIPPET, {"id": "x", "source": "y" * 70_000}),
        (SOURCE, {"id": "x", "url": "ftp://api.example.com"}),
        (SOURCE, {"id": "x", "url": "https://{host}/x", "params": ["host"]}),
        (SOURCE, {"id": "x", "url": "https://user@api.example.com/"}),
        (SOURCE, {"id": "x", "url": "https://api.example.com/{city}"}),
        (SOURCE, {"id": "x", "url": "https://api.example.com/{city", "params": ["city"]}),
        (SOURCE, {"id": "x", "url": "https://api.example.com/", "params": ["city"]}),
        (SOURCE, {"id": "x", "url": "https://api.example.com/", "timeout_ms": 60_000}),
    ],
)
def test_what_is_no_piece_is_refused(kind: str, document: dict[str, Any]) -> None:
    with pytest.raises(ValidationFailed):
        read_piece(kind, document)


@given(st.lists(st.text(max_size=12), max_size=3))
def test_no_value_leads_a_request_elsewhere(values: list[str]) -> None:
    url = address(Source.model_validate(WEATHER), list(values))
    assert url.startswith("https://api.example.com/")
    path, _, query = url.removeprefix("https://api.example.com/").partition("?")
    assert path.count("/") == 1
    assert path.split("/")[0] not in (".", "..")
    assert query.startswith("unit=")
    assert "&" not in query
    assert "#" not in url


class Upstream:
    def __init__(self, *answers: bytes | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, source: Source, url: str) -> bytes:
        del source
        self.asked.append(url)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_answers_are_kept_as_long_as_their_source_says_and_faults_for_a_while() -> None:
    at = [0.0]
    answers, source = Answers(lambda: at[0]), Source.model_validate(WEATHER)
    upstream = Upstream(b'{"sky": "rain"}', b'{"sky": "sun"}', Unavailable("down"), b"{}")
    url = "https://api.example.com/Ulm/now?unit="
    assert answers.answer("acme", source, url, upstream) == {"sky": "rain"}
    at[0] = 299
    assert answers.answer("acme", source, url, upstream) == {"sky": "rain"}
    assert len(upstream.asked) == 1
    answers.answer("other", source, url, upstream)
    assert len(upstream.asked) == 2, "another workspace's answer is not ours"
    at[0] = 301
    for _ in range(2):
        with pytest.raises(Unavailable):
            answers.answer("acme", source, url, upstream)
    assert len(upstream.asked) == 3
    at[0] = 340
    assert answers.answer("acme", source, url, upstream) == {}


@pytest.mark.parametrize("body", [b"<html>", b'{"a": "' + b"x" * 70_000 + b'"}', b"[" * 100_000])
def test_answers_that_are_no_json_or_too_big_are_faults(body: bytes) -> None:
    with pytest.raises(NotReady):
        Answers(lambda: 0.0).answer("acme", Source.model_validate(WEATHER), "u", Upstream(body))


def test_a_fault_shows_the_fallback_or_skips_the_message() -> None:
    def down(source: Source, url: str) -> Any:
        raise Unavailable("down")

    html = "{{ connected('weather', city='Ulm').sky }}"
    assert shown(html, {}, get=down)[0].html == "unknown"
    strict = {**WEATHER, "on_fault": "skip"}
    template = Template(id="t", subject="s", html=html, layout="")
    with pytest.raises(NotReady) as caught:
        RENDERER.render(template, {"connected": Connected(lambda *_: strict, down)})
    assert caught.value.code == "content_unavailable"


def test_one_message_asks_few_addresses() -> None:
    with pytest.raises(TemplateFault) as caught:
        shown(
            "{% for n in range(9) %}{{ connected('weather', n).sky }}{% endfor %}",
            {},
            get=lambda source, url: {"sky": url},
        )
    assert caught.value.code == "template_limit"
    assert MOST < 9


def test_snippets_are_found_by_name_with_what_they_include() -> None:
    documents = {
        (SNIPPET, "a"): {"id": "a", "source": "{% include 'b' %}"},
        (SNIPPET, "b"): {"id": "b", "source": "B"},
        (SNIPPET, "h"): {"id": "h", "dialect": "handlebars", "source": "H"},
    }

    def find(kind: str, piece: str) -> Any:
        return documents.get((kind, piece))

    template = Template(id="t", subject="s", html="{% include 'a' %}", layout="")
    snippets = snippets_of(template, find)
    assert [name for name, _ in snippets] == ["a", "b"]
    assert RENDERER.render(template, {}, snippets=snippets).html == "B"
    with pytest.raises(TemplateFault):
        snippets_of(Template(id="t", subject="s", html="{% include 'h' %}", layout=""), find)
    wanted = Template(id="t", subject="s", html="{{> h}}{{#> h}}{{/h}}", layout="", dialect="handlebars")
    assert snippets_of(wanted, find) == (("h", "H"),)


def test_snippets_that_include_themselves_end() -> None:
    for dialect, source in (
        ("jinja2", "{% include 'a' %}{% include 'a' %}"),
        ("handlebars", "{{> a}}{{> a}}"),
    ):
        template = Template(id="t", subject="s", html=source, layout="", dialect=dialect)  # type: ignore[arg-type]
        with pytest.raises(TemplateFault) as caught:
            RENDERER.render(template, {}, snippets=(("a", source),))
        assert caught.value.code == "template_limit"


TRANSLATED = Template.model_validate(
    {
        "id": "t",
        "subject": "Hello",
        "html": "<p>Hello</p>",
        "language": "en",
        "layout": "",
        "translations": {"de": {"subject": "Hallo", "html": "<p>Hallo</p>"}, "pt-BR": {"subject": "Oi"}},
    }
)


@pytest.mark.parametrize(
    ("language", "subject", "html", "used"),
    [
        ("de-AT", "Hallo", "<p>Hallo</p>", "de"),
        ("DE", "Hallo", "<p>Hallo</p>", "de"),
        ("pt", "Oi", "<p>Hello</p>", "pt-BR"),
        ("en-GB", "Hello", "<p>Hello</p>", "en"),
        ("fr", "Hello", "<p>Hello</p>", "en"),
        ("", "Hello", "<p>Hello</p>", "en"),
        ("-", "Hello", "<p>Hello</p>", "en"),
    ],
)
def test_the_best_language_is_found(language: str, subject: str, html: str, used: str) -> None:
    found = localized(TRANSLATED, language)
    assert (found.subject, found.html, found.language) == (subject, html, used)


def test_languages_are_read_from_the_contact() -> None:
    assert language_of({"language": " de_AT "}) == "de-AT"
    assert language_of({"language": 5, "locale": "fr"}) == "fr"
    assert language_of({}) == ""
    assert chain("zh-Hant-TW") == ["zh-hant-tw", "zh-hant", "zh"]


def test_translations_are_checked_and_their_mjml_compiled() -> None:
    broken = TRANSLATED.model_copy(
        update={"translations": {"de": TRANSLATED.translations["de"].model_copy(update={"html": "{% if %}"})}}
    )
    (fault, *_) = check_template(RENDERER, broken.model_copy(update={"purpose": "transactional"}))
    assert (fault["code"], fault["language"]) == ("template_syntax", "de")
    body = "<mjml><mj-body><mj-section><mj-column><mj-text>{}</mj-text></mj-column></mj-section></mj-body></mjml>"
    written = Template.model_validate(
        {
            "id": "t",
            "subject": "s",
            "format": "mjml",
            "mjml": body.format("Hello"),
            "translations": {"de": {"mjml": body.format("Hallo")}},
        }
    )
    ready, _ = prepared(written)
    assert "Hallo" in localized(ready, "de").html


def foot(kind: str, piece: str) -> Any:
    return (
        {"id": "foot", "source": "{{ unsubscribe_url }} {{ plan }}"}
        if (kind, piece) == (SNIPPET, "foot")
        else None
    )


@pytest.mark.parametrize("channel", ["email", "sms", "push"])
def test_snippets_of_translations_and_of_mjml_are_found_when_checked(channel: str) -> None:
    document = {
        "id": "t",
        "channel": channel,
        "purpose": "transactional",
        "subject": "Hi",
        "text": "Hello",
        "translations": {"de": {"text": "Hallo {% include 'foot' %}"}},
    }
    template = Template.model_validate(document)
    assert check_template(RENDERER, template, foot) == []
    assert [fault["language"] for fault in check_template(RENDERER, template)] == ["de"]
    assert variables_of(RENDERER, template, foot) == {"unsubscribe_url", "plan"}
    around = "<mjml><mj-body><mj-section><mj-column><mj-text>{}</mj-text></mj-column></mj-section></mj-body></mjml>"
    mjml = around.format("{% include 'foot' %}")
    written = Template.model_validate(
        {"id": "m", "purpose": "transactional", "subject": "s", "format": "mjml", "mjml": mjml}
    )
    assert [v for v in check_template(RENDERER, written, foot) if v["severity"] == "error"] == []


def test_a_snippet_in_another_language_of_templates_is_a_violation() -> None:
    template = Template.model_validate(
        {"id": "t", "channel": "sms", "subject": "s", "text": "{{> foot}}", "dialect": "handlebars"}
    )
    (fault,) = check_template(RENDERER, template, foot)
    assert (fault["code"], fault["severity"]) == ("snippet_dialect", "error")


def test_what_a_channel_does_not_show_is_told() -> None:
    translations = {"de": {"text": "Hallo", "html": "<p>Hallo</p>"}}
    told = {"id": "t", "channel": "sms", "subject": "Sale", "preheader": "p", "text": "Hi"}
    template = Template.model_validate({**told, "translations": translations})
    found = check_template(RENDERER, template)
    assert [(v["code"], v["part"], v.get("language"), v["severity"]) for v in found] == [
        ("part_unused", "preheader", None, "warning"),
        ("part_unused", "html", "de", "warning"),
    ]
    push = template.model_copy(update={"channel": "push", "preheader": "", "translations": {}})
    assert check_template(RENDERER, push) == []
