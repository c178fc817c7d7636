"""Rendering for one contact: escaping, fallbacks, layout, the text part, checks."""

from __future__ import annotations

from typing import Any

import pytest
from stepwell.content.checks import check_template, preview, variables_of
from stepwell.content.library import read_template
from stepwell.content.models import Template
from stepwell.content.personalization import personalization
from stepwell.content.plain import plain_text
from stepwell.content.render import Renderer
from stepwell.contracts.workspace import Workspace
from stepwell.errors import ValidationFailed

RENDERER = Renderer()


def template(**changes: Any) -> Template:
    base: dict[str, Any] = {
        "id": "hello",
        "subject": "Hi {{ first_name | default('there') }}",
        "html": "<p>Hi</p>",
    }
    return Template(**{**base, **changes})


def test_html_is_escaped_and_subject_and_text_are_not() -> None:
    made = preview(
        RENDERER, template(html="<p>{{ first_name }}</p>", text="{{ first_name }}"), {"first_name": "<A&B>"}
    )
    assert made.subject == "Hi <A&B>"
    assert "<p>&lt;A&amp;B&gt;</p>" in made.html
    assert made.text == "<A&B>"


def test_a_missing_field_has_a_fallback_or_nothing_and_is_reported() -> None:
    made = preview(
        RENDERER, template(layout="", html="{{ company }}|{{ plan.name }}|{{ plan | default('free') }}"), {}
    )
    assert made.subject == "Hi there"
    assert made.html == "||free"
    assert made.missing == ("company", "plan.name")


def test_a_subject_stays_one_line_whatever_the_contact_is_called() -> None:
    made = preview(RENDERER, template(), {"first_name": "A\r\nBcc: x@y.z\u2028\x00"})
    assert made.subject == "Hi A Bcc: x@y.z"


def test_a_long_subject_is_cut() -> None:
    assert len(preview(RENDERER, template(), {"first_name": "x" * 999}).subject) == 255


def test_the_layout_carries_preheader_footer_and_address() -> None:
    made = preview(RENDERER, template(preheader="Soon, {{ first_name }}"), {"first_name": "Ada"})
    assert made.html.startswith("<!doctype html>")
    assert "Soon, Ada</div>" in made.html
    assert 'href="https://example.com/u/preview"' in made.html
    assert "1 Example Street" in made.html
    assert "Soon, Ada" not in made.text
    assert "Unsubscribe (https://example.com/u/preview)" in made.text


def test_transactional_mail_has_no_unsubscribe_link() -> None:
    assert "Unsubscribe" not in preview(RENDERER, template(purpose="transactional")).html


def test_variables_beat_fields_and_reserved_names_beat_both() -> None:
    context = personalization(
        traits={"a": 1, "b": 1, "unsubscribe_url": "http://evil"},
        variables={"b": 2, "workspace": "evil"},
        workspace=Workspace(tenant="acme", name="Acme"),
        event={"name": "order", "properties": {"total": 5, "name": "hidden"}},
        unsubscribe_url="https://ok",
    )
    assert (context["a"], context["b"], context["unsubscribe_url"]) == (1, 2, "https://ok")
    assert context["workspace"]["name"] == "Acme"
    assert context["event"]["total"] == 5
    assert context["event"]["name"] == "order"


def test_a_compiled_template_is_kept() -> None:
    first = RENDERER.compile("html", "{{ a }}", escape=True)
    assert RENDERER.compile("html", "{{ a }}", escape=True) is first
    assert RENDERER.compile("html", "{{ a }}", escape=False) is not first


def test_the_cache_is_bounded() -> None:
    renderer = Renderer()
    for number in range(300):
        renderer.compile("text", f"{{{{ a }}}} {number}", escape=False)
    assert len(renderer._compiled) == 256


