"""Draws hot profiles, as the snapshot reads them and as the pass knows them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from stepwell.conditions import Activity
from stepwell.contracts.ids import profile_id
from stepwell.contracts.profiles import Profile

from tests.unit.conditions.audiences import NOW, engagements, events, traits

_KINDS = {
    "delivered": "email_delivered",
    "opens": "email_opened",
    "clicks": "email_clicked",
    "visits": "page_view",
}


@st.composite
def profiles(draw: st.DrawFn, number: int = 0) -> Profile:
    """A contact; its history is cut to a small room or a large one."""
    activity = Activity()
    happened: list[tuple[str, Any, Any]] = [
        *draw(events),
        *((_KINDS[kind], at, {}) for kind, at in draw(engagements)),
    ]
    for name, at, kept in sorted(happened, key=lambda event: event[1]):
        activity.add(name, min(at, NOW), kept)
    history, recent = activity.to_profile(draw(st.sampled_from([250, 500, 4_000])))
    return Profile(
        profile_id("acme", "user", str(number)),
        traits=draw(traits),
        history=history,
        recent=recent,
        segments=dict.fromkeys(sorted(draw(st.frozensets(st.sampled_from(["a", "b"])))), 5),
    )


@st.composite
def crowds(draw: st.DrawFn) -> list[Profile]:
    """Some contacts."""
    return [draw(profiles(number)) for number in range(draw(st.integers(1, 4)))]
