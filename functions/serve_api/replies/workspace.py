"""Settings, switches, write keys, pages' topics, the audit log."""

from __future__ import annotations

from typing import Literal, TypeAlias

from replies.forms import Day, Json, Reply, Time

FieldKind: TypeAlias = Literal["text", "number", "boolean", "date", "list", "object", "any"]


class Approvals(Reply):
    """Whether somebody must look at a workflow before it is published.

    Attributes:
        required: Whether only approved drafts can be published.
        by: The least role that decides.
        self_approval: Whether people may approve what they changed or asked for themselves.
    """

    required: bool
    by: Literal["publisher", "admin"]
    self_approval: bool


class SendingRules(Reply):
    """What holds for all marketing of the workspace.

    Attributes:
        caps: Frequency caps, `{channel, limit, per, tag}`; channel `all` counts all of them.
        quiet_hours: By channel (`all`: each), `{start, end, otherwise, closed_days}`.
        control_group: First and last of the 10,000 buckets that get no marketing; null: none.
        text_proof: What proof of consent texts need besides what the law asks, by country (`*`: everywhere).
    """

    caps: list[Json]
    quiet_hours: dict[str, Json]
    control_group: list[int] | None
    text_proof: dict[str, str]


class RegionHours(Reply):
    """When the people of a region may be texted.

    Attributes:
        code: ISO 3166-2, or `*`: everywhere else.
        hours: First and last hour from Monday to Sunday, as `HH:MM`.
        source: The rule.
        since: When it came into force.
    """

    code: str
    hours: list[list[str]]
    source: str
    since: Day


class TextHours(Reply):
    """Hours of texts by region.

    Attributes:
        version: Changes with every row.
    """

    version: Day
    regions: list[RegionHours]


class WorkspaceSettings(Reply):
    """Settings of the workspace.

    Attributes:
        tenant: The workspace's id.
        time_zone: IANA zone for contacts without one, and for dates shown.
        sender: Default `Name <address>`.
        reply_to: Default reply address; may be empty.
        postal_address: Printed in marketing mail.
        allowlist: Addresses (`a@b.c`) and domains (`@b.c`) that may be mailed; null: everybody; empty: nobody.
        send_rate: Messages a second that this workspace may use; 0: the account's rate.
        teams: Recipients by team name.
        api_hosts: Hosts that workflows may call; empty: any public host.
        marketing_opt_in: Whether marketing needs a granted consent; else only a denied one stops it.
        test_addresses: Where test messages may go besides to their senders.
        approvals: Whether somebody must look at a workflow before it is published.
        sending: Caps, quiet hours and control group of all marketing.
    """

    tenant: str
    name: str
    time_zone: str
    sender: str
    reply_to: str
    postal_address: str
    allowlist: list[str] | None
    send_rate: int
    teams: dict[str, list[str]]
    api_hosts: list[str]
    marketing_opt_in: bool
    test_addresses: list[str]
    approvals: Approvals
    sending: SendingRules


class Workspace(WorkspaceSettings):
    """The workspace and its switch.

    Attributes:
        stopped: Whether everything is stopped.
    """

    stopped: bool


class Allowlist(Reply):
    """Who may be mailed; null: everybody."""

    allowlist: list[str] | None


class StopSwitch(Reply):
    """The stop-everything switch."""

    stopped: bool


class ProfileFields(Reply):
    """Registered profile fields by type; none registered: any field is accepted."""

    fields: dict[str, FieldKind]


class WriteKey(Reply):
    """A write key without its text."""

    id: str
    source: str
    name: str
    created_at: Time
    revoked: bool


class NewWriteKey(WriteKey):
    """A write key that was made just now.

    Attributes:
        write_key: Its text, shown this once.
    """

    write_key: str


class AuditEntry(Reply):
    """Who did what.

    Attributes:
        action: What, e.g. `workflow.published`.
        target: On what, e.g. `workflow/welcome`.
        details: More, never secrets.
    """

    at: Time
    actor: str
    action: str
    target: str
    details: Json


class PageTopic(Reply):
    """What a group of pages is about.

    Attributes:
        match: A path, `*` for any characters.
    """

    match: str
    topic: str
    tags: list[str]


class PageTopicList(Reply):
    """Pages, the first match counts."""

    pages: list[PageTopic]


class PageTopics(Reply):
    """What pages are about.

    Attributes:
        rev: Send it back with the next change; 0: there is no list yet.
    """

    rev: int
    pages: PageTopicList
