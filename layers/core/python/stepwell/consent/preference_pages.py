"""The pages of the preference centre and of double opt-in: accessible forms without script, in English and German."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from stepwell.consent.centre import Centre, Topic
from stepwell.consent.choosing import Standing
from stepwell.consent.pages import Theme, brand, headers, style
from stepwell.contracts.preferences import ALL, LIMIT, NO_LIMIT, TOPIC, read_limit

TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "Your preferences",
        "lead": "Choose what {sender} may send you. Messages about your orders or your account may still reach you.",
        "channels": "How we may write to you",
        "email": "E-mail",
        "sms": "Text messages",
        "push": "Notifications in your browsers",
        "stopped": "You stopped these by a reply. Text START to the number they came from, and they come again.",
        "closed": "Nothing is sent to this address: messages came back, or were reported as unwanted.",
        "topics": "What about",
        "often": "How often at most",
        "none": "As it comes",
        "day": "{n} a day",
        "week": "{n} a week",
        "month": "{n} a month",
        "save": "Save",
        "nothing": "Unsubscribe from everything",
        "saved": "Saved.",
        "rights": "Your data",
        "rights_lead": "You can ask {sender} for all data about you, or to be erased.",
        "access": "Ask for my data",
        "erasure": "Ask to be erased",
        "asked": "{sender} got your request and will answer it.",
        "confirm_title": "Do you want to hear from {sender}?",
        "confirm": "Please confirm that you asked for it. If you did not, close this page: nothing will be sent.",
        "confirm_button": "Yes, sign me up",
        "confirmed_title": "You are signed up",
        "confirmed": "{sender} has your confirmation. Each message says how to unsubscribe.",
        "us": "the sender",
    },
    "de": {
        "title": "Ihre Einstellungen",
        "lead": "Wählen Sie, was {sender} Ihnen schicken darf. Nachrichten zu Bestellungen oder zu Ihrem Konto "
        "können Sie weiterhin erreichen.",
        "channels": "Wie wir Ihnen schreiben dürfen",
        "email": "E-Mail",
        "sms": "SMS",
        "push": "Benachrichtigungen in Ihren Browsern",
        "stopped": "Sie haben diese per Antwort beendet. Senden Sie START an die Nummer, von der sie kamen, dann "
        "kommen sie wieder.",
        "closed": "An diese Adresse geht nichts: Nachrichten kamen zurück oder wurden als unerwünscht gemeldet.",
        "topics": "Worüber",
        "often": "Wie oft höchstens",
        "none": "Wie es kommt",
        "day": "{n}-mal am Tag",
        "week": "{n}-mal in der Woche",
        "month": "{n}-mal im Monat",
        "save": "Speichern",
        "nothing": "Von allem abmelden",
        "saved": "Gespeichert.",
        "rights": "Ihre Daten",
        "rights_lead": "Sie können von {sender} alle Daten über Sie verlangen oder dass sie gelöscht werden.",
        "access": "Meine Daten verlangen",
        "erasure": "Löschung verlangen",
        "asked": "{sender} hat Ihre Anfrage erhalten und wird sie beantworten.",
        "confirm_title": "Möchten Sie von {sender} hören?",
        "confirm": "Bitte bestätigen Sie, dass Sie darum gebeten haben. Wenn nicht, schließen Sie die Seite: Es wird "
        "nichts verschickt.",
        "confirm_button": "Ja, melden Sie mich an",
        "confirmed_title": "Sie sind angemeldet",
        "confirmed": "{sender} hat Ihre Bestätigung. In jeder Nachricht steht, wie Sie sich abmelden.",
        "us": "der Absender",
    },
}
STYLE = (
    "main{max-width:560px}"
    "fieldset{margin:0 0 24px;padding:0;border:0}legend,h2{margin:0 0 8px;padding:0;font-size:17px;"
    "font-weight:600;line-height:1.4;color:var(--ink)}"
    "label{display:flex;gap:12px;align-items:flex-start;min-height:44px;padding:8px 0;cursor:pointer}"
    "label:has(:disabled){cursor:default}"
    "input{width:20px;height:20px;margin:3px 0 0;flex:none;accent-color:var(--accent)}"
    "small{display:block;font-size:15px}"
    "button+button,form+form{margin-top:12px}section{margin-top:32px;padding-top:24px;border-top:1px solid var(--line)}"
    "input:focus-visible{outline:3px solid var(--accent);outline-offset:3px}"
)


def theme_of(centre: Centre) -> Theme:
    """Return the look of a workspace's pages."""
    return Theme(centre.accent, centre.accent_dark, centre.logo_url)


def headers_of(centre: Centre) -> dict[str, str]:
    """Return the response headers of these pages."""
    return headers(theme_of(centre), STYLE)


def words_of(standing: Standing, lang: str) -> dict[str, str]:
    """Return what stands beside each choice, by consent key: the wording of its proof."""
    texts = TEXTS[lang]
    lead = f"{texts['title']}: {texts['channels']}"
    found = {f"{name}:marketing": f"{lead}: {texts[name]}" for name in standing.channels}
    found |= {
        f"{TOPIC}{one.id}": f"{texts['topics']}: {_said(one.name, lang)}" for one in standing.centre.topics
    }
    return found | {f"{LIMIT}{ALL}": texts["often"]}


