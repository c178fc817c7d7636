"""What the providers of e-mail ask a workspace for, besides their secrets."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

_HOST = r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$"


class SesOptions(BaseModel):
    """Amazon SES of the deployment's own account: nothing to set.

    Attributes:
        rate: Messages a second that this workspace may hand over; 0: what SES says.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    rate: float = Field(default=0, ge=0, le=10_000)


class _Options(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    region: Literal["us", "eu"] = "us"
    opens: bool = True
    clicks: bool = True
    rate: float = Field(default=100, gt=0, le=10_000, description="Messages a second at most.")
    address: str = Field(default="", max_length=300, description="Of a stand-in; on the local cloud only.")


class SendGridOptions(_Options):
    """SendGrid.

    Attributes:
        region: Where the account lies.
        opens: Whether SendGrid counts opens.
        clicks: Whether SendGrid counts clicks.
        rate: Messages a second at most.
        address: Of a stand-in; on the local cloud only.
        ip_pool: Pool of addresses to send from; empty: the account's default.
        sandbox: Whether it only checks messages and delivers none.
        dkim_selectors: Of the domain's authentication, for the check of DNS records.
    """

    ip_pool: str = Field(default="", max_length=64)
    sandbox: bool = False
    dkim_selectors: tuple[str, ...] = Field(default=("s1", "s2"), max_length=4)


class MailgunOptions(_Options):
    """Mailgun.

    Attributes:
        region: Where the domain lies.
        opens: Whether Mailgun counts opens.
        clicks: Whether Mailgun counts clicks.
        rate: Messages a second at most.
        address: Of a stand-in; on the local cloud only.
        domain: Sending domain at Mailgun, e.g. `mg.shop.example`.
        test_mode: Whether it takes messages and delivers none (it bills them).
        dkim_selectors: Of the domain, for the check of DNS records.
    """

    domain: str = Field(pattern=_HOST, max_length=253)
    test_mode: bool = False
    dkim_selectors: tuple[str, ...] = Field(default=("mx",), max_length=4)
