"""Sends a series of welcome e-mails with a delay between them."""

from __future__ import annotations

from pydantic import Field, model_validator

from stepwell.workflows.nodes._fields import Duration, TemplateIds, widgets
from stepwell.workflows.nodes._mail import MailConfig, Step, chain, mail
from stepwell.workflows.nodes.base import Expansion, Hints, NodeType


class Config(MailConfig):
    """The series."""

    steps: TemplateIds = Field(
        title="Steps",
        description="Templates in order; the first goes out at once.",
        examples=[["email_confirmation", "getting_started_guide"]],
    )
    interval: Duration = Field("2_days", title="Interval", description="Between two e-mails.", min_length=1)
    transactional_steps: tuple[str, ...] = Field(
        (),
        title="Transactional steps",
        description="Steps that are no marketing.",
        examples=[["email_confirmation"]],
    )

    @model_validator(mode="after")
    def _known(self) -> Config:
        unknown = sorted(set(self.transactional_steps) - set(self.steps))
        if unknown:
            raise ValueError(f"transactional steps {', '.join(unknown)} are no steps")
        return self


def _expand(config: Config) -> Expansion:
    steps: list[Step] = []
    for number, template in enumerate(config.steps, start=1):
        if number > 1:
            steps.append((f"wait_{number}", "delay_action", {"duration": config.interval}))
        purpose = "transactional" if template in config.transactional_steps else ""
        steps.append((f"email_{number}", "email_send", mail(config, template, purpose)))
    return chain(steps)


NODE = NodeType(
    name="welcome_sequence",
    kind="composite",
    category="content",
    config=Config,
    function="",
    sends="email",
    expand=_expand,
    hints=Hints(
        label="Welcome sequence",
        icon="mood-smile",
        description="Sends a series of welcome e-mails.",
        widgets=widgets(Config) | {"steps": "list", "transactional_steps": "list"},
        summary="{steps}",
    ),
)
