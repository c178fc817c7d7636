"""Shows a notification in the contact's browsers and apps, through the send gate."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from stepwell.workflows.nodes._fields import OptionalTemplate, widgets
from stepwell.workflows.nodes._sending import SendingConfig, sending_faults
from stepwell.workflows.nodes._timing import timed
from stepwell.workflows.nodes.base import (
    Effect,
    Found,
    Hints,
    Member,
    Moment,
    NodeConfig,
    NodeType,
    SendPush,
)
from stepwell.workflows.references import fill


class Button(NodeConfig):
    """A button of the notification."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")] = Field(
        title="Name", description="As events tell it."
    )
    title: str = Field(title="Title", min_length=1, max_length=60)
    url: str = Field("", title="Opens", description="Empty: the notification's address.", max_length=2_000)


class Config(SendingConfig):
    """What to show, and how the gate treats it."""

    template_id: OptionalTemplate = Field(
        "",
        title="Template",
        description="Its subject is the title, its text the text.",
        examples=["back_in_stock"],
    )
    title: str = Field("", title="Title", examples=["Your cart is waiting"], max_length=120)
    body: str = Field("", title="Text", max_length=500)
    url: str = Field(
        "",
        title="Opens",
        description="Address opened by a click.",
        examples=["https://example.com/cart"],
        max_length=2_000,
    )
    image: str = Field("", title="Image address", max_length=2_000)
    icon: str = Field("", title="Icon address", max_length=2_000)
    actions: tuple[Button, ...] = Field(
        (), title="Buttons", description="Browsers show two at most.", max_length=4
    )
    variables: dict[str, Any] = Field(
        {},
        title="Variables",
        description="Extra template variables; `{{event.total}}` refers to the trigger event.",
        max_length=30,
    )
    ttl_s: int = Field(
        86_400,
        title="Keep for",
        description="Seconds that it may wait for a browser that sleeps, 28 days at most.",
        ge=0,
        le=2_419_200,
    )
    urgency: Literal["very-low", "low", "normal", "high"] = Field("normal", title="Urgency")
    replaces: str = Field(
        "", title="Replaces", description="One of the same name that was not shown yet.", max_length=60
    )
    data: dict[str, str] = Field({}, title="Data", description="Further values for the page.", max_length=20)


def _act(config: Config, member: Member, moment: Moment) -> Effect:
    return SendPush(
        template=config.template_id,
        title=config.title,
        body=config.body,
        url=config.url,
        icon=config.icon,
        image=config.image,
        actions=tuple((one.name, one.title, one.url) for one in config.actions),
        ttl_s=config.ttl_s,
        urgency=config.urgency,
        replaces=config.replaces,
        data=config.data,
        purpose=config.purpose or moment.purpose,
        variables=fill(config.variables, member, moment),
        tag=config.tag,
        topic=config.topic,
        priority=config.priority,
        ignore_cap=config.ignore_frequency_cap,
        count=config.count,
        at_least_once=config.at_least_once,
    )


def _checks(config: Config) -> list[Found]:
    found = sending_faults(config)
    if bool(config.template_id) == bool(config.title):
        found.append(Found("push_title", "Give the notification either a template or a title.", "title"))
    return found


NODE = NodeType(
    name="web_push",
    kind="action",
    category="action",
    config=Config,
    outcomes=lambda _config: ("sent", "skipped", "failed"),
    function="send_push",
    falls_through=("skipped", "failed"),
    can_defer=True,
    sends="push",
    checks=_checks,
    act=_act,
    expand=lambda config: timed(config, "web_push", "push"),
    hints=Hints(
        label="Web push",
        icon="bell",
        description="Shows a notification in the contact's browsers and apps, if consent and caps allow it.",
        widgets=widgets(Config) | {"variables": "key_values"},
        summary="{title}{template_id}",
    ),
)