def test_checks_report_all_parts_at_once() -> None:
    found = check_template(RENDERER, template(subject="{{ x", html="<p>\n{% if %}</p>"))
    assert [(f["part"], f["code"], f["line"]) for f in found] == [
        ("subject", "template_syntax", 1),
        ("html", "template_syntax", 2),
    ]


def test_checks_ask_marketing_mail_for_link_and_address() -> None:
    codes = [f["code"] for f in check_template(RENDERER, template(layout="", html="<p>Buy</p>"))]
    assert codes == ["unsubscribe_missing", "unsubscribe_missing", "address_missing"]
    assert check_template(RENDERER, template(layout="", html="<p>Paid</p>", purpose="transactional")) == []
    assert check_template(RENDERER, template()) == []


def test_checks_report_an_empty_template_and_an_incomplete_sample() -> None:
    assert [f["code"] for f in check_template(RENDERER, template(html=""))] == ["template_empty"]
    found = check_template(
        RENDERER, template(html="{{ code }}", variables=[{"name": "code", "required": True}])
    )
    assert [(f["code"], f["severity"]) for f in found] == [("sample_incomplete", "warning")]


def test_variables_of_lists_what_a_template_reads() -> None:
    assert variables_of(RENDERER, template(html="{{ event.total }}{{ company }}")) == {
        "first_name",
        "event",
        "company",
    }


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<h1>Title</h1><p>One\n  two&nbsp;three</p>", "Title\n\nOne two three\n"),
        ("<p>a<br>b</p>", "a\nb\n"),
        ('<a href="https://x.y">here</a>', "here (https://x.y)\n"),
        ('<a href="https://x.y">https://x.y</a>', "https://x.y\n"),
        ('<a href="mailto:a@b.c">a@b.c</a>', "a@b.c\n"),
        ('<a href="https://x.y"><img src="i" alt="Logo"></a>', "Logo (https://x.y)\n"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b\n"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\n\nc\n"),
        ("<style>x</style><script>y</script><title>t</title>z", "z\n"),
        ('<div style="display:none">hidden <b>deep</b></div>seen', "seen\n"),
        ("<ol start=2><li>a</li><li>b<ul><li>c</li></ul></li><li>d</li></ol>", "2. a\n3. b\n\n- c\n\n4. d\n"),
        (
            '<a href="tel:+4912">Call</a> <a href="mailto:a@b.c?subject=Hi">Write</a>',
            "Call (+4912) Write (a@b.c)\n",
        ),
        ('<a href="javascript:x()">js</a> <a href="/rel">r</a>', "js r\n"),
        (
            "\U0001f468\u200d\U0001f469 \u0646\u0645\u06cc\u200c\u062e",
            "\U0001f468\u200d\U0001f469 \u0646\u0645\u06cc\u200c\u062e\n",
        ),
        ("pre&#847;&zwnj;&nbsp;&zwj;&nbsp;&zwnj; &#8203;", "pre\n"),
        ("<p>open<div>still</p></b>end", "open\nstill\n\nend\n"),
        ("a &lt;b&gt; &amp; c", "a <b> & c\n"),
        ("", "\n"),
    ],
)
def test_plain_text(html: str, expected: str) -> None:
    assert plain_text(html) == expected


def test_reading_yaml_reports_every_mistake() -> None:
    with pytest.raises(ValidationFailed) as caught:
        read_template("id: Not OK\nsubject: ''\nextra: 1\n")
    assert {v["place"] for v in caught.value.violations} == {"id", "subject", "extra"}
    with pytest.raises(ValidationFailed):
        read_template("a: [")
    with pytest.raises(ValidationFailed):
        read_template("just text")


def test_a_text_message_needs_no_subject_and_a_letter_does() -> None:
    made = read_template("id: hi\nname: Hello\nchannel: sms\ntext: Hi\n")
    assert made.subject == "Hello"
    with pytest.raises(ValidationFailed):
        read_template("id: hi\nname: Hello\nhtml: Hi\n")
