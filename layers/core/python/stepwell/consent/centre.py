"""What a workspace's preference centre offers: channels, topics, how often; and how its pages look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from stepwell.contracts.faults import violations_of
from stepwell.contracts.preferences import read_limit
from stepwell.errors import ValidationFailed

KIND, ID = "PREFS", "centre"
Channel = Literal["email", "sms", "push"]
Words = Annotated[dict[Literal["en", "de"], Annotated[str, Field(max_length=300)]], Field(max_length=2)]
Color = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Topic(_Model):
    """Something that messages are about.

    Attributes:
        id: As nodes name it.
        name: By language; the first where the reader's is missing.
        description: By language, may be empty.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    name: Words = Field(min_length=1)
    description: Words = Field(default_factory=dict)


class Centre(_Model):
    """A workspace's preference centre.

    Attributes:
        channels: Channels that can be chosen, of those by which the contact can be reached.
        topics: Topics that can be declined.
        frequencies: Limits that can be chosen for all marketing together, e.g. `1/week`; none: it is not asked.
        accent: Colour of buttons, light mode.
        accent_dark: The same in dark mode.
        logo_url: Image above the page, https; empty: the workspace's name.
        data_requests: Whether contacts can ask for their data or to be erased.
    """

    channels: tuple[Channel, ...] = ("email", "sms", "push")
    topics: tuple[Topic, ...] = Field(default=(), max_length=30)
    frequencies: tuple[str, ...] = Field(default=("1/week", "1/month"), max_length=6)
    accent: Color = "#1f6f5c"
    accent_dark: Color = "#2f8f78"
    logo_url: str = Field(default="", max_length=500, pattern=r"^(https://[^\s\"'<>;]+)?$")
    data_requests: bool = True

    @field_validator("frequencies")
    @classmethod
    def _limits(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if any(read_limit(one) is None for one in value):
            raise ValueError("a frequency is written as `2/week`, of day, week or month")
        return value

    @field_validator("topics")
    @classmethod
    def _distinct(cls, value: tuple[Topic, ...]) -> tuple[Topic, ...]:
        if len({topic.id for topic in value}) != len(value):
            raise ValueError("two topics have the same id")
        return value


def read_centre(told: Mapping[str, Any] | None) -> Centre:
    """Read a preference centre; none: the default.

    Raises:
        ValidationFailed: It is none.
    """
    try:
        return Centre.model_validate(dict(told or {}))
    except ValidationError as error:
        violations = violations_of(error)
        first = violations[0]
        message = f"This is no preference centre: {first['place'] or 'document'}: {first['message']}."
        raise ValidationFailed(message, violations) from error
