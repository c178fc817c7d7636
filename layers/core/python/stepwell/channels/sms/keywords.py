"""Recognises the words by which people steer text messages: STOP, HELP, START, YES; STOP in many languages.

A keyword is the whole message, whatever its case, spaces, accents and punctuation ("Stop.", " stop all "), as the
CTIA's Messaging Principles (2023, 5.1.3) ask. The words of 47 CFR 64.1200(a)(10) (in force since 2025-04-11: stop,
quit, end, revoke, opt out, cancel, unsubscribe) and those that Twilio and End User Messaging act on by themselves
are all there, so that the platform never sends where a provider has closed.

STOP is more than words: the same rule wants whatever a reasonable person understands as a wish to hear no more.
So courtesies, repetitions, what a phone puts below, and short sentences of clear meaning count ("Stop, please",
"STOP STOP", "stop texting me"); a word inside any other sentence ("don't stop sending these") ends no consent.
"""

from __future__ import annotations

import re
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
    (Keyword.STOP, "en"): "stop|stopall|unsubscribe|cancel|end|quit|revoke|opt out|stop all|remove",
    (Keyword.STOP, "de"): "stopp|abmelden|abbestellen|austragen|beenden|ende|kündigen",
    (Keyword.STOP, "fr"): "arrêt|arrêter|arrêtez|désabonner|désabonnement|désinscrire|désinscription|annuler",
    (Keyword.STOP, "es"): "alto|baja|parar|pare|cancelar|salir|detener",
    (Keyword.STOP, "it"): "ferma|fermare|annulla|cancella|disiscrivi|disiscrivimi|esci",
    (Keyword.STOP, "pt"): "parar|sair|cancelar|remover|descadastrar",
    (Keyword.STOP, "nl"): "stoppen|afmelden|uitschrijven|annuleren|einde",
    (Keyword.STOP, "sv"): "avsluta|avregistrera|avsluta prenumeration",
    (Keyword.STOP, "da"): "afmeld|afmelding",
    (Keyword.STOP, "no"): "avmeld|avslutt",
    (Keyword.STOP, "fi"): "lopeta|seis|peruuta",
    (Keyword.STOP, "pl"): "rezygnuję|rezygnacja|wypisz|wypisz mnie",
    (Keyword.STOP, "cs"): "odhlásit|zrušit",
    (Keyword.STOP, "ro"): "dezabonare|dezabonez",
    (Keyword.STOP, "hu"): "leiratkozás|leiratkozom",
    (Keyword.STOP, "tr"): "iptal|dur|ret",
    (Keyword.STOP, "el"): "στοπ|διαγραφή",
    (Keyword.STOP, "ru"): "стоп|отписаться|отписка|отпишите",
    (Keyword.STOP, "uk"): "відписатися|відписка",
    (Keyword.STOP, "ar"): "توقف|إيقاف|إلغاء",
    (Keyword.STOP, "he"): "הסר|הסרה|עצור",
    (Keyword.STOP, "hi"): "रोकें|बंद करें",
    (Keyword.STOP, "zh"): "退订|退訂|取消|td",
    (Keyword.STOP, "ja"): "停止|配信停止|解除",
    (Keyword.STOP, "ko"): "수신거부|중지",
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
"""Languages that all of them, and the answers, are in."""
_LONGEST = 60
_LONGEST_WISH = 120
_WORD = re.compile(r"[\w'’]+")
_COURTESIES = re.compile(
    "please|pls|plz|thanks|thank|you|thx|ty|now|immediately|hi|hello|hey|ok|okay|sir|bitte|danke|jetzt|sofort|hallo|"
    "merci|svp|bonjour|por|favor|gracias|ya|hola|per|favore|grazie|ciao|obrigad[oa]|olá|alstublieft|aub|bedankt|"
    "tack|tak|takk|kiitos|dziękuję|proszę|пожалуйста|спасибо"
)
# Sentences, lower case, without courtesies around them; a word more makes them something else.
_THINGS = r"(?: (?:these|those|any|all|your|the|more|stupid))*(?: (?:texts?|messages?|sms|txts?|ads|spam))?"
_WISHES: Mapping[str, str] = {
    "en": rf"(?:stop|quit) (?:texting|messaging|contacting|sending|spamming|bothering)(?: me)?{_THINGS}(?: any ?more)?|"
    r"stop (?:these |the |all |your )*(?:texts?|messages?|sms|spam)|"
    rf"(?:do not|don't|dont|never) (?:text|message|contact|send|sms)(?: me)?{_THINGS}(?: (?:again|any ?more))?|"
    rf"(?:i )?(?:do not|don't|dont|no longer) (?:want|wish)(?: to (?:get|receive))?{_THINGS}(?: any ?more)?|"
    r"no more (?:texts?|messages?|sms|txts?|spam)|"
    r"(?:unsubscribe|remove|opt|take|delete) me(?: (?:out|off))?"
    r"(?: (?:from|of|off)? ?(?:this|the|your|all)? ?(?:lists?|texts?|messages?|database))?|"
    r"(?:i(?:'d| would) like to|i want to|wanna) (?:stop|unsubscribe|opt ?out)|leave me alone",
    "de": r"(?:ich (?:möchte|will|wünsche) )?keine (?:weiteren )?(?:sms|nachrichten|werbung|texte)"
    r"(?: mehr)?(?: erhalten| bekommen| schicken| senden)?|melde(?:n sie)? mich ab|"
    r"stopp? (?:die|diese) (?:sms|nachrichten)|"
    r"(?:nehmen sie|nehmt|nimm) mich (?:raus|von der liste|aus dem verteiler)",
    "fr": r"(?:ne )?m'envoyez plus(?: (?:de|rien))?(?: (?:sms|messages?|textos?))?|plus de (?:sms|messages?|textos?)|"
    r"arr[eê]tez(?: de m'envoyer)?(?: (?:de|des|les|vos|ces))? (?:sms|messages?|textos?|pubs?)|désabonnez[- ]moi",
    "es": r"no (?:más|mas) (?:mensajes|sms)|no quiero (?:más|mas|recibir)(?: (?:más|mas))? (?:mensajes|sms)|"
    r"(?:darme|dame|deme) de baja|(?:deja|deje|dejen) de enviar(?:me)?(?: (?:mensajes|sms))?",
    "it": r"basta (?:messaggi|sms)|non voglio più (?:messaggi|sms)|(?:cancellami|toglimi)(?: dalla lista)?",
    "pt": r"não quero mais (?:receber )?(?:mensagens|sms)|par[ea] de (?:me )?(?:enviar|mandar)(?: (?:mensagens|sms))?",
    "nl": r"geen (?:sms(?:jes)?|berichten) meer|stop met (?:sms'?en|berichten|sturen)|(?:schrijf|meld) mij (?:uit|af)",
}
_WISH = {language: re.compile(rf"(?:{said})") for language, said in _WISHES.items()}


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
    if 0 < len(text) <= _LONGEST and (found := _BY_WORD.get(plain(text))) is not None:
        return found
    # What stands below the first line is a signature, or the text that is answered.
    lines = [line for line in text[:1_000].splitlines() if line.strip()]
    return _wish(" ".join(text.split())) or (_wish(lines[0]) if len(lines) > 1 else None)


def _wish(text: str) -> tuple[Keyword, str] | None:
    """Return STOP for what says so in other words than one."""
    if len(text) > _LONGEST_WISH:
        return None
    said = _WORD.findall(unicodedata.normalize("NFKC", text).casefold().replace("’", "'"))
    while said and _COURTESIES.fullmatch(said[0]):
        said.pop(0)
    while said and _COURTESIES.fullmatch(said[-1]):
        said.pop()
    for part in (["".join(said)], said):
        found = [_BY_WORD.get(plain(one)) for one in part]
        if found and all(one is not None and one[0] is Keyword.STOP for one in found):
            return found[0]
    sentence = " ".join(said)
    language = next((one for one, wish in _WISH.items() if wish.fullmatch(sentence)), "")
    return (Keyword.STOP, language) if language else None


def words(keyword: Keyword) -> tuple[str, ...]:
    """Return all words of a keyword, upper case, for a settings page."""
    found = (word for (one, _), group in _WORDS.items() if one is keyword for word in group.split("|"))
    return tuple(dict.fromkeys(word.upper() for word in found))
