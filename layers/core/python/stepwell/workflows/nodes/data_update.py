"""Changes profile fields."""

from __future__ import annotations

from pydantic import Field

from stepwell.workflows.nodes._fields import FieldValues, WrittenFields, widgets
from stepwell.workflows.nodes.base import (
    Effect,
    Found,
    Hints,
    Member,
    Moment,
    NodeConfig,
    NodeType,
    PatchProfile,
)
from stepwell.workflows.references import fill, references_in


class Config(NodeConfig):
    """Fields to set, add to and remove; `{{event.total}}` takes a value from the trigger event."""

    set: FieldValues = Field(
        {}, title="Set", examples=[{"lifecycle": "customer", "last_order": "{{event.total}}"}]
    )
    add: FieldValues = Field({}, title="Add", description="Numbers to add.", examples=[{"orders": 1}])
    remove: WrittenFields = Field((), title="Remove", examples=[["trial_ends"]])


def _act(config: Config, member: Member, moment: Moment) -> Effect:
    values = fill(config.set, member, moment)
    # An unknown reference removes nothing and sets nothing: a missing value is not a null.
    known = {name: value for name, value in values.items() if value is not None or config.set[name] is None}
    added = fill(config.add, member, moment)
    return PatchProfile(
        set=known,
        add={n: v for n, v in added.items() if isinstance(v, int | float) and not isinstance(v, bool)},
        remove=config.remove,
    )


def _checks(config: Config) -> list[Found]:
    found = []
    if not (config.set or config.add or config.remove):
        found.append(Found("nothing_to_do", "Name at least one field to set, add to or remove.", "set"))
    names = [*config.set, *config.add, *config.remove]
    found.extend(
        Found("field_twice", f"`{name}` is changed in two ways; keep one.", "set")
        for name in sorted({name for name in names if names.count(name) > 1})
    )
    for name, value in config.add.items():
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number and not (isinstance(value, str) and value.strip().startswith("{{")):
            found.append(
                Found("not_a_number", f"`{name}`: only a number or a reference can be added.", f"add.{name}")
            )
    return found


NODE = NodeType(
    name="data_update",
    kind="action",
    category="action",
    config=Config,
    outcomes=lambda _config: ("next", "failed"),
    falls_through=("failed",),
    # The patch reads it itself; values may come from it.
    reads_profile=lambda config: any(references_in([config.set, config.add])),
    checks=_checks,
    act=_act,
    hints=Hints(
        label="Update fields",
        icon="user-edit",
        description="Sets, adds to or removes fields of the contact's profile.",
        widgets=widgets(Config) | {"set": "key_values", "add": "key_values", "remove": "list"},
        summary="{set}{add}{remove}",
    ),
)
