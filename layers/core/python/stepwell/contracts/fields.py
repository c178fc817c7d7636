"""The fields of a contact as conditions, templates and the API read them, exact at the moment of asking."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from stepwell.contracts import computed, scores
from stepwell.contracts.profiles import Profile

_SCORE = "_score"


def fields(profile: Profile, now: datetime) -> Mapping[str, Any]:
    """Return a profile's fields at a moment: traits, computed attributes, scores (`lead_score`, …), lifecycle stage.

    Args:
        profile: The contact.
        now: The moment (aware); windows and decay are computed for it.
    """
    if not profile.computed and not profile.scores:
        return profile.traits
    seconds = now.timestamp()
    told = {name: computed.value_of(state, int(seconds * 1000)) for name, state in profile.computed.items()}
    return {
        **profile.traits,
        **{name: value for name, value in told.items() if value is not None},
        **scores.values(profile.scores, seconds),
    }


class LiveFields(Mapping[str, Any]):
    """The same over parts that change while events are folded in; what nobody asks for is not computed.

    Args:
        traits: Profile fields as sources told them.
        states: States of computed attributes.
        models: States of scores, by model.
        now_ms: The moment (epoch milliseconds).
    """

    __slots__ = ("_models", "_now", "_states", "_traits")

    def __init__(
        self, traits: Mapping[str, Any], states: Mapping[str, Any], models: Mapping[str, Any], now_ms: int
    ) -> None:
        self._traits = traits
        self._states = states
        self._models = models
        self._now = now_ms

    def get(self, key: str, default: Any = None) -> Any:
        """Return a field's value, else the default."""
        if self._states and (state := self._states.get(key)) is not None:
            value = computed.value_of(state, self._now)
            if value is not None:
                return value
        if self._models and key.endswith(_SCORE):
            state = self._models.get(key[: -len(_SCORE)])
            if state is not None:
                return scores.value_of(state, self._now / 1000)
        return self._traits.get(key, default)

    def score_state(self, name: str) -> list[Any] | None:
        """Return the state behind a field such as `lead_score`, None: it is no score."""
        return self._models.get(name[: -len(_SCORE)]) if name.endswith(_SCORE) else None

    def computed_state(self, name: str) -> list[Any] | None:
        """Return the state behind a computed attribute, None: it is none."""
        return self._states.get(name)

    def __getitem__(self, key: str) -> Any:
        value = self.get(key, self)
        if value is self:
            raise KeyError(key)
        return value

    def __iter__(self) -> Iterator[str]:
        names = [
            name for name, state in self._states.items() if computed.value_of(state, self._now) is not None
        ]
        return iter(dict.fromkeys([*self._traits, *names, *(f"{model}{_SCORE}" for model in self._models)]))

    def __len__(self) -> int:
        return sum(1 for _ in self)
