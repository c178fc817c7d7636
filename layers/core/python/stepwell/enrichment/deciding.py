"""Whether a contact may be asked about, what is wanted, and by what it is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from stepwell.contracts.enrichment import ENRICHING
from stepwell.contracts.profiles import Profile
from stepwell.enrichment.model import CONSENT, Enrichment, ProviderSettings
from stepwell.enrichment.ports import Query, Usage

_DAY_MS = 86_400_000
_OPT_OUTS = ("do_not_sell", "gpc", "enrichment_opt_out")
"""Fields of a contact that object to it (CCPA 1798.120, 1798.135; Global Privacy Control)."""
# Addresses of these say nothing of a company.
FREE_MAIL = frozenset(
    {
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "hotmail.com",
        "live.com",
        "msn.com",
        "yahoo.com",
        "ymail.com",
        "icloud.com",
        "me.com",
        "mac.com",
        "aol.com",
        "gmx.de",
        "gmx.net",
        "gmx.com",
        "web.de",
        "t-online.de",
        "freenet.de",
        "mail.com",
        "mail.ru",
        "yandex.ru",
        "yandex.com",
        "proton.me",
        "protonmail.com",
        "pm.me",
        "zoho.com",
        "fastmail.com",
        "hey.com",
        "qq.com",
        "163.com",
        "126.com",
        "naver.com",
        "orange.fr",
        "free.fr",
        "laposte.net",
        "libero.it",
        "wp.pl",
        "seznam.cz",
    }
)


def refusal(settings: Enrichment, traits: Mapping[str, Any], consent: Mapping[str, str]) -> str:
    """Return why nobody may be asked about this contact; empty: somebody may.

    Args:
        settings: The workspace's.
        traits: The contact's fields.
        consent: What it agreed and objected to (`MessagingRecord.consent`).
    """
    if settings.legal_basis == "off":
        return "off"
    said = consent.get(CONSENT)
    if said == "denied" or any(traits.get(name) in (True, "true", "yes", 1) for name in _OPT_OUTS):
        return "opted_out"
    if settings.legal_basis == "consent" and said != "granted":
        return "no_consent"
    return ""


def stopped_by(settings: Enrichment, told: ProviderSettings, spent: Usage) -> str | None:
    """Return why a provider is asked about nobody at this moment; None: it is asked.

    Args:
        settings: The workspace's.
        told: The provider's.
        spent: What was spent on it.
    """
    budget = told.budget
    reasons = {
        "off": settings.legal_basis == "off",
        "not_enabled": not told.enabled,
        "paused": told.paused,
        "no_credentials": told.credentials is None,
        "calls_per_day": spent.calls_today >= budget.calls_per_day,
        "calls_per_month": spent.calls >= budget.calls_per_month,
        "dollars_per_month": spent.micros + told.price > budget.micros,
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def query_of(profile: Profile) -> Query:
    """Return by what a contact is asked for: its address, and the domain of its company."""
    email = profile.email.strip().lower()
    domain = email.rpartition("@")[2] if email else ""
    if domain in FREE_MAIL or not domain:
        domain = _host(profile.traits.get("website"))
    return Query(email, domain)


def _host(website: Any) -> str:
    if not isinstance(website, str) or not website.strip():
        return ""
    text = website.strip()
    try:
        host = urlsplit(text if "://" in text else f"https://{text}").hostname or ""
    except ValueError:
        return ""
    return host.lower().removeprefix("www.") if "." in host else ""


def wanted(profile: Profile, fields: Iterable[str], now: datetime, refresh_days: int) -> tuple[str, ...]:
    """Return the fields that are unknown, or that a provider told too long ago.

    Args:
        profile: The contact.
        fields: Fields that a provider may fill.
        now: The moment.
        refresh_days: How old an enriched value may be.
    """
    now_ms = now.timestamp() * 1000
    found = []
    for name in fields:
        value, stamp = profile.traits.get(name), profile.stamps.get(name)
        empty = value is None or value in ("", [])
        if empty and stamp is not None and stamp[1] not in ENRICHING:
            # Removed by whoever knew it: a provider shall not bring it back.
            continue
        old = stamp is not None and stamp[1] in ENRICHING and now_ms - abs(stamp[0]) >= refresh_days * _DAY_MS
        if empty or old:
            found.append(name)
    return tuple(found)
