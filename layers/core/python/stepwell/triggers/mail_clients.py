"""With what a message was opened or a link in it clicked: device, program and system, from the user agent.

A small table and no library: the kept ones hold thousands of browsers and bots of the web, and hardly know mail
programs. Proxies of mail services (Gmail, Yahoo) hide the reader's device; then it is `unknown`, and so is what the
table does not know.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Reader(NamedTuple):
    """What a user agent tells.

    Attributes:
        device: `desktop`, `mobile`, `tablet` or `unknown`.
        client: Family of the mail program or browser, such as `outlook`; empty: not known.
        os: `windows`, `macos`, `ios`, `android`, `linux`; empty: not known.
    """

    device: str
    client: str
    os: str


_CLIENTS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("gmail", r"GoogleImageProxy"),
        ("yahoo_mail", r"YahooMailProxy"),
        ("outlook", r"Outlook|MSOffice|ms-office|MAPI"),
        ("thunderbird", r"Thunderbird"),
        ("samsung_mail", r"SamsungMail|Samsung Email"),
        ("edge", r"Edg(?:e|A|iOS)?/"),
        ("opera", r"OPR/|Opera"),
        ("samsung_internet", r"SamsungBrowser"),
        ("firefox", r"Firefox/|FxiOS/"),
        ("chrome", r"Chrome/|CriOS/"),
        ("safari", r"Version/[\d.]+.*Safari/"),
        # Apple's mail program has WebKit's user agent without a browser's name.
        ("apple_mail", r"AppleWebKit/[\d.]+ \(KHTML, like Gecko\)(?: Mobile/\w+)?\s*$"),
    )
)
_OS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("ios", r"iPhone|iPad|iPod"),
        ("android", r"Android"),
        ("windows", r"Windows"),
        ("macos", r"Macintosh|Mac OS X"),
        ("linux", r"Linux|X11"),
    )
)
_PROXIES = frozenset({"gmail", "yahoo_mail"})
_TABLET = re.compile(r"iPad|Tablet|PlayBook|Silk|Android(?!.*Mobile)", re.IGNORECASE)
_MOBILE = re.compile(r"iPhone|iPod|Mobile|Android", re.IGNORECASE)


def reader_of(user_agent: str) -> Reader:
    """Read a user agent; the first 500 characters count."""
    text = user_agent[:500]
    client = next((name for name, pattern in _CLIENTS if pattern.search(text)), "")
    if client in _PROXIES:
        return Reader("unknown", client, "")
    system = next((name for name, pattern in _OS if pattern.search(text)), "")
    if _TABLET.search(text):
        device = "tablet"
    elif _MOBILE.search(text):
        device = "mobile"
    else:
        device = "desktop" if system else "unknown"
    return Reader(device, client, system)
