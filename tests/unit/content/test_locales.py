"""Dates, amounts and plurals as a message's language writes them (expected texts: CLDR's charts)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from stepwell.content.connected import Answers
from stepwell.content.locales import amount, dated, form_of
from stepwell.content.models import Template
from stepwell.content.pieces import Source
from stepwell.content.render import Renderer

RENDERER = Renderer()
SOURCES = {
    "jinja2": "{{ day | date('%A, %-d %B') }}|{{ 1234.5 | money('€') }}|{{ n }} {{ n | plural('a', 'b', 'c') }}",
    "handlebars": "{{date day '%A, %-d %B'}}|{{money 1234.5 '€'}}|{{n}} {{plural n 'a' 'b' 'c'}}",
    "liquid": "{{ day | date: '%A, %-d %B' }}|{{ 1234.5 | money: '€' }}|{{ n }} {{ n | plural: 'a', 'b', 'c' }}",
}


def written(language: str, dialect: Any = "jinja2", n: object = 2) -> str:
    template = Template(id="t", subject="s", text=SOURCES[dialect], language=language, dialect=dialect)
    return RENDERER.render(template, {"day": "2026-03-02", "n": n}).text


@pytest.mark.parametrize("dialect", list(SOURCES))
@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Monday, 2 March|€1,234.50|2 b"),
        ("sv", "Monday, 2 March|€1,234.50|2 b"),
        ("de", "Montag, 2 März|1.234,50 €|2 b"),
        ("de-AT", "Montag, 2 März|€ 1.234,50|2 b"),
        ("de-CH", "Montag, 2 März|€ 1'234.50|2 b"),
        ("fr", "lundi, 2 mars|1 234,50 €|2 b"),
        ("es", "lunes, 2 marzo|1234,50 €|2 b"),
        ("it", "lunedì, 2 marzo|1234,50 €|2 b"),
        ("nl", "maandag, 2 maart|€ 1.234,50|2 b"),
        ("pl", "poniedziałek, 2 marca|1234,50 €|2 b"),
        ("pt-BR", "segunda-feira, 2 março|€ 1.234,50|2 b"),
        ("pt-PT", "segunda-feira, 2 março|1234,50 €|2 b"),
    ],
)
def test_dates_and_amounts_are_written_in_the_messages_language(
    dialect: str, language: str, text: str
) -> None:
    assert written(language, dialect) == text


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", {0: "b", 1: "a", 2: "b", 1.5: "b", "1": "a", "x": "c", None: "c"}),
        ("fr", {0: "a", 1: "a", 1.5: "a", 2: "b"}),
        ("pt-PT", {0: "b", 1: "a"}),
        ("pl", {1: "a", 2: "b", 5: "c", 12: "c", 21: "c", 22: "b", 0: "c", 1.5: "c"}),
        ("ru", {1: "a", 3: "b", 11: "c", 21: "a", 24: "b", 100: "c"}),
        ("cs", {1: "a", 4: "b", 5: "c", 22: "c"}),
        ("ro", {1: "a", 0: "b", 19: "b", 20: "c", 101: "b", 1.5: "b"}),
        ("ja", {1: "a", 5: "a"}),
    ],
)
def test_plurals_follow_the_language(language: str, forms: dict[Any, str]) -> None:
    assert {n: written(language, n=n).rpartition(" ")[2] for n in forms} == forms


NUMBERS = (*range(26), 100, 101, 102, 103, 105, 111, 121, 122)


@pytest.mark.parametrize(
    ("language", "places"),
    [
        ("ar", "0123333333344444444444444455533444"),
        ("be", "2011122222222222222220111220112201"),
        ("bn", "0011111111111111111111111111111111"),
        ("cs", "2011122222222222222222222222222222"),
        ("cy", "0123554555555555555555555555555555"),
        ("en", "1011111111111111111111111111111111"),
        ("fa", "0011111111111111111111111111111111"),
        ("fil", "0000101001000010100100001000000000"),
        ("fr", "0011111111111111111111111111111111"),
        ("ga", "4012222333344444444444444444444444"),
        ("he", "2012222222222222222222222222222222"),
        ("hi", "0011111111111111111111111111111111"),
        ("hr", "2011122222222222222220111220112201"),
        ("hy", "0011111111111111111111111111111111"),
        ("is", "1011111111111111111110111110111101"),
        ("ja", "0000000000000000000000000000000000"),
        ("km", "0000000000000000000000000000000000"),
        ("lt", "2011111111222222222220111120111201"),
        ("lv", "0122222222000000000001222201222012"),
        ("mk", "1011111111111111111110111110111101"),
        ("mt", "2012222222233333333344444444422344"),
        ("my", "0000000000000000000000000000000000"),
        ("pl", "2011122222222222222222111222112221"),
        ("pt", "0011111111111111111111111111111111"),
        ("ro", "1011111111111111111122222221111122"),
        ("ru", "2011122222222222222220111220112201"),
        ("si", "0011111111111111111111111111111111"),
        ("sk", "2011122222222222222222222222222222"),
        ("sl", "3012233333333333333333333330123333"),
        ("sr", "2011122222222222222220111220112201"),
        ("uk", "2011122222222222222220111220112201"),
        ("zh", "0000000000000000000000000000000000"),
        ("zu", "0011111111111111111111111111111111"),
    ],
)
def test_plurals_are_unicodes(language: str, places: str) -> None:
    """Places of the forms of `NUMBERS`, as Babel 2.18 (CLDR 47) has them."""
    assert "".join(str(form_of(number, language)) for number in NUMBERS) == places


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de-AT", "-€ 1.234,50"),
        ("de-CH", "€-1'234.50"),
        ("nl", "€ -1.234,50"),
        ("pt", "-€ 1.234,50"),
        ("pt-PT", "-1234,50 €"),
        ("it", "-1234,50 €"),
        ("en", "-€1,234.50"),
    ],
)
def test_where_the_minus_stands(language: str, text: str) -> None:
    assert amount(-1234.5, "€", 2, language, plain=True) == text


def test_thousands_are_separated_from_five_digits_on_in_some_languages() -> None:
    written = {
        language: amount(12345, "", 0, language, plain=True) for language in ("es", "it", "pl", "pt-PT")
    }
    assert written == {"es": "12.345", "it": "12.345", "pl": "12 345", "pt-PT": "12 345"}


def test_austrian_and_portuguese_names() -> None:
    january, monday = datetime(2026, 1, 5, tzinfo=UTC), "%a"
    assert [dated(january, form, "de-AT") for form in ("%B", "%b")] == ["Jänner", "Jän."]
    assert dated(january.replace(month=9), "%b", "de-AT") == "Sep."
    assert [dated(january, monday, language) for language in ("pt", "pt-PT")] == ["seg.", "segunda"]


def test_html_keeps_an_amount_on_one_line_and_a_missing_number_takes_the_last_form() -> None:
    html = "{{ 12345 | money('€', 0) }} {{ nothing | plural('a', 'b') }}"
    template = Template(id="t", subject="s", html=html, layout="", language="fr")
    assert RENDERER.render(template, {}).html == "12\u202f345\u00a0€ b"


def test_kept_answers_have_a_limit_in_bytes() -> None:
    asked: list[str] = []

    def fetch(source: Source, url: str) -> bytes:
        del source
        asked.append(url)
        return b'"' + b"x" * 250_000 + b'"'

    answers = Answers(lambda: 0.0)
    source = Source.model_validate({"id": "s", "url": "https://x.example/", "max_bytes": 256 * 1024})
    for number in range(100):
        answers.answer("t", source, f"https://x.example/{number}", fetch)
        assert sum(len(kept) for _, kept in answers._kept.values()) < 4_500_000
    answers.answer("t", source, "https://x.example/99", fetch)
    assert len(asked) == 100
