"""The schema registry, computed attributes and lifecycle stages of a workspace, saved into the pass's rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from stepwell.errors import ValidationFailed
from stepwell.profiles.schema import Computed, Lifecycle, Schema
from stepwell.publishing.rules import RulesStore, rebuild

MAX_COMPUTED = 30
_SCORE = "_score"


def save_profile_rules(
    store: RulesStore,
    tenant: str,
    *,
    schema: Mapping[str, Any] | None = None,
    computed: Sequence[Mapping[str, Any]] | None = None,
    lifecycle: Mapping[str, Any] | None = None,
) -> Mapping[str, Any]:
    """Check and save what is given; None leaves a part as it is, an empty one takes it out.

    Args:
        store: Where the rules lie.
        tenant: Tenant id.
        schema: See `stepwell.profiles.schema.Schema`.
        computed: All computed attributes, see `Computed`.
        lifecycle: See `Lifecycle`.

    Returns:
        The rules as saved.

    Raises:
        ValidationFailed: A part is wrong; the problems name the places.
        Conflict: Others change the rules at this moment.
    """
    parts: dict[str, Any] = {}
    if schema is not None:
        parts["schema"] = _checked(Schema, schema, "schema") if schema else None
    if computed is not None:
        definitions = [_checked(Computed, one, f"computed[{number}]") for number, one in enumerate(computed)]
        _distinct([str(one["name"]) for one in definitions])
        parts["computed"] = definitions or None
    if lifecycle is not None:
        parts["lifecycle"] = _checked(Lifecycle, lifecycle, "lifecycle") if lifecycle else None
    return rebuild(store, tenant, **parts)


def _checked(
    model: type[Schema | Computed | Lifecycle], document: Mapping[str, Any], place: str
) -> dict[str, Any]:
    try:
        read = model.model_validate(dict(document))
    except ValidationError as error:
        violations = [
            {"code": "invalid_rule", "place": ".".join([place, *map(str, one["loc"])]), "message": one["msg"]}
            for one in error.errors()
        ]
        raise ValidationFailed("These rules of profiles are not valid.", violations) from None
    return read.model_dump(mode="json", exclude_none=True)


def _distinct(names: Sequence[str]) -> None:
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    scores = [name for name in names if name.endswith(_SCORE)]
    said = [f"`{name}` is there twice." for name in twice]
    said += [f"`{name}`: names in `{_SCORE}` are those of scores." for name in scores]
    if len(names) > MAX_COMPUTED:
        said.append(f"At most {MAX_COMPUTED} computed attributes.")
    if said:
        violations = [{"code": "invalid_rule", "place": "computed", "message": message} for message in said]
        raise ValidationFailed("These rules of profiles are not valid.", violations)
