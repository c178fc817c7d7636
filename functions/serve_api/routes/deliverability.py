"""Whether mail arrives: rates by mailbox provider, marketing's pause, DNS records, the seed list."""

from __future__ import annotations

from datetime import UTC
from typing import Annotated, cast

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import BaseModel, ConfigDict, Field
from replies.deliverability import CheckedDomain, Deliverability, MailDays, SentSeeds, WarmUpProgress
from replies.forms import Listed
from stepwell.channels.email_settings import EmailSettings
from stepwell.errors import Conflict, StepwellError
from stepwell.publishing import drafts
from stepwell.publishing.channels import settings_of
from stepwell.publishing.mail_days import MOST_DAYS, mail_days, warm_ups
from stepwell.publishing.seeding import Seeding

from routes.replies import reply, whole
from routes.routing import Call, decoded, routed, this, topic
from routes.trying import letters

router = topic("Deliverability")


class SeedsIn(BaseModel):
    """Which version's messages go to the seeds."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(default=0, ge=0, description="0: the live one.")


@routed(router, "GET", "/deliverability", "viewer", "Read how mail fares by mailbox provider")
def read_deliverability() -> Deliverability:
    """Return rates of the last week, alarms, and whether marketing is paused."""
    call = this()
    return reply(Deliverability, call.wired.console.mail_health.read(call.tenant))


@routed(router, "GET", "/deliverability/days", "viewer", "Read how mail fared day by day")
def read_mail_days(days: Annotated[int, Query(ge=1, le=MOST_DAYS)] = 30) -> MailDays:
    """Return each day's rates by mailbox provider, and the limits."""
    call = this()
    today = call.ports.now().astimezone(UTC).date()
    return reply(MailDays, mail_days(call.wired.parts.counters, call.tenant, today, days))


@routed(router, "GET", "/deliverability/warm-up", "viewer", "Read how far warm-ups are")
def read_warm_up() -> Listed[WarmUpProgress]:
    """Return today's cap and what went of it, by stream."""
    call = this()
    settings = cast("EmailSettings", settings_of(call.wired.parts.config, call.tenant, "email")[0])
    rate = call.wired.parts.rate
    found = warm_ups(settings, lambda stream: rate.warmed(call.tenant, stream), call.ports.now())
    return whole([reply(WarmUpProgress, one) for one in found])


@routed(router, "POST", "/deliverability/pause", "publisher", "Have marketing mail wait")
def pause_marketing() -> Deliverability:
    """Pause marketing mail; transactional mail goes on."""
    call = this()
    return reply(Deliverability, call.wired.console.mail_health.pause(call.tenant, call.actor))


@routed(router, "POST", "/deliverability/resume", "publisher", "Let marketing mail go on")
def resume_marketing() -> Deliverability:
    """Resume; what was counted so far pauses it no more."""
    call = this()
    return reply(Deliverability, call.wired.console.mail_health.resume(call.tenant, call.actor))


@routed(router, "GET", "/deliverability/domains/<domain>", "viewer", "Check a sending domain's DNS records")
def check_domain(domain: str) -> CheckedDomain:
    """Look at DKIM, SPF, MAIL FROM, DMARC and BIMI as DNS has them now."""
    call = this()
    return reply(CheckedDomain, call.wired.console.domain_check.check(call.tenant, decoded(domain)))


@routed(
    router,
    "POST",
    "/workflows/<workflow>/seeds",
    "publisher",
    "Send a version's messages to the seed list, once",
)
def send_seeds(workflow: str, body: Annotated[SeedsIn, Body()]) -> SentSeeds:
    """Send each message to the seeds, rendered for the template's sample contact; it counts nowhere."""
    call = this()
    record = drafts.read(call.ports, call.tenant, workflow)
    version = body.version or record.live
    if not version:
        raise Conflict(f"`{workflow}` was never published.", code="not_active")
    return reply(SentSeeds, _seeding(call).send(call.tenant, workflow, version, call.actor))


def _seeding(call: Call) -> Seeding:
    return Seeding(
        call.wired.parts.config,
        call.wired.console.mailer,
        call.ports,
        lambda workspace, purpose: letters(call, purpose)(workspace),
    )


def seed(call: Call, workflow: str, version: int) -> None:
    """Send a version that was just published to the seeds, if there are any; publishing does not wait for it."""
    try:
        _seeding(call).send(call.tenant, workflow, version, call.actor)
    except StepwellError:
        # Without a seed list there is nothing to do; all else is told by `POST /workflows/<workflow>/seeds`.
        return
