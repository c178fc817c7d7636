"""Which language's words a contact gets: their own, the same without its region, else the template's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stepwell.content.models import Template, Translation

_FIELDS = ("language", "locale")


def language_of(fields: Mapping[str, Any]) -> str:
    """Return the language that a contact's fields name (BCP 47, ``de_AT`` read as ``de-AT``); empty: none."""
    for name in _FIELDS:
        value = fields.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip().replace("_", "-")[:35]
    return ""


def chain(language: str) -> list[str]:
    """Return a language and what it falls back to: ``zh-Hant-TW``, ``zh-Hant``, ``zh``."""
    parts = language.lower().split("-")
    return ["-".join(parts[:length]) for length in range(len(parts), 0, -1) if parts[0]]


def localized(template: Template, language: str) -> Template:
    """Return a template in the best of its languages for a contact; parts that are not translated stay."""
    wishes = chain(language)
    if not template.translations or not wishes:
        return template
    known = {name.lower(): (name, words) for name, words in template.translations.items()}
    own = template.language.lower()
    for wanted in wishes:
        if wanted == own:
            return template
        if wanted in known:
            return in_language(template, *known[wanted])
    # "de" where only "de-AT" is there: better than another language.
    first = wishes[-1]
    if own.split("-")[0] == first:
        return template
    for name in sorted(known):
        if name.split("-")[0] == first:
            return in_language(template, *known[name])
    return template


def in_language(template: Template, language: str, words: Translation) -> Template:
    """Return a template with a translation's words."""
    told = {name: text for name, text in words.model_dump().items() if text}
    return template.model_copy(update={**told, "language": language})
