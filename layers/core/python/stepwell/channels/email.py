"""Composes an e-mail: sender, one-click unsubscription (RFC 8058), and the tags by which its events come home."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formataddr

from stepwell.contracts.ids import TokenId
from stepwell.contracts.link_marks import marked
from stepwell.contracts.messages import Email, Purpose
from stepwell.contracts.workspace import Workspace
from stepwell.errors import NotReady

# SES: "ASCII letters, numbers, underscores, or dashes", 256 characters (MessageTag in the SES v2 API).
_TAG = re.compile(r"^[A-Za-z0-9_-]{1,256}$")
_UNTAGGED = re.compile(r"[^A-Za-z0-9_-]")
_SENDER = re.compile(r"^(?P<name>[^<>]*)<(?P<address>[^<>@\s]+@[^<>@\s]+)>$|^(?P<bare>[^<>@\s]+@[^<>@\s]+)$")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a message comes from; its provider events are led back by it.

    Attributes:
        tenant: Tenant id.
        workflow: Workflow id.
        version: Version.
        node: Node id.
        token: Token id.
        visit: Visit id.
        profile: Profile id as it is by now (a merge may have changed it since the enrollment).
        tag: Frequency-cap tag.
    """

    tenant: str
    workflow: str
    version: int
    node: str
    token: str
    visit: str
    profile: str = ""
    tag: str = ""

    def tags(self) -> dict[str, str]:
        """Return the provider tags, each within SES's rules."""
        tags = {
            "tenant": self.tenant,
            "workflow": self.workflow,
            "version": str(self.version),
            "node": self.node,
            "enrollment": tag_of_token(self.token),
            "visit": self.visit,
            "profile": self.profile,
            "tag": _UNTAGGED.sub("_", self.tag),
        }
        return {name: value for name, value in tags.items() if value}


def tag_of_token(token: str) -> str:
    """Write a token id as a tag: ``/`` becomes ``--`` and ``.`` becomes ``-`` (ids have neither).

    One nested too deep for a tag is shortened to its enrollment; the visit still names it.
    """
    tag = token.replace("/", "--").replace(".", "-")
    return tag if _TAG.match(tag) else TokenId.parse(token).enrollment.replace(".", "-")


def token_of_tag(tag: str) -> str:
    """Read a token id from its tag."""
    return tag.replace("--", "/").replace("-", ".")


def compose(
    *,
    to: str,
    subject: str,
    html: str,
    text: str,
    origin: Origin,
    purpose: Purpose,
    workspace: Workspace,
    unsubscribe_url: str,
    sender: str = "",
    configuration_set: str = "",
    reply_to: str = "",
    tags: Mapping[str, str] | None = None,
) -> Email:
    """Compose a message.

    Args:
        to: Recipient address, as SMTP carries it.
        subject: One line.
        html: HTML part, may be empty.
        text: Plain-text part.
        origin: Where it comes from.
        purpose: Marketing mail carries the List-Unsubscribe headers.
        workspace: Default sender and reply address.
        unsubscribe_url: Signed https link that takes the one-click POST.
        sender: Instead of the workspace's.
        configuration_set: SES configuration set.
        reply_to: Where answers are received, instead of at the workspace's address.
        tags: More tags than those of its origin.

    Raises:
        NotReady: There is no sender.
    """
    return Email(
        to=to,
        sender=sender_line(sender or workspace.sender),
        reply_to=reply_to or _CONTROL.sub("", workspace.reply_to),
        subject=_CONTROL.sub(" ", subject),
        html=marked(html),
        text=text,
        headers=list_headers(unsubscribe_url) if purpose is Purpose.MARKETING else {},
        tags={**origin.tags(), **(tags or {})},
        configuration_set=configuration_set,
        purpose=purpose,
    )


def list_headers(unsubscribe_url: str) -> Mapping[str, str]:
    """Return the one-click headers of RFC 8058 section 3.1; both must be covered by DKIM, which SES does."""
    return {
        "List-Unsubscribe": f"<{unsubscribe_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def sender_line(text: str) -> str:
    """Return ``Name <address>`` fit for a header; a name beyond ASCII is encoded (RFC 2047).

    Raises:
        NotReady: No address in it.
    """
    found = _SENDER.match(_CONTROL.sub("", text).strip())
    if found is None:
        raise NotReady("No sender: set the workspace's `sender` to `Name <address>`.", code="no_sender")
    return formataddr(((found["name"] or "").strip().strip('"'), found["bare"] or found["address"]))
