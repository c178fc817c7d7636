"""The pages that recipients see behind an unsubscribe link: one small accessible document, no script, two languages."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import urlsplit

TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "ask_title": "Unsubscribe?",
        "ask": "You will get no more {what} from {sender}.",
        "ask_button": "Unsubscribe",
        "out_title": "You are unsubscribed",
        "out": "{sender} will send you no more {what}. Messages about your orders or your account may "
        "still reach you.",
        "out_button": "Subscribe again",
        "in_title": "Welcome back",
        "in": "You will get {what} from {sender} again.",
        "bad_title": "This link does not work",
        "bad": "It may have been cut off. Please use the link in the message itself, or reply to the message.",
        "old_title": "This confirmation no longer holds",
        "old": "It is too old, or you unsubscribed after it was sent. Nothing was changed. If you want to get "
        "messages, please sign up again.",
        "down_title": "Please try again in a moment",
        "down": "Your wish could not be recorded just now.",
        "retry": "Try again",
        "choices": "Choose what you get instead",
        "us": "the sender",
        "what_email": "marketing e-mail",
        "what_sms": "marketing text messages",
        "what_push": "marketing notifications",
    },
    "de": {
        "ask_title": "Abmelden?",
        "ask": "Sie erhalten dann keine {what} mehr von {sender}.",
        "ask_button": "Abmelden",
        "out_title": "Sie sind abgemeldet",
        "out": "{sender} schickt Ihnen keine {what} mehr. Nachrichten zu Bestellungen oder zu Ihrem Konto "
        "können Sie weiterhin erreichen.",
        "out_button": "Wieder anmelden",
        "in_title": "Schön, dass Sie wieder da sind",
        "in": "Sie erhalten wieder {what} von {sender}.",
        "bad_title": "Dieser Link funktioniert nicht",
        "bad": "Vielleicht ist er unvollständig. Bitte nutzen Sie den Link in der Nachricht oder antworten Sie "
        "darauf.",
        "old_title": "Diese Bestätigung gilt nicht mehr",
        "old": "Sie ist zu alt, oder Sie haben sich danach abgemeldet. Es wurde nichts geändert. Wenn Sie Nachrichten "
        "erhalten möchten, melden Sie sich bitte neu an.",
        "down_title": "Bitte versuchen Sie es gleich noch einmal",
        "down": "Ihr Wunsch konnte gerade nicht gespeichert werden.",
        "retry": "Noch einmal",
        "choices": "Stattdessen auswählen, was Sie bekommen",
        "us": "der Absender",
        "what_email": "Werbe-E-Mails",
        "what_sms": "Werbe-SMS",
        "what_push": "Werbe-Mitteilungen",
    },
}
_COLOR = re.compile(r"^#[0-9a-fA-F]{6}$")


@dataclass(frozen=True, slots=True)
class Theme:
    """Look of the page; what is no colour (``#rrggbb``) falls back to the default.

    Attributes:
        accent: Of the button in light mode.
        accent_dark: Of the button in dark mode.
        logo: Address of the image above the page, https; empty: the sender's name.
    """

    accent: str = "#1f6f5c"
    accent_dark: str = "#2f8f78"
    logo: str = ""


def language(accept: str, wanted: str = "") -> str:
    """Choose a language: the one asked for, else the best of an Accept-Language header, else English."""
    if wanted in TEXTS:
        return wanted
    ranked = []
    for position, part in enumerate(accept.split(",")[:20]):
        tag, _, quality = part.partition(";q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            weight = 0.0
        ranked.append((-weight, position, tag.strip().lower().partition("-")[0]))
    return next((tag for weight, _, tag in sorted(ranked) if tag in TEXTS and weight < 0), "en")


def page(
    kind: str,
    lang: str,
    *,
    sender: str = "",
    theme: Theme | None = None,
    choices: str = "",
    channel: str = "email",
) -> str:
    """Return a page.

    Args:
        kind: ``ask``, ``out``, ``in``, ``bad`` or ``down``.
        lang: Language of `TEXTS`.
        sender: Who writes; shown.
        theme: Colours.
        choices: Path of the preference centre; empty: it is not offered.
        channel: What the link ends: ``email``, ``sms`` or ``push``.
    """
    texts = TEXTS[lang]
    shown = escape(sender or texts["us"])
    said = texts[kind].format(sender=shown, what=texts[f"what_{channel}"])
    # At the start of a sentence the stand-in for a name is a word like others.
    said = said[:1].upper() + said[1:]
    button = ""
    if kind in ("ask", "out", "down"):
        label, action = {
            "ask": (texts["ask_button"], "unsubscribe"),
            "out": (texts["out_button"], "resubscribe"),
            "down": (texts["retry"], "unsubscribe"),
        }[kind]
        look = "quiet" if kind == "out" else "main"
        button = (
            '<form method="post"><input type="hidden" name="action" value="'
            f'{action}"><button class="{look}" type="submit">{escape(label)}</button></form>'
        )
    if choices:
        button += f'\n<p class="more"><a href="{escape(choices)}">{escape(texts["choices"])}</a></p>'
    title = escape(texts[f"{kind}_title"])
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="robots" content="noindex">\n'
        f"<title>{title}</title>\n<style>{style(theme or Theme())}</style>\n</head>\n<body>\n"
        f'<main>\n{brand(sender, theme)}\n<h1 tabindex="-1">{title}</h1>\n'
        f'<p role="status">{said}</p>\n{button}\n</main>\n</body>\n</html>\n'
    )


def brand(sender: str, theme: Theme | None) -> str:
    """Return what stands above the page: the logo, else the sender's name."""
    if theme is None or not theme.logo:
        return f'<p class="sender">{escape(sender)}</p>'
    return f'<img class="logo" src="{escape(theme.logo)}" alt="{escape(sender)}">'


def headers(theme: Theme | None = None, extra: str = "") -> dict[str, str]:
    """Return the page's response headers: nothing is cached, framed, run or told to others.

    Args:
        theme: Look of the page; images come from its logo's origin alone.
        extra: Style that the page has besides.
    """
    digest = base64.b64encode(hashlib.sha256((style(theme or Theme()) + extra).encode()).digest()).decode()
    logo = urlsplit(theme.logo if theme is not None else "")
    pictures = f"img-src {logo.scheme}://{logo.netloc}; " if logo.netloc else ""
    return {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-store",
        "Content-Security-Policy": f"default-src 'none'; {pictures}style-src 'sha256-{digest}'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex",
    }


def style(theme: Theme) -> str:
    """Return the style that all pages share; its hash is all that the headers let through."""
    default = Theme()
    accent = theme.accent if _COLOR.match(theme.accent) else default.accent
    dark = theme.accent_dark if _COLOR.match(theme.accent_dark) else default.accent_dark
    return (
        ":root{color-scheme:light dark;--page:#f2f5f3;--card:#fff;--line:#dfe5e2;--ink:#17211e;--text:#43504b;"
        f"--accent:{accent}}}"
        "@media(prefers-color-scheme:dark){:root{--page:#101614;--card:#1a2320;--line:#2c3834;--ink:#f3f7f5;"
        f"--text:#ccd6d2;--accent:{dark}}}}}"
        "*{box-sizing:border-box}body{margin:0;min-height:100vh;display:grid;place-items:center;padding:24px;"
        "background:var(--page);color:var(--text);font:17px/1.6 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}"
        "main{width:100%;max-width:460px;padding:40px;background:var(--card);border:1px solid var(--line);"
        "border-radius:16px}.sender{margin:0 0 18px;font-weight:600;color:var(--ink)}.sender:empty{display:none}"
        "h1{margin:0 0 12px;font-size:26px;line-height:1.25;letter-spacing:-.3px;color:var(--ink);outline:0}"
        "p{margin:0 0 24px}form{margin:0}button{width:100%;min-height:48px;padding:12px 20px;border-radius:10px;"
        "font:inherit;font-weight:600;cursor:pointer;border:1px solid var(--accent)}"
        ".logo{max-width:200px;max-height:64px;margin:0 0 18px;display:block}"
        ".more{margin:24px 0 0}a{color:var(--accent)}"
        ".main{background:var(--accent);color:#fff}.quiet{background:none;border-color:var(--line);color:var(--ink)}"
        "button:focus-visible{outline:3px solid var(--accent);outline-offset:3px}"
        "@media(max-width:480px){main{padding:28px 22px}}"
    )
