"""What documents of rules have in common: read strictly, each rule with an id of its own, faults all at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from stepwell.contracts.faults import violations_of
from stepwell.errors import ValidationFailed

RuleId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Target = Annotated[str, Field(min_length=1, max_length=200)]
"""A team of the workspace, or an address."""


class Document(BaseModel):
    """A part of a document of rules."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


M = TypeVar("M", bound=Document)


class _Named(Protocol):
    @property
    def id(self) -> str: ...


def insist_on_ids(rules: Sequence[_Named]) -> None:
    """Refuse two rules of one id.

    Raises:
        ValueError: There are.
    """
    if len({rule.id for rule in rules}) != len(rules):
        raise ValueError("each rule needs an id of its own")


def read_document(model: type[M], document: Mapping[str, Any], said: str) -> M:
    """Read what somebody wrote.

    Args:
        model: Its form.
        document: What they wrote.
        said: A sentence for who wrote it badly.

    Raises:
        ValidationFailed: It breaks rules: all of them, each with place and reason.
    """
    try:
        return model.model_validate(dict(document))
    except ValidationError as error:
        raise ValidationFailed(said, violations_of(error, code="invalid_field")) from error


def written(document: Document) -> dict[str, Any]:
    """Return it as it is kept."""
    return document.model_dump(mode="json", exclude_none=True)
