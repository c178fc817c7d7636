"""An office whose machines run: publish, enroll, let time pass."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from stepwell.contracts.ids import profile_id
from stepwell.contracts.profiles import Profile
from stepwell.publishing import drafts, moves, publish
from stepwell.publishing.records import Move
from stepwell.runtime.enrolling import Enroller, Entry

from tests.fakes.publishing import TENANT, Office
from tests.simulation.asl_definition import Machine
from tests.simulation.cloud import Cloud

ACTOR = "ann"


def welcome(*, days: int = 2, template: str = "hello", wait: str = "wait", **settings: Any) -> dict[str, Any]:
    """A trigger on `signup`, a delay, a mail."""
    return {
        "id": "welcome",
        "name": "Welcome",
        "purpose": "marketing",
        "settings": settings,
        "nodes": [
            {"id": "start", "type": "event_trigger", "config": {"event": "signup"}},
            {"id": "by_hand", "type": "manual_trigger"},
            {"id": wait, "type": "delay_action", "config": {"duration": f"{days}_days"}},
            {"id": "mail", "type": "email_send", "name": "Hello mail", "config": {"template_id": template}},
        ],
        "edges": [f"start -> {wait}", f"by_hand -> {wait}", f"{wait} -> mail"],
    }


def newsletter(**schedule: str) -> dict[str, Any]:
    """A schedule and a mail."""
    return {
        "id": "newsletter",
        "purpose": "marketing",
        "settings": {"reentry": {"rule": "any_time"}},
        "nodes": [
            {
                "id": "weekly",
                "type": "time_based_trigger",
                "config": {
                    "schedule": schedule or {"cron": "0 9 ? * MON *"},
                    "time_zone": "Europe/Berlin",
                    "audience": "score >= 50",
                },
            },
            {"id": "mail", "type": "email_send", "config": {"template_id": "news"}},
        ],
        "edges": ["weekly -> mail"],
    }


def person(number: int, **traits: Any) -> Profile:
    """A contact with an address."""
    user = f"u{number}"
    fields = {"email": f"{user}@example.com", "first_name": f"P{number}", **traits}
    return Profile(profile_id(TENANT, "user", user), traits=fields, user_id=user)


class Stage(Office):
    """An office over a cloud."""

    def __init__(self) -> None:
        self.cloud = Cloud()
        super().__init__(self.cloud.world)
        self.runtime = self.cloud.ports

    def create(self, document: dict[str, Any]) -> None:
        drafts.create(self.ports, TENANT, document, ACTOR)

    def publish(self, workflow: str = "welcome", **options: Any) -> publish.Published:
        done = publish.publish(self.ports, TENANT, workflow, ACTOR, **options)
        self.load()
        return done

    def load(self) -> None:
        """Let the cloud run what was deployed."""
        for (_, workflow, version), definition in self.machines.definitions.items():
            self.cloud.machines[workflow, version] = Machine(json.loads(definition))

    def update(self, document: dict[str, Any]) -> None:
        record = drafts.read(self.ports, TENANT, document["id"])
        drafts.update(self.ports, TENANT, document["id"], document, record.edited, ACTOR)

    def enroll(self, *people: Profile, workflow: str = "welcome", trigger: str = "start") -> dict[str, str]:
        self.world.profiles.put(TENANT, [p for p in people if not self.world.profiles.get(TENANT, [p.id])])
        record = drafts.read(self.ports, TENANT, workflow)
        now = self.world.clock.now()
        entries = [Entry(p.id, f"{p.id}-{now.isoformat()}", now, context={"name": "signup"}) for p in people]
        return Enroller(self.runtime).enroll(TENANT, workflow, record.live, trigger, entries)

    def run_until(self, days: float) -> None:
        """Let everything happen for some days, not beyond."""
        cloud, clock = self.cloud, self.world.clock
        until = clock.now() + timedelta(days=days)
        while True:
            if cloud._deliver() or cloud._step():
                continue
            following = min(cloud._next_due(), cloud.executions.next_wake() or until + timedelta(days=1))
            if following > until:
                clock.at = until
                return
            cloud._move_on()

    def drain_moves(self) -> list[Move]:
        """Carry out all queued moves and what they queue; the clock moves by their delays."""
        carried = []
        while self.moves.queue:
            move, delay = self.moves.queue.pop(0)
            self.world.clock.advance(timedelta(seconds=delay))
            carried.append(move)
            moves.carry_out(self.ports, self.runtime, move)
        return carried
