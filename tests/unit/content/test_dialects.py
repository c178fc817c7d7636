"""The dialects are one interface: the same contact, filters, faults and reports, whatever a template is written in."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stepwell.content.checks import check_template, preview, variables_of
from stepwell.content.faults import TemplateFault
from stepwell.content.handlebars.lexer import tokens
from stepwell.content.handlebars.tree import HandlebarsError
from stepwell.content.lookups import Lookup
from stepwell.content.models import Template
from stepwell.content.preparing import template_document
from stepwell.content.render import Renderer

RENDERER = Renderer()
FIELDS: dict[str, Any] = {
    "first_name": "Ada <b>",
    "plan": "pro",
    "n": 1234.5,
    "event": {"name": "order", "order_id": "A-1", "items": [{"title": "Pen"}, {"title": "Ink"}]},
}
DIALECTS = ("jinja2", "handlebars", "liquid")


def written(dialect: str, html: str = "", **more: Any) -> Template:
    return Template.model_validate(
        {"id": "t", "subject": "s", "html": html, "layout": "", "sample": FIELDS, "dialect": dialect, **more}
    )


def shown(dialect: str, html: str, **more: Any) -> str:
    return preview(RENDERER, written(dialect, html, **more)).html


SAME = [
    ("value", "{{ first_name }}", "{{first_name}}", "{{ first_name }}", "Ada &lt;b&gt;"),
    ("path", "{{ event.order_id }}", "{{event.order_id}}", "{{ event.order_id }}", "A-1"),
    ("missing", "[{{ nope }}]", "[{{nope}}]", "[{{ nope }}]", "[]"),
    ("deep missing", "[{{ a.b.c }}]", "[{{a.b.c}}]", "[{{ a.b.c }}]", "[]"),
    (
        "default",
        "{{ nope | default('there') }}",
        "{{default nope 'there'}}",
        "{{ nope | default: 'there' }}",
        "there",
    ),
    ("money", "{{ n | money('$') }}", "{{money n '$'}}", "{{ n | money: '$' }}", "$1,234.50"),
    (
        "date",
        "{{ '2026-03-01' | date('%-d %b') }}",
        "{{date '2026-03-01' '%-d %b'}}",
        "{{ '2026-03-01' | date: '%-d %b' }}",
        "1 Mar",
    ),
    ("replace", "{{ plan | replace('p', 'P') }}", "{{replace plan 'p' 'P'}}", "{{ plan | replace: 'p', 'P' }}", "Pro"),
    ("upper", "{{ plan | upper }}", "{{upper plan}}", "{{ plan | upper }}", "PRO"),
    ("safe", "{{ first_name | safe }}", "{{safe first_name}}", "{{ first_name | safe }}", "Ada <b>"),
    (
        "condition",
        "{% if plan == 'pro' %}a{% else %}b{% endif %}",
        "{{#if (eq plan 'pro')}}a{{else}}b{{/if}}",
        "{% if plan == 'pro' %}a{% else %}b{% endif %}",
        "a",
    ),
    (
        "loop",
        "{% for i in event['items'] %}{{ i.title }};{% endfor %}",
        "{{#each event.items}}{{title}};{{/each}}",
        "{% for i in event.items %}{{ i.title }};{% endfor %}",
        "Pen;Ink;",
    ),
    (
        "join",
        "{{ event['items'] | map(attribute='title') | join('+') }}",
        "{{join (map event.items attribute='title') '+'}}",
        "{{ event.items | map: 'title' | join: '+' }}",
        "Pen+Ink",
    ),
    ("workspace", "{{ workspace.name }}", "{{workspace.name}}", "{{ workspace.name }}", "Example Company"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "jinja", "handlebars", "liquid", "expected"), SAME, ids=[s[0] for s in SAME]
)
def test_the_same_in_each(what: str, jinja: str, handlebars: str, liquid: str, expected: str) -> None:
    assert [
        shown(name, source) for name, source in zip(DIALECTS, (jinja, handlebars, liquid), strict=True)
    ] == [expected] * 3


@pytest.mark.parametrize("dialect", DIALECTS)
def test_missing_fields_are_reported_and_nothing_else(dialect: str) -> None:
    source = {
        "jinja2": "{{ nope.deep }}{{ plan }}{{ other | default('x') }}{% for a in none_such %}{% endfor %}",
        "handlebars": "{{nope.deep}}{{plan}}{{default other 'x'}}{{#each none_such}}{{/each}}",
        "liquid": "{{ nope.deep }}{{ plan }}{{ other | default: 'x' }}{% for a in none_such %}{% endfor %}",
    }[dialect]
    missing = preview(RENDERER, written(dialect, source)).missing
    assert missing[0] == "nope.deep"
    assert "other" not in missing
    assert "plan" not in missing


@pytest.mark.parametrize(
    ("dialect", "source", "code", "line"),
    [
        ("jinja2", "a\n{% if %}", "template_syntax", 2),
        ("handlebars", "a\n{{#if a}}\n{{/unless}}", "template_syntax", 3),
        ("liquid", "a\n{% if a %}\n{{ b | }", "template_syntax", 3),
        ("jinja2", "a\n\n{{ 1 / 0 }}", "template_error", 3),
        ("handlebars", "a\n\n{{nope first_name}}", "template_error", 3),
        ("liquid", "a\n\n{{ 1 | divided_by: 0 }}", "template_error", 3),
        ("jinja2", "{{ 'a' * 10**9 }}", "template_limit", 1),
        ("handlebars", "{{#*inline 'a'}}\n{{> a}}{{/inline}}\n{{> a}}", "template_limit", 2),
    ],
)
def test_faults_have_the_same_codes_and_a_line(dialect: str, source: str, code: str, line: int) -> None:
    with pytest.raises(TemplateFault) as caught:
        shown(dialect, source)
    assert (caught.value.code, caught.value.part, caught.value.line) == (code, "html", line)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_subject_and_text_are_not_escaped_and_the_layout_holds_any_dialect(dialect: str) -> None:
    template = written(
        dialect,
        "<p>{{first_name}}</p>",
        subject="Hi {{first_name}}",
        text="Dear {{first_name}} {{unsubscribe_url}} {{workspace.postal_address}}",
        layout="base",
    )
    rendered = preview(RENDERER, template)
    assert rendered.subject == "Hi Ada <b>"
    assert rendered.text.startswith("Dear Ada <b> https://")
    assert "<p>Ada &lt;b&gt;</p>" in rendered.html
    assert "<!doctype html>" in rendered.html
    assert "Unsubscribe" in rendered.html
    assert [v for v in check_template(RENDERER, template) if v["severity"] == "error"] == []


@pytest.mark.parametrize(
    ("dialect", "source"),
    [
        ("jinja2", "{{ button('Go', 'https://x.example') }}"),
        ("handlebars", "{{button 'Go' 'https://x.example'}}"),
        ("liquid", "{{ 'Go' | button: 'https://x.example' }}"),
    ],
)
def test_the_layouts_macros_are_at_hand(dialect: str, source: str) -> None:
    assert 'href="https://x.example"' in shown(dialect, source, layout="base")


@pytest.mark.parametrize(
    ("dialect", "source"),
    [
        ("jinja2", "{{ catalog('products', 'p1').price }}|{{ catalog('products', 'p2').price }}"),
        (
            "handlebars",
            "{{lookup (catalog 'products' 'p1') 'price'}}|{{#with (catalog 'products' 'p2')}}{{price}}{{/with}}",
        ),
        (
            "liquid",
            "{% assign a = 'products' | catalog: 'p1' %}{{ a.price }}|"
            "{% assign b = 'products' | catalog: 'p2' %}{{ b.price }}",
        ),
    ],
)
def test_catalogs_can_be_looked_up(dialect: str, source: str) -> None:
    items = {("products", "p1"): {"price": 5}}
    lookup = Lookup(lambda catalog, item: items.get((catalog, item)))
    rendered = RENDERER.render(written(dialect, source), {"catalog": lookup})
    assert rendered.html == "5|"


@pytest.mark.parametrize(
    ("dialect", "source"),
    [
        ("jinja2", "{% include 'card' %}"),
        ("handlebars", "{{> card}}"),
        ("liquid", "{% include 'card' %}"),
    ],
)
def test_snippets_are_put_in(dialect: str, source: str) -> None:
    snippets = (("card", "[{{ plan }}]"),)
    assert (
        RENDERER.render(written(dialect, source), {"plan": "<pro>"}, snippets=snippets).html
        == "[&lt;pro&gt;]"
    )


def test_names_that_a_template_reads() -> None:
    sources = {
        "jinja2": "{% for i in event['items'] %}{{ i.title }}{% endfor %}{{ plan }}{{ button('a', url) }}",
        "handlebars": "{{#each event.items}}{{title}}{{../plan}}{{/each}}{{#if x}}{{button 'a' url}}{{/if}}",
        "liquid": "{% for i in event.items %}{{ i.title }}{% endfor %}{{ plan }}{{ 'a' | button: url }}",
    }
    found = {name: variables_of(RENDERER, written(name, source)) for name, source in sources.items()}
    assert found["jinja2"] == found["liquid"] == {"event", "plan", "url"}
    assert found["handlebars"] == {"event", "plan", "url", "x"}


def test_the_default_dialect_is_not_written_down() -> None:
    assert "dialect" not in template_document(written("jinja2", "x"))
    assert template_document(written("liquid", "x"))["dialect"] == "liquid"


def test_liquid_has_no_clock() -> None:
    assert shown("liquid", "[{{ now }}{{ today }}{{ 'now' | date: '%Y' }}]") == "[]"


WORDS = """{{ }} {{{ }}} {% %} # / if each else ^ ~ a . .. this @ ( ) | as 'x' " = 1 > ! -- \\ [ ] inline * for
endfor in assign raw endraw & <b>"""
PIECES = st.sampled_from([*WORDS.split(), " ", "\n"])


@pytest.mark.parametrize("dialect", DIALECTS)
@settings(max_examples=150, deadline=None)
@given(pieces=st.lists(PIECES, max_size=25))
def test_whatever_is_written_is_rendered_or_told_as_a_fault(dialect: str, pieces: list[str]) -> None:
    try:
        html = shown(dialect, "".join(pieces))
    except TemplateFault as fault:
        assert fault.part == "html"
        assert fault.line <= "".join(pieces).count("\n") + 1
    else:
        assert isinstance(html, str)


@settings(max_examples=150, deadline=None)
@given(value=st.text(max_size=40))
@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_value_breaks_out_of_html(dialect: str, value: str) -> None:
    template = Template.model_construct(
        id="t", subject="s", html='<a b="{{ v }}">', layout="", dialect=dialect
    )
    inside = RENDERER.render(template, {"v": value}).html.removeprefix('<a b="').removesuffix('">')
    assert not set(inside) & set('<>"')


@settings(max_examples=200, deadline=None)
@given(text=st.text(alphabet="ab{}\\\n ", max_size=60))
def test_text_without_tags_comes_out_as_it_is(text: str) -> None:
    try:
        found = tokens(text)
    except HandlebarsError:
        return
    if "{{" not in text:
        assert "".join(token.text for token in found) == text


def test_a_dialect_is_loaded_when_a_template_asks_for_it() -> None:
    code = (
        "import json, sys\n"
        "from stepwell.content.models import Template\n"
        "from stepwell.content.render import Renderer\n"
        "def loaded(): return [n for n in ('liquid', 'babel', 'stepwell.content.handlebars') if n in sys.modules]\n"
        "renderer, seen = Renderer(), []\n"
        "for name in ('jinja2', 'handlebars', 'liquid'):\n"
        "    renderer.render(Template(id='t', subject='{{ a }}', dialect=name), {'a': 1})\n"
        "    seen.append(loaded())\n"
        "print(json.dumps(seen))"
    )
    core = Path(__file__).resolve().parents[3] / "layers" / "core" / "python"
    ran = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(core)},
    )
    jinja, handlebars, liquid = json.loads(ran.stdout)
    assert jinja == []
    assert handlebars == ["stepwell.content.handlebars"]
    assert "liquid" in liquid
