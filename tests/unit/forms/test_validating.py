"""What a form was filled with is judged field by field."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.errors import ValidationFailed
from stepwell.forms.model import Form, FormField, parse_form
from stepwell.forms.validating import check


def codes(field: dict[str, Any], value: Any, region: str | None = None) -> list[str]:
    form = Form(id="f", fields=(FormField.model_validate({"name": "x", **field}),))
    return [problem.code for problem in check(form, {"x": value}, region)]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ({"required": True}, "", "required"),
        ({"required": True, "type": "checkbox"}, False, "required"),
        ({"type": "email"}, "a@b", "bad_email"),
        ({"type": "email"}, "a b@example.com", "bad_email"),
        ({"type": "email"}, "a..b@example.com", "bad_email"),
        ({"type": "tel"}, "12", "bad_phone"),
        ({"type": "tel"}, "0171 1234567", "bad_phone"),
        ({"type": "url"}, "javascript:alert(1)", "bad_url"),
        ({"type": "url"}, "http://[", "bad_url"),
        ({"type": "number"}, "nan", "bad_number"),
        ({"type": "number", "minimum": 3}, "2", "too_small"),
        ({"type": "number", "maximum": 3}, "4", "too_big"),
        ({"type": "date"}, "23.11.2026", "bad_date"),
        ({"type": "select", "options": ["a"]}, "b", "bad_choice"),
        ({"min_length": 3}, "ab", "too_short"),
        ({"max_length": 3}, "abcd", "too_long"),
        ({"pattern": "[0-9]{4}"}, "12345", "bad_format"),
    ],
)
def test_refused(field: dict[str, Any], value: Any, code: str) -> None:
    assert codes(field, value) == [code]


@pytest.mark.parametrize(
    ("field", "value", "region"),
    [
        ({}, "", None),
        ({"type": "email"}, "Jürgen@example.com", None),
        ({"type": "tel"}, "+49 30 901820", None),
        ({"type": "tel"}, "030 901820", "DE"),
        ({"type": "url"}, "example.com/path", None),
        ({"type": "number", "minimum": 0}, "0", None),
        ({"type": "date"}, "2026-11-23", None),
        ({"type": "select", "options": [{"value": "a", "label": "A"}]}, "a", None),
        ({"pattern": "[0-9]{4}"}, "1234", None),
        ({"pattern": "(a+)+b"}, "a" * 60, None),
        ({"type": "checkbox", "required": True}, "on", None),
    ],
)
def test_accepted(field: dict[str, Any], value: Any, region: str | None) -> None:
    assert codes(field, value, region) in (
        [],
        ["bad_format"] if field.get("pattern", "").endswith("b") else [],
    )


def test_problems_name_no_value() -> None:
    form = Form(id="f", fields=(FormField(name="mail", type="email"),))
    assert "secret" not in check(form, {"mail": "secret value"})[0].message


def test_a_form_that_is_none_says_where() -> None:
    with pytest.raises(ValidationFailed) as told:
        parse_form({"id": "f", "fields": [{"name": "Bad Name"}]})
    assert told.value.violations[0]["place"] == "fields.0.name"
    with pytest.raises(ValidationFailed, match="same name"):
        parse_form({"id": "f", "fields": [{"name": "a"}, {"name": "a"}]})
    with pytest.raises(ValidationFailed, match="options"):
        parse_form({"id": "f", "fields": [{"name": "a", "type": "select"}]})


def test_a_form_is_kept_as_it_was() -> None:
    form = Form(id="f", form_type="lead_gen", fields=(FormField(name="a", consent="Yes?"),), at_most=2)
    assert parse_form(form.document()) == form


@given(
    st.sampled_from(["text", "email", "tel", "url", "number", "date", "checkbox", "textarea"]),
    st.one_of(st.text(max_size=60), st.integers(), st.floats(), st.booleans(), st.lists(st.text(max_size=3))),
)
def test_whatever_comes_is_judged(type_: str, value: Any) -> None:
    codes({"type": type_}, value, "DE")
