"""What the messages of a workspace share: snippets, blocks that differ by contact, and data fetched at send time.

Each is a document of its own (kinds `SNIPPET`, `BLOCK`, `SOURCE`), named by templates: a change reaches every message
that is written after it.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from stepwell.conditions import ConditionError, compile_condition, parse
from stepwell.content.models import Dialect
from stepwell.contracts.faults import violations_of
from stepwell.errors import ValidationFailed

SNIPPET, BLOCK, SOURCE = "SNIPPET", "BLOCK", "SOURCE"
MAX_SOURCE = 64 * 1024
MAX_CHOICES = 30
_PARAM = r"^[a-z][a-z0-9_]{0,39}$"

PieceId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_\-]{0,63}$")]
Param = Annotated[str, StringConstraints(pattern=_PARAM)]


class Piece(BaseModel):
    """What all pieces have.

    Attributes:
        id: The name that templates use.
        name: Shown in lists.
        description: What it is for.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: PieceId
    name: str = Field(default="", max_length=120)
    description: str = Field(default="", max_length=1_000)


class Snippet(Piece):
    """A partial: ``{% include "header" %}``, ``{{> header}}``, ``{% render "header" %}``.

    Attributes:
        dialect: Its language; templates of that language alone can put it in.
        source: Its text.
    """

    dialect: Dialect = "jinja2"
    source: str = Field(max_length=MAX_SOURCE)


class Choice(BaseModel):
    """One content of a block.

    Attributes:
        id: Names it in previews.
        segment: Contacts of this segment get it; empty: whoever `when` describes.
        when: A condition; empty: everybody (of the segment).
        html: What HTML parts show.
        text: What subjects and text parts show; empty: made from the HTML.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: PieceId
    segment: str = Field(default="", max_length=64)
    when: str = Field(default="", max_length=4_000)
    html: str = Field(default="", max_length=MAX_SOURCE)
    text: str = Field(default="", max_length=MAX_SOURCE)

    @field_validator("when")
    @classmethod
    def _readable(cls, text: str) -> str:
        if text.strip():
            try:
                compile_condition(parse(text))
            except ConditionError as error:
                raise ValueError(str(error)) from error
        return text.strip()


class Block(Piece):
    """Content that differs by contact: ``{{ block("hero") }}``; the first choice that fits is shown.

    Attributes:
        kind: What differs: a piece of content, an offer, or the whole message.
        dialect: The language of its choices, whatever template shows it.
        choices: In order of priority.
        default: What the others get; None: nothing.
    """

    kind: Literal["content", "offer", "message"] = "content"
    dialect: Dialect = "jinja2"
    choices: tuple[Choice, ...] = Field(max_length=MAX_CHOICES)
    default: Choice | None = None

    @model_validator(mode="after")
    def _once(self) -> Block:
        ids = [choice.id for choice in (*self.choices, *((self.default,) if self.default else ()))]
        if len(set(ids)) < len(ids):
            raise ValueError("two choices have the same id")
        return self


class Source(Piece):
    """Connected content: ``{{ connected("weather", city).sky }}``, fetched when the message is written.

    Attributes:
        url: Where; ``{name}`` stands for a value that the template gives, encoded.
        params: Names of these values, in their order.
        headers: Sent with each request; ``secret:NAME`` is a secret of the workspace.
        timeout_ms: Limit of a request.
        max_bytes: Limit of an answer.
        cache_seconds: How long an answer is used again, for all contacts that give the same values.
        on_fault: Skip the message, or show `fallback`.
        fallback: What is shown in place of an answer.
        sample: What previews show; nothing is fetched for them.
    """

    url: str = Field(max_length=2_000)
    params: tuple[Param, ...] = Field(default=(), max_length=10)
    headers: dict[str, str] = Field(default_factory=dict, max_length=10)
    timeout_ms: int = Field(default=2_000, ge=100, le=5_000)
    max_bytes: int = Field(default=64 * 1024, ge=1_024, le=256 * 1024)
    cache_seconds: int = Field(default=300, ge=0, le=86_400)
    on_fault: Literal["skip", "fallback"] = "skip"
    fallback: Any = None
    sample: Any = None

    @model_validator(mode="after")
    def _sound(self) -> Source:
        parts = urlsplit(self.url)
        # A value in the host could lead the request, and the secrets in its headers, to somebody else.
        if parts.scheme not in ("https", "http") or not parts.hostname or set("{}@") & set(parts.netloc):
            raise ValueError("the address begins with https:// and a host without values in it")
        rest = parts.path + parts.query + parts.fragment
        if set(_named(rest)) != set(self.params):
            raise ValueError("the values in the address and `params` differ")
        return self


def _named(text: str) -> list[str]:
    found = [part.partition("}") for part in text.split("{")[1:]]
    if text.count("}") != len(found) or any(not closed for _, closed, _ in found):
        raise ValueError("a brace in the address is not closed")
    return [name for name, _, _ in found]


MODELS: dict[str, type[Piece]] = {SNIPPET: Snippet, BLOCK: Block, SOURCE: Source}


def read_piece(kind: str, document: object) -> Any:
    """Read a piece's document; one that is read already stays as it is.

    Raises:
        ValidationFailed: It is none; with all violations.
    """
    if isinstance(document, MODELS[kind]):
        return document
    try:
        return MODELS[kind].model_validate(document)
    except ValidationError as error:
        raise ValidationFailed("This has mistakes.", violations_of(error)) from error
