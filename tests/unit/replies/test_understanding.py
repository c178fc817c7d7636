from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.replies.automatic import judge
from stepwell.replies.parsing import Incoming, parse
from stepwell.replies.quotes import own_words
from stepwell.replies.sentiment import sentiment
from stepwell.replies.wishes import wants_out

from tests.unit.replies.test_parsing import raw


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({}, "reply"),
        ({"Auto-Submitted": "no"}, "reply"),
        ({"Auto-Submitted": "auto-replied (vacation)"}, "auto_response"),
        ({"Auto-Submitted": 'auto-generated; owner-email="a@b.c"'}, "auto_response"),
        ({"X-Autoreply": "yes"}, "auto_response"),
        ({"X-Autorespond": "1"}, "auto_response"),
        ({"Precedence": "auto_reply"}, "auto_response"),
        ({"Precedence": "bulk"}, "list"),
        ({"List-Id": "<news.example>"}, "list"),
        ({"Return-Path": "<>"}, "auto_response"),
        ({"X-Failed-Recipients": "a@b.c"}, "bounce"),
        ({"From": "MAILER-DAEMON@mx.example"}, "bounce"),
        ({"From": "noreply@shop.example"}, "auto_response"),
        ({"X-Stepwell-Loop": "acme"}, "loop"),
        ({"Subject": "Automatic reply: Hello"}, "auto_response"),
        ({"Subject": "Out of Office Re: Hello"}, "auto_response"),
        ({"Subject": "Automatische Antwort: Hallo"}, "auto_response"),
        ({"Subject": "Abwesenheitsnotiz: Hallo"}, "auto_response"),
        ({"Subject": "Réponse automatique : Bonjour"}, "auto_response"),
        ({"Subject": "Respuesta automática: Hola"}, "auto_response"),
        ({"Subject": "Risposta automatica: Ciao"}, "auto_response"),
        ({"Subject": "自動返信: こんにちは"}, "auto_response"),
        ({"Subject": "Undeliverable: Hello"}, "bounce"),
        ({"Subject": "Re: Automatic savings for you"}, "reply"),
        ({"Subject": "Re: Out of ideas?"}, "reply"),
        ({"Subject": "Re: On holiday with 20 % off"}, "reply"),
        ({"Subject": "AW: Out of office chairs? We have more"}, "reply"),
    ],
)
def test_machines_are_told_from_people(headers: dict[str, str], kind: str) -> None:
    assert judge(parse(raw(**headers)))[0] == kind


def test_a_delivery_report_is_a_bounce() -> None:
    report = b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n--x--"
    assert judge(parse(report))[0] == "bounce"


QUOTES = [
    "On Mon, 2 Nov 2026 at 10:00, Shop <reply+abc@r.example> wrote:\n> Our offer",
    "On Mon, 2 Nov 2026 at 10:00, Shop\n<reply+abc@r.example>\nwrote:\n\nOur offer",
    "Am 02.11.2026 um 10:00 schrieb Shop <a@b.example>:\n> Angebot",
    "Le lun. 2 nov. 2026 à 10:00, Shop <a@b.example> a écrit :\n> Offre",
    "El lun, 2 nov 2026 a las 10:00, Shop (<a@b.example>) escribió:\n> Oferta",
    "-----Original Message-----\nFrom: Shop\nOur offer",
    "-----Ursprüngliche Nachricht-----\nVon: Shop",
    "________________________________\nFrom: Shop <a@b.example>\nSent: Monday\nTo: Ann\nOur offer",
    "From: Shop <a@b.example>\nSent: Monday\nTo: Ann\nSubject: Offer\n\nOur offer",
    "Von: Shop <a@b.example>\nGesendet: Montag\nAn: Ann\n\nAngebot",
    "--\nAnn Smith\nHead of Things",
    "Sent from my iPhone",
    "Von meinem iPhone gesendet",
    "> Our offer\n> is good",
]


@pytest.mark.parametrize("quote", QUOTES)
def test_quotes_and_signatures_go(quote: str) -> None:
    assert own_words(f"Yes, call me on Monday.\nThanks\n\n{quote}") == "Yes, call me on Monday.\nThanks"


def test_answers_between_the_lines_stay() -> None:
    assert own_words("> Which size?\nLarge\n> Which colour?\nRed") == "Large\nRed"
    plain = "On Monday I wrote:\nsomething else entirely"
    assert own_words("From: here on it is fine\nI agree") == "From: here on it is fine\nI agree"
    assert own_words("I was on holiday when she wrote: no") == "I was on holiday when she wrote: no"
    assert own_words(plain) == ""


@given(st.text(max_size=400))
def test_only_whole_lines_go(text: str) -> None:
    kept = own_words(text)
    assert own_words(kept) in (kept, own_words(kept))
    assert all(line in text for line in kept.split("\n"))


@pytest.mark.parametrize(
    "words",
    [
        "STOP", "stop.", "Unsubscribe", "please unsubscribe me", "Remove me please", "Take me off your list",
        "I don't want these emails anymore", "No more emails!", "unsubscribe\n\nAnn", "Please stop emailing me",
        "Abmelden", "Bitte abmelden", "keine weiteren Mails bitte", "désabonner", "Me désinscrire", "baja",
        "darme de baja", "cancellami",
        "descadastrar", "uitschrijven", "отписаться", "退訂".replace("訂", "订"), "配信停止",
    ],
)  # fmt: skip
def test_wishes_to_be_left_alone(words: str) -> None:
    assert wants_out(Incoming("a@b.example", subject="Re: Hello"), words)


@pytest.mark.parametrize(
    "words",
    [
        "Please don't stop, I like it", "Can I stop by tomorrow?", "The train did not stop here.", "Yes", "",
        "How do I remove an item from my cart?", "We stop working at five, call before then and ask for me",
        "Could you unsubscribe my colleague and send the offer to me instead?",
    ],
)  # fmt: skip
def test_other_sentences_are_no_wish(words: str) -> None:
    assert not wants_out(Incoming("a@b.example", subject="Re: Stop paying too much"), words)


def test_an_empty_message_with_the_wish_as_its_subject() -> None:
    assert wants_out(Incoming("a@b.example", subject="Unsubscribe"), "")
    assert not wants_out(Incoming("a@b.example", subject="Re: Unsubscribe"), "")


@pytest.mark.parametrize(
    ("words", "label", "language"),
    [
        ("Thanks, this is great! I love it.", "positive", "en"),
        ("Not good, very disappointed.", "negative", "en"),
        ("This is terrible, I want a refund", "negative", "en"),
        ("The meeting is on Tuesday at ten", "neutral", ""),
        ("I am not happy with this", "negative", "en"),
        ("👍", "positive", ""),
        ("Vielen Dank, das ist super!", "positive", "de"),
        ("Das war leider sehr schlecht, ich bin enttäuscht", "negative", "de"),
        ("Merci, c'est parfait", "positive", "fr"),
        ("Je suis très déçu, c'est une arnaque", "negative", "fr"),
        ("Muchas gracias, me encanta", "positive", "es"),
        ("Es una estafa, quiero un reembolso", "negative", "es"),
        ("これは良いです", "neutral", ""),
    ],
)
def test_a_basic_sentiment(words: str, label: str, language: str) -> None:
    felt = sentiment(words)
    assert (felt.label, felt.language) == (label, language)
