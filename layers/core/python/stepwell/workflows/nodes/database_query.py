"""Looks something up in the company's data: Athena SQL or a DynamoDB item."""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import Field

from stepwell.workflows.nodes._fields import FieldValues, widgets
from stepwell.workflows.nodes.base import (
    Effect,
    Found,
    Hints,
    Member,
    Moment,
    NodeConfig,
    NodeType,
    QueryDatabase,
)
from stepwell.workflows.references import fill

_READ_ONLY = re.compile(r"^\s*(select|with)\b", re.IGNORECASE)
_SECOND = re.compile(r";\s*\S")


class Config(NodeConfig):
    """A read-only question; values go in as parameters and never into the text."""

    source: Literal["athena", "dynamodb"] = Field("athena", title="Source")
    database: str = Field("", title="Database", description="Athena only.", max_length=128)
    statement: str = Field(
        title="Query",
        description="Athena: SQL with `?` for each parameter. DynamoDB: the table's name.",
        examples=["SELECT plan FROM accounts WHERE user_id = ?"],
        min_length=1,
        max_length=10_000,
    )
    parameters: list[Any] | dict[str, Any] = Field(
        [],
        title="Parameters",
        description="Athena: a value for each `?`. DynamoDB: the key.",
        examples=[["{{user_id}}"], {"pk": "{{profile.id}}"}],
    )
    save: FieldValues = Field(
        {}, title="Save", description="Profile field by column of the first row.", examples=[{"plan": "plan"}]
    )


def _act(config: Config, member: Member, moment: Moment) -> Effect:
    filled = fill(config.parameters, member, moment)
    return QueryDatabase(
        source=config.source,
        statement=config.statement,
        parameters=filled if isinstance(filled, dict) else tuple(filled),
        save={name: str(column) for name, column in config.save.items()},
        database=config.database,
    )


def _checks(config: Config) -> list[Found]:
    found = []
    if "{{" in config.statement:
        found.append(
            Found(
                "query_reference", "Put `?` into the query and the reference into `parameters`.", "statement"
            )
        )
    if config.source == "dynamodb":
        if not isinstance(config.parameters, dict) or not config.parameters:
            found.append(Found("query_key", "DynamoDB needs the item's key as a mapping.", "parameters"))
        return found
    if not _READ_ONLY.match(config.statement) or _SECOND.search(config.statement):
        found.append(Found("query_read_only", "Write one SELECT; the node only reads.", "statement"))
    if not isinstance(config.parameters, list) or config.statement.count("?") != len(config.parameters):
        found.append(Found("query_parameters", "Give exactly one parameter for each `?`.", "parameters"))
    return found


NODE = NodeType(
    name="database_query",
    kind="action",
    category="integration",
    config=Config,
    outcomes=lambda _config: ("found", "not_found", "failed"),
    function="query_database",
    falls_through=("not_found", "failed"),
    can_defer=True,
    checks=_checks,
    act=_act,
    hints=Hints(
        label="Database query",
        icon="database-search",
        description="Looks up the contact in the company's data and may save what it finds.",
        widgets=widgets(Config) | {"statement": "code", "parameters": "list", "save": "key_values"},
        summary="{source}",
    ),
)
