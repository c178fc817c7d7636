"""MJML: Jinja2 goes through the compiler unchanged, and mistakes have a line and a tag."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.content.checks import check_template
from stepwell.content.library import parse_template
from stepwell.content.masking import mask
from stepwell.content.mjml import compile_mjml
from stepwell.content.preparing import template_document
from stepwell.content.render import Renderer


def around(inner: str) -> str:
    return f"<mjml><mj-body><mj-section><mj-column>\n{inner}\n</mj-column></mj-section></mj-body></mjml>"


PIECES = st.sampled_from(
    [
        "text ",
        "<b>x</b>",
        "{{ name }}",
        '{{ name | default("}} <") }}',
        "{% if a < b and 'x%}' %}",
        "{% endif %}",
        "{# a <note> #}",
        "{% raw %}{{ as it is }}{% endraw %}",
        "\n",
        "jx0z",
        "{",
        "{{",
        "'",
    ]
)


@given(st.lists(PIECES, max_size=12))
def test_masking_is_undone_without_a_trace(pieces: list[str]) -> None:
    source = "".join(pieces)
    masked = mask(source)
    assert masked.restore(masked.text) == source
    assert masked.lost(masked.text) == []


@pytest.mark.parametrize(
    "piece",
    [
        '<mj-text>{{ name | default("}} <b>there") }}</mj-text>',
        "<mj-text>{% if a < b %}x{% endif %}</mj-text>",
        "<mj-button href=\"{{ event.url | default('https://a.example/?b=1&c=2') }}\">Go</mj-button>",
        "<mj-raw>{% for one in many %}</mj-raw><mj-text color='{{ one.colour }}'>x</mj-text>"
        "<mj-raw>{% endfor %}</mj-raw>",
        "{% for one in many %}<mj-text>x</mj-text>{% endfor %}",
        "{% raw %}{{ x }}{% endraw %}",
    ],
)
def test_jinja_survives(piece: str) -> None:
    compiled = compile_mjml(around(piece))
    assert compiled.faults == ()
    for found in mask(piece).pieces.values():
        assert found in compiled.html


def test_what_a_loop_goes_around_is_repeated() -> None:
    template = parse_template(
        {
            "id": "loop",
            "subject": "x",
            "purpose": "transactional",
            "format": "mjml",
            "mjml": around("{% for n in range(3) %}<mj-text>No {{ n }}.</mj-text>{% endfor %}"),
        }
    )
    assert check_template(Renderer(), template) == []
    html = compile_mjml(template.mjml).html
    rendered = Renderer().render(template.model_copy(update={"html": html, "layout": ""}), {"preheader": ""})
    assert rendered.text.split() == ["No", "0.", "No", "1.", "No", "2."]


def test_the_preheader_and_the_language_get_in() -> None:
    html = compile_mjml(around("<mj-text>x</mj-text>")).html
    assert "{{ preheader }}" in html and 'lang="{{ language }}"' in html
    own = "<mjml><mj-head><mj-preview>Mine</mj-preview></mj-head><mj-body></mj-body></mjml>"
    assert "{{ preheader }}" not in compile_mjml(own).html


@pytest.mark.parametrize(
    ("source", "code", "line", "tag"),
    [
        ("", "mjml_nesting", 1, "mj-body"),
        ("hello", "mjml_text", 1, ""),
        (around("<mj-txt>a</mj-txt>"), "mjml_tag", 2, "mj-txt"),
        (around("<p>a</p>"), "mjml_tag", 2, "p"),
        (around("<mj-section></mj-section>"), "mjml_place", 2, "mj-section"),
        (around("<mj-text>a"), "mjml_nesting", 2, "mj-text"),
        (around("</mj-group>"), "mjml_nesting", 2, "mj-group"),
        (around("words"), "mjml_text", 2, "mj-column"),
        (around("<mj-text>a < 2</mj-text>"), "mjml_syntax", 2, "mj-text"),
        (around("<mj-image src={{ x }} />"), "mjml_attribute", 2, "mj-image"),
        (around('<mj-include path="/etc/passwd" />'), "mjml_include", 2, "mj-include"),
        ("<mjml>{{\n\n1 }}\n<mj-body></mj-body></mjml>", "mjml_text", 1, "mjml"),
        ("<mjml><mj-body>{{\n\n1 }}\n<mj-foo /></mj-body></mjml>", "mjml_tag", 4, "mj-foo"),
    ],
)
def test_mistakes_have_a_line_and_a_tag(source: str, code: str, line: int, tag: str) -> None:
    compiled = compile_mjml(source)
    assert compiled.html == ""
    found = compiled.faults[0]
    assert (found.code, found.line, found.tag, found.severity) == (code, line, tag, "error")


def test_an_expression_as_a_size_is_only_a_warning() -> None:
    compiled = compile_mjml(around('<mj-image src="a" alt="" width="{{ w }}" />'))
    assert compiled.html and [(f.code, f.severity) for f in compiled.faults] == [("mjml_size", "warning")]


def test_templates_of_html_are_stored_as_before() -> None:
    document = template_document(parse_template({"id": "old", "subject": "x", "html": "<p>x</p>"}))
    assert not {"format", "mjml"} & set(document)


def test_nothing_is_loaded_from_elsewhere() -> None:
    html = compile_mjml(around('<mj-text font-family="Roboto, Ubuntu, Arial">x</mj-text>')).html
    assert "googleapis" not in html and "@import" not in html


def test_a_font_that_the_message_names_itself_is_kept() -> None:
    font = '<mj-head><mj-font name="Lato" href="https://fonts.example/lato.css" /></mj-head>'
    source = around('<mj-text font-family="Lato">x</mj-text>').replace("<mj-body>", f"{font}<mj-body>", 1)
    assert "https://fonts.example/lato.css" in compile_mjml(source).html


@pytest.mark.parametrize(
    "source",
    [
        "<mjml>{{ " + "'a'" * 200,
        "<mjml>{% " + "'a'" * 200,
        "{{ '}}'" * 30_000,
        "{{ '" + "\\'" * 100_000,
        "{{ " * 80_000,
        "{% raw %}" * 25_000,
        "<" + "a" * 200_000,
        "<?" * 100_000,
        "<!doctype" * 25_000,
        '<a b="' * 40_000,
    ],
)
def test_what_is_left_open_costs_no_more_than_what_is_closed(source: str) -> None:
    # Any of these went on for minutes, some for years: while somebody types, expressions are open.
    assert any(fault.severity == "error" for fault in compile_mjml(source).faults)


@pytest.mark.parametrize("tag", ["mj-text", "mj-raw"])
def test_tags_too_deep_for_the_compiler_do_not_reach_it(tag: str) -> None:
    # It recurses: with 10,000 the process was gone.
    compiled = compile_mjml(around(f"<{tag}>" + "<b>" * 20_000 + "</b>" * 20_000 + f"</{tag}>"))
    assert [fault.code for fault in compiled.faults] == ["mjml_syntax"]
    assert compile_mjml(around(f"<{tag}>" + "<b>" * 2_900 + "</b>" * 2_900 + f"</{tag}>")).faults == ()


def test_a_quote_that_is_never_closed_does_not_hide_the_end() -> None:
    assert list(mask("{{ it's }} {{ b }}").pieces.values()) == ["{{ it's }}", "{{ b }}"]
