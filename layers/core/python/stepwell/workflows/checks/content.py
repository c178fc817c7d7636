"""Rules of what nodes refer to: conditions (with their segments), templates, fields, teams, references."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from stepwell.conditions import ConditionError, FieldSchema, FieldType, check
from stepwell.conditions.unknown import unknown_fields
from stepwell.workflows.checks.base import Drawing, Known, Violation
from stepwell.workflows.facts import read_condition
from stepwell.workflows.nodes._fields import marked
from stepwell.workflows.references import ROOTS, references_in


def _suggest(name: str, known: frozenset[str] | Mapping[str, object]) -> str:
    close = get_close_matches(name, list(known), n=1)
    return f"; did you mean `{close[0]}`?" if close else "."


def _schema(drawing: Drawing) -> FieldSchema:
    known = drawing.context.fields
    ids = drawing.expanded.workflow.nodes if drawing.expanded else drawing.workflow.nodes
    properties: dict[str, FieldType] | None = {}
    for _, events in drawing.trigger_events():
        for event in events:
            more = (known.events or {}).get(event)
            properties = None if more is None or properties is None else {**properties, **more}
    return known.model_copy(
        update={"trigger": properties or None, "nodes": frozenset(node.id for node in ids)}
    )


def setting_conditions(drawing: Drawing) -> Iterator[tuple[str, str, str]]:
    """Yield (place, text, event that it is about) of the conditions in a workflow's settings."""
    settings = drawing.workflow.settings
    yield "settings.filter", settings.filter, ""
    for index, criterion in enumerate(settings.exit_criteria):
        yield f"settings.exit_criteria.{index}.where", criterion.where, criterion.event
    for index, goal in enumerate(settings.goals):
        yield f"settings.goals.{index}.where", goal.where, goal.event


def check_condition_syntax(drawing: Drawing) -> Iterator[Violation]:
    """Every condition can be read; a fault names its position."""
    for node, known in drawing.known.items():
        for path, text in conditions_of(known):
            yield from _unreadable(text, node, f"config.{path}")
    for path, text, _ in setting_conditions(drawing):
        yield from _unreadable(text, "", path)


def _unreadable(text: str, node: str, field: str) -> Iterator[Violation]:
    if not text:
        return
    try:
        read_condition(text)
    except ConditionError as error:
        yield Violation(error.code, f"{error.message}.", node, field, position=error.position)


def conditions_of(known: Known) -> Iterator[tuple[str, str]]:
    """Yield (path in the config, text) of a node's conditions; an audience of everybody is none."""
    for path, text in marked(known.config, "condition"):
        if not (path == "audience" and text.strip() == "all"):
            yield path, text


def check_condition_meaning(drawing: Drawing) -> Iterator[Violation]:
    """Conditions name fields, events and segments that exist, and compare like with like."""
    schema = _schema(drawing)
    for origin, part in drawing.parts:
        for path, text in conditions_of(part):
            field = (
                f"config.{path}" if origin == part.node.id else _drawn_path(drawing, origin, "condition", "")
            )
            own = _for_event(schema, _event_of(part, path))
            yield from _meaningless(text, origin, field, own, is_open=drawing.context.open_fields)
    for path, text, event in setting_conditions(drawing):
        own = _for_event(schema, event)
        yield from _meaningless(text, "", path, own, is_open=drawing.context.open_fields)


def _event_of(part: Known, path: str) -> str:
    """The event that a `where` filters: the one beside it."""
    if not path.endswith("where"):
        return ""
    beside = f"{path.removesuffix('where')}event"
    return dict(marked(part.config, "event")).get(beside, "")


def _for_event(schema: FieldSchema, event: str) -> FieldSchema:
    if not event:
        return schema
    return schema.model_copy(update={"trigger": (schema.events or {}).get(event)})


def _meaningless(
    text: str, node: str, field: str, schema: FieldSchema, *, is_open: bool
) -> Iterator[Violation]:
    if not text:
        return
    try:
        condition = read_condition(text)
    except ConditionError:
        return  # named by check_condition_syntax
    accepted = unknown_fields(condition, schema) if is_open else frozenset()
    for problem in check(condition, schema):
        # A count over a longer window than is kept is an answer still, only a smaller one.
        mild = problem.code in ("window_too_long", "unknown_event") or problem.path in accepted
        severity = "warning" if mild else "error"
        yield Violation(problem.code, f"{str(problem).rstrip('.')}.", node, field, severity=severity)  # type: ignore[arg-type]


def _drawn_path(drawing: Drawing, node: str, widget: str, value: str) -> str:
    known = drawing.known.get(node)
    if known is None:
        return "config"
    paths = [path for path, text in marked(known.config, widget) if not value or text == value]
    return f"config.{paths[0]}" if paths else "config"


_SENT_AS = {"email": "an e-mail", "sms": "a text message", "push": "a notification"}


