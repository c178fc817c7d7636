"""Splits several ways: the first case whose condition holds, else `default`."""

from __future__ import annotations

from pydantic import Field, model_validator

from stepwell.workflows.facts import compiled, member_facts
from stepwell.workflows.nodes._fields import ConditionText, Handle, widgets
from stepwell.workflows.nodes.base import Hints, Member, Moment, NodeConfig, NodeType

DEFAULT = "default"


class Case(NodeConfig):
    """One way out."""

    name: Handle = Field(title="Name", examples=["enterprise"])
    condition: ConditionText = Field(title="Condition", examples=["employees >= 1000"], min_length=1)


class Config(NodeConfig):
    """The cases, asked in order."""

    cases: tuple[Case, ...] = Field(title="Cases", min_length=1, max_length=30)

    @model_validator(mode="after")
    def _distinct(self) -> Config:
        names = [case.name for case in self.cases]
        if DEFAULT in names or len(set(names)) < len(names):
            raise ValueError("case names must differ from each other and from `default`")
        return self


def _decide(config: Config, member: Member, moment: Moment) -> str:
    facts = member_facts(member, moment)
    return next(
        (case.name for case in config.cases if compiled(case.condition).test(facts, moment.now)), DEFAULT
    )


NODE = NodeType(
    name="switch_case",
    kind="split",
    category="logic",
    config=Config,
    outcomes=lambda config: (*(case.name for case in config.cases), DEFAULT),
    decide=_decide,
    hints=Hints(
        label="Switch",
        icon="arrows-split-2",
        description="Sends the contact the way of the first case that holds.",
        widgets=widgets(Config) | {"cases": "list"},
        summary="{cases}",
    ),
)
