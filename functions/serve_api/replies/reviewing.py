"""Reviews before publishing, sending identities."""

from __future__ import annotations

from typing import Literal

from replies.forms import Reply, Time


class Review(Reply):
    """The review of a workflow's draft.

    Attributes:
        rev: The draft's `rev` now.
        required: Whether this workspace publishes only what was approved.
        state: `outdated`: the draft was changed after the review was asked for or decided.
        reviewed_rev: The `rev` that the review is about; null: there is none.
        note: What was said with the request.
        comment: What was said with the decision.
        may_decide: Whether the caller may approve it or send it back.
        may_publish: Whether the draft as it is now may be published.
    """

    workflow: str
    name: str
    rev: int
    required: bool
    state: Literal["none", "pending", "approved", "rejected", "outdated"]
    reviewed_rev: int | None
    asked_by: str
    asked_at: Time | None
    note: str
    decided_by: str
    decided_at: Time | None
    comment: str
    may_decide: bool
    may_publish: bool


class DnsRecord(Reply):
    """A record to put into DNS.

    Attributes:
        purpose: What it is for; `spf` belongs to the MAIL FROM domain.
        state: `unknown`: nobody checks it.
        required: Whether the domain cannot send without it.
    """

    purpose: Literal["dkim", "mail_from", "spf", "dmarc"]
    type: Literal["CNAME", "MX", "TXT"]
    name: str
    value: str
    state: Literal["verified", "pending", "failed", "unknown"]
    required: bool


class SendingIdentity(Reply):
    """A domain or address to send from.

    Attributes:
        verified: Whether it may send.
        own: Whether this workspace added it; else the deployment has it and it is not changed here.
        default_sender: Whether the workspace's default sender uses it.
        mail_from: Its MAIL FROM domain; empty: SES's own.
        records: Of a domain; an address is confirmed by a link that is mailed to it.
    """

    identity: str
    kind: Literal["domain", "address"]
    verified: bool
    own: bool
    default_sender: bool
    mail_from: str
    records: list[DnsRecord]
