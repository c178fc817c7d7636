"""Message templates."""

from __future__ import annotations

from typing import Literal, NotRequired

from replies.forms import Json, Reply, Time
from replies.workflows import Purpose


class TemplateUser(Reply):
    """A workflow whose draft sends a message.

    Attributes:
        live: Whether contacts enter it now.
    """

    id: str
    name: str
    live: bool


class TemplateSummary(Reply):
    """A message template as lists show it.

    Attributes:
        channel: What sends it.
        format: What people write: HTML, or MJML that is compiled when it is saved.
        dialect: The language of its tags.
        languages: Languages that it is written in.
        rev: Grows with each change; send it back with the next one.
        managed_by: `git`: deployments register it and nobody edits it here; empty: people do.
    """

    id: str
    rev: int
    name: str
    description: str
    channel: Literal["email", "sms", "push"]
    purpose: Purpose
    subject: str
    format: Literal["html", "mjml"]
    dialect: Literal["jinja2", "handlebars", "liquid"]
    languages: list[str]
    updated_at: Time
    updated_by: str
    managed_by: Literal["", "git"]


class UsedTemplate(TemplateSummary):
    """A message template with the workflows that send it."""

    used_by: list[TemplateUser]


class TemplateDraft(TemplateSummary):
    """A message template with its source.

    Attributes:
        template: Its document.
    """

    template: Json


class TemplateViolation(Reply):
    """Something that is wrong with a template.

    Attributes:
        part: `subject`, `mjml`, `html`, `text`, …
        line: 1-based line of the part; 0: the whole of it.
        tag: The MJML tag concerned.
        language: The translation that it is in.
    """

    code: str
    message: str
    part: str
    line: int
    tag: NotRequired[str]
    language: NotRequired[str]
    severity: Literal["error", "warning"]


class SavedTemplate(TemplateDraft):
    """A message template as it was saved, with what could be better."""

    warnings: list[TemplateViolation]


class Template(TemplateDraft):
    """A message template and what it reads.

    Attributes:
        reads: Fields of the contact.
        used_by: Workflows whose drafts send it.
    """

    reads: list[str]
    used_by: list[TemplateUser]


class TemplateVersion(Reply):
    """An earlier state of a message template.

    Attributes:
        number: Grows with each save.
    """

    number: int
    at: Time
    by: str


class TemplateThen(Reply):
    """An earlier state with its source.

    Attributes:
        template: Its document.
    """

    number: int
    template: Json


class TemplateCheck(Reply):
    """What the checks say of a template."""

    valid: bool
    violations: list[TemplateViolation]


class RenderedMessage(Reply):
    """A message's parts for one contact; nothing was sent and no link is live.

    Attributes:
        html: May be empty.
        missing: Fields that the template asked for and the contact lacks.
        preheader: The line that inboxes show after the subject.
    """

    subject: str
    html: str
    text: str
    missing: list[str]
    preheader: str
