"""Scoring models as people edit them: rules with points, decay, thresholds with what they cause."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from stepwell.conditions import Condition, ConditionField, referenced
from stepwell.contracts.event_catalogue import canonical_event
from stepwell.contracts.faults import violations_of
from stepwell.contracts.scores import Shape
from stepwell.errors import ValidationFailed

MODEL_ID = re.compile(r"^[a-z][a-z0-9_]{0,23}$")
CODES = "abcdefghijklmnopqrstuvwxyz0123456789"
MAX_MODELS = 10

_Name = Annotated[str, Field(min_length=1, max_length=80)]


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Rule(_Document):
    """What one kind of event is worth.

    Attributes:
        id: Name by which breakdowns show it.
        code: One or two characters under which profiles keep its points; given at the first save, never used
            for another rule of the model.
        group: Heading, such as `page_views`.
        event: Event name.
        where: Condition over the event (and the profile), as text or stored JSON; None: each such event.
        points: Points a time.
        limit: The most that this rule may have given at any moment (decayed); None: no limit.
    """

    id: _Name
    code: str = Field("", max_length=2)
    group: str = Field("", max_length=80)
    event: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(canonical_event)]
    where: ConditionField | None = None
    points: float = Field(ge=-10_000, le=10_000, allow_inf_nan=False)
    limit: float | None = Field(None, gt=0, le=100_000)


class Band(_Document):
    """A stretch of scores and what its threshold causes.

    Attributes:
        id: Such as `high`; in the event `score_threshold_crossed` as `band`.
        threshold: The least score of the band.
        actions: What shall be done, names for workflows to choose by.
        notification: Whom to tell and when, likewise.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    threshold: int
    actions: tuple[_Name, ...] = ()
    notification: str = Field("", max_length=80)


class ScoringModel(_Document):
    """A scoring model; a workspace may have several side by side.

    Attributes:
        id: Such as `lead`; the profile field is `<id>_score`.
        name: For people.
        subject: What it scores.
        base_score: Where a contact begins, and where decay leads back to.
        minimum_score: The least.
        maximum_score: The most.
        decay_rate: What is left of points after a month (30 days) of inactivity.
        rules: What events are worth.
        bands: Thresholds, lowest first once read.
        hysteresis: How many points below its threshold a score must fall before the band counts as left.
    """

    id: str
    name: _Name
    subject: Literal["lead", "engagement", "product", "account", "other"] = "lead"
    base_score: int = 100
    minimum_score: int = 0
    maximum_score: int = 1000
    decay_rate: float = Field(0.95, gt=0, le=1)
    decay_days: int = Field(30, ge=1, le=365)
    rules: Annotated[tuple[Rule, ...], Field(max_length=200)] = ()
    bands: Annotated[tuple[Band, ...], Field(max_length=10)] = ()
    hysteresis: int = Field(10, ge=0, le=1000)

    @property
    def shape(self) -> str:
        """How its scores behave, as states hold it."""
        return Shape(
            self.base_score,
            self.minimum_score,
            self.maximum_score,
            self.decay_rate,
            self.decay_days * 86_400,
        ).text()

    @property
    def field(self) -> str:
        """The profile field that holds the score."""
        return f"{self.id}_score"


def read_model(document: dict[str, Any]) -> ScoringModel:
    """Read a model that somebody wrote.

    Raises:
        ValidationFailed: It breaks rules: all of them, each with code, place and how to mend it.
    """
    try:
        model = ScoringModel.model_validate(document)
    except ValidationError as error:
        violations = violations_of(error, code="invalid_field")
        raise ValidationFailed("The scoring model has faults.", violations) from error
    faults = list(_faults(model))
    if faults:
        raise ValidationFailed("The scoring model has faults.", faults)
    return _coded(model)


def _faults(model: ScoringModel) -> Iterator[dict[str, str]]:
    if not MODEL_ID.match(model.id):
        yield _fault("id", "id", "Use lower-case letters, digits and _, at most 24, beginning with a letter.")
    if not model.minimum_score <= model.base_score <= model.maximum_score:
        yield _fault("bounds", "base_score", "The base score must lie between minimum and maximum.")
    for field, names in (
        ("rules.{}.id", [rule.id for rule in model.rules]),
        ("rules.{}.code", [rule.code for rule in model.rules]),
        ("bands.{}.id", [band.id for band in model.bands]),
        ("bands.{}.threshold", [str(band.threshold) for band in model.bands]),
    ):
        for number, name in enumerate(names):
            if name and name in names[:number]:
                place = field.format(number)
                yield _fault("duplicate", place, f"{name!r} is there already: choose another.")
    for number, band in enumerate(model.bands):
        if not model.minimum_score < band.threshold <= model.maximum_score:
            yield _fault(
                "unreachable",
                f"bands.{number}.threshold",
                f"Choose a threshold above {model.minimum_score} and up to {model.maximum_score}: this one can "
                "never be crossed.",
            )
    for number, rule in enumerate(model.rules):
        if rule.where is not None and _of_enrollment(rule.where):
            yield _fault(
                "scope",
                f"rules.{number}.where",
                "A score belongs to no enrollment: ask for the event and the profile.",
            )


def _of_enrollment(condition: Condition) -> bool:
    return any(field.startswith("enrollment.") for field in referenced(condition).fields)


def _fault(code: str, place: str, message: str) -> dict[str, str]:
    return {"code": code, "place": place, "message": message}


def _coded(model: ScoringModel) -> ScoringModel:
    """Give each rule without a code the next free one."""
    taken = {rule.code for rule in model.rules}
    free = (code for code in (*CODES, *(a + b for a in CODES for b in CODES)) if code not in taken)
    rules = tuple(rule if rule.code else rule.model_copy(update={"code": next(free)}) for rule in model.rules)
    return model.model_copy(update={"rules": rules})
