"""A progressive form asks what is not known, and no more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from stepwell.forms.asking import answer, next_fields, stage_of
from stepwell.forms.model import Form, FormField, Stage, default_stages
from stepwell.profiles.schema import Attribute, Schema

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
STAGES = default_stages().stages
NAMES = ("email", "first_name", "company", "job_title", "company_size", "industry")


def describe(name: str) -> Attribute:
    return Schema().by_name.get(name, Attribute(name=name))


def asked(form: Form, known: Mapping[str, object], **more: object) -> tuple[list[str], bool, str]:
    found = next_fields(form, STAGES, known, NOW, describe=describe, **more)  # type: ignore[arg-type]
    return [field.name for field in found.fields], found.done, found.stage


def test_a_stranger_is_asked_what_is_required_first() -> None:
    assert asked(Form(id="demo"), {}) == (["email", "first_name", "company"], False, "initial_capture")


def test_what_is_known_is_not_asked_again() -> None:
    known = {"email": "a@example.com", "company": "Acme"}
    assert asked(Form(id="demo"), known)[0] == ["first_name", "job_title", "company_size"]


def test_done_when_nothing_is_left() -> None:
    assert asked(Form(id="demo"), dict.fromkeys(NAMES, "x")) == ([], True, "initial_capture")


def test_a_value_older_than_its_retention_is_asked_again() -> None:
    def forgetful(name: str) -> Attribute:
        return Attribute(name=name, retention_days=30 if name == "job_title" else None)

    known = dict.fromkeys(NAMES, "x")
    young = {"job_title": (int((NOW - timedelta(days=29)).timestamp() * 1000), "web")}
    old = {"job_title": (-int((NOW - timedelta(days=31)).timestamp() * 1000), "web")}
    form = Form(id="demo")
    assert next_fields(form, STAGES, known, NOW, stamps=young, describe=forgetful).done
    found = next_fields(form, STAGES, known, NOW, stamps=old, describe=forgetful)
    assert [field.name for field in found.fields] == ["job_title"]


def test_a_declined_field_is_left_in_peace_unless_it_is_required() -> None:
    known = dict.fromkeys(("email", "first_name"), "x")
    names, _, _ = asked(Form(id="demo"), known, declined={"job_title", "company"})
    assert names == ["company", "company_size", "industry"]


def test_a_form_describes_and_adds_fields() -> None:
    form = Form(
        id="demo",
        stages=("initial_capture",),
        at_most=10,
        fields=(
            FormField(
                name="company_size", type="select", options=("1-10", "11-50"), consent="We may keep it."
            ),
            FormField(name="industry", ask=False),
            FormField(name="use_case", required=True),
        ),
    )
    known = {"email": "x", "first_name": "x", "company": "x"}
    found = next_fields(form, STAGES, known, NOW, describe=describe)
    assert answer(found, 4) == {
        "fields": [
            {"name": "job_title", "label": "Job title", "type": "text", "required": False},
            {
                "name": "company_size",
                "label": "Company size",
                "type": "select",
                "required": False,
                "options": ["1-10", "11-50"],
                "consent": "We may keep it.",
            },
        ],
        "done": False,
        "stage": "initial_capture@4",
    }
    own = next_fields(form, STAGES, {**known, "job_title": 1, "company_size": 1}, NOW, describe=describe)
    assert [(f.name, f.required) for f in own.fields] == [("use_case", True)]
    assert own.stage == "demo"


def test_only_stages_that_forms_fill_are_asked() -> None:
    stages = (*STAGES, Stage(id="more", required_fields=("phone",)))
    found = next_fields(Form(id="f"), stages, dict.fromkeys(NAMES, 1), NOW, describe=describe)
    assert [(f.name, f.type) for f in found.fields] == [("phone", "tel")]


def test_the_stage_comes_back_with_its_revision() -> None:
    assert stage_of("initial_capture@12") == ("initial_capture", 12)
    assert stage_of("2") == ("2", 0)
    assert stage_of(None) == ("", 0)
    assert stage_of("x@" + "9" * 400) == ("x", 0)


@given(
    known=st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["x", "", None, []])),
    at_most=st.integers(1, 10),
    declined=st.sets(st.sampled_from(NAMES)),
)
def test_never_too_many_never_known_ones_and_it_ends(
    known: dict[str, object], at_most: int, declined: set[str]
) -> None:
    form = Form(id="demo", at_most=at_most)
    rounds = 0
    while True:
        found = next_fields(form, STAGES, known, NOW, describe=describe, declined=declined)
        names = [field.name for field in found.fields]
        assert len(names) <= at_most
        assert found.done == (not names)
        assert not [n for n in names if known.get(n)]
        required = [field.required for field in found.fields]
        assert required == sorted(required, reverse=True)
        assert all(field.required for field in found.fields if field.name in declined)
        if found.done:
            break
        known = {**known, **dict.fromkeys(names, "told")}
        rounds += 1
        assert rounds <= len(NAMES)
    assert all(known.get(name) for name in ("email", "first_name", "company"))
