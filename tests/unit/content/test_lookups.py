"""`catalog(...)` in templates: what it finds, what it does not, and what nobody can do with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from stepwell.content.checks import check_template, preview, variables_of
from stepwell.content.faults import TemplateFault
from stepwell.content.lookups import Lookup
from stepwell.content.models import Template
from stepwell.content.personalization import personalization
from stepwell.content.render import Rendered, Renderer
from stepwell.contracts.workspace import Workspace

RENDERER = Renderer()
ITEMS: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("products", "a"): {"id": "a", "title": "<Lamp>", "price": 9.5, "tags": ["red", "new"], "items": 3},
    ("products", "7"): {"id": "7", "title": "Seven"},
}


def render(text: str, **traits: Any) -> Rendered:
    template = Template(id="t", subject="x", layout="", html=text)
    lookup = Lookup(lambda catalog, item: ITEMS.get((catalog, item)))
    event = {"name": "price_dropped", "properties": {"item_id": "a", "catalog": "products"}}
    context = personalization(traits=traits, workspace=Workspace("acme"), event=event, catalog=lookup)
    return RENDERER.render(template, context)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("{{ catalog('products', event.item_id).price }}", "9.5"),
        ("{{ catalog(event.catalog, 'a').title }}", "&lt;Lamp&gt;"),
        ("{{ catalog('products', 7).title }}", "Seven"),
        ("{{ catalog('products', 'a').items }}", "3"),
        ("{% for t in catalog('products', 'a').tags %}{{ t }} {% endfor %}", "red new "),
        ("{% set i = catalog('products', 'none') %}{{ i.price | default('?') }}", "?"),
        ("{% if catalog('products', 'none') %}yes{% else %}no{% endif %}", "no"),
        ("{% if catalog('products', 'a') is defined %}yes{% endif %}", "yes"),
        ("[{{ catalog('others', 'a').price }}]", "[]"),
        ("[{{ catalog(nothing, 3.5).price }}{{ catalog() }}]", "[]"),
    ],
)
def test_an_item_in_a_message(text: str, html: str) -> None:
    assert render(text).html == html


def test_what_is_missing_is_reported_by_catalog_and_item() -> None:
    made = render("{{ catalog('products', 'gone').price }}{{ catalog('products', 'a').weight }}")
    assert made.missing == ("catalog.products.gone.price", "weight")


def test_no_field_of_a_contact_stands_in_for_it() -> None:
    assert render("{{ catalog('products', 'a').price }}", catalog="mine").html == "9.5"


@pytest.mark.parametrize(
    "text",
    [
        "{{ catalog }}",
        "{{ catalog._find }}",
        "{{ catalog.__class__ }}",
        "{{ catalog['__call__'] }}",
        "{{ catalog('products', 'a').__class__ }}",
        "{{ catalog('products', 'a').clear() }}",
        "{{ catalog('products', 'a').update({'price': 1}) }}",
        "{% for a in range(999) %}{% for b in range(999) %}{{ catalog('products', a) }}{% endfor %}{% endfor %}",
    ],
)
def test_what_a_template_cannot_do_with_it(text: str) -> None:
    with pytest.raises(TemplateFault):
        render(text)


def test_a_preview_and_a_check_know_no_items() -> None:
    template = Template(
        id="t", subject="{{ catalog('products', 'a').title | default('A') }} for you", html="<p>x</p>"
    )
    assert preview(RENDERER, template).subject == "A for you"
    assert check_template(RENDERER, template) == []
    assert variables_of(RENDERER, template) == set()
