"""The pages of signing in with a network: one small accessible document, no script, two languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from stepwell.consent.centre import Centre
from stepwell.consent.pages import headers, style
from stepwell.consent.preference_pages import theme_of

STYLE = (
    "label{display:flex;gap:12px;align-items:flex-start;min-height:44px;margin:0 0 24px;cursor:pointer}"
    "input{width:20px;height:20px;margin:3px 0 0;flex:none;accent-color:var(--accent)}"
    "form+form,button+button{margin-top:12px}input:focus-visible,button:focus-visible{outline:3px solid var(--accent);"
    "outline-offset:3px}"
)
TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "Continue with a network",
        "lead": "{sender} learns your name and, where the network has confirmed it, your e-mail address.",
        "with": "Continue with {network}",
        "done_title": "Welcome, {name}",
        "done": "{sender} knows you now. You can close this page.",
        "no_address": "The network did not name a confirmed address, so {sender} will not write to you.",
        "bad_title": "This sign-in did not work",
        "bad": "It was cut off, took too long, or began in another browser. Please begin again.",
        "no_title": "You were not signed in",
        "no": "You did not allow it. Nothing was recorded.",
        "down_title": "Please try again in a moment",
        "down": "The network did not answer just now. Nothing was recorded.",
        "you": "you",
        "us": "the sender",
    },
    "de": {
        "title": "Mit einem Netzwerk fortfahren",
        "lead": "{sender} erfährt Ihren Namen und, wenn das Netzwerk sie bestätigt hat, Ihre E-Mail-Adresse.",
        "with": "Mit {network} fortfahren",
        "done_title": "Willkommen, {name}",
        "done": "{sender} kennt Sie jetzt. Sie können diese Seite schließen.",
        "no_address": "Das Netzwerk hat keine bestätigte Adresse genannt, {sender} wird Ihnen also nicht schreiben.",
        "bad_title": "Diese Anmeldung hat nicht funktioniert",
        "bad": "Sie war unvollständig, hat zu lange gedauert oder in einem anderen Browser begonnen. Bitte beginnen "
        "Sie noch einmal.",
        "no_title": "Sie wurden nicht angemeldet",
        "no": "Sie haben es nicht erlaubt. Es wurde nichts gespeichert.",
        "down_title": "Bitte versuchen Sie es gleich noch einmal",
        "down": "Das Netzwerk hat gerade nicht geantwortet. Es wurde nichts gespeichert.",
        "you": "Sie",
        "us": "der Absender",
    },
}


def document(centre: Centre, title: str, said: str, inner: str, lang: str, sender: str) -> str:
    """Return a page.

    Args:
        centre: How the workspace's pages look.
        title: Heading.
        said: What is to be known.
        inner: Form, escaped.
        lang: Language.
        sender: Whose page it is.
    """
    said = said[:1].upper() + said[1:]
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{style(theme_of(centre))}{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f'<p class="sender">{escape(sender)}</p>\n<h1 tabindex="-1">{escape(title)}</h1>\n'
        f'<p role="status">{escape(said)}</p>\n{inner}\n</main>\n</body>\n</html>\n'
    )


def headers_of(centre: Centre, targets: Sequence[str]) -> dict[str, str]:
    """Return a page's response headers.

    Args:
        centre: How the workspace's pages look.
        targets: Origins of the networks that its form may lead to: browsers ask the policy also where the answer to a
            form sends them.
    """
    told = headers(theme_of(centre), STYLE)
    wanted = " ".join(["form-action 'self'", *filter(None, targets)])
    policy = told["Content-Security-Policy"].replace("form-action 'self'", wanted)
    return {**told, "Content-Security-Policy": policy}
