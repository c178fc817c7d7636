"""Who walks through a drawn graph: contacts with traits, zones, consent, and what they will do.

Times are chosen so that nothing depends on seconds: journeys move at whole and half hours (plus up to 15
minutes where the engine spreads), events happen between minute 50 and 58. So an event never falls between the
exact time of a wait and the time at which the engine gets to it, and engine and oracle must agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from stepwell.contracts.ids import profile_id
from stepwell.workflows.interpreter import SimulatedContact, SimulatedEvent

TENANT = "acme"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ZONES = ("UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata")


@dataclass(frozen=True)
class Person:
    """A contact of an audience.

    Attributes:
        user: The customer's own id of it.
        contact: The same as the oracle sees it.
    """

    user: str
    contact: SimulatedContact

    @property
    def profile(self) -> str:
        """Profile id."""
        return self.contact.profile


_happenings = st.one_of(
    st.sampled_from(["purchase", "page_view", "page_view", "cancel"]).flatmap(
        lambda name: st.sampled_from([20, 80]).map(lambda total: (name, {"total": total}, {}))
    ),
    st.sampled_from(
        [("identify", {}, {"plan": "team"}), ("identify", {}, {"vip": True}), ("email_unsubscribed", {}, {})]
    ),
)


@st.composite
def timelines(draw: st.DrawFn) -> tuple[SimulatedEvent, ...]:
    """Draw what one contact does in the weeks after it enters, at distinct times."""
    hours = draw(st.lists(st.integers(0, 24 * 18), max_size=6, unique=True))
    events = []
    for hour in sorted(hours):
        name, properties, traits = draw(_happenings)
        at = START + timedelta(hours=hour, minutes=draw(st.integers(50, 58)))
        events.append(SimulatedEvent(at, name, properties, traits))
    return tuple(events)


@st.composite
def traits(draw: st.DrawFn, user: str) -> Mapping[str, Any]:
    """Draw what is known of a contact."""
    found: dict[str, Any] = {
        "score": draw(st.sampled_from([0, 10, 30, 50, 70])),
        "plan": draw(st.sampled_from(["free", "pro", "team"])),
        "vip": draw(st.booleans()),
        "time_zone": draw(st.sampled_from(ZONES)),
    }
    if draw(st.integers(0, 5)):
        found["email"] = f"{user}@example.com"
    if draw(st.booleans()):
        found["renewal_date"] = (START + timedelta(days=draw(st.integers(-2, 12)))).date().isoformat()
    return found


@st.composite
def people(draw: st.DrawFn, most: int = 6) -> tuple[Person, ...]:
    """Draw an audience; now and then one that is big enough to wait inside the machine."""
    number = draw(st.integers(1, most))
    kinds = [
        (
            draw(timelines()),
            draw(traits(f"u{index}")),
            draw(st.sampled_from(["granted", "granted", "granted", "denied", ""])),
            draw(st.sampled_from([20, 80])),
        )
        for index in range(number)
    ]
    crowd = 27 if draw(st.integers(0, 11)) == 0 else number
    found = []
    for index in range(crowd):
        events, known, consent, total = kinds[index % number]
        user = f"u{index}"
        known = {**known, "email": f"{user}@example.com"} if "email" in known else known
        contact = SimulatedContact(
            profile=profile_id(TENANT, "user", user),
            traits=known,
            consent={"email:marketing": consent} if consent else {},
            events=events,
            trigger="signup",
            trigger_properties={"total": total},
        )
        found.append(Person(user, contact))
    return tuple(found)
