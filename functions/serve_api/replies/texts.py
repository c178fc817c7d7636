"""Text messages: how long a text is, and what the account sends from."""

from __future__ import annotations

from replies.forms import Reply


class CostlyCharacter(Reply):
    """A character that makes a text UCS-2.

    Attributes:
        at: Where it stands first, from 0.
        times: How often it stands.
        instead: What says the same in the GSM alphabet; null: nothing does.
    """

    character: str
    name: str
    at: int
    times: int
    instead: str | None


class TextInCountry(Reply):
    """A text to one country.

    Attributes:
        cost: Decimal, by the workspace's own price table; null: not known.
        price_source: Where the price is from.
        sender: Which sender it goes by; null: the provider decides, or none may.
        refused: Why no sender may: `no_sender`, `sender_not_allowed` or `sender_unregistered`.
        registration_needed: Whether senders are registered there.
        rule_source: Where that stands.
    """

    country: str
    cost: str | None
    currency: str | None
    price_source: str | None
    price_date: str | None
    sender: str | None
    refused: str | None
    registration_needed: bool
    rule_source: str | None


class TextLength(Reply):
    """How long a text is.

    Attributes:
        sent: The text as it is sent: marketing with its sender's name and the way out.
        encoding: `GSM-7` or `UCS-2`.
        units: Septets, or UTF-16 code units.
        left: Units that the last segment still holds.
        parts: The text as it is cut.
        plain: The text without typographic characters, where that saves segments.
        names_way_out: Whether it says how to stop.
        too_long: Whether the workspace sends none of this length.
        senders_table: Version of the table that says what countries take.
    """

    sent: str
    encoding: str
    units: int
    segments: int
    left: int
    parts: list[str]
    costly: list[CostlyCharacter]
    plain: str | None
    plain_segments: int | None
    names_way_out: bool
    too_long: bool
    senders_table: int
    countries: list[TextInCountry]


class TextRegistration(Reply):
    """A registration at carriers.

    Attributes:
        state: `created`, `submitted`, `reviewing`, `requires_updates`, `complete`, …
    """

    id: str
    kind: str
    state: str


class TextSender(Reply):
    """A number, name or pool of the account.

    Attributes:
        kind: `pool`, `short_code`, `toll_free`, `ten_dlc`, `long_code`, `name` or `simulator`.
        topic: Where answers go.
        self_managed_opt_outs: Whether STOP is left to us; else the provider acts on it as well, and answers.
        used: Whether the workspace's settings name it.
    """

    id: str
    value: str
    kind: str
    country: str
    state: str
    purposes: list[str]
    two_way: bool
    topic: str
    self_managed_opt_outs: bool
    pool: str
    registration: TextRegistration | None
    used: bool


class TextSenders(Reply):
    """What the deployment's account of AWS End User Messaging sends from."""

    senders: list[TextSender]
    registrations: list[TextRegistration]
