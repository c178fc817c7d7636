"""Recognises the words by which people steer text messages: STOP, HELP, START, YES, in seven languages.

A keyword is the whole message, whatever its case, spaces, accents and punctuation ("Stop.", " stop all "): the
CTIA's Messaging Principles (2023, 5.1.3) and 47 CFR 64.1200(a)(10) ask for that much, and a word inside a sentence
("don't stop sending these") must not end a consent. The words of 64.1200(a)(10) (in force since 2025-04-11: stop,
quit, end, revoke, opt out, cancel, unsubscribe) and those that Twilio and End User Messaging act on by themselves
are all there, so that the platform never sends where a provider has closed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from enum import StrEnum


class Keyword(StrEnum):
    """What a message asks for."""

    STOP = "stop"
    HELP = "help"
    START = "start"
    YES = "yes"


_WORDS: Mapping[tuple[Keyword, str], str] = {
    (Keyword.STOP, "en"): "stop|stopall|unsubscribe|cancel|end|quit|revoke|opt out|stop all|stop now",
    (Keyword.STOP, "de"): "stopp|abmelden|abbestellen|austragen|beenden|ende|kündigen",
    (Keyword.STOP, "fr"): "arrêt|arrêter|arrêtez|désabonner|désabonnement|désinscrire|désinscription|annuler",
    (Keyword.STOP, "es"): "alto|baja|parar|pare|cancelar|salir|detener",
    (Keyword.STOP, "it"): "ferma|fermare|annulla|cancella|disiscrivi|disiscrivimi|esci",
    (Keyword.STOP, "pt"): "parar|sair|cancelar|remover|descadastrar",
    (Keyword.STOP, "nl"): "stoppen|afmelden|uitschrijven|annuleren|einde",
    (Keyword.HELP, "en"): "help|info",
    (Keyword.HELP, "de"): "hilfe",
    (Keyword.HELP, "fr"): "aide",
    (Keyword.HELP, "es"): "ayuda",
    (Keyword.HELP, "it"): "aiuto",
    (Keyword.HELP, "pt"): "ajuda",
    (Keyword.HELP, "nl"): "hulp",
    (Keyword.START, "en"): "start|unstop|subscribe|opt in",
    (Keyword.START, "de"): "anmelden",
    (Keyword.START, "fr"): "démarrer|abonner|inscrire",
    (Keyword.START, "es"): "iniciar|alta",
    (Keyword.START, "it"): "inizia|iscrivi|iscrivimi",
    (Keyword.START, "pt"): "iniciar|começar",
    (Keyword.START, "nl"): "starten|aanmelden",
    (Keyword.YES, "en"): "yes|y|confirm",
    (Keyword.YES, "de"): "ja",
    (Keyword.YES, "fr"): "oui",
    (Keyword.YES, "es"): "sí|si",
    (Keyword.YES, "it"): "sì|si",
    (Keyword.YES, "pt"): "sim",
    (Keyword.YES, "nl"): "ja",
}

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl")
_LONGEST = 60


def plain(text: str) -> str:
    """Return a message as keywords are compared: letters and digits alone, without accents, in lower case."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in letters if one.isalnum())


def _table() -> dict[str, tuple[Keyword, str]]:
    found: dict[str, tuple[Keyword, str]] = {}
    for (keyword, language), words in _WORDS.items():
        for word in words.split("|"):
            # The first language that has a word names it; what it does is the same in all.
            known = found.setdefault(plain(word), (keyword, language))
            if known[0] is not keyword:
                raise ValueError(f"the word {word!r} has two meanings")
    return found


_BY_WORD: Mapping[str, tuple[Keyword, str]] = _table()


def keyword_of(text: str) -> tuple[Keyword, str] | None:
    """Return what a message asks for and in which language; None: it is no keyword.

    Emoji and marks around a word are no letters: "🛑 STOP!!" is STOP.
    """
    return _BY_WORD.get(plain(text)) if 0 < len(text) <= _LONGEST else None


def words(keyword: Keyword) -> tuple[str, ...]:
    """Return all words of a keyword, upper case, for a settings page."""
    found = (word for (one, _), group in _WORDS.items() if one is keyword for word in group.split("|"))
    return tuple(dict.fromkeys(word.upper() for word in found))
