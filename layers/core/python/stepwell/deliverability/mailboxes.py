"""Which mailbox provider is behind an address, by its domain; what is not listed counts as `other`.

Domains are those under which the providers themselves give out addresses (their sign-up and help pages, and the lists
of domains in Yahoo's and Microsoft's postmaster pages); a company's own domain at Google or Microsoft is `other`,
since only a look at its MX records would tell.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

OTHER = "other"
_ROWS: Mapping[str, str] = {
    "gmail": "gmail.com googlemail.com",
    "yahoo": "yahoo.com ymail.com rocketmail.com myyahoo.com aol.com aim.com verizon.net att.net sbcglobal.net "
    "bellsouth.net frontier.com",
    "microsoft": "outlook.com hotmail.com live.com msn.com passport.com",
    "apple": "icloud.com me.com mac.com",
    "comcast": "comcast.net xfinity.com",
    "proton": "proton.me protonmail.com protonmail.ch pm.me",
    "zoho": "zoho.com zohomail.com zohomail.eu",
    "fastmail": "fastmail.com fastmail.fm",
    "gmx": "gmx.de gmx.net gmx.at gmx.ch gmx.com web.de mail.com email.com",
    "telekom": "t-online.de magenta.de",
    "orange": "orange.fr wanadoo.fr",
    "free": "free.fr",
    "sfr": "sfr.fr neuf.fr",
    "laposte": "laposte.net",
    "libero": "libero.it virgilio.it",
    "mail_ru": "mail.ru bk.ru inbox.ru list.ru internet.ru",
    "yandex": "yandex.ru yandex.com ya.ru",
    "qq": "qq.com foxmail.com",
    "netease": "163.com 126.com yeah.net",
    "naver": "naver.com",
    "uol": "uol.com.br bol.com.br",
}
_EXACT = {domain: provider for provider, row in _ROWS.items() for domain in row.split()}
# Brands under many country domains: yahoo.co.uk, hotmail.fr, outlook.com.br. Yahoo Japan is a company of its own.
_BRANDS = re.compile(r"^(?P<brand>yahoo|ymail|aol|hotmail|outlook|live|gmx|yandex)\.(?:co|com)?\.?[a-z]{2}$")
_OF_BRAND = {
    "yahoo": "yahoo", "ymail": "yahoo", "aol": "yahoo", "hotmail": "microsoft", "outlook": "microsoft",
    "live": "microsoft", "gmx": "gmx", "yandex": "yandex",
}  # fmt: skip
_NOT_THE_BRAND = {"yahoo.co.jp": "yahoo_japan"}
PROVIDERS = (*_ROWS, "yahoo_japan", OTHER)


def mailbox_provider(address: str) -> str:
    """Return the mailbox provider of an address or a domain."""
    domain = address.rpartition("@")[2].strip().rstrip(".").lower()
    known = _EXACT.get(domain) or _NOT_THE_BRAND.get(domain)
    if known:
        return known
    brand = _BRANDS.match(domain)
    return _OF_BRAND[brand["brand"]] if brand else OTHER