def choices_page(standing: Standing, lang: str, said: str = "") -> str:
    """Return the preference centre.

    Args:
        standing: How things stand.
        lang: Language of `TEXTS`.
        said: ``saved`` or ``asked``: what was just done.
    """
    texts, sender = TEXTS[lang], standing.sender or TEXTS[lang]["us"]
    told = texts[said or "lead"].format(sender=sender)
    boxes = [
        _box(
            f"channel.{name}", texts[name], on, _closed(standing, name, texts), locked=name in standing.closed
        )
        for name, on in standing.channels.items()
    ]
    topics = [_topic(one, standing.topics[one.id], lang) for one in standing.centre.topics]
    limits = [*standing.centre.frequencies, NO_LIMIT]
    if standing.limit not in limits:
        limits.insert(0, standing.limit)
    radios = [_radio(one, _often(one, texts), one == standing.limit) for one in limits]
    form = (
        '<form method="post">'
        + _group(texts["channels"], boxes)
        + _group(texts["topics"], topics)
        + (_group(texts["often"], radios) if standing.centre.frequencies else "")
        + f'<button class="main" type="submit" name="action" value="save">{escape(texts["save"])}</button>'
        + f'<button class="quiet" type="submit" name="action" value="nothing">{escape(texts["nothing"])}</button>'
        + "</form>"
    )
    rights = ""
    if standing.centre.data_requests:
        rights = (
            f"<section><h2>{escape(texts['rights'])}</h2>"
            f"<p>{escape(texts['rights_lead'].format(sender=sender))}</p>"
            + "".join(
                f'<form method="post"><button class="quiet" type="submit" name="action" value="{what}">'
                f"{escape(texts[what])}</button></form>"
                for what in ("access", "erasure")
            )
            + "</section>"
        )
    return _document(standing.centre, standing.sender, lang, texts["title"], told, form + rights)


def sample_page(centre: Centre, sender: str, lang: str, *, confirm: bool = False) -> str:
    """Return a page as somebody sees it who gets everything by every channel: how a centre looks before it is saved."""
    if confirm:
        return confirm_page(centre, sender, lang)
    standing = Standing(
        centre,
        sender,
        channels=dict.fromkeys(centre.channels, True),
        topics={topic.id: True for topic in centre.topics},
    )
    return choices_page(standing, lang)


def confirm_page(centre: Centre, sender: str, lang: str, *, done: bool = False) -> str:
    """Return the page of a double opt-in, before or after its answer."""
    texts, shown = TEXTS[lang], sender or TEXTS[lang]["us"]
    kind = "confirmed" if done else "confirm"
    button = (
        ""
        if done
        else f'<form method="post"><button class="main" type="submit" name="action" value="confirm">'
        f"{escape(texts['confirm_button'])}</button></form>"
    )
    title = texts[f"{kind}_title"].format(sender=shown)
    return _document(centre, sender, lang, title, texts[kind].format(sender=shown), button)


def _document(centre: Centre, sender: str, lang: str, title: str, said: str, inner: str) -> str:
    # At the start of a sentence the stand-in for a name is a word like others.
    said = said[:1].upper() + said[1:]
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="robots" content="noindex">\n'
        f"<title>{escape(title)}</title>\n<style>{style(theme_of(centre))}{STYLE}</style>\n</head>\n<body>\n"
        f'<main>\n{brand(sender, theme_of(centre))}\n<h1 tabindex="-1">{escape(title)}</h1>\n'
        f'<p role="status">{escape(said)}</p>\n'
        f"{inner}\n</main>\n</body>\n</html>\n"
    )


def _group(title: str, rows: list[str]) -> str:
    return f"<fieldset><legend>{escape(title)}</legend>{''.join(rows)}</fieldset>" if rows else ""


def _closed(standing: Standing, channel: str, texts: Mapping[str, str]) -> str:
    why = standing.closed.get(channel)
    return texts["stopped" if why == "stopped" else "closed"] if why else ""


def _box(name: str, label: str, on: bool, more: str = "", *, locked: bool = False) -> str:
    state = " disabled" if locked else " checked" if on else ""
    small = f"<small>{escape(more)}</small>" if more else ""
    # What cannot be chosen is not sent by the browser: saving the rest leaves it as it was.
    kept = f'<input type="hidden" name="{escape(name)}" value="on">' if locked and on else ""
    return (
        f'{kept}<label><input type="checkbox" name="{escape(name)}" value="on"{state}>'
        f"<span>{escape(label)}{small}</span></label>"
    )


def _radio(value: str, label: str, on: bool) -> str:
    checked = " checked" if on else ""
    return (
        f'<label><input type="radio" name="limit" value="{escape(value)}"{checked}>'
        f"<span>{escape(label)}</span></label>"
    )


def _topic(topic: Topic, on: bool, lang: str) -> str:
    return _box(f"topic.{topic.id}", _said(topic.name, lang), on, _said(topic.description, lang))


def _said(words: Mapping[Any, str], lang: str) -> str:
    return words.get(lang) or next(iter(words.values()), "")


def _often(limit: str, texts: Mapping[str, str]) -> str:
    read = read_limit(limit)
    return texts["none"] if read is None else texts[read[1]].format(n=read[0])
