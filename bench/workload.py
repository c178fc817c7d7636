"""The reference workload of the design: ten nodes, two e-mails and twenty tracked events a contact.

Contacts arrive `cohort` at a time, so that each stream batch enrolls one cohort; their second request comes
three days later, as close together. Provider feedback is a separate figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from stepwell.adapters.items.wire import size_of
from stepwell.contracts.clock import iso
from stepwell.contracts.ids import profile_id
from stepwell.contracts.prices import cost

from bench.deployment import MeteredCloud
from bench.feedback import Feedback, ses_events, tell
from bench.graphs import reference
from bench.metering import FunctionUse
from tests.simulation.audiences import TENANT

EVENTS_A_REQUEST = 10
SECOND_REQUEST = timedelta(days=3)
KNOWN_FOR = timedelta(days=30)
PATHS = ("/", "/pricing", "/docs", "/blog/cohorts", "/features", "/signup", "/contact", "/changelog")


@dataclass(frozen=True)
class Bill:
    """What a workload costs.

    Attributes:
        contacts: Contacts.
        messages: Messages that the provider took.
        cohort: Contacts that arrived together.
        usd: Dollars a line (``table engine``, ``function send_email`` …).
        functions: Use a function.
        labels: (WRU, RRU) a store call.
        amounts: Units a price.
        hot_bytes: Size of the stored profiles: median and greatest.
    """

    contacts: int
    messages: int
    cohort: int
    usd: Mapping[str, float]
    functions: Mapping[str, FunctionUse]
    labels: Mapping[str, tuple[float, float]]
    amounts: Mapping[str, float]
    hot_bytes: tuple[int, int]

    @property
    def total(self) -> float:
        """All dollars."""
        return sum(self.usd.values())

    @property
    def per_1000(self) -> float:
        """Dollars per thousand messages."""
        return self.total / self.messages * 1000


def run_workload(
    sdk: dict[str, tuple[float, float]],
    cohort: int,
    contacts: int,
    *,
    feedback: Feedback = (),
    strangers: bool = False,
    field_update: bool = False,
) -> Bill:
    """Run the reference workload and return its bill.

    Args:
        sdk: See `bench.sdk`.
        cohort: Contacts that arrive together.
        contacts: All contacts.
        feedback: What SES tells of two sends, two deliveries, an open and a click a contact, and how many at a time.
        strangers: Whether the contacts are new and come with a browser: their profiles and the pointers of
            their address and device are made in this workload. Else they are known, as an audience is that
            gets mail, and tracked by a server's library.
        field_update: Whether each contact's profile is changed once by a node.
    """
    # The first fills caches as a warm function has them.
    _go(sdk, min(cohort, 10), min(cohort, 10), feedback, strangers, field_update)
    return _go(sdk, cohort, contacts, feedback, strangers, field_update)


def _go(
    sdk: dict[str, tuple[float, float]],
    cohort: int,
    contacts: int,
    feedback: Feedback,
    strangers: bool,
    field_update: bool,
) -> Bill:
    cloud = MeteredCloud(sdk)
    cloud.publish(reference(field_update=field_update))
    consent = {"email:marketing": "granted"}
    users = [f"user-{number:06d}" for number in range(contacts)]
    for user in users:
        cloud.world.messaging.set_consent(TENANT, profile_id(TENANT, "user", user), consent)
        if not strangers:
            cloud.track(known_before(user, cloud.world.clock.now() - KNOWN_FOR))
    cloud.run()
    cloud.metered.forget()
    told = 0
    for start in range(0, contacts, cohort):
        group = users[start : start + cohort]
        for user in group:
            cloud.track(first_request(user, cloud.world.clock.now(), strangers))
        again = cloud.world.clock.now() + SECOND_REQUEST

        def second(group: list[str] = group) -> None:
            for user in group:
                cloud.track(second_request(user, cloud.world.clock.now(), strangers))

        cloud.at(again, second)
        cloud.run()
        if feedback:
            mails, told = cloud.world.mailer.accepted[told:], len(cloud.world.mailer.accepted)
            events = list(ses_events(mails, cloud.world.clock.now()))
            for kinds, batch in feedback:
                tell(cloud, [event for event in events if event["eventType"] in kinds], batch)
                cloud.run()
    cloud.metered.settle()
    return _bill(cloud, cohort, contacts)


def _bill(cloud: MeteredCloud, cohort: int, contacts: int) -> Bill:
    meter = cloud.meter
    usd: dict[str, float] = {}
    for label, (wru, rru) in meter.labels.items():
        if wru or rru:
            usd[f"dynamodb {label}"] = cost("dynamodb_wru", wru) + cost("dynamodb_rru", rru)
    for name, use in meter.functions.items():
        usd[f"lambda {name}"] = cost("lambda_request", use.invocations) + cost("lambda_gb_s", use.gb_s)
        usd[f"logs {name}"] = cost("log_gb", use.log_bytes / 1e9)
    for name in ("sfn_transition", "http_api_request", "kinesis_put_unit", "sns_request", "sqs_request"):
        if meter.amounts[name]:
            usd[name] = cost(name, meter.amounts[name])
    usd["access_log"] = cost("log_gb", meter.amounts["access_log_bytes"] / 1e9)
    usd["firehose"] = cost("firehose_gb", meter.amounts["firehose_bytes"] / 1e9)
    sizes = sorted(size_of(item) for key, item in cloud.world.profiles_table.items.items() if key[1] == "p")
    return Bill(
        contacts,
        len(cloud.world.mailer.accepted),
        cohort,
        usd,
        dict(meter.functions),
        {label: (wru, rru) for label, (wru, rru) in meter.labels.items()},
        dict(meter.amounts),
        (sizes[len(sizes) // 2], sizes[-1]),
    )


def known_before(user: str, now: datetime) -> list[dict[str, Any]]:
    """Return an earlier visit, which made the profile."""
    events = [_event(user, 30, now, "identify", False, traits=_traits(user))]
    random = Random(f"{user}/0")
    for number in range(31, 40):
        page = _page(random.choice(PATHS))
        events.append(_event(user, number, now, "page", False, name="Home", properties=page))
    return events


def _traits(user: str) -> dict[str, Any]:
    random = Random(user)
    return {
        "email": f"{user}@example.com",
        "first_name": "Ada",
        "last_name": "Lovelace",
        "company": "Analytical Engines",
        "plan": random.choice(("free", "pro", "team")),
        "country": "GB",
        "time_zone": "Europe/London",
        "score": random.randrange(40),
    }


def first_request(user: str, now: datetime, stranger: bool) -> list[dict[str, Any]]:
    """Return the ten events with which the journey begins: signed up, looked around."""
    random = Random(f"{user}/1")
    bought = {"plan": "pro", "source": "ads", "campaign": "spring"}
    events = [_event(user, 1, now, "track", stranger, event="customer_signup", properties=bought)]
    if stranger:
        events.insert(0, _event(user, 0, now, "identify", True, traits=_traits(user)))
    looked = random.random() < 0.6
    for number in range(len(events), EVENTS_A_REQUEST):
        if looked or number < 4:
            page = _page(random.choice(PATHS))
            events.append(_event(user, number + 1, now, "page", stranger, name="Home", properties=page))
        else:
            played = {"position": number}
            events.append(
                _event(user, number + 1, now, "track", stranger, event="Video Played", properties=played)
            )
    return events


def second_request(user: str, now: datetime, stranger: bool) -> list[dict[str, Any]]:
    """Return the ten events of a later visit: pages, a cart, now and then an order."""
    random = Random(f"{user}/2")
    events = [
        _event(user, 11 + n, now, "page", stranger, name="Shop", properties=_page(random.choice(PATHS)))
        for n in range(EVENTS_A_REQUEST - 2)
    ]
    product = {"product_id": f"p{random.randrange(100)}", "price": random.randrange(5, 90), "currency": "EUR"}
    order = {"order_id": f"o-{user}", "total": 42.5}
    name = "Order Completed" if random.random() < 0.2 else "Product Viewed"
    events.append(_event(user, 19, now, "track", stranger, event="Product Added", properties=product))
    events.append(_event(user, 20, now, "track", stranger, event=name, properties=order))
    return events


def _event(user: str, number: int, now: datetime, kind: str, browser: bool, **more: Any) -> dict[str, Any]:
    at = now - timedelta(seconds=20 - number % 10)
    digits = f"{Random(f'{user}/{number}').getrandbits(128):032x}"
    message = f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
    agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36"
    device = {"locale": "en-GB", "timezone": "Europe/London", "userAgent": agent} if browser else {}
    library = {"name": "analytics.js" if browser else "@segment/analytics-node", "version": "2.1.0"}
    return {
        "type": kind,
        "messageId": message,
        "userId": user,
        **({"anonymousId": f"anonymous-{user}"} if browser else {}),
        "timestamp": iso(at),
        "context": {"library": library, **device},
        **more,
    }


def _page(path: str) -> dict[str, Any]:
    return {
        "path": path,
        "title": "Analytical Engines",
        "url": f"https://www.example.com{path}",
        "referrer": "https://www.example.com/",
    }
