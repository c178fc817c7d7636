"""What a workspace says of folding: its schema, its computed attributes, and what is asked of the past."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from stepwell.profiles.computed import CompiledComputed
from stepwell.profiles.traits import Attributes, default_attributes


@dataclass(frozen=True, slots=True)
class FoldRules:
    """What a workspace says of folding.

    Attributes:
        attributes: Its schema.
        computed: Its computed attributes.
        kept: Event properties that recent events keep, because somebody may ask for them; None: all small ones.
        counted: Events that somebody asks for by name: their counts are never dropped.
    """

    attributes: Attributes
    computed: CompiledComputed
    kept: frozenset[str] | None = None
    counted: frozenset[str] = frozenset()


@cache
def default_rules() -> FoldRules:
    """Return the rules of a workspace that has none of its own."""
    return FoldRules(default_attributes(), CompiledComputed(()))
