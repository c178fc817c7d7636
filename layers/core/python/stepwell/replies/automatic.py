"""Tells answers of people from those of machines: an out-of-office note must neither count nor be answered.

In this order: what RFC 3834 (`Auto-Submitted`), RFC 3464 (delivery reports) and RFC 5230 say, the headers that
Exchange, Google, Autoreply programs and ticket systems set, lists, and only then the subject's words.
"""

# ruff: noqa: E501 - lists of words
from __future__ import annotations

import re
from typing import Literal

from stepwell.replies.parsing import Incoming

ReplyKind = Literal["reply", "auto_response", "bounce", "list", "loop"]
LOOP_HEADER = "x-stepwell-loop"
"""Header of all mail that replies cause: what comes back with it is our own."""

_SETS_ANY = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-autoreply-from", "x-mail-autoreply", "x-fc-machinegenerated", "x-auto-response-suppress-reply")  # fmt: skip
_ROBOTS = re.compile(
    r"^(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|autoreply|auto-reply|bounces?)[+@._-]",
    re.IGNORECASE,
)
_DAEMONS = re.compile(r"^(?:mailer-daemon|postmaster)@", re.IGNORECASE)
# Not after `Re:`: what follows it is the subject that a campaign chose, "On holiday with 20 % off".
_SUBJECT = re.compile(
    r"^(?:\[?auto(?:matic|mated|matische|matisk|matique|mática|matica)?\W{0,2}\s?"
    r"(?:reply|response|antwort|svar|respuesta|risposta|resposta|réponse|antwoord)\b|autoreply\b|auto:|"
    r"out of (?:the )?office|i am out of|on (?:vacation|holiday|leave)\b|abwesenheit|abwesend|außer haus|ich bin nicht im büro|"
    r"réponse automatique|absence du bureau|absent du bureau|message d'absence|respuesta automática|fuera de (?:la )?oficina|"
    r"risposta automatica|fuori (?:sede|ufficio)|resposta automática|fora do escritório|automatisch antwoord|afwezig|"
    r"autosvar|frånvarande|fraværsmelding|ikke til stede|automaattinen vastaus|poissa|odpowiedź automatyczna|"
    r"nieobecność|automatická odpověď|автоответ|自動返信|自动回复|不在)",
    re.IGNORECASE,
)
_BOUNCE = re.compile(
    r"^(?:undeliver(?:ed|able)|mail delivery (?:failed|subsystem|status)|delivery (?:status notification|failure|has failed)|"
    r"returned mail|failure notice|unzustellbar|nicht zustellbar|non remis|no se puede entregar|mancata consegna)",
    re.IGNORECASE,
)


def judge(message: Incoming) -> tuple[ReplyKind, str]:
    """Return what kind of answer a message is, and the rule that said so (empty for one of a person)."""
    headers = message.headers
    if LOOP_HEADER in headers:
        return "loop", "own_header"
    if message.content_type == "multipart/report" or headers.get("return-path", "-").replace(" ", "") == "<>":
        kind: ReplyKind = "bounce" if message.content_type == "multipart/report" else "auto_response"
        return kind, "delivery_report" if kind == "bounce" else "null_return_path"
    if _DAEMONS.match(message.sender) or "x-failed-recipients" in headers or _BOUNCE.match(message.subject):
        return "bounce", "mailer_daemon"
    submitted = headers.get("auto-submitted", "no").partition(";")[0].strip().lower()
    if submitted not in ("no", ""):
        return "auto_response", "auto_submitted"
    named = next((name for name in _SETS_ANY if headers.get(name, "no").lower() not in ("no", "false")), "")
    if named:
        return "auto_response", named.replace("-", "_")
    precedence = headers.get("precedence", "").strip().lower()
    if precedence in ("auto_reply", "auto-reply"):
        return "auto_response", "precedence"
    if "list-id" in headers or precedence in ("bulk", "list", "junk"):
        return "list", "list"
    if _ROBOTS.match(message.sender):
        return "auto_response", "robot_address"
    if _SUBJECT.match(message.subject):
        return "auto_response", "subject"
    return "reply", ""
