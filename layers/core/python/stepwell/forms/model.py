"""A form as people edit it (documents of kind `FORM`), and the stages in which a workspace gets to know somebody.

The stages are the specification's (5.1): what a form asks at first, what behaviour tells, what others know.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from stepwell.contracts.faults import violations_of
from stepwell.errors import ValidationFailed

M = TypeVar("M", bound=BaseModel)
FORM_KIND = "FORM"
FORM_ID = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"
FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
StageName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
FieldType = Literal["text", "email", "tel", "url", "number", "date", "checkbox", "textarea", "select"]
FORM_TYPES = ("contact", "newsletter", "lead_gen", "support", "progressive")
Method = Literal["form_progressive_disclosure", "behavioral", "third_party"]
Source = Literal["website_behavior", "email_engagement", "content_consumption"]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Option(_Model):
    """A choice of a `select`.

    Attributes:
        value: What is kept.
        label: What is shown.
    """

    value: str = Field(max_length=200)
    label: str = Field(max_length=200)


class FormField(_Model):
    """A field of a form.

    Attributes:
        name: Its name, and the profile field that it fills.
        label: What is shown; empty: made from the name.
        type: How it is entered.
        required: Whether a submission without it is refused.
        options: Choices of a `select`.
        consent: Text of this field's own consent; empty: none is asked for.
        purpose: What the consent is for besides the field itself (`email:marketing`); empty: the field alone.
        min_length: Shortest text.
        max_length: Longest text.
        minimum: Least number.
        maximum: Greatest number.
        pattern: Regular expression that the whole text must match.
        ask: False: a progressive form does not choose it by itself.
    """

    name: FieldName
    label: str = Field(default="", max_length=200)
    type: FieldType = "text"
    required: bool = False
    options: tuple[str | Option, ...] = Field(default=(), max_length=300)
    consent: str = Field(default="", max_length=1_000)
    purpose: str = Field(default="", max_length=40, pattern=r"^([a-z_]+:[a-z_]+)?$")
    min_length: int = Field(default=0, ge=0, le=1_000)
    max_length: int = Field(default=1_000, ge=1, le=1_000)
    minimum: float | None = None
    maximum: float | None = None
    pattern: str = Field(default="", max_length=200)
    ask: bool = True

    @property
    def values(self) -> tuple[str, ...]:
        """What a `select` may have as its value."""
        return tuple(one if isinstance(one, str) else one.value for one in self.options)


class Form(_Model):
    """A form.

    Attributes:
        id: Name in pages and events; never changes.
        name: For people.
        description: What it is for.
        form_type: `contact`, `newsletter`, `lead_gen`, `support`, `progressive` or one of your own.
        fields: What it asks; a progressive form describes here only what differs from the schema.
        stages: Stages whose fields a progressive form asks, in order; empty: all of the workspace that forms fill.
        at_most: How many fields a progressive form shows at a time.
        active: Whether submissions are taken and fields are told.
        double_opt_in: Whether a purpose that is agreed to holds only once a signed link was followed and confirmed.
    """

    id: str = Field(pattern=FORM_ID)
    name: str = Field(default="", max_length=120)
    description: str = Field(default="", max_length=500)
    form_type: str = Field(default="contact", max_length=40, pattern=r"^[a-z][a-z0-9_]*$")
    fields: tuple[FormField, ...] = Field(default=(), max_length=50)
    stages: tuple[StageName, ...] = Field(default=(), max_length=10)
    at_most: int = Field(default=3, ge=1, le=10)
    active: bool = True
    double_opt_in: bool = False

    @model_validator(mode="after")
    def _distinct(self) -> Form:
        names = [field.name for field in self.fields]
        if len(set(names)) != len(names):
            raise ValueError("Two fields have the same name.")
        for field in self.fields:
            if field.type == "select" and not field.options:
                raise ValueError(f"`{field.name}` is a select: give its `options`.")
        return self

    def field(self, name: str) -> FormField | None:
        """Return a field by name."""
        return next((field for field in self.fields if field.name == name), None)

    def document(self) -> dict[str, Any]:
        """Return the JSON-ready form."""
        return self.model_dump(mode="json", exclude_defaults=True) | {"id": self.id}


class Stage(_Model):
    """A stage in which a workspace gets to know a contact.

    Attributes:
        id: Its name.
        enrichment_method: Who tells: forms, behaviour, or enrichment providers.
        required_fields: Without these the stage is not complete.
        optional_fields: Asked after the required ones.
        data_sources: What behaviour is looked at.
        frequency: When behaviour is looked at: always in the pass.
        privacy_compliance: What it is held to.
        providers: Which enrichment providers are asked.
        trigger_conditions: Names of the enrichment triggers that lead to it.
        enrichment_fields: What providers are asked for.
    """

    id: StageName
    enrichment_method: Method = "form_progressive_disclosure"
    required_fields: tuple[FieldName, ...] = Field(default=(), max_length=30)
    optional_fields: tuple[FieldName, ...] = Field(default=(), max_length=30)
    data_sources: tuple[Source, ...] = ()
    frequency: Literal["real_time"] = "real_time"
    privacy_compliance: tuple[Literal["gdpr_consent", "ccpa_compliance"], ...] = ()
    providers: tuple[str, ...] = ()
    trigger_conditions: tuple[str, ...] = ()
    enrichment_fields: tuple[FieldName, ...] = ()

    @property
    def wanted(self) -> tuple[str, ...]:
        """All its fields, the required ones first."""
        return tuple(dict.fromkeys((*self.required_fields, *self.optional_fields, *self.enrichment_fields)))


class Stages(_Model):
    """The stages of a workspace, in order.

    Attributes:
        stages: The stages.
    """

    stages: tuple[Stage, ...] = Field(min_length=1, max_length=20)

    @model_validator(mode="after")
    def _distinct(self) -> Stages:
        names = [stage.id for stage in self.stages]
        if len(set(names)) != len(names):
            raise ValueError("Two stages have the same id.")
        return self


def default_stages() -> Stages:
    """Return the specification's stages (5.1)."""
    return Stages(
        stages=(
            Stage(
                id="initial_capture",
                required_fields=("email", "first_name", "company"),
                optional_fields=("job_title", "company_size", "industry"),
            ),
            Stage(
                id="behavioral_enrichment",
                enrichment_method="behavioral",
                data_sources=("website_behavior", "email_engagement", "content_consumption"),
                privacy_compliance=("gdpr_consent", "ccpa_compliance"),
            ),
            Stage(
                id="third_party_enrichment",
                enrichment_method="third_party",
                providers=("clearbit", "fullcontact", "zoominfo"),
                trigger_conditions=("high_intent_signals", "sales_readiness"),
                enrichment_fields=("company_revenue", "employee_count", "technologies"),
            ),
        )
    )


def parse_form(document: Mapping[str, Any]) -> Form:
    """Read a form.

    Raises:
        ValidationFailed: It has not the form of one; each violation names its place.
    """
    return read(Form, document, "form")


def read(model: type[M], document: Mapping[str, Any], what: str) -> M:
    """Read a document of a model.

    Raises:
        ValidationFailed: It does not fit; each violation names its place.
    """
    try:
        return model.model_validate(dict(document))
    except ValidationError as error:
        violations = violations_of(error)
        first = violations[0]
        raise ValidationFailed(
            f"This is no {what}: {first['place'] or 'document'}: {first['message']}.", violations
        ) from error
