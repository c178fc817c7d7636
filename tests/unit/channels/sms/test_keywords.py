from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.channels.sms.keywords import _BY_WORD, LANGUAGES, Keyword, keyword_of, words
from stepwell.channels.sms.segments import segments
from stepwell.channels.sms.texts import STOPPED, TEXTS, text_of


@pytest.mark.parametrize(
    "text",
    [
        "STOP", "stop", " Stop. ", "Stop!", "STOPALL", "stop all", "Unsubscribe", "CANCEL", "end", "QUIT", "revoke",
        "opt out", "opt-out", "OPTOUT", "🛑 STOP", "stop\n", '"Stop"',
        "Stopp", "Abmelden!", "ABBESTELLEN", "Arrêt", "ARRET", "désabonner", "Baja", "ALTO", "Parar", "cancelar",
        "annulla", "Sair", "AFMELDEN", "uitschrijven",
        "СТОП", "退订", "TD", "配信停止", "수신거부", "إلغاء", "הסר", "Avsluta", "Rezygnuję", "στοπ", "İPTAL", "रोकें",
        "stop please", "Please stop!", "STOP, thanks", "pls STOP now", "STOP STOP STOP", "stop. unsubscribe",
        "Stop texting me", "please stop sending me these messages", "Don’t text me again", "No more texts, please",
        "REMOVE ME", "remove me from your list", "Unsubscribe me", "I want to opt out", "leave me alone",
        "I don't want these texts anymore", "Bitte keine SMS mehr", "Ich möchte keine Nachrichten mehr",
        "Ne m'envoyez plus de SMS", "no más mensajes por favor", "Basta messaggi", "Geen berichten meer",
        "Stop\n\nSent from my iPhone", "STOP\n> Acme: sale today",
    ],
)  # fmt: skip
def test_words_that_stop(text: str) -> None:
    found = keyword_of(text)
    assert found is not None
    assert found[0] is Keyword.STOP


@pytest.mark.parametrize(
    ("text", "keyword", "language"),
    [
        ("HELP", Keyword.HELP, "en"),
        ("info", Keyword.HELP, "en"),
        ("Hilfe?", Keyword.HELP, "de"),
        ("AIDE", Keyword.HELP, "fr"),
        ("ayuda", Keyword.HELP, "es"),
        ("START", Keyword.START, "en"),
        ("unstop", Keyword.START, "en"),
        ("Yes!", Keyword.YES, "en"),
        ("ja", Keyword.YES, "de"),
        ("Oui", Keyword.YES, "fr"),
        ("SÍ", Keyword.YES, "es"),
        ("sim", Keyword.YES, "pt"),
    ],
)
def test_other_keywords(text: str, keyword: Keyword, language: str) -> None:
    assert keyword_of(text) == (keyword, language)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "please don't stop",
        "please",
        "Hi\nwhat is this",
        "don't stop sending these",
        "stop texting me about shoes, hats are fine",
        "I want to stop by the shop",
        "remove me from the waiting list for size 42",
        "I don't want to cancel my order",
        "thanks, when does it end",
        "can you send me messages in German",
        "Stop by tomorrow?",
        "I will not cancel",
        "yes please call me",
        "endless",
        "!?",
        "x",
    ],
)
def test_sentences_are_no_keywords(text: str) -> None:
    assert keyword_of(text) is None


@given(st.sampled_from([w for k in Keyword for w in words(k)]), st.sampled_from(["", " ", ".", "!! ", "\n"]))
def test_each_word_is_known_however_it_is_written(word: str, around: str) -> None:
    expected = keyword_of(word)
    assert expected is not None
    assert keyword_of(around + word.lower() + around) == expected
    assert keyword_of(word.title() + around) == expected


@given(st.text(max_size=80))
def test_any_text_can_be_asked(text: str) -> None:
    keyword_of(text)


def test_all_languages_have_all_texts() -> None:
    assert set(TEXTS) == set(LANGUAGES)
    assert all(set(kinds) == set(TEXTS["en"]) for kinds in TEXTS.values())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Wypisz mnie", "Subskrypcja anulowana"),
        ("Avsluta", "Du är avregistrerad"),
        ("стоп", "Вы отписаны"),
        ("退订", "退订"),
    ],
)
def test_stop_is_answered_in_its_own_language(text: str, says: str) -> None:
    _, language = keyword_of(text) or (None, "")
    assert says in text_of("stopped", language, {}, "Acme")


def test_each_language_that_says_stop_is_answered_in_it_by_one_segment() -> None:
    assert {*TEXTS, *STOPPED} == {language for _, language in _BY_WORD.values()}
    assert not {*TEXTS} & {*STOPPED}
    for language, text in STOPPED.items():
        said = text_of("stopped", language, {}, "Acme")
        assert said.startswith("Acme: ") and "START" in said and "{" not in said, text
        assert segments(said).count == 1, (language, said)
    assert text_of("stopped", "nb-NO", {}, "Acme") == text_of("stopped", "no", {}, "Acme")
    assert text_of("stopped", "pl", {"stopped": "Bye"}, "Acme") == "Bye"


def test_texts_name_the_sender_and_may_be_a_workspaces_own() -> None:
    assert (
        text_of("help", "de-AT", {}, "Acme", "acme.example")
        == "Acme: acme.example STOP beendet die Nachrichten."
    )
    assert text_of("help", "xx", {"help": "Call us"}, "Acme") == "Call us"
    assert text_of("help", "de", {"help": "Call us", "help.de": "Hallo {sender}"}, "Acme") == "Hallo Acme"
    assert text_of("stopped", "en", {}, "").startswith("You are unsubscribed")
    # A workspace's text is no format string.
    assert text_of("help", "en", {"help": "{0.__class__} {sender}"}, "A") == "{0.__class__} A"