def check_templates(drawing: Drawing) -> Iterator[Violation]:
    """Message templates exist, and are of the channel that sends them."""
    known, channels = drawing.context.templates, drawing.context.channels
    for origin, part in drawing.parts:
        for path, template in marked(part.config, "template"):
            own = origin == part.node.id and part.type is drawing.types.get(origin)
            place = f"config.{path}" if own else _drawn_path(drawing, origin, "template", template)
            if known is not None and template not in known:
                said = f"There is no message template `{template}`{_suggest(template, known)}"
                yield Violation("unknown_template", said, origin, place)
            elif part.type.sends and channels.get(template, part.type.sends) != part.type.sends:
                is_, wanted = _SENT_AS[channels[template]], _SENT_AS[part.type.sends]
                said = f"`{template}` is {is_}; this step sends {wanted}: choose one of its kind."
                yield Violation("wrong_channel", said, origin, place, publish_only=True)


def check_fields(drawing: Drawing) -> Iterator[Violation]:
    """Profile fields that nodes read exist; one that is only written may be new."""
    known = drawing.context.fields.profile
    if known is None:
        return
    for node, this in drawing.known.items():
        for widget in ("field", "field_write"):
            for path, name in marked(this.config, widget):
                if _has_field(known, name):
                    continue
                read = widget == "field"
                mild = not read or drawing.context.open_fields
                yield Violation(
                    "unknown_field" if read else "new_field",
                    f"No contact has a field `{name}`{_suggest(name, known)}"
                    + ("" if read else " It will be created."),
                    node,
                    f"config.{path}",
                    severity="warning" if mild else "error",
                )


def _has_field(known: Mapping[str, FieldType], name: str) -> bool:
    if name in known or any(field.startswith(f"{name}.") for field in known):
        return True
    parents = [name.rsplit(".", depth)[0] for depth in range(1, name.count(".") + 1)]
    return any(known.get(parent) in (FieldType.OBJECT, FieldType.ANY) for parent in parents)


def check_references(drawing: Drawing) -> Iterator[Violation]:
    """`{{references}}` in configs name something that exists."""
    schema = _schema(drawing)
    for node, this in drawing.known.items():
        for setting, value in this.node.config.items():
            for path in dict.fromkeys(references_in(value)):
                fault, of_profile = _reference_fault(path, schema)
                if fault:
                    mild = of_profile and drawing.context.open_fields
                    yield Violation(
                        "unknown_reference",
                        f"`{{{{{path}}}}}`: {fault}",
                        node,
                        f"config.{setting}",
                        severity="warning" if mild else "error",
                    )


def _reference_fault(path: str, schema: FieldSchema) -> tuple[str, bool]:
    """Return what is wrong with a reference, or nothing, and whether it names a field of contacts."""
    root = path.partition(".")[0]
    if root in ROOTS and root not in ("profile", "contact"):
        return _other_fault(path, schema), False
    return _profile_fault(path, schema), True


def _profile_fault(path: str, schema: FieldSchema) -> str:
    root, _, rest = path.partition(".")
    if root in ROOTS and not rest:
        return f"name what you need of `{root}`, e.g. `{root}.name`."
    field = rest if root in ("profile", "contact") else path
    if schema.profile is None or (root != path and field == "id") or _has_field(schema.profile, field):
        return ""
    return f"no contact has a field `{field}`{_suggest(field, schema.profile)}"


def _other_fault(path: str, schema: FieldSchema) -> str:
    root, _, rest = path.partition(".")
    if root in ROOTS and not rest:
        return f"name what you need of `{root}`, e.g. `{root}.name`."
    if root == "enrollment":
        return "" if rest in ("id", "entered_at") else "an enrollment has `id` and `entered_at`."
    if root == "workspace":
        return "" if rest == "name" else "a workspace has `name`."
    if root == "event":
        known = schema.trigger
        own = rest.partition(".")[0] in ("name", "timestamp", "message_id", "properties", "context")
        if known is None or own or _has_field(known, rest):
            return ""
        return f"the trigger event has no property `{rest}`{_suggest(rest, known)}"
    return ""


def check_teams(drawing: Drawing) -> Iterator[Violation]:
    """Teams that are notified exist."""
    known = drawing.context.teams
    if known is None:
        return
    for node, this in drawing.known.items():
        for path, team in marked(this.config, "team"):
            if team not in known:
                yield Violation(
                    "unknown_team",
                    f"There is no team `{team}` in the workspace's settings{_suggest(team, known)}",
                    node,
                    f"config.{path}",
                    publish_only=True,
                )


def check_scoring_models(drawing: Drawing) -> Iterator[Violation]:
    """Scoring models that points are given in exist: others' points would be lost without a word."""
    known = drawing.context.models
    if known is None:
        return
    for node, this in drawing.known.items():
        for path, model in marked(this.config, "scoring_model"):
            if model not in known:
                yield Violation(
                    "unknown_scoring_model",
                    f"There is no scoring model `{model}`{_suggest(model, known)}",
                    node,
                    f"config.{path}",
                    publish_only=True,
                )
