"""What becomes of the links of an e-mail: campaign parameters (UTM), and tracking by links of our own.

A workspace's choice is the document `LINKS#links`. By default the provider tracks (SES rewrites links when it sends);
with `tracking: own` links lead through our own redirect, whichever provider sends, and the provider is told to leave
them alone, so that no click is told twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape, unescape
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from stepwell.contracts.link_marks import changed_links, link_id
from stepwell.contracts.tracked_links import CLICK_PATH, OPEN_PATH, TrackedLink, sign_link, trackable

KIND, ID = "LINKS", "links"
OWN_TAG = "own"
"""Tag of messages that track themselves: ``c`` clicks, ``o`` opens; the provider's own reports of these are dropped."""
_IN_TEXT = re.compile(r"https?://[^\s<>\"'()\[\]]{1,2000}")
_PLACES = re.compile(r"\{(workflow|node|template|link)\}")

Utm = Annotated[
    dict[
        Literal["utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term", "utm_id"],
        Annotated[str, StringConstraints(max_length=100)],
    ],
    Field(max_length=6),
]


class LinkSettings(BaseModel):
    """How a workspace's e-mail links are treated.

    Attributes:
        tracking: Who tells clicks (and opens): the provider, or links of our own.
        pixel: With `own`, whether messages carry a picture that tells that they were opened.
        utm: Parameters that links get, unless they have them; ``{workflow}``, ``{node}``, ``{template}`` and ``{link}``
            stand for their ids.
        hosts: Hosts whose links get them (``example.com`` and all below it); empty: all.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    tracking: Literal["provider", "own"] = "provider"
    pixel: bool = False
    utm: Utm = Field(default_factory=dict)
    hosts: tuple[Annotated[str, StringConstraints(max_length=253)], ...] = Field(default=(), max_length=50)


@dataclass(frozen=True, slots=True)
class Linked:
    """A message's parts with their links as they are sent.

    Attributes:
        html: HTML part.
        text: Text part.
        tags: Tags that the message gets besides its own.
    """

    html: str
    text: str
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Links:
    """Treats the links of one message.

    Attributes:
        settings: The workspace's choice.
        utm: The message's own parameters; they beat the workspace's.
        pixel: The message's own choice; None: the workspace's.
        template: The template's id.
        tags: The message's tags.
        at: When it is written, epoch seconds.
        public_url: Where our own addresses begin.
        keys: Keys to sign with.
    """

    settings: LinkSettings
    utm: Mapping[str, str]
    pixel: bool | None
    template: str
    tags: Mapping[str, str]
    at: int
    public_url: str
    keys: Mapping[str, bytes]

    def applied(self, html: str, text: str) -> Linked:
        """Return the parts with their links as they are sent.

        Raises:
            NotReady: There is no key to sign with.
        """
        own = self.settings.tracking == "own"
        if not own and not self._parameters:
            return Linked(html, text, {})
        changed = rewritten(html, self._changed)
        pixel = own and html and (self.settings.pixel if self.pixel is None else self.pixel)
        if pixel:
            changed = self._with_pixel(changed)
        plain = _IN_TEXT.sub(lambda found: self._tagged(found[0], ""), text) if self._parameters else text
        return Linked(changed, plain, {OWN_TAG: "co" if pixel else "c"} if own else {})

    @property
    def _parameters(self) -> Mapping[str, str]:
        return {str(name): value for name, value in (*self.settings.utm.items(), *self.utm.items())}

    def _changed(self, url: str, link: str, position: int) -> str | None:
        if url.startswith(self.public_url + "/"):
            return None
        url = self._tagged(url, link)
        if self.settings.tracking != "own" or not trackable(url):
            return url
        token = sign_link(TrackedLink(self.tags, self.at, link, position, url), self.keys)
        return f"{self.public_url}{CLICK_PATH}{token}"

    def _tagged(self, url: str, link: str) -> str:
        """Return an address with the parameters that it lacks; one that cannot be read stays."""
        trailing = url[len(url.rstrip(".,;:!?")) :] if not link else ""
        bare = url.removesuffix(trailing)
        try:
            parts = urlsplit(bare)
            host = (parts.hostname or "").lower()
        except ValueError:
            return url
        if bare.startswith(self.public_url + "/") or not self._wanted(host):
            return url
        has = {name.lower() for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
        places = {
            "template": self.template,
            "link": link,
            **{n: self.tags.get(n, "") for n in ("workflow", "node")},
        }
        added = []
        for name, pattern in self._parameters.items():
            value = _PLACES.sub(lambda found: places[found[1]], pattern)
            if name not in has and value:
                added.append(f"{name}={quote(value, safe='')}")
        query = "&".join([*([parts.query] if parts.query else []), *added])
        return urlunsplit(parts._replace(query=query)) + trailing if added else url

    def _wanted(self, host: str) -> bool:
        hosts = [one.lower().lstrip(".") for one in self.settings.hosts]
        return bool(host) and (not hosts or any(host == one or host.endswith(f".{one}") for one in hosts))

    def _with_pixel(self, html: str) -> str:
        token = sign_link(TrackedLink(self.tags, self.at), self.keys)
        picture = (
            f'<img src="{self.public_url}{OPEN_PATH}{token}" width="1" height="1" alt="" '
            'style="display:block;width:1px;height:1px;border:0;">'
        )
        place = html.lower().rfind("</body>")
        return html + picture if place < 0 else html[:place] + picture + html[place:]


def rewritten(html: str, change: Callable[[str, str, int], str | None]) -> str:
    """Return HTML with the addresses of its links changed.

    Args:
        html: The message.
        change: Returns a new address for one, given the link's id and place; None: it stays.
    """

    def link(attributes: str, href: re.Match[str], place: int) -> str | None:
        if "ses:no-track" in attributes.lower():
            return None
        address = href[2] or href[3]
        # The same link has the same id, whoever tracks it.
        made = change(unescape(address), link_id(attributes, address), place)
        if made is None or made == unescape(address):
            return None
        put = f'{href[1]}"{escape(made)}"'
        tracked = " ses:no-track" if CLICK_PATH in made and "ses:" not in attributes.lower() else ""
        return f"{tracked}{attributes[: href.start()]}{put}{attributes[href.end() :]}"

    return changed_links(html, link)


def read_settings(document: Mapping[str, Any] | None) -> LinkSettings:
    """Return a workspace's choice; without a document the provider tracks."""
    return LinkSettings.model_validate(dict(document or {}))
