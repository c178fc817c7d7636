"""The message template as it is stored, edited and kept in git."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

MAX_SUBJECT = 1_000
MAX_BODY = 256 * 1024

Dialect = Literal["jinja2", "handlebars", "liquid"]
Language = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]
MAX_TRANSLATIONS = 30
Utm = Annotated[
    dict[
        Literal["utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term", "utm_id"],
        Annotated[str, StringConstraints(max_length=100)],
    ],
    Field(max_length=6),
]
TemplateId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_\-]{0,63}$")]


class Variable(BaseModel):
    """A value that the template reads, for the form and for the check of what a workflow hands over.

    Attributes:
        name: Name in the template; dots reach into mappings (``event.order_id``).
        description: What it is, for the person who fills it.
        required: Whether a send without it makes no sense; the check reports a sample that lacks it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(max_length=100)
    description: str = ""
    required: bool = False


class Translation(BaseModel):
    """A template's words in another language; an empty part stays as the template has it.

    Attributes:
        subject: As in `Template`.
        preheader: As in `Template`.
        mjml: As in `Template`.
        html: As in `Template`; compiled, of MJML.
        text: As in `Template`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: str = Field(default="", max_length=MAX_SUBJECT)
    preheader: str = Field(default="", max_length=MAX_SUBJECT)
    mjml: str = Field(default="", max_length=MAX_BODY)
    html: str = Field(default="", max_length=MAX_BODY)
    text: str = Field(default="", max_length=MAX_BODY)


class Template(BaseModel):
    """One message, in one language and in those that it is translated into.

    Attributes:
        id: Stable id that nodes name.
        name: Shown in the library.
        description: When to use it.
        version: Grows with each save.
        channel: What sends it. A text message has a text alone, and its subject names it in lists; a notification
            has its title in the subject, and a text.
        purpose: What it is for; the check asks marketing mail for its unsubscribe link and address.
        dialect: The language of subject, preheader, HTML, MJML and text.
        subject: One line, not escaped.
        preheader: The line that inboxes show after the subject.
        format: What people write: HTML, or MJML that is compiled when it is saved.
        mjml: MJML with the dialect's tags; empty unless that is the format.
        html: Escaped. With `layout`, only the content between header and footer. Compiled, of MJML.
        text: Not escaped; empty: made from the HTML.
        layout: Partial that the HTML is put into; empty: `html` is a whole document.
        language: BCP 47 tag for the document.
        translations: The same in other languages, for contacts whose field `language` or `locale` says so.
        utm: Campaign parameters of its links; they beat the workspace's.
        pixel: Whether it carries a picture that tells that it was opened, where links are our own; None: as the
            workspace says.
        sample: A contact (with `event` and whatever else) to preview with.
        variables: What it reads.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: TemplateId
    name: str = Field(default="", max_length=120)
    description: str = Field(default="", max_length=1_000)
    version: int = Field(default=1, ge=1)
    channel: Literal["email", "sms", "push"] = "email"
    purpose: Literal["marketing", "transactional"] = "marketing"
    dialect: Dialect = "jinja2"
    subject: str = Field(min_length=1, max_length=MAX_SUBJECT)
    preheader: str = Field(default="", max_length=MAX_SUBJECT)
    format: Literal["html", "mjml"] = "html"
    mjml: str = Field(default="", max_length=MAX_BODY)
    html: str = Field(default="", max_length=MAX_BODY)
    text: str = Field(default="", max_length=MAX_BODY)
    layout: str = Field(default="base", pattern=r"^([a-z][a-z0-9_]{0,39})?$")
    language: Language = "en"
    translations: dict[Language, Translation] = Field(default_factory=dict, max_length=MAX_TRANSLATIONS)
    utm: Utm = Field(default_factory=dict)
    pixel: bool | None = None
    sample: dict[str, Any] = Field(default_factory=dict)
    variables: tuple[Variable, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _named(cls, told: Any) -> Any:
        if isinstance(told, dict) and told.get("channel") == "sms" and not told.get("subject"):
            return {**told, "subject": str(told.get("name") or told.get("id") or "")[:MAX_SUBJECT]}
        return told
