"""Strips from an answer what its writer did not write: the message that is answered, signatures, a phone's advert.

Rules over lines, in the languages in which the big mail programs introduce quotes. Where a rule is in doubt the line
stays: too much text is read by people, too little loses what somebody said.
"""

from __future__ import annotations

import re

MAX_LINES = 500
# "On Mon, 2 Nov 2026 at 10:00, Ann <a@b.c> wrote:" and its kin; the address or a date makes it one.
_INTRODUCTION = re.compile(
    r"^(?:on|am|le|el|il|em|op|den|w dniu|dnia|päivänä|på|vào|в|ср|пн|вт|чт|пт|сб|вс)\b.{0,300}"
    r"(?:wrote|schrieb|a écrit|escribió|ha scritto|escreveu|schreef|skrev|napisał(?:\(a\))?|kirjoitti|пишет|написал\w*)"
    r"(?:\b.{0,150}:)?\s*:?\s*$",
    re.IGNORECASE | re.DOTALL,
)
_ENDS = re.compile(
    r"^(?:-{2,}\s*(?:original message|original-nachricht|ursprüngliche nachricht|message d'origine|"
    r"mensaje original|messaggio originale|mensagem original|oorspronkelijk bericht|forwarded message|"
    r"weitergeleitete nachricht)\s*-{2,}|_{10,}|-{10,})\s*$",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"^\*?(?:from|von|de|da|van|från|fra|od|sent|gesendet|envoyé|enviado|inviato|verzonden|to|an|à|para|a|aan|"
    r"subject|betreff|objet|asunto|oggetto|assunto|onderwerp|date|datum|fecha|data|cc)\s*:\*?\s*\S",
    re.IGNORECASE,
)
_ADVERT = re.compile(
    r"^(?:sent from my|sent from outlook|get outlook for|von meinem .{1,40} gesendet|gesendet von|envoyé de mon|"
    r"envoyé depuis|enviado desde mi|enviado do meu|inviato da|verstuurd vanaf|skickat från|sent via)\b.{0,80}$",
    re.IGNORECASE,
)


def own_words(text: str) -> str:
    """Return what the writer of an answer wrote, without quotes and signature; lines kept, at most 500."""
    lines = text.split("\n")[:MAX_LINES]
    kept: list[str] = []
    for index, line in enumerate(lines):
        if line.startswith(">"):
            continue
        if line.rstrip() in ("--", "-- ") or _ENDS.match(line) or _ADVERT.match(line):
            break
        if _introduces(lines, index) or _headers(lines, index):
            break
        kept.append(line)
    return "\n".join(kept).strip()


def _introduces(lines: list[str], index: int) -> bool:
    """Tell whether a quote is introduced here, on one line or on up to three that a program has wrapped."""
    for end in range(index + 1, min(index + 4, len(lines) + 1)):
        joined = " ".join(lines[index:end])
        if len(joined) > 400:
            return False
        if _INTRODUCTION.match(joined):
            return True
    return False


def _headers(lines: list[str], index: int) -> bool:
    """Tell whether the headers of a message that is answered begin here, as Outlook writes them."""
    block = [line for line in lines[index : index + 6] if line.strip()]
    return len(block) >= 3 and all(_HEADER.match(line) for line in block[:3])
