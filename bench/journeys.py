"""What one contact at one node costs the engine, for cohorts of 1, 25 and 250, against the conventional way.

From enrollment to end, without the events that led to it; a contact-node is one contact visiting one node.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stepwell.contracts.ids import profile_id
from stepwell.contracts.prices import cost
from stepwell.runtime.enrolling import Enroller, Entry
from stepwell.workflows.graph import Graph

from bench.deployment import MeteredCloud, memory_sizes
from bench.graphs import REFERENCE_NODES, reference
from bench.metering import Meter, MeteredWorld
from bench.naive import NaiveCloud
from bench.results import Result
from bench.workload import KNOWN_FOR, known_before
from tests.simulation.audiences import TENANT

NODE_FUNCTIONS = ("step_cohort", "send_email", "sweep_due")
TRANSITIONS_BAR = 0.0085
COHORTS = {250: 250, 25: 25, 1: 10}
"""Contacts measured by cohort size."""


@dataclass(frozen=True)
class Journey:
    """What was used for `visits` contact-nodes."""

    visits: int
    transitions: float
    invocations: int
    wru: float
    rru: float
    log_bytes: int
    usd: float

    def each(self, name: str) -> float:
        """Return an amount a contact-node."""
        return float(getattr(self, name)) / self.visits


def engine_journey(sdk: dict[str, tuple[float, float]], cohort: int, contacts: int) -> Journey:
    """Let contacts walk the reference journey in cohorts of one size."""
    cloud = MeteredCloud(sdk)
    cloud.publish(reference())
    profiles = _audience(cloud, contacts)
    cloud.metered.forget()
    for start in range(0, contacts, cohort):
        now = cloud.world.clock.now()
        entries = [
            Entry(p, f"entry-{p}", now, context={"name": "customer_signup", "message_id": "m" * 36})
            for p in profiles[start : start + cohort]
        ]
        Enroller(cloud.ports).enroll(TENANT, "reference", 1, "signed_up", entries)
        cloud.run()
    cloud.metered.settle()
    ends = [i.get("x") for i in cloud.world.engine.items.values() if "#E#" in i["pk"]]
    if ends != ["exit_node"] * contacts:
        raise ValueError("not everybody came through")
    return _journey(cloud.meter, contacts)


def naive_journey(sdk: dict[str, tuple[float, float]], contacts: int) -> Journey:
    """Let contacts walk the same graph the conventional way."""
    cloud = MeteredCloud(sdk)
    cloud.publish(reference())
    profiles = _audience(cloud, contacts)
    meter = Meter(memory_sizes(), sdk)
    world = MeteredWorld(meter)
    world.profiles_table.items.update(cloud.world.profiles_table.items)
    naive = NaiveCloud(Graph(reference()), world, meter)
    naive.start(profiles)
    naive.run()
    world.settle()
    if len(world.mailer.accepted) != 2 * contacts:
        raise ValueError("the baseline did not send two messages a contact")
    return _journey(meter, contacts)


def _audience(cloud: MeteredCloud, contacts: int) -> list[str]:
    found = []
    for number in range(contacts):
        user = f"user-{number:06d}"
        found.append(profile_id(TENANT, "user", user))
        cloud.world.messaging.set_consent(TENANT, found[-1], {"email:marketing": "granted"})
        cloud.track(known_before(user, cloud.world.clock.now() - KNOWN_FOR))
    cloud.run()
    return found


def _journey(meter: Meter, contacts: int) -> Journey:
    uses = [meter.functions[name] for name in NODE_FUNCTIONS if name in meter.functions]
    labels: Mapping[str, list[float]] = meter.labels
    wru, rru = (sum(units[i] for units in labels.values()) for i in (0, 1))
    transitions = meter.amounts["sfn_transition"]
    invocations = sum(use.invocations for use in uses)
    log_bytes = sum(use.log_bytes for use in uses)
    usd = (
        cost("sfn_transition", transitions)
        + cost("dynamodb_wru", wru)
        + cost("dynamodb_rru", rru)
        + cost("lambda_request", invocations)
        + cost("lambda_gb_s", sum(use.gb_s for use in uses))
        + cost("log_gb", log_bytes / 1e9)
    )
    return Journey(contacts * REFERENCE_NODES, transitions, invocations, wru, rru, log_bytes, usd)


def journeys(sdk: dict[str, tuple[float, float]]) -> list[Result]:
    """Return the figures a contact-node."""
    naive_journey(sdk, 2)
    naive = naive_journey(sdk, 25)
    results = []
    units = {
        "transitions": "transitions",
        "invocations": "Lambda calls",
        "wru": "WRU",
        "rru": "RRU",
        "log_bytes": "bytes",
        "usd": "USD",
    }
    for cohort, contacts in COHORTS.items():
        walked = engine_journey(sdk, cohort, contacts)
        for name, unit in units.items():
            bar = TRANSITIONS_BAR if (name, cohort) == ("transitions", 250) else None
            results.append(
                Result(
                    f"{name}_per_contact_node_cohort_{cohort}",
                    walked.each(name),
                    unit,
                    naive.each(name),
                    f"reference journey of {REFERENCE_NODES} nodes, {contacts} contacts; baseline: one execution "
                    "a contact (bench/naive.py)",
                    bar,
                )
            )
    return sorted(results, key=lambda r: list(units).index(r.name.partition("_per_")[0]))
