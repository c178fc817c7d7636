"""Recognises the wish to get no more mail in an answer, in the words that people use.

A wish is the whole answer or its whole subject: "stop" inside a sentence is not taken for one. An opt-out by mistake
costs a message, one that is missed costs trust, so short sentences of clear meaning count too.
"""

# ruff: noqa: E501 - lists of words
from __future__ import annotations

import re

from stepwell.replies.parsing import Incoming

_WORDS = (
    "unsubscribe|stop|remove|remove me|opt ?out|no more(?: e?-?mails?)?|take me off(?: (?:this|your) list)?|"
    "unsubscribe me|stop (?:e?-?mailing|sending|contacting)(?: me)?(?: (?:these )?e?-?mails?)?|"
    "(?:i )?(?:do not|don'?t|no longer) (?:want|wish)(?: to (?:receive|get))?(?: (?:these|any more|more|your))* ?e?-?mails?(?: any ?more)?|"
    "abmelden|abbestellen|austragen|keine (?:weiteren )?(?:e-?mails|mails|werbung)(?: mehr)?|"
    "bitte (?:abmelden|austragen|keine (?:weiteren )?e?-?mails mehr)|"
    "désabonner|désabonnez[- ]moi|désinscription|me désinscrire|arrêtez|arrêter|"
    "baja|darme de baja|dar(?:me)? de baja|cancelar suscripción|no más correos|"
    "cancellami|cancellazione|disiscrivimi|disiscrizione|"
    "cancelar|descadastrar|remover|sair|"
    "afmelden|uitschrijven|avsluta|avregistrera|avmeld|afmeld|wypisz mnie|rezygnuję|отписаться|отписка|退订|配信停止"
)
_WISH = re.compile(
    rf"^(?:(?:please|pls|hi|hello|hallo|bitte|s'il vous plaît|por favor|per favore)[,\s!]+)*(?:{_WORDS})"
    r"(?:[,\s]+(?:please|now|immediately|thanks|thank you|bitte|danke|merci|gracias|grazie))*[\s.!]*$",
    re.IGNORECASE,
)
_REPLY = re.compile(r"^(?:(?:re|aw|sv|antw|rv|fw|fwd|tr)\s*:\s*)+", re.IGNORECASE)
MAX_WISH = 120


def wants_out(message: Incoming, words: str) -> bool:
    """Tell whether an answer asks for no more mail.

    Args:
        message: The message.
        words: Its own words, see `replies.quotes.own_words`.
    """
    said = " ".join(words.split())
    if said:
        first = words.strip().split("\n")[0].strip()
        return any(len(text) <= MAX_WISH and _WISH.match(text) for text in (said, first))
    subject = message.subject
    # "Re: Stop paying too much" is our own subject.
    return not _REPLY.match(subject) and len(subject) <= MAX_WISH and bool(_WISH.match(subject))
