"""Every kind of problem, with the words that an author reads."""

from __future__ import annotations

import pytest
from stepwell.conditions import FieldSchema, FieldType, check, parse

SCHEMA = FieldSchema(
    profile={
        "score": FieldType.NUMBER,
        "plan": FieldType.TEXT,
        "tags": FieldType.LIST,
        "active": FieldType.BOOLEAN,
        "signed_up_at": FieldType.DATE,
        "address": FieldType.OBJECT,
        "company.size": FieldType.NUMBER,
        "extra": FieldType.ANY,
    },
    events={"page_view": {"url": FieldType.TEXT, "depth": FieldType.NUMBER}, "purchase": None},
    trigger={"total": FieldType.NUMBER},
    segments=frozenset({"vip"}),
)


@pytest.mark.parametrize(
    ("text", "code", "path", "message"),
    [
        ("scroe >= 50", "unknown_field", "left", "unknown field `scroe`: did you mean `score`?"),
        ("plan = 'a' and scroe > 1", "unknown_field", "items[1].left",
         "unknown field `scroe`: did you mean `score`?"),
        ("not xyzzy = 1", "unknown_field", "item.left", "unknown field `xyzzy`"),
        ("company.sise > 1", "unknown_field", "left",
         "unknown field `company.sise`: did you mean `company.size`?"),
        ("event.totl > 1", "unknown_field", "left",
         "unknown field `event.totl`: did you mean `event.total`?"),
        ("enrollment.event.totl > 1", "unknown_field", "left",
         "unknown field `enrollment.event.totl`: did you mean `enrollment.event.total`?"),
        ("enrollment.node_outcomes.email_1 = 'sent'", "unknown_field", "left",
         "unknown field `enrollment.node_outcomes.email_1`"),
        ("engagement.opened > 1", "unknown_field", "left",
         "unknown field `engagement.opened`: did you mean `engagement.opens`?"),
        ("score > limit", "unknown_field", "right", "unknown field `limit`"),
        ("plan > 5", "type_mismatch", "right",
         "`plan` is text; `>` needs a number or date: use `=`, `in`, `contains` or `starts with` for text"),
        ("score = 'high'", "type_mismatch", "right",
         '`score` is a number and `"high"` is text: compare it with a number'),
        ("active > 1", "type_mismatch", "right", "`active` is true or false; `>` needs a number or date"),
        ("active = 1", "type_mismatch", "right",
         "`active` is true or false and `1` is a number: compare it with true or false"),
        ("signed_up_at > '2026-12-01'", "type_mismatch", "right",
         '`signed_up_at` is a date and `"2026-12-01"` is text: write the date without quotes'),
        ("score > 7 days ago", "type_mismatch", "right",
         "`score` is a number and `7 days ago` is a date: compare it with a number"),
        ("tags = 'a'", "type_mismatch", "right",
         "`tags` is a list; `=` needs text or number or true or false or date: use `contains` for a list"),
        ("address = 'a'", "type_mismatch", "right",
         "`address` is an object; `=` needs text or number or true or false or date: "
         "name a field of it, such as `address.city`"),
        ("company = 'a'", "type_mismatch", "right",
         "`company` is an object; `=` needs text or number or true or false or date: "
         "name a field of it, such as `address.city`"),
        ("score contains 'a'", "type_mismatch", "", "`score` is a number; `contains` needs a list or text"),
        ("plan contains 5", "type_mismatch", "",
         "`plan` is text and 5 is a number: list only values that are text"),
        ("score in [1, 'a']", "type_mismatch", "",
         '`score` is a number and "a" is text: list only values that are a number'),
        ("tags in ['a']", "type_mismatch", "",
         "`tags` is a list; `in` needs text or number or true or false: use `contains` for a list"),
        ("score starts with '1'", "type_mismatch", "", "`score` is a number; `starts with` needs text"),
        ("score within next 3 days", "type_mismatch", "", "`score` is a number; `within` needs a date"),
        ("score is today", "type_mismatch", "", "`score` is a number; `is today` needs a date"),
        ("score between 5 and 1", "empty_range", "", "the range is empty: put the smaller value first"),
        ("count(pageveiw) > 1", "unknown_event", "left",
         "unknown event `pageveiw`: did you mean `page_view`?"),
        ("not did(refund)", "unknown_event", "item", "unknown event `refund`"),
        ("last(refund) before today", "unknown_event", "left", "unknown event `refund`"),
        ("count(page_view) > 'a'", "type_mismatch", "right",
         '`count(page_view)` is a number and `"a"` is text: compare it with a number'),
        ("count(page_view, 91 days) > 1", "window_too_long", "left",
         "events are counted over at most 90 days: shorten the window, or leave it out to count all"),
        ("count(page_view where ulr contains 'x') > 1", "unknown_field", "left.where.left",
         "unknown field `ulr`: did you mean `url`?"),
        ("did(page_view where depth contains 'x')", "type_mismatch", "where",
         "`depth` is a number; `contains` needs a list or text"),
        ("in segment 'vp'", "unknown_segment", "", 'unknown segment "vp": did you mean "vip"?'),
    ],
)  # fmt: skip
def test_a_problem_says_what_where_and_how_to_mend_it(text: str, code: str, path: str, message: str) -> None:
    problems = check(parse(text), SCHEMA)
    assert [(p.code, p.path, str(p)) for p in problems] == [(code, path, message)]


@pytest.mark.parametrize(
    "text",
    [
        "score >= 50 and plan = 'pro' and tags contains any ['a', 1] and active is true",
        "signed_up_at > 7 days ago and signed_up_at within last 30 days and signed_up_at is today",
        "address.city = 'x' and address.geo.lat > 1 and company.size > 10 and company exists",
        "extra > 5 and extra contains 'x' and extra is today and extra.deep = 1",
        "event.total > 5 and event.name = 'x' and event.timestamp > 1 day ago and event.context.ip exists",
        "enrollment.event.name = 'x' and enrollment.event.total > 1 and enrollment.loop = 1",
        "enrollment.entered_at < 2 days ago and engagement_score > 0.7 and engagement.last_at is missing",
        "count(page_view where url contains '/x' and depth > 2, 90 days) > 3 and did(purchase where x = 1)",
        "in segment 'vip' and last(purchase) before 30 days ago and score > company.size",
    ],
)
def test_what_is_right_passes(text: str) -> None:
    assert check(parse(text), SCHEMA) == []


def test_all_problems_come_at_once() -> None:
    problems = check(parse("scroe > 1 or plan > 5 or in segment 'x' or did(nope)"), SCHEMA)
    assert [p.code for p in problems] == [
        "unknown_field",
        "type_mismatch",
        "unknown_segment",
        "unknown_event",
    ]


def test_what_is_unknown_is_not_checked() -> None:
    text = "a > 5 and did(b where x = 1) and in segment 'y' and event.foo = 1 and enrollment.event.z = 2"
    assert check(parse(text), FieldSchema()) == []


def test_the_languages_own_fields_are_always_known() -> None:
    assert [p.code for p in check(parse("enrollment.enterd_at < now"), FieldSchema())] == ["unknown_field"]
