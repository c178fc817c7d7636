"""What a workspace says of its text messages, beside the providers and streams that every channel has."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from stepwell.channels.settings import ChannelSettings
from stepwell.channels.sms.keywords import keyword_of, plain
from stepwell.channels.sms.numbers import E164
from stepwell.channels.sms.prices import PriceTable
from stepwell.channels.sms.senders import Offered, SenderKind, kind_of_sender, valid_name

Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
_SHORT_CODE = re.compile(r"^[0-9]{3,8}$")
_POOL = re.compile(
    r"^(pool-[A-Za-z0-9]{1,60}|arn:aws[a-z-]*:sms-voice:[A-Za-z0-9:/_-]{1,200}|MG[0-9a-f]{32})$"
)
_CONFIG = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class SmsSender(BaseModel):
    """A number, short code, name or pool to send from; see `stepwell.channels.sms.senders.Offered`."""

    model_config = _CONFIG

    value: str = Field(min_length=1, max_length=256, examples=["+18885550100", "24680", "Acme"])
    kind: SenderKind | None = Field(default=None, description="None: seen from how it is written.")
    countries: tuple[Country, ...] = Field(default=(), max_length=250)
    streams: tuple[Literal["marketing", "transactional"], ...] = ()
    two_way: bool | None = Field(default=None, description="Whether answers reach us; a name gets none.")
    registered: bool = True
    provider: str = Field(default="", max_length=30)

    @model_validator(mode="after")
    def _written(self) -> SmsSender:
        kind = self.offered().kind
        fits = {
            "name": valid_name(self.value),
            "pool": bool(_POOL.match(self.value)),
            "short_code": bool(_SHORT_CODE.match(self.value)),
        }.get(kind, bool(E164.match(self.value)))
        if not fits:
            raise ValueError(
                f"`{self.value}` is no {kind.replace('_', ' ')}: numbers are written as +15551234567"
            )
        return self

    def offered(self) -> Offered:
        """Return it as the choice of senders reads it."""
        kind = self.kind or ("pool" if _POOL.match(self.value) else kind_of_sender(self.value))
        two_way = kind != "name" if self.two_way is None else self.two_way
        return Offered(
            self.value, kind, self.countries, self.streams, two_way, self.registered, self.provider
        )


class OptInKeyword(BaseModel):
    """A word by which people sign up ("Text JOIN to 24680").

    Attributes:
        word: It.
        wording: What stood beside it where it was offered; kept as proof.
        double: Whether an answer YES is asked for; None: as the workspace does.
        answer: What is answered to those who are signed up, instead of the usual text.
    """

    model_config = _CONFIG

    word: str = Field(min_length=2, max_length=30)
    wording: str = Field(min_length=1, max_length=1_000)
    double: bool | None = None
    answer: str = Field(default="", max_length=480)

    @model_validator(mode="after")
    def _free(self) -> OptInKeyword:
        if not plain(self.word) or keyword_of(self.word) is not None:
            raise ValueError(f"`{self.word}` has a meaning of its own and cannot be an opt-in keyword")
        return self


class SmsSettings(ChannelSettings):
    """Text messages of a workspace.

    Attributes:
        brand: Who sends, in texts; empty: the workspace's name.
        contact: Where help is found: an address, a number.
        default_country: Country of numbers that name none.
        senders: What it sends from; none: the provider decides.
        countries: Where it sends at all; empty: everywhere. Keeps out fraud by numbers that cost much.
        prices: What a segment costs.
        max_price: What a message may cost at most, US dollars.
        max_segments: Longer messages are not sent.
        plain_text: Whether typographic characters are replaced where that saves segments.
        double_opt_in: Whether an opt-in needs an answer YES.
        wording: What people agree to, kept as proof of opt-ins by START and YES.
        opt_in_keywords: Words to sign up by.
        footer: When marketing says how to stop: in each message, or never (the texts say it themselves).
        texts: Own answers, by kind (``stopped``, ``help``, ``started``, ``confirm``, ``way_out``) or kind and
            language (``help.de``).
        answers: Whether keywords are answered; providers that answer by themselves make it `false`.
        short_links: Whether addresses in texts become short ones, which tell who opened them.
        short_domain: Host of short links, which leads to the deployment's API; empty: the API's own.
    """

    brand: str = Field(default="", max_length=40)
    contact: str = Field(default="", max_length=100)
    default_country: Country | None = None
    senders: tuple[SmsSender, ...] = Field(default=(), max_length=200)
    countries: tuple[Country, ...] = Field(default=(), max_length=250)
    prices: PriceTable | None = None
    max_price: float | None = Field(default=None, gt=0, le=99)
    max_segments: int = Field(default=6, ge=1, le=10)
    plain_text: bool = True
    double_opt_in: bool = False
    wording: str = Field(default="", max_length=1_000)
    opt_in_keywords: tuple[OptInKeyword, ...] = Field(default=(), max_length=50)
    footer: Literal["always", "never"] = "always"
    texts: dict[str, Annotated[str, StringConstraints(max_length=480)]] = Field(default_factory=dict)
    answers: bool = True
    short_links: bool = True
    short_domain: str = Field(default="", max_length=100, pattern=r"^([a-z0-9-]+(\.[a-z0-9-]+)+)?$")

    @model_validator(mode="after")
    def _once(self) -> SmsSettings:
        words = [plain(one.word) for one in self.opt_in_keywords]
        if len(set(words)) != len(words):
            raise ValueError("an opt-in keyword stands twice")
        known = [provider.id for provider in self.providers]
        for one in self.senders:
            if one.provider and one.provider not in known:
                raise ValueError(f"the sender `{one.value}` names `{one.provider}`, which is no provider")
        return self

    def offered(self) -> tuple[Offered, ...]:
        """Return the senders as the choice of senders reads them."""
        return tuple(one.offered() for one in self.senders)

    def keyword(self, text: str) -> OptInKeyword | None:
        """Return the opt-in keyword that a message is; None: none."""
        said = plain(text)
        return next((one for one in self.opt_in_keywords if plain(one.word) == said), None)
